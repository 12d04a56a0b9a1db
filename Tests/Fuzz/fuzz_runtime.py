"""Calls every public function of Tensors, Networks and Transport with hostile tensors.

A case may give tensors, throw an error, or end its process with a sentence that names the
operation. It may not end without a sentence of the runtime's own, give what depends on memory that
nobody wrote, or be found at fault by AddressSanitizer, under which long runs go.

    python Tests/Fuzz/fuzz_runtime.py --count 20000 --sanitize
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "Runtime"
# Sentences of Swift's own runtime say nothing about what the user called.
FOREIGN = re.compile(
    r"Index out of range|Unexpectedly found nil|Range requires|cannot be converted|Division by zero"
    r"|Not enough bits|out of bounds|Can't form|Negative count|Can't remove|unsafelyUnwrapped"
    r"|Array index|UnsafeMutable|overflow"
)
# What is called through something else, takes no tensor, or reads files: those are damaged in turn by
# Tests/TensorsTests/FileTests.swift.
ELSEWHERE = set(
    "_adam _add _appendElements _appendIntegers _appendShape _visitParameters split next update "
    "callAsFunction custom gradientCheck setSeed splitSharedGenerator save load tracking tracked note "
    "mapParameters replacingParameters updateParameters updateState summary valueAndGradient "
    "stoppingAtNaN saveCSV loadCSV loadIDX loadNPZ loadSafetensors saveNPZ saveSafetensors".split()
)


def built(sanitizes: bool) -> list[str]:
    options = ["-c", "release", "--product", "RuntimeFuzz"]
    if sanitizes:
        options += ["--sanitize", "address", "--scratch-path", ".build/sanitized"]
    subprocess.run(["swift", "build", *options], cwd=ROOT, check=True)
    path = subprocess.run(["swift", "build", *options, "--show-bin-path"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout.strip()
    return [f"{path}/RuntimeFuzz"]


def uncovered() -> list[str]:
    """Public functions of Tensors that no subject mentions."""
    text = "".join(p.read_text() for p in SOURCES.glob("*.swift"))
    names = set()
    for path in (ROOT / "Sources" / "Tensors").glob("*.swift"):
        if path.name == "PythonNames.swift":  # names that say what they are called here
            continue
        for line in path.read_text().splitlines():
            found = re.match(r"\s*public (?:static |mutating )?func (\w+)", line)
            if found:
                names.add(found.group(1))
    return sorted(n for n in names - ELSEWHERE if not re.search(rf"\b{n}\b", text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sanitize", action="store_true")
    options = parser.parse_args()
    command = built(options.sanitize or options.count >= 5000)
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1",
                       ANSATZ_THREADS="2", SWIFT_BACKTRACE="enable=no")
    ends: collections.Counter[str] = collections.Counter()
    faults: list[str] = []
    first = 0
    while first < options.count:
        run = subprocess.run(
            [*command, str(first), str(options.count - first), str(options.seed)],
            capture_output=True, text=True, errors="replace", env=environment, timeout=3600)
        cases = [line for line in run.stdout.splitlines() if line.startswith("CASE ")]
        faults += [f"{cases[-1] if cases else ''}: {line}" for line in run.stdout.splitlines()
                   if line.startswith(("UNWRITTEN", "DIFFERS"))]
        ends["went on"] += max(0, len(cases) - 1)
        if run.stdout.rstrip().endswith("DONE"):
            break
        last = cases[-1] if cases else f"CASE {first} (did not begin)"
        words = re.findall(r"Fatal error: (.*)", run.stderr)
        if "AddressSanitizer" in run.stderr and "SEGV" not in run.stderr and "ILL" not in run.stderr:
            faults.append(f"{last}\n{run.stderr[:3000]}")
        elif words and words[-1].strip() and not FOREIGN.search(words[-1]):
            ends["refused"] += 1
        else:
            faults.append(f"{last}: ended without a sentence: {run.stderr[-300:]!r}")
        first = int(last.split()[1]) + 1 if cases else first + 1
    for fault in faults[:40]:
        print(fault)
    missing = uncovered()
    if missing:
        print("no case calls: " + ", ".join(missing))
    print(f"{options.count} cases: {dict(ends)}, {len(faults)} faults")
    return 1 if faults or missing else 0


if __name__ == "__main__":
    sys.exit(main())
