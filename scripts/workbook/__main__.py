"""Runs the notebooks and writes them as pages: `python scripts/workbook --help`."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).parent))

from contents import read_workbook  # noqa: E402
from execution import COLOURS, Memory, Run, run_notebook  # noqa: E402
from junit import write_junit  # noqa: E402
from offline import remote_references  # noqa: E402
from site_builder import Site  # noqa: E402

ROOT = Path(__file__).parents[2]


def main() -> int:
    options = parsed()
    if options.quick:
        os.environ["ANSATZ_QUICK"] = "1"
    if options.students:
        # A run that is remembered was checked.
        os.environ["ANSATZ_STUDENTS"] = "1"
        os.environ["ANSATZ_AUDIT"] = "1"
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    paths = options.pages or sorted(options.notebooks.glob("*.ipynb"))
    if not paths:
        print(f"workbook: no notebooks in {options.notebooks}", file=sys.stderr)
        return 1
    width = max(len(path.stem) for path in paths)
    workbook = read_workbook(options.notebooks, paths)
    site = Site(workbook, options.notebooks, options.output)
    pages = {page.path: page for page in workbook.pages}
    print(f"{'notebook':<{width}}  cells  seconds  ")
    runs = []
    for run in run_all(paths, options):
        print(row(run, width), flush=True)
        runs.append(run)
        site.add(pages[run.path], run)
        site.build_in_background()
    built = site.build(is_final=True)
    for run in runs:
        explain(run)
    if options.junit_xml:
        write_junit(runs, options.junit_xml)
    remote = references(options.output)
    for page, address in remote:
        print(f"{page} would load {address}, which needs a network", file=sys.stderr)
    print(f"pages: {options.output / 'index.html'}")
    return 1 if built or remote or any(run.failure for run in runs) else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="workbook", description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="only these notebooks")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "workbook")
    parser.add_argument("--kernel", type=Path, default=ROOT / ".build" / "release" / "ansatz")
    parser.add_argument("--quick", action="store_true", help="the short form (ANSATZ_QUICK=1)")
    parser.add_argument(
        "--students",
        action="store_true",
        help="also attack the exercises with wrong answers, and run pages without the right ones",
    )
    parser.add_argument("--fresh", action="store_true", help="run also what has not changed")
    parser.add_argument("--jobs", type=int, default=1, help="notebooks that run at a time")
    parser.add_argument("--junit-xml", type=Path, help="a file for the outcomes, page by page")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one cell")
    return parser.parse_args()


def run_all(paths: list[Path], options: argparse.Namespace) -> Iterator[Run]:
    """The runs in reading order, each as soon as it and those before it have ended."""
    memory = Memory(options.output.parent / f".{options.output.name}" / "runs", options.kernel)
    keys = {path: memory.key(path) for path in paths}
    remembered = {} if options.fresh else {path: memory.recall(path) for path in paths}
    with ProcessPoolExecutor(options.jobs) as pool:
        waiting = {
            path: pool.submit(run_notebook, path, options.timeout, options.students)
            for path in paths
            if not remembered.get(path)
        }
        for path in paths:
            run = remembered.get(path) or waiting[path].result()
            if not run.is_remembered:
                memory.keep(run, keys[path])
            yield run


def row(run: Run, width: int) -> str:
    verdict = "FAILED" if run.failure else "ok (unchanged)" if run.is_remembered else "ok"
    return f"{run.path.stem:<{width}}  {run.code_cells:>5}  {run.seconds:>7.1f}  {verdict}"


def explain(run: Run) -> None:
    if not run.failure:
        return
    place = "" if run.failure.cell is None else f", cell {run.failure.cell + 1}"
    message = run.failure.message
    if not sys.stderr.isatty():
        message = COLOURS.sub("", message)
    print(f"\n{run.path}{place} failed:\n{run.failure.source}\n\n{message}\n", file=sys.stderr)


def references(folder: Path) -> list[tuple[str, str]]:
    return [
        (page.name, address)
        for page in sorted(folder.glob("*.html"))
        for address in remote_references(page.read_text())
    ]


if __name__ == "__main__":
    sys.exit(main())
