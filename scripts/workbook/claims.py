"""The claims that executed pages made, for the page of all claims and for other programs."""

from __future__ import annotations

import html
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from execution import Run

MIME = "application/vnd.ansatz.claims+json"


SEEDS = Path(__file__).parents[2] / "Benchmarks" / "pages" / "seeds.json"


@dataclass(frozen=True)
class Claim:
    page: str
    cell: str
    content: dict[str, Any]
    # Which of those that its cell makes under one name.
    number: int = 0

    @property
    def as_dictionary(self) -> dict[str, Any]:
        seeds = {"seeds": self.spread} if self.spread else {}
        return {"page": self.page, "cell": self.cell, **self.content, **seeds}

    @property
    def spread(self) -> dict[str, Any] | None:
        """How it fared over many seeds, where that was measured (`make seeds`)."""
        found = spreads().get((self.page, self.cell, self.content["method"], self.number))
        names = ("held", "runs", "median", "lowest", "highest")
        return found and {name: found[name] for name in names if name in found}


@cache
def spreads() -> dict[tuple[str, str, str, int], dict[str, Any]]:
    entries = json.loads(SEEDS.read_text()) if SEEDS.exists() else []
    return {(e["page"], e["cell"], e["method"], e["number"]): e for e in entries}


def claims(runs: list[Run]) -> list[Claim]:
    """What the pages claimed, in reading order: each where its cell shows it."""
    found = []
    for run in runs:
        for cell in run.notebook.cells:
            counts: Counter[str] = Counter()
            for output in cell.get("outputs", []):
                for claim in output.get("data", {}).get(MIME) or []:
                    number = counts[claim["method"]]
                    found.append(Claim(run.path.stem, cell.id, claim, number))
                    counts[claim["method"]] += 1
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
        lines += ["| claim | figure | should be | source | margin | over seeds |", "|---" * 6 + "|"]
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
        over_seeds(claim.spread),
    ]
    return "| " + " | ".join([cells[0], *map(escaped, cells[1:])]) + " |"


def over_seeds(spread: dict[str, Any] | None) -> str:
    if not spread:
        return ""
    held = f"{spread['held']} of {spread['runs']}"
    return held + (f": {spread['lowest']:.3g} to {spread['highest']:.3g}" if "lowest" in spread else "")


def escaped(text: str) -> str:
    for mark in "\\|*_`$[]<":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
