"""Keeps the pages free of the network: no address that they would load."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
