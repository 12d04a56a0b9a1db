"""Keeps the pages free of the network: MathJax beside them, and no address they would load."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

MATHJAX = Path("/usr/share/javascript/mathjax")

# What the configuration TeX-AMS_SVG-full loads; the whole of MathJax is 20 times as large.
MATHJAX_PARTS = (
    "MathJax.js",
    "config/TeX-AMS_SVG-full.js",
    "extensions",
    "jax/element",
    "jax/input/TeX",
    "jax/output/SVG/autoload",
    "jax/output/SVG/config.js",
    "jax/output/SVG/jax.js",
    "jax/output/SVG/fonts/TeX",
)


def copy_mathjax(folder: Path) -> None:
    if not (MATHJAX / "MathJax.js").exists():
        raise SystemExit(
            f"workbook: {MATHJAX} is missing, so formulas cannot be shown; "
            "run: apt-get install libjs-mathjax"
        )
    if (folder / "MathJax.js").exists():
        return
    for part in MATHJAX_PARTS:
        source, target = MATHJAX / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target)


def remote_references(page: str) -> list[str]:
    """The addresses on the network that a browser would load to show the page.

    Links that a reader may follow are none.
    """
    finder = _ReferenceFinder()
    finder.feed(page)
    return finder.found


class _ReferenceFinder(HTMLParser):
    LOADED = {"src", "srcset", "poster", "data", "href", "xlink:href"}
    REMOTE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
    IN_STYLE = re.compile(r"""(?:@import\s*|url\()\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.I)
    IN_SCRIPT = re.compile(r"""(?:import|from|src\s*=|fetch\(|importScripts\()\s*\(?["'](https?:[^"']+)""")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for name, value in attributes:
            if name == "style":
                self.found += self.IN_STYLE.findall(value or "")
            elif name in self.LOADED and tag not in ("a", "area") and self.REMOTE.match(value or ""):
                self.found.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.found += self.IN_STYLE.findall(data)
        elif self.inside == "script":
            self.found += self.IN_SCRIPT.findall(data)
