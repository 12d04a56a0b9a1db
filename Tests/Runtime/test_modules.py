"""The table of docs/modules.md is that of the sources."""

from __future__ import annotations

import re

from conftest import ROOT

SYSTEM = {"ArgumentParser", "Dispatch", "Foundation", "Glibc", "Synchronization"}
IMPORT = re.compile(r"^(?:@_exported |@\w+ |internal |package |public )*import (\w+)", re.MULTILINE)


def imports_of(module: str) -> set[str]:
    """What the module's files import, besides C modules, the system's and the parser's."""
    files = (ROOT / "Sources" / module).rglob("*.swift")
    names = {name for file in files for name in IMPORT.findall(file.read_text())}
    return {n for n in names if not n.startswith(("_C", "Swift")) and n not in SYSTEM}


def rows() -> dict[str, set[str]]:
    found = {}
    for line in (ROOT / "docs" / "modules.md").read_text().splitlines():
        if match := re.match(r"\| `(\w+)` \|[^|]*\|([^|]*)\|$", line):
            found[match[1]] = set(re.findall(r"`(\w+)`", match[2]))
    return found


def test_every_module_is_told_with_its_imports() -> None:
    told = rows()
    modules = {p.name for p in (ROOT / "Sources").iterdir() if p.is_dir() and not p.name.startswith("_C")}
    assert set(told) == modules
    told["Ansatz"] = set(list(told)[: list(told).index("Ansatz")]) - {"PlottingFoundation"}
    for module, imports in told.items():
        assert imports == imports_of(module), module


def test_imports_go_downward() -> None:
    order = list(rows())
    for module in order:
        for other in imports_of(module):
            assert order.index(other) < order.index(module), f"{module} imports {other}"
