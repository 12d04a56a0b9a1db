"""Checks that a page also runs without the answers to its exercises, in the kernel that ran it.

Running the whole student copy would cost as much as running the page. Here only what an answer can
change is run again: each cell that holds one, as students get it, and every later cell that mentions
a name which such a cell declares. Whether all of the copy compiles is checked by `ansatz check`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

sys.path.insert(0, str(Path(__file__).parents[1]))

from student_copies import rewritten  # noqa: E402

DECLARATION = re.compile(r"^(?:@\w+\s+)*(?:func|var|let|struct|class|enum)\s+(\w+)", re.MULTILINE)
ASSIGNMENT = re.compile(r"^(\w+)(?:\.\w+|\[[^\]]*\])*\s*[-+*/]?=(?!=)", re.MULTILINE)
# A name, but not the label of an argument.
MENTION = re.compile(r"\b(\w+)\b(?!:)")
ATTEMPT = "Not attempted."


@dataclass
class Failure:
    """What went wrong, and in which cell."""

    cell: int | None
    source: str
    message: str


def check_without_answers(
    client: NotebookClient, notebook: nbformat.NotebookNode
) -> Failure | None:
    """Runs what answers can change; the page's own outputs stay as they are."""
    copies = student_cells(notebook)
    for index in sorted({*copies, *dependents(notebook, copies)}):
        copy = nbformat.from_dict(notebook.cells[index])
        copy.source, copy.outputs = copies.get(index, copy.source), []
        # The client keeps what it runs in its notebook; this is another one.
        page, client.nb = client.nb, nbformat.v4.new_notebook(cells=[copy])
        try:
            client.execute_cell(copy, 0)
        except CellExecutionError as error:
            return Failure(index, copy.source, f"without its answer:\n{error}")
        finally:
            client.nb = page
        if index in copies and asks(notebook, index) and ATTEMPT not in shown(copy):
            return Failure(index, copy.source, f"without its answer it does not say {ATTEMPT!r}")
    return None


def student_cells(notebook: nbformat.NotebookNode) -> dict[int, str]:
    """The texts of the cells that hold an answer, without it."""
    texts = {}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            text, count = rewritten(cell.source, True, False, f"cell {index + 1}")
            if count:
                texts[index] = text
    return texts


def dependents(notebook: nbformat.NotebookNode, copies: dict[int, str]) -> set[int]:
    """Later cells that mention what a cell with an answer declares or changes, and theirs in turn."""
    changed: set[str] = set()
    found = set()
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        text = cell.source
        depends = bool(changed & set(MENTION.findall(text)))
        if depends and index not in copies and "page.finish()" not in text:
            found.add(index)
        if depends or (index in copies and "exercise" not in cell.metadata.get("tags", [])):
            changed |= {*DECLARATION.findall(text), *ASSIGNMENT.findall(text)}
    return found


def asks(notebook: nbformat.NotebookNode, index: int) -> bool:
    return bool(re.search(r"\.check\s*[({]", notebook.cells[index].source))


def shown(cell: nbformat.NotebookNode) -> str:
    texts = []
    for output in cell.outputs:
        texts.append(output.get("text", ""))
        texts += [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(texts)
