"""Turns executed notebooks into what Sphinx reads: notebooks with figures as files, links, anchors."""

from __future__ import annotations

import base64
import copy
import html
import re
from pathlib import Path
from typing import Any

import nbformat

from contents import Page
from execution import Run
from references import linked

MARK = re.compile(r"^\s*(//|<!--)\s*(BEGIN|END) SOLUTION.*\n?", re.MULTILINE)
PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


class PageSource:
    """One page on its way into the site."""

    def __init__(self, page: Page, run: Run, pictures: Path, takeaway: str) -> None:
        self.page = page
        self.run = run
        self.pictures = pictures
        self.takeaway = takeaway
        self.figures = 0

    def notebook(self) -> nbformat.NotebookNode:
        result = copy.deepcopy(self.run.notebook)
        result.metadata = {
            "kernelspec": {"name": "swift", "display_name": "Swift", "language": "swift"},
            "language_info": {"name": "swift", "pygments_lexer": "swift"},
        }
        for cell in result.cells:
            if cell.cell_type == "markdown":
                cell.source = linked(MARK.sub("", cell.source))
            elif cell.cell_type == "code":
                self.adapt(cell)
        self.open(result.cells)
        return result

    def open(self, cells: list[Any]) -> None:
        """What stands below the title: how to take the page away, and what went wrong."""
        text = self.takeaway
        if self.run.failure:
            text += "\n\n```{error}\nThis page did not run to its end. The cell that failed is below.\n```"
        place = next((i for i, cell in enumerate(cells) if cell.cell_type == "markdown"), -1) + 1
        cells.insert(place, nbformat.v4.new_markdown_cell(text, id="take-away"))

    def adapt(self, cell: Any) -> None:
        tags = cell.metadata.setdefault("tags", [])
        if "exercise" in tags or "BEGIN SOLUTION" in cell.source:
            # The question stands in prose; what checks the answer, and the answer, are folded.
            answer = "BEGIN SOLUTION" in cell.source
            cell.metadata["mystnb"] = {
                "code_prompt_show": "Show an answer" if answer else "Show the exercise's check",
                "code_prompt_hide": "Hide it",
            }
            tags.append("hide-input")
        cell.source = MARK.sub("", cell.source)
        cell.metadata["anchor"] = f"cell-{cell.id}"
        cell.outputs = [self.shown(output, cell) for output in cell.outputs]

    def shown(self, output: Any, cell: Any) -> Any:
        data = output.get("data")
        if data is None:
            return output
        if "text/html" in data:
            page = "".join(data["text/html"])
            page = re.sub(r'(href="[\w-]+\.ipynb#cell-)id=', r"\1", page)
            data["text/html"] = re.sub(r'(href="[\w-]+)\.ipynb\b', r"\1.html", page)
        kind = next((kind for kind in PICTURES if kind in data), None)
        if "text/html" in data or kind is None:
            return output
        alternative = self.alternative(output, kind)
        self.figures += 1
        name = f"{self.page.name}-{self.figures:02}.{PICTURES[kind]}"
        content = data[kind]
        content = "".join(content) if isinstance(content, list) else content
        is_text = kind == "image/svg+xml"
        (self.pictures / name).write_bytes(
            content.encode() if is_text else base64.b64decode(content)
        )
        sizes = output.get("metadata", {}).get(kind, {})
        attributes = "".join(
            f' {side}="{sizes[side]:.0f}"' for side in ("width", "height") if side in sizes
        )
        number = self.figures if self.page.number is None else f"{self.page.number}.{self.figures}"
        output.data = {
            "text/html": f'<figure class="figure" id="figure-{self.figures}">'
            f'<img src="_pictures/{name}" alt="{html.escape(alternative)}"{attributes} loading="lazy">'
            f"<figcaption>Figure {number}</figcaption></figure>",
        }
        return output

    def alternative(self, output: Any, kind: str) -> str:
        said = output.get("metadata", {}).get(kind, {}).get("alt")
        plain = output.data.get("text/plain", "")
        return said or ("".join(plain) if isinstance(plain, list) else plain)


def waiting_page(page: Page) -> nbformat.NotebookNode:
    """What stands in for a page until it has run."""
    text = f"# {page.title}\n\n{page.summary}\n\n```{{note}}\nThis page is being run; look again soon.\n```"
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="title")])
