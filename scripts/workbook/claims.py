"""The claims that executed pages made, for the page of all claims and for other programs."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from execution import Run

MIME = "application/vnd.ansatz.claims+json"


@dataclass(frozen=True)
class Claim:
    page: str
    cell: str
    content: dict[str, Any]

    @property
    def as_dictionary(self) -> dict[str, Any]:
        return {"page": self.page, "cell": self.cell, **self.content}


def claims(runs: list[Run]) -> list[Claim]:
    """What the pages claimed, in reading order: each where its cell shows it."""
    found = []
    for run in runs:
        for cell in run.notebook.cells:
            for output in cell.get("outputs", []):
                content = output.get("data", {}).get(MIME)
                for claim in content or []:
                    found.append(Claim(run.path.stem, cell.id, claim))
    return found


def write_claims(found: list[Claim], file: Path) -> None:
    content = [claim.as_dictionary for claim in found]
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def claims_page(found: list[Claim], titles: dict[str, str]) -> str:
    """Markdown: a table for each page, each row leading to its cell."""
    holding = sum(claim.content["holds"] for claim in found)
    lines = [
        "# Every claim",
        "",
        f"The pages make {len(found)} claims about figures that they compute; {holding} of them hold in"
        " this build. The same list for programs: <a href=\"claims.json\">claims.json</a>.",
    ]
    for page, title in titles.items():
        own = [claim for claim in found if claim.page == page]
        if not own:
            continue
        lines += ["", f"## [{title}]({page}.ipynb)", ""]
        lines += ["| claim | figure | should be | source | margin |", "|---|---|---|---|---|"]
        lines += [row(claim) for claim in own]
    return "\n".join(lines) + "\n"


def row(claim: Claim) -> str:
    content = claim.content
    mark = "✓" if content["holds"] else "✗"
    cells = [
        f'{mark} <a href="{claim.page}.html#cell-{claim.cell}">{html.escape(content["method"])}</a>',
        content["shown"],
        content["reference shown"],
        content["source"],
        content.get("margin", ""),
    ]
    return "| " + " | ".join([cells[0], *map(escaped, cells[1:])]) + " |"


def escaped(text: str) -> str:
    for mark in "\\|*_`$[]<":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
