"""What every committed page of the workbook keeps to, as its text alone shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from house import ROOT

PAGES = sorted((ROOT / "notebooks").glob("[1-8]*.ipynb"))
every_page = pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])


def cells(path: Path) -> list[tuple[str, str]]:
    """The kind and the text of each cell."""
    read = json.loads(path.read_text())["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in read]


@every_page
def test_the_question_of_an_exercise_stands_in_prose_above_it(path: Path) -> None:
    read = cells(path)
    asked = [
        index for index, (kind, text) in enumerate(read) if kind == "code" and "Exercise<" in text
    ]
    assert len(asked) >= 3, "a page has three exercises or more"
    for index in asked:
        assert read[index - 1][0] == "markdown", read[index][1].splitlines()[0]


@every_page
def test_no_claim_judges_a_clock(path: Path) -> None:
    # A busy machine would fail the page; counts (iterations, evaluations) are judged instead.
    for kind, text in cells(path):
        if kind == "code":
            for claim in re.findall(r"page\.claim\((?:[^()]|\([^()]*\))*\)", text):
                assert not re.search(r'unit: "(n|µ|m)?s"', claim), claim


@every_page
def test_no_more_than_three_code_cells_stand_without_a_sentence(path: Path) -> None:
    kinds = "".join("c" if kind == "code" else "m" for kind, _ in cells(path))
    assert "cccc" not in kinds, f"after cell {kinds.index('cccc')}"
