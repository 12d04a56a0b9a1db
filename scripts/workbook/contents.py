"""What the workbook consists of: its parts and pages, as `notebooks/workbook.toml` orders them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import nbformat


@dataclass(frozen=True)
class Page:
    """A notebook, before it is run."""

    path: Path
    title: str
    summary: str
    minutes: str

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> int | None:
        digits = re.match(r"(\d+)-", self.name)
        return int(digits[1]) if digits else None


@dataclass(frozen=True)
class Part:
    title: str
    sentence: str
    tens: int | None
    picture: str = ""
    pages: list[Page] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


@dataclass(frozen=True)
class Workbook:
    title: str
    picture: str
    launch: dict[str, str]
    parts: list[Part]

    @property
    def pages(self) -> list[Page]:
        return [page for part in self.parts for page in part.pages]


def read_workbook(folder: Path, paths: list[Path]) -> Workbook:
    """The parts that have pages, and a last one for pages that no part claims."""
    file = folder / "workbook.toml"
    settings = tomllib.loads(file.read_text()) if file.exists() else {}
    parts = [
        Part(item["title"], item["sentence"], item["tens"], item.get("picture", ""))
        for item in settings.get("part", [])
    ]
    rest = Part("Pages", "", None)
    for path in paths:
        page = read_page(path)
        tens = None if page.number is None else page.number // 10
        part = next((part for part in parts if part.tens == tens), rest)
        part.pages.append(page)
    filled = [part for part in [*parts, rest] if part.pages]
    return Workbook(
        settings.get("title", "Workbook"),
        settings.get("picture", ""),
        settings.get("launch", {}),
        filled,
    )


def read_page(path: Path) -> Page:
    cells = nbformat.read(path, as_version=4).cells
    opening = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    heading = re.search(r"^#\s+(.+?)\s*#*$", opening, re.MULTILINE)
    return Page(
        path,
        title=plain(heading[1]) if heading else path.stem,
        summary=first_sentence(opening),
        minutes=stated_time(opening),
    )


def first_sentence(opening: str) -> str:
    """The sentence below the title: what a reader will be able to do."""
    for paragraph in re.split(r"\n\s*\n", opening):
        text = plain(re.sub(r"^#.*$", "", paragraph, flags=re.MULTILINE))
        if text:
            return re.split(r"(?<=[.!?])\s+(?=[A-Z])|\s+Before:", text)[0]
    return ""


def stated_time(opening: str) -> str:
    """The time that a page says it takes: `about twenty seconds`; empty where it says none.

    The builder's own clock tells of the load of this machine, not of the page.
    """
    text = plain(opening)
    said = re.search(
        r"(?:Run time|Time|It runs)\W*?(?:for\s+)?"
        r"((?:about|under|less than|around|half|a|an|one|two|three)\b[^.;,]*?(?:seconds?|minutes?)"
        r"(?:\s+and\s+a\s+half)?)",
        text,
        re.IGNORECASE,
    )
    return said[1] if said else ""


def plain(markdown: str) -> str:
    """One line of text without Markdown's marks; formulas stay as they are."""
    pieces = re.split(r"(\$[^$]+\$)", markdown)
    pieces[::2] = [without_marks(piece) for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def without_marks(markdown: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"<[^>]+>|[*`]", "", text)
