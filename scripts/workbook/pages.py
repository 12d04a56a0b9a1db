"""Turns executed notebooks into pages that need no network."""

from __future__ import annotations

import base64
import html
import mimetypes
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
import nbformat
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from execution import Run
from offline import copy_mathjax

TEMPLATES = Path(__file__).parent / "templates"
LOGO = Path(__file__).parents[2] / "kernelspec" / "logo-svg.svg"


@dataclass
class Page:
    """A notebook on its way to a page."""

    run: Run

    @property
    def href(self) -> str:
        return f"{self.run.path.stem}.html"

    @property
    def source(self) -> str:
        return self.run.path.name

    @property
    def seconds(self) -> str:
        return f"{self.run.seconds:.1f}"

    @property
    def failure(self) -> Any:
        return self.run.failure

    @property
    def title(self) -> str:
        heading = re.search(r"^#\s+(.+?)\s*#*$", self.opening, re.MULTILINE)
        return plain(heading[1]) if heading else self.run.path.stem

    @property
    def summary(self) -> str:
        """The first sentence after the title."""
        paragraphs = re.split(r"\n\s*\n", self.opening)
        for paragraph in paragraphs:
            text = plain(re.sub(r"^#.*$", "", paragraph, flags=re.MULTILINE))
            if text:
                return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)[0]
        return ""

    @property
    def opening(self) -> str:
        """The text of the first cell that is prose."""
        prose = (cell.source for cell in self.run.notebook.cells if cell.cell_type == "markdown")
        return next(prose, "")


def plain(markdown: str) -> str:
    """One line of text without Markdown's marks; formulas stay as they are."""
    pieces = re.split(r"(\$[^$]+\$)", markdown)
    pieces[::2] = [without_marks(piece) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def without_marks(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"<[^>]+>|[*`]", "", text)


def write_site(runs: list[Run], folder: Path) -> None:
    """Writes a page for each run, the contents, and all that they load."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [Page(run) for run in runs]
    for index, page in enumerate(pages):
        neighbours = {
            "previous": pages[index - 1] if index > 0 else None,
            "next": pages[index + 1] if index + 1 < len(pages) else None,
        }
        (folder / page.href).write_text(render(page, neighbours))
        nbformat.write(page.run.notebook, folder / page.source)
    (folder / "index.html").write_text(render_contents(pages))
    write_assets(folder / "assets")


def render(page: Page, neighbours: dict[str, Page | None]) -> str:
    exporter = HTMLExporter(
        template_name="ansatz",
        extra_template_basedirs=[str(TEMPLATES)],
        anchor_link_text="#",
    )
    description = {
        "title": page.title,
        "summary": page.summary,
        "seconds": page.seconds,
        "source": page.source,
        **neighbours,
    }
    resources = {"page": description, "metadata": {"path": str(page.run.path.parent)}}
    body, _ = exporter.from_notebook_node(page.run.notebook, resources)
    return finished(body, page.run.path.parent)


def finished(body: str, folder: Path) -> str:
    """Links notebooks to pages, embeds pictures and adds the list of what is on the page."""
    soup = BeautifulSoup(body, "html.parser")
    # The exporter's own embedding would close `<details>` before the Markdown inside.
    for picture in soup.select("main img[src]"):
        picture["src"] = embedded(str(picture["src"]), folder)
    for link in soup.select("main a[href]"):
        link["href"] = page_link(str(link["href"]))
    headings = soup.select("main h2[id]")
    title = soup.select_one("main h1")
    if title and len(headings) > 2:
        title.insert_after(BeautifulSoup(list_of(headings), "html.parser"))
    return str(soup)


def embedded(source: str, folder: Path) -> str:
    """A picture beside the notebook as a data address; other addresses as they are."""
    file = folder / unquote(source)
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", source) or not file.is_file():
        return source
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def page_link(target: str) -> str:
    """`02-tensors.ipynb#shapes` as the address of the page."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", target):
        return target
    return re.sub(r"\.ipynb(?=#|$)", ".html", target)


def list_of(headings: list[Any]) -> str:
    items = []
    for heading in headings:
        text = heading.get_text().removesuffix("#").strip()
        items.append(f'<li><a href="#{html.escape(heading["id"])}">{html.escape(text)}</a></li>')
    return (
        '<details class="on-this-page"><summary>On this page</summary><ul>'
        + "".join(items)
        + "</ul></details>"
    )


def render_contents(pages: list[Page]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=False
    )
    total = sum(page.run.seconds for page in pages)
    template = environment.get_template("contents.html.j2")
    return template.render(pages=pages, total=f"{total:.0f}")


def write_assets(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("style.css", "formulas.js"):
        shutil.copyfile(TEMPLATES / name, folder / name)
    shutil.copyfile(LOGO, folder / "logo.svg")
    copy_mathjax(folder / "mathjax")
