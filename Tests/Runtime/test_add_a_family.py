"""The cells of docs/add-a-family.md run in their order, and what they print holds."""

from __future__ import annotations

import re
from typing import Callable

from conftest import ROOT


def test_every_step_of_the_page_runs(cells: Callable[[str], str]) -> None:
    text = (ROOT / "docs" / "add-a-family.md").read_text()
    blocks = re.findall(r"```swift\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 8
    printed = cells("// %%\n".join(blocks))
    verdicts = [line for line in printed.splitlines() if line.endswith((": true", ": false"))]
    assert len(verdicts) == 7, printed
    assert all(line.endswith(": true") for line in verdicts), verdicts
