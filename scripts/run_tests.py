"""Runs all tests and ends with one line: `N passed, N failed`.

Parts: swift (Swift Testing), jupyter (pytest against real kernels, and a package that depends on the
library), pages (the notebooks in their quick form, once), fuzz (short runs; with --long, the long ones
and whole student copies). The pages run beside the parts that mostly wait for kernels; at the end
stands what each suite cost, and every failure once more.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterable

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "build" / "test"
ANSATZ = ROOT / ".build" / "release" / "ansatz"
PYTHON = ROOT / ".venv" / "bin" / "python"

# How many cases a fuzz run tries: in every test run, and in `make fuzz`.
FUZZ_COUNTS = {
    "fuzz_wire.py": (50_000, 100_000),
    "fuzz_cells.py": (300, 5_000),
    "fuzz_kills.py": (20, 1_000),
    "fuzz_meaning.py": (15, 400),
    "fuzz_soak.py": (100, 10_000),
    "fuzz_runtime.py": (2_000, 30_000),
}


# The thread of the parts that run beside the pages.
WAITING = "waiting"

# How many characters of a failure's text stand in the report.
SAID = 400

# Suites that took less are not worth a line in the report.
WORTH_TELLING = 10


@dataclass
class Outcome:
    part: str
    passed: int
    failed: int
    seconds: float
    # What took longest: the suite's name and its seconds.
    suites: list[tuple[str, float]] = field(default_factory=list)
    # Which cases failed: the name, and the beginning of what was said.
    failures: list[tuple[str, str]] = field(default_factory=list)


def main() -> int:
    options = parsed()
    RESULTS.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Callable[[], tuple[int, int]]] = {
        "swift": swift_tests,
        "pages": pages,
        "jupyter": lambda: jupyter_tests(options.rest),
        "fuzz": lambda: fuzz(options.long),
    }
    chosen = [name for name in parts if name in (options.only or parts)]
    # Swift's own tests use all cores. After them the pages compute, while the others wait for
    # kernels most of the time.
    outcomes = [timed(name, parts[name]) for name in chosen if name == "swift"]
    waiting: list[Outcome] = []
    rest = [name for name in chosen if name in ("jupyter", "fuzz")]
    thread = threading.Thread(
        name=WAITING if "pages" in chosen else None,
        target=lambda: waiting.extend(timed(name, parts[name]) for name in rest),
    )
    thread.start()
    outcomes += [timed(name, parts[name]) for name in chosen if name == "pages"]
    thread.join()
    # A part that came to no end is a failure.
    lost = len(rest) - len(waiting)
    outcomes += waiting + [Outcome("lost", 0, 1, 0)] * lost
    return report(outcomes)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run_tests.py", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=["swift", "jupyter", "pages", "fuzz"], help="this part"
    )
    parser.add_argument("--long", action="store_true", help="the long fuzz runs")
    parser.add_argument("rest", nargs="*", help="arguments for pytest, after --")
    return parser.parse_args()


def timed(name: str, part: Callable[[], tuple[int, int]]) -> Outcome:
    print(f"\n== {name}", flush=True)
    start = time.monotonic()
    passed, failed = part()
    seconds = time.monotonic() - start
    return Outcome(name, passed, failed, seconds, slowest(name), failures(name))


def slowest(part: str) -> list[tuple[str, float]]:
    """The suites of a part that took longest, by its result files."""
    seconds: dict[str, float] = {}
    for file in RESULTS.glob(f"{part}*.xml"):
        for case in ElementTree.parse(file).iter("testcase"):
            suite = case.get("classname", "").removeprefix("Tests.")
            seconds[suite] = seconds.get(suite, 0) + float(case.get("time", 0))
    told = [(suite, spent) for suite, spent in seconds.items() if spent >= WORTH_TELLING]
    return sorted(told, key=lambda item: -item[1])[:12]


def failures(part: str) -> list[tuple[str, str]]:
    """The cases of a part that failed, by its result files."""
    found = []
    for file in sorted(RESULTS.glob(f"{part}*.xml")):
        for case in ElementTree.parse(file).iter("testcase"):
            for said in [*case.iter("failure"), *case.iter("error")]:
                name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
                found.append((name, said.get("message") or said.text or ""))
    return found


def swift_tests() -> tuple[int, int]:
    if not any((ROOT / "Tests").rglob("*.swift")):
        return 0, 0
    results = RESULTS / "swift.xml"
    for stale in RESULTS.glob("swift*.xml"):
        stale.unlink()
    # The build is that of the kernel and its flags are the same, so that little is built twice.
    status = run("swift", "build", "-c", "release", "--build-tests")
    if status == 0:
        options = ["--skip-build", "--disable-xctest", "--xunit-output", str(results)]
        status = run("swift", "test", "-c", "release", *options)
    return counted(RESULTS.glob("swift*.xml"), status)


def jupyter_tests(arguments: list[str]) -> tuple[int, int]:
    """Every folder of tests that has its own pytest.ini."""
    passed = failed = 0
    for settings in sorted((ROOT / "Tests").glob("*/pytest.ini")):
        folder = settings.parent
        results = RESULTS / f"jupyter-{folder.name}.xml"
        results.unlink(missing_ok=True)
        command = [str(PYTHON), "-m", "pytest", "-c", str(settings), str(folder)]
        status = run(*command, f"--junit-xml={results}", *arguments)
        chose_none = status == 5 and bool(arguments)
        counts = counted([results], 0 if chose_none else status)
        passed, failed = passed + counts[0], failed + counts[1]
    return passed, failed


def pages() -> tuple[int, int]:
    if not any((ROOT / "notebooks").glob("*.ipynb")):
        return 0, 0
    output, results = ROOT / "build" / "workbook-quick", RESULTS / "pages.xml"
    results.unlink(missing_ok=True)
    options = ["--quick", "--students", "--output", str(output), f"--junit-xml={results}"]
    status = run(str(PYTHON), "scripts/workbook", *options)
    return counted([results], status)


def fuzz(is_long: bool) -> tuple[int, int]:
    scripts = sorted((ROOT / "Tests" / "Fuzz").glob("fuzz_*.py"))
    statuses = []
    for script in scripts:
        short, long = FUZZ_COUNTS.get(script.name, (100, 5_000))
        statuses.append(run(str(PYTHON), str(script), "--count", str(long if is_long else short)))
    if is_long:
        statuses.append(student_copies())
    failed = sum(status != 0 for status in statuses)
    return len(statuses) - failed, failed


def student_copies() -> int:
    """Runs the pages as students get them, from top to bottom."""
    folder = ROOT / "build" / "test"
    made = run(str(PYTHON), "scripts/student_copies.py", "--output", str(folder))
    paths = ["--notebooks", str(folder / "student"), "--output", str(folder / "student-pages")]
    return made or run(str(PYTHON), "scripts/workbook", "--quick", *paths)


def run(*command: str) -> int:
    environment = dict(os.environ, JUPYTER_PREFER_ENV_PATH="1", PYTHONDONTWRITEBYTECODE="1")
    line = "$ " + " ".join(command)
    if threading.current_thread().name != WAITING:
        print(line, flush=True)
        return subprocess.run(command, cwd=ROOT, env=environment).returncode
    # Two texts that grow at a time cannot be read: this one is shown when it is complete.
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )
    print(f"{line}\n{done.stdout}", flush=True)
    return done.returncode


def counted(files: Iterable[Path], status: int) -> tuple[int, int]:
    """Sums up result files; a run that failed without telling of a failure counts as one."""
    passed = failed = 0
    for file in files:
        if not file.exists():
            continue
        for case in ElementTree.parse(file).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif case.find("skipped") is None:
                passed += 1
    return passed, failed if status == 0 else max(failed, 1)


def report(outcomes: list[Outcome]) -> int:
    print()
    for outcome in outcomes:
        counts = f"{outcome.passed:>5} passed, {outcome.failed} failed"
        print(f"{outcome.part:<8} {counts:<26} {outcome.seconds:>6.0f} s")
        for suite, seconds in outcome.suites:
            print(f"  {suite:<40} {seconds:>6.0f} s")
    for outcome in outcomes:
        for name, said in outcome.failures:
            print(f"FAILED {outcome.part} {name}: {' '.join(said.split())[:SAID]}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{'CPU time':<35} {used.ru_utime + used.ru_stime:>6.0f} s")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    summary = f"{passed} passed, {failed} failed"
    (RESULTS / "summary.txt").write_text(summary + "\n")
    print(summary, flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
