"""Makes student and solution copies of the notebooks: `python scripts/student_copies.py --help`.

What stands between `// BEGIN SOLUTION` and `// END SOLUTION` (the marks of nbgrader, each on a line
of its own) is replaced by a placeholder in student copies; solution copies lose only the marks. The
placeholder is `nil`, or `return nil` where the solution returns; a mark can name another one:
`// BEGIN SOLUTION: throw NotAttempted()`. In prose the marks are HTML comments.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BEGIN = re.compile(r"^(\s*)(?://|<!--)\s*BEGIN SOLUTION\s*(?::\s*(.*?))?\s*(?:-->)?\s*$")
END = re.compile(r"^\s*(?://|<!--)\s*END SOLUTION\s*(?:-->)?\s*$")
LOOSE = re.compile(r"(//|<!--)\s*(BEGIN|END) SOLUTION")


class MarkError(Exception):
    """Marks that do not come in pairs."""


def main() -> int:
    options = parsed()
    pages = options.pages or sorted(options.notebooks.glob("*.ipynb"))
    try:
        counts = [write_copies(page, options.output) for page in pages]
    except (MarkError, OSError, ValueError) as error:
        print(f"student_copies: {error}", file=sys.stderr)
        return 1
    for folder in ("student", "solutions"):
        copy_companions(options.notebooks, options.output / folder)
    print(f"{len(pages)} pages, {sum(counts)} answers removed: {options.output / 'student'}")
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="student_copies.py", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="only these notebooks")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--output", type=Path, default=ROOT / "build")
    return parser.parse_args()


def write_copies(page: Path, output: Path) -> int:
    """Writes both copies of a page; returns the number of answers it asks for."""
    count = 0
    for folder, is_student in (("student", True), ("solutions", False)):
        notebook = json.loads(page.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            place = f"{page.name}, cell {cell.get('id', '?')}"
            count += converted(cell, is_student, place)
        target = output / folder / page.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    return count


def converted(cell: dict[str, Any], is_student: bool, place: str) -> int:
    """Changes a cell in place; returns the number of answers taken out."""
    source = "".join(cell["source"])
    text, count = rewritten(source, is_student, cell["cell_type"] == "markdown", place)
    cell["source"] = text.splitlines(keepends=True)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
        if is_student and "exercise" in cell["metadata"].get("tags", []):
            # What an exercise checks says much about its answer.
            cell["metadata"].setdefault("jupyter", {})["source_hidden"] = True
    return count


def rewritten(source: str, is_student: bool, is_prose: bool, place: str) -> tuple[str, int]:
    """The text of a copy, and the number of answers taken out."""
    lines: list[str] = []
    answer: list[str] | None = None
    indent, named, count = "", None, 0
    for line in source.split("\n"):
        if begin := BEGIN.match(line):
            if answer is not None:
                raise MarkError(f"{place}: BEGIN SOLUTION inside of a solution")
            answer, indent, named = [], begin[1], begin[2]
        elif END.match(line):
            if answer is None:
                raise MarkError(f"{place}: END SOLUTION without BEGIN SOLUTION")
            if is_student:
                lines.append(indent + (named or placeholder(answer, is_prose)))
                count += 1
            else:
                lines += answer
            answer = None
        elif LOOSE.search(line):
            raise MarkError(f"{place}: a solution mark needs a line of its own: {line.strip()}")
        else:
            (lines if answer is None else answer).append(line)
    if answer is not None:
        raise MarkError(f"{place}: BEGIN SOLUTION without END SOLUTION")
    return "\n".join(lines), count


def placeholder(answer: list[str], is_prose: bool) -> str:
    if is_prose:
        return "*Your answer.*"
    code = [line for line in answer if line.strip() and not line.strip().startswith("//")]
    depth = min((len(line) - len(line.lstrip()) for line in code), default=0)
    returns = any(re.match(r"return\b", line[depth:]) for line in code)
    return ("return nil" if returns else "nil") + "  // your answer"


def copy_companions(notebooks: Path, target: Path) -> None:
    """Copies what pages read: data and pictures."""
    for entry in sorted(notebooks.iterdir()):
        if entry.name.startswith(".") or entry.suffix == ".ipynb":
            continue
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, dirs_exist_ok=True)
        else:
            shutil.copy2(entry, target / entry.name)


if __name__ == "__main__":
    sys.exit(main())
