"""Looks at the built site in a headless browser: `python scripts/check_site.py build/workbook`.

Every page, light and dark, at the width of a phone and of a desk: the rules of axe-core (WCAG 2.1 A and
AA), nothing wider than the window, no error on the console, and every link inside of the site leads
somewhere.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup

from browser import Browser

WIDTHS = (400, 1200)
THEMES = ("light", "dark")
# Style sheets are not loaded again, from where their own addresses would lead nowhere.
RULES = {
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}


def main() -> int:
    options = parsed()
    pages = [options.site / name for name in options.pages] or sorted(options.site.glob("*.html"))
    findings = list(broken_links(options.site, pages))
    with Reader() as browser:
        for page in pages:
            for theme in THEMES:
                for width in WIDTHS:
                    found = browser.look(page, theme, width)
                    findings += [f"{page.name}, {theme}, {width} px: {text}" for text in found]
    for finding in findings:
        print(finding)
    print(f"{len(pages)} pages, {len(findings)} findings")
    return 1 if findings else 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="check_site", description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of the site")
    parser.add_argument("pages", nargs="*", help="only these files of it")
    return parser.parse_args()


# MARK: Links


def broken_links(site: Path, pages: list[Path]) -> Iterator[str]:
    for page in pages:
        for tag, name in (("a", "href"), ("img", "src"), ("link", "href"), ("script", "src")):
            for element in parse(page)(tag):
                address = element.get(name, "")
                if address and not re.match(r"[a-z]+:|//", address) and not leads(page, address):
                    yield f"{page.name}: {address} leads nowhere"


def leads(page: Path, address: str) -> bool:
    path, anchor = urldefrag(unquote(address))
    target = (page.parent / path.split("?")[0]).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".html" or anchor in anchors(target)


@cache
def parse(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(), "html.parser")


@cache
def anchors(page: Path) -> set[str]:
    return {element["id"] for element in parse(page)(id=True)} | {""}


# MARK: The browser


class Reader(Browser):
    """A browser that tells what is wrong with a page."""

    def look(self, page: Path, theme: str, width: int) -> list[str]:
        """What is wrong with a page."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        self.open(page)
        self.driver.execute_script(
            "localStorage.setItem('mode', arguments[0]); localStorage.setItem('theme', arguments[0]);",
            theme,
        )
        self.driver.get_log("browser")
        self.driver.refresh()
        self.wait_for_formulas()
        found = [line["message"] for line in self.driver.get_log("browser")]
        beyond = self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if beyond > 1:
            found.append(f"the page is {beyond} px wider than the window")
        return found + [described(violation) for violation in self.violations()]

    def violations(self) -> list[dict[str, Any]]:
        self.driver.execute_script(axe_source())
        answer = self.driver.execute_async_script(
            "const done = arguments[1];"
            "axe.run(document, JSON.parse(arguments[0])).then(r => done(JSON.stringify(r.violations)));",
            json.dumps(RULES),
        )
        return json.loads(answer)


@cache
def axe_source() -> str:
    for file in files("axe-playwright-python") or []:
        if file.name == "axe.min.js":
            return file.read_text()
    raise SystemExit("axe.min.js is not installed; run `make test` once, which installs it")


def described(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    first = " ".join(nodes[0].get("failureSummary", "").split()[:40])
    return f"{violation['id']}, {len(nodes)} times: {violation['help']} ({nodes[0]['html'][:80]}: {first})"


if __name__ == "__main__":
    sys.exit(main())
