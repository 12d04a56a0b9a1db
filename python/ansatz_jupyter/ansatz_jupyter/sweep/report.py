"""What many runs say of each claim: how often it holds, its median and its spread."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Result = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """A claim over all runs of its page."""

    page: str
    cell: str
    number: int
    method: str
    reference: str
    figures: list[float]
    held: int
    runs: int
    reference_varies: bool = False

    @property
    def varies(self) -> bool:
        """Whether the seed changes the figure; exact values and what a page seeds itself stay."""
        said = self.as_dictionary
        return "lowest" in said and said["lowest"] < said["highest"]

    @property
    def as_dictionary(self) -> dict[str, Any]:
        finite = sorted(figure for figure in self.figures if figure == figure)
        summary = {"page": self.page, "cell": self.cell, "number": self.number, "method": self.method}
        summary |= {"reference": self.reference, "held": self.held, "runs": self.runs}
        if finite:
            summary |= {
                "median": statistics.median(finite), "lowest": finite[0], "highest": finite[-1],
            }  # fmt: skip
        return summary


def spreads(results: list[Result]) -> list[Spread]:
    """One for each claim, in the order of the pages. A run that ends before a claim counts against it."""
    pages: dict[str, list[Result]] = {}
    for result in results:
        pages.setdefault(Path(result["setting"]["page"]).stem, []).append(result)
    found = []
    for page, runs in sorted(pages.items()):
        order: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        for run in runs:
            for claim in run["claims"]:
                order.setdefault((claim["cell"], claim["method"], claim["number"]), []).append(claim)
        for (cell, method, number), claims in order.items():
            figures = [float("nan") if c["figure"] is None else c["figure"] for c in claims]
            held = sum(claim["holds"] for claim in claims)
            shown = claims[0]["reference shown"]
            others = any(claim["reference shown"] != shown for claim in claims)
            found.append(
                Spread(page, cell, number, method, shown, figures, held, len(runs), others)
            )
    return found


def wavering(results: list[Result]) -> set[str]:
    """The pages that have a claim which not every seed upholds."""
    return {spread.page for spread in spreads(results) if spread.held < spread.runs}


def markdown(results: list[Result], command: str) -> str:
    """Tables for people, the claims that do not always hold first."""
    found = spreads(results)
    quick = any(result["setting"]["is_quick"] for result in results)
    form = "in their quick form" if quick else "in full"
    missed = [spread for spread in found if spread.held < spread.runs]
    varying = [spread for spread in found if spread.varies]
    missed_varying = [spread for spread in missed if spread.varies]
    lines = [
        "# Every claim over many seeds",
        "",
        f"`{command}`: {len(results)} runs of {len({s.page for s in found})} pages, {form}. A seed sets"
        " what the page's own `Page(seed:)` sets; data, held-out contexts and streams that a page seeds"
        " itself stay.",
        "",
        f"{len(found) - len(missed)} of {len(found)} claims hold for every seed. The figures of"
        f" {len(varying)} claims differ between seeds, and {len(varying) - len(missed_varying)} of them hold"
        " for every seed; the others are exact, or seeded by the page itself.",
    ]
    if missed:
        lines += ["", "## Not for every seed", "", *table(missed, names_page=True)]
    for page in dict.fromkeys(spread.page for spread in found):
        lines += ["", f"## {page}", "", *table([s for s in found if s.page == page], names_page=False)]
    return "\n".join(lines) + "\n"


def table(found: list[Spread], names_page: bool) -> list[str]:
    head = ["page"] * names_page + ["claim", "median", "lowest", "highest", "should be, seed 1", "holds"]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for spread in found:
        said = spread.as_dictionary
        numbers = [f"{said[name]:.4g}" if name in said else "" for name in ("median", "lowest", "highest")]
        reference = spread.reference + (" (differs by seed)" if spread.reference_varies else "")
        cells = [spread.page] * names_page + [spread.method, *numbers, reference]
        cells.append(f"{spread.held} of {spread.runs}")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines
