"""The pages as test cases, in the form that test runners write."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from execution import COLOURS, Run

# XML has no way to write these.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_junit(runs: list[Run], file: Path) -> None:
    """A case for each page; one that failed says in which cell, and what its kernel said."""
    suite = ElementTree.Element("testsuite", name="pages")
    for run in runs:
        case = ElementTree.SubElement(
            suite, "testcase", classname="pages", name=run.path.stem, time=f"{run.seconds:.1f}"
        )
        if run.failure:
            place = "" if run.failure.cell is None else f"cell {run.failure.cell + 1}: "
            message = UNWRITABLE.sub("", COLOURS.sub("", run.failure.message))
            ElementTree.SubElement(case, "failure", message=place + message).text = message
    ElementTree.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
