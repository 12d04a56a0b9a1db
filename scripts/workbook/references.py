"""References of the pages: identifiers become links, and the bibliography says who cites what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pybtex
from pybtex.database import BibliographyData, parse_file

IDENTIFIER = re.compile(
    r"(?<![\[\w/])(?:arXiv:\s?(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+/\d{7})|doi:\s?(?P<doi>10\.\d{4,}/[^\s,;)\]\"”<>]+))"
)
ADDRESS = re.compile(
    r"https?://(?:arxiv\.org/abs/(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+/\d{7})|doi\.org/(?P<doi>10\.\d{4,}/[^\s)]+))"
)


@dataclass(frozen=True)
class Citation:
    page: str
    identifier: str


def linked(markdown: str) -> str:
    """Prose whose bare identifiers lead to the work; those in code and in links stay as they are.

    Links within the page are written for JupyterLab, whose anchors keep capitals.
    """
    markdown = re.sub(r"(\]\([\w.-]*#)([^)\s]+)\)", lambda m: m[1] + m[2].lower() + ")", markdown)
    pieces = re.split(r"(```.*?```|`[^`]*`|\[[^\]]*\]\([^)]*\))", markdown, flags=re.DOTALL)
    pieces[::2] = [IDENTIFIER.sub(_link, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _link(match: re.Match[str]) -> str:
    if match["arxiv"]:
        return f"[arXiv:{match['arxiv']}](https://arxiv.org/abs/{match['arxiv']})"
    doi = match["doi"].rstrip(".")
    rest = match["doi"][len(doi) :]
    return f"[doi:{doi}](https://doi.org/{doi}){rest}"


def identifiers(markdown: str) -> set[str]:
    """`arxiv:…` and `doi:…` of all works that a text names."""
    found = set()
    for pattern in (IDENTIFIER, ADDRESS):
        for match in pattern.finditer(markdown):
            if match["arxiv"]:
                found.add(f"arxiv:{match['arxiv']}")
            else:
                found.add("doi:" + match["doi"].rstrip("."))
    return found


def identifier_of(entry: pybtex.database.Entry) -> str:
    if "eprint" in entry.fields:
        return "arxiv:" + entry.fields["eprint"]
    return "doi:" + entry.fields.get("doi", "")


def read_bibliography(file: Path) -> BibliographyData:
    return parse_file(str(file)) if file.exists() else BibliographyData()


def bibliography_page(works: BibliographyData, cited: dict[str, set[str]], titles: dict[str, str]) -> str:
    """Markdown: each work, by first author, with its link and the pages that name it.

    - cited: The identifiers that each page names.
    """
    lines = ["# Bibliography", "", "Each work with the pages that lean on it.", ""]
    for key in sorted(works.entries, key=lambda key: _order(works.entries[key])):
        entry = works.entries[key]
        own = identifier_of(entry)
        pages = [page for page, names in cited.items() if own in names]
        links = ", ".join(f"[{titles[page]}]({page}.ipynb)" for page in pages)
        lines += [f"({key})=", f"- {_described(entry)}" + (f" *On:* {links}." if links else ""), ""]
    return "\n".join(lines)


def unknown_works(works: BibliographyData, cited: dict[str, set[str]]) -> list[Citation]:
    """Works that pages name and the bibliography does not know."""
    known = {identifier_of(entry) for entry in works.entries.values()}
    return [
        Citation(page, identifier)
        for page, names in cited.items()
        for identifier in sorted(names - known)
    ]


def _order(entry: pybtex.database.Entry) -> tuple[str, str]:
    people = entry.persons.get("author", [])
    return (" ".join(people[0].last_names) if people else "", entry.fields.get("year", ""))


def _described(entry: pybtex.database.Entry) -> str:
    people = [
        " ".join([*(name[0] + "." for name in person.first_names), *person.prelast_names, *person.last_names])
        for person in entry.persons.get("author", [])
    ]
    authors = ", ".join(people[:-1]) + (" and " if len(people) > 1 else "") + people[-1] if people else ""
    fields = entry.fields
    title = re.sub(r"[{}]", "", fields["title"])
    venue = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
    text = f"{authors}: *{title}*. " + (f"{venue}, " if venue else "") + f"{fields['year']}."
    if "eprint" in fields:
        text += f" [arXiv:{fields['eprint']}](https://arxiv.org/abs/{fields['eprint']})."
    if "doi" in fields:
        text += f" [doi:{fields['doi']}](https://doi.org/{fields['doi']})."
    return text
