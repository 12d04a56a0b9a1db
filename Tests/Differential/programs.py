"""Swift programs, cut into cells, and what swiftc makes of them whole.

A program of `programs/` or of the fuzz corpus is cut wherever a statement begins at its top level.
Run cell by cell it must print what swiftc prints for the whole file.
"""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = [HERE / "programs", HERE.parent / "Fuzz" / "corpus"]
PRELUDE = "import Foundation\n"


def programs() -> dict[str, str]:
    """All programs by name."""
    return {
        path.stem: path.read_text() for folder in FOLDERS for path in sorted(folder.glob("*.swift"))
    }


# MARK: Cutting

CONTINUES = re.compile(r"(else|catch|\.|\?|:|&&|\|\||#else|#elseif|#endif)")
ATTRIBUTE = re.compile(r"^\s*(///|//|@\w+(\(.*\))?\s*$)")


class Scanner:
    """Follows brackets, strings and comments from line to line."""

    def __init__(self) -> None:
        self.depth = self.comments = self.conditions = 0
        self.in_text = self.in_pattern = False

    @property
    def is_outside(self) -> bool:
        return not (
            self.depth or self.comments or self.conditions or self.in_text or self.in_pattern
        )

    def read(self, line: str) -> None:
        stripped = line.strip()
        if self.in_pattern or stripped.endswith("#/"):
            # A regular expression on lines of its own.
            self.in_pattern = not stripped.startswith("/#")
            return
        if stripped.startswith("#if") and not self.in_text:
            self.conditions += 1
        if stripped.startswith("#endif") and not self.in_text:
            self.conditions -= 1
        at, in_string = 0, False
        while at < len(line):
            two, three = line[at : at + 2], line[at : at + 3]
            if self.comments:
                step = {"*/": -1, "/*": 1}.get(two)
                self.comments += step or 0
                at += 2 if step else 1
            elif self.in_text:
                self.in_text = three != '"""'
                at += 1 if self.in_text else 3
            elif in_string:
                in_string = line[at] != '"'
                at += 2 if line[at] == "\\" else 1
            elif two == "//":
                return
            elif two == "/*":
                self.comments += 1
                at += 2
            elif three == '"""':
                self.in_text = True
                at += 3
            else:
                in_string = line[at] == '"'
                self.depth += line[at] in "{([" and 1 or line[at] in "})]" and -1 or 0
                at += 1


def cut(text: str) -> list[str]:
    """The cells of a program: one for each statement of its top level."""
    cells: list[list[str]] = []
    scanner = Scanner()
    for line in text.split("\n"):
        begins = (
            scanner.is_outside
            and line[:1] not in (" ", "\t", "}", ")", "]", "")
            and not CONTINUES.match(line)
            and not (cells and ATTRIBUTE.match(cells[-1][-1]))
        )
        if begins or not cells:
            cells.append([])
        cells[-1].append(line)
        scanner.read(line)
    whole = ["\n".join(lines) for lines in cells]
    return [cell for cell in whole if any(is_code(line) for line in cell.split("\n"))]


def is_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("//")


def joined(cells: list[str], source: random.Random) -> list[str]:
    """The same program in fewer cells, cut at random."""
    result: list[str] = []
    for cell in cells:
        if result and source.random() < 0.4:
            result[-1] += "\n" + cell
        else:
            result.append(cell)
    return result


# MARK: Running again

VARIABLE = re.compile(r"^(?:let|var) (\w+)(?:: *[^={]+?)? = (.*)$", re.DOTALL)
DECLARATION = re.compile(
    r"^(?:(?:@\w+(?:\([^)]*\))?|final|public|private|fileprivate|indirect|prefix|postfix|infix)\s+)*"
    r"(struct|class|enum|actor|protocol|extension|func|typealias|operator|precedencegroup|import)\b"
)


@dataclass
class Script:
    """Cells in the order in which they are run, and the program that does the same."""

    cells: list[str]
    whole: str


def rerun(cells: list[str], again: set[int]) -> Script:
    """The cells with some of them run twice.

    In the whole program a statement stands twice, a declaration once, and a variable whose cell
    runs again is given its value again.
    """
    order: list[str] = []
    whole: list[str] = []
    for index, cell in enumerate(cells):
        order.append(cell)
        variable = VARIABLE.match(cell)
        if index not in again or "async let" in cell or cell.startswith("#if"):
            whole.append(cell)
        elif DECLARATION.match(cell):
            order.append(cell)
            whole.append(cell)
        elif variable and "{ didSet" not in cell and "{ willSet" not in cell:
            name, value = variable[1], variable[2]
            order.append(cell)
            whole.append(re.sub(r"^let", "var", cell) + f"\n{name} = {value}")
        elif not re.match(r"(let|var|guard|@|weak|unowned|nonisolated|lazy)\b", cell):
            order.append(cell)
            whole.append(f"{cell}\n{cell}")
        else:
            whole.append(cell)
    return Script(order, "\n".join(whole) + "\n")


# MARK: The compiler's answer

def fingerprint(text: str) -> str:
    return hashlib.sha256((PRELUDE + text).encode()).hexdigest()[:16]


def reference(text: str) -> str | None:
    """What swiftc's program prints; None where it does not compile, fails, or is random."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "main.swift"
        file.write_text(PRELUDE + text)
        program = f"{folder}/main"
        options = ["-swift-version", "5", "-suppress-warnings", "-enable-bare-slash-regex"]
        built = subprocess.run(
            ["swiftc", *options, str(file), "-o", program], capture_output=True, text=True
        )
        if built.returncode:
            return None
        outputs = set()
        for _ in range(2):
            try:
                run = subprocess.run(
                    [program], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
                )
            except subprocess.TimeoutExpired:
                return None
            outputs.add(run.stdout if run.returncode == 0 else None)
        return outputs.pop() if len(outputs) == 1 else None
