"""Prints the built site as one PDF: `python scripts/print_site.py build/workbook`.

Pages come in reading order, as the site's sidebar has them, each with its sections in the outline; links
between pages lead to the page in the PDF. What is folded (answers, checks of exercises) stays folded.
"""

from __future__ import annotations

import argparse
import base64
import io
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, Fit, NameObject
from selenium.webdriver.common.print_page_options import PrintOptions

from browser import Browser

# Browsers load pictures when they come into view, which in print they never do.
LOAD_PICTURES = """
const done = arguments[0];
const pictures = [...document.images];
for (const picture of pictures) picture.loading = "eager";
Promise.all(pictures.map(picture => picture.decode().catch(() => null))).then(() => done());
"""


def main() -> int:
    options = parsed()
    index = options.site / "index.html"
    if not index.exists():
        print(f"{index} does not exist; build the site first: make workbook", file=sys.stderr)
        return 1
    output = options.output or options.site.with_suffix(".pdf")
    volume = Volume()
    with Browser() as browser:
        for page in [index, *reading_order(index)]:
            volume.add(page, printed(browser, page))
    volume.join_links()
    volume.write(output)
    print(f"{output}: {len(volume.writer.pages)} pages, {output.stat().st_size / 1e6:.1f} MB")
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="print_site", description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of the site")
    parser.add_argument("--output", type=Path, help="the PDF; without it, beside the site")
    return parser.parse_args()


def reading_order(index: Path) -> list[Path]:
    """The pages of the sidebar."""
    links = BeautifulSoup(index.read_text(), "html.parser").select("nav.bd-links a[href]")
    addresses = dict.fromkeys(urldefrag(unquote(link["href"])).url for link in links)
    files = (index.parent / address for address in addresses if address)
    return [file for file in files if file.exists() and file != index]


def printed(browser: Browser, page: Path) -> bytes:
    browser.open(page)
    browser.wait_for_formulas()
    browser.driver.execute_async_script(LOAD_PICTURES)
    options = PrintOptions()
    options.page_width, options.page_height = 21.0, 29.7
    options.background = True
    # Wide tables and code fit at this scale without being cut.
    options.scale = 0.8
    return base64.b64decode(browser.driver.print_page(options))


class Volume:
    """The pages so far, and where each begins."""

    def __init__(self) -> None:
        self.writer = PdfWriter()
        self.starts: dict[Path, int] = {}

    def add(self, page: Path, content: bytes) -> None:
        start = len(self.writer.pages)
        self.starts[page.resolve()] = start
        title = BeautifulSoup(page.read_text(), "html.parser").h1
        name = title.get_text().rstrip("#").strip() if title else page.stem
        self.writer.append(io.BytesIO(content), outline_item=name, import_outline=True)

    def join_links(self) -> None:
        """Links to files of the site become links inside of the volume."""
        for number, page in enumerate(self.writer.pages):
            kept, joined = ArrayObject(), []
            for reference in page.get("/Annots", ()):
                annotation = reference.get_object()
                address = str(annotation.get("/A", {}).get("/URI", ""))
                start = self.start(address)
                if start is not None:
                    joined.append(Link(rect=annotation["/Rect"], target_page_index=start, fit=Fit.fit()))
                elif not address.startswith("file:"):
                    kept.append(reference)
            page[NameObject("/Annots")] = kept
            for link in joined:
                self.writer.add_annotation(number, link)

    def start(self, address: str) -> int | None:
        parts = urlparse(address)
        return self.starts.get(Path(unquote(parts.path))) if parts.scheme == "file" else None

    def write(self, output: Path) -> None:
        self.writer.add_metadata({"/Title": "The Ansatz workbook"})
        self.writer.compress_identical_objects()
        self.writer.write(output)


if __name__ == "__main__":
    sys.exit(main())
