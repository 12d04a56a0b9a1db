"""Lists public declarations of the libraries that nobody documented; silent when there are none.

Reads the symbol graphs of the built modules. What a protocol's requirement says counts for the
members that meet it, and names that begin with an underscore are not for readers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Iterator

ROOT = Path(__file__).parents[1]
MODULES = ROOT / ".build" / "release" / "Modules"
LIBRARIES = [
    "Display", "Tensors", "Networks", "Amortization", "Transport", "AmortizedTransport", "Convex",
    "Plotting", "Games", "Planning", "Variational", "SparseCoding", "MetaLearning", "Workbook",
]
# Libraries that are not documented throughout yet, with how many declarations may lack a comment.
UNFINISHED: dict[str, int] = {}


def main() -> int:
    if not MODULES.exists():
        print("lint_documentation: nothing is built yet; run: make kernel", file=sys.stderr)
        return 1
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        for library in LIBRARIES:
            silent = sorted(undocumented(library, Path(folder)))
            if len(silent) <= UNFINISHED.get(library, 0):
                continue
            found += len(silent)
            print("\n".join(silent))
    return 1 if found else 0


def undocumented(library: str, folder: Path) -> Iterator[str]:
    """`path:line: name` of each declaration without a comment."""
    for graph in graphs(library, folder):
        for symbol in graph["symbols"]:
            names = symbol["pathComponents"]
            if "docComment" in symbol or any(name.startswith("_") for name in names):
                continue
            yield f"{place(symbol)}: {'.'.join(names)} is not documented"


def graphs(library: str, folder: Path) -> list[dict[str, Any]]:
    """The symbols of a module, and those it adds to other modules' types."""
    output = folder / library
    output.mkdir()
    # Empty stand-ins for the C modules, which have no readers.
    c_modules = sorted(path.name for path in (ROOT / "Sources").glob("_C*"))
    (output / "module.modulemap").write_text("".join(f"module {name} {{}}\n" for name in c_modules))
    target = json.loads(subprocess.check_output(["swiftc", "-print-target-info"]))["target"]["triple"]
    command = ["swift-symbolgraph-extract", "-module-name", library, "-target", target]
    command += ["-I", str(MODULES), "-I", str(output), "-output-dir", str(output)]
    command += ["-minimum-access-level", "public", "-skip-synthesized-members"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"lint_documentation: {done.stderr.strip()}")
    return [json.loads(path.read_text()) for path in output.glob("*.symbols.json")]


def place(symbol: dict[str, Any]) -> str:
    location = symbol.get("location")
    if not location:
        return symbol["identifier"]["precise"]
    path = Path(location["uri"].removeprefix("file://"))
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"{shown}:{location['position']['line'] + 1}"


if __name__ == "__main__":
    sys.exit(main())
