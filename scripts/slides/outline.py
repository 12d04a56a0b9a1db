"""What a page has for slides: its sections' main points and figures, its claims, its questions."""

from __future__ import annotations

import html
import re
from typing import Any, Iterator

import nbformat

from claims import MIME
from contents import Page
from sources import MARK, PICTURES

HEADING = re.compile(r"^##\s+(.+?)\s*#*$", re.MULTILINE)
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
NOT_TAUGHT = ("exercise", "summary", "question", "further reading", "in short")
LONGEST = 420


def slide(text: str, kind: str = "subslide") -> Any:
    return nbformat.v4.new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})


def opening_slides(page: Page, notes: dict[str, Any]) -> list[Any]:
    said = [f"**{label}** {notes[key]}" for key, label in LABELS.items() if key in notes]
    cells = [slide(f"## {page.title}\n\n{page.summary}\n\n{where(page)}", "slide")]
    return cells + [slide("\n\n".join(said), "notes")] * bool(said)


LABELS = {"minutes": "Minutes in class:", "stumble": "Where students stumble:", "ask": "Ask:"}


def where(page: Page) -> str:
    return f'<p class="where">notebooks/{html.escape(page.path.name)}</p>'


def section_slides(page: Page, notebook: nbformat.NotebookNode) -> list[Any]:
    """One for each section that has a point to make or a figure to show."""
    cells = []
    for heading, prose, outputs in sections(notebook):
        if heading.lower().startswith(NOT_TAUGHT):
            continue
        picture = next((found for output in outputs if (found := image(output))), "")
        text = points(prose)
        if text or picture:
            cells.append(slide(f"## {heading}\n\n{text}\n\n{picture}"))
    return cells


def sections(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str, list[Any]]]:
    """Heading, prose and outputs of each section."""
    heading, prose, outputs = "", "", []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs += cell.get("outputs", [])
            continue
        parts = HEADING.split(cell.source)
        prose += parts[0]
        for title, text in zip(parts[1::2], parts[2::2]):
            if heading:
                yield heading, prose, outputs
            heading, prose, outputs = title, text, []
        prose += "\n\n"
    if heading:
        yield heading, prose, outputs


def points(prose: str) -> str:
    """What fits on a slide: the first list, else the first sentences; and the first formula."""
    prose = MARK.sub("", prose)
    formula = re.search(r"\$\$.+?\$\$", prose, re.DOTALL)
    listed = re.search(r"(?:^- .+(?:\n(?:  .+|- .+))*)", prose, re.MULTILINE)
    paragraphs = [text for text in re.split(r"\n\s*\n", prose) if text.strip()]
    plain = next((text for text in paragraphs if "$$" not in text and text[0] not in "|<*#-"), "")
    text = listed[0] if listed and len(listed[0]) <= 2 * LONGEST else shortened(plain)
    text = re.sub(r"\]\((?!https?:)[^)]*\)", "]", text).replace("[", "").replace("]", "")
    return "\n\n".join(filter(None, [text, formula[0] if formula else ""]))


def shortened(text: str) -> str:
    """Whole sentences, as many as fit."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?:])\s+", " ".join(text.split())):
        if kept and len(kept) + len(sentence) > LONGEST:
            break
        kept += f"{sentence} "
    return kept.strip()


def image(output: Any) -> str:
    data = output.get("data", {})
    for kind in PICTURES:
        if kind in data and kind != "image/svg+xml":
            content = "".join(data[kind]).replace("\n", "")
            said = output.get("metadata", {}).get(kind, {}).get("alt", "")
            return f'<img src="data:{kind};base64,{content}" alt="{html.escape(said)}">'
    return ""


def closing_slide(page: Page, notebook: nbformat.NotebookNode) -> list[Any]:
    """What the page claims, and what it asks; the answers are for the teacher."""
    rows = [
        f"| {cell(claim['method'])} | {cell(claim['shown'])} | {cell(claim['reference shown'])} |"
        for source in notebook.cells
        for output in source.get("outputs", [])
        for claim in output.get("data", {}).get(MIME, [])
    ]
    cells = []
    if rows:
        table = ["| claim | figure | should be |", "|---|---|---|", *rows[:8]]
        cells.append(slide(f"## {page.title}: what was measured\n\n" + "\n".join(table)))
    prose = "\n".join(source.source for source in notebook.cells if source.cell_type == "markdown")
    asked = [(" ".join(q.split()), " ".join(a.split())) for q, a in DETAILS.findall(prose)]
    asked = [(question, answer) for question, answer in asked if question.lower() != "questions"]
    if asked:
        cells.append(slide("## Questions\n\n" + "\n".join(f"1. {question}" for question, _ in asked)))
        cells.append(slide("\n".join(f"1. {answer}" for _, answer in asked), "notes"))
    return cells


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
