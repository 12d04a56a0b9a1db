"""How Sphinx builds the workbook: from executed notebooks, without a network."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources

project = "Ansatz"
author = "the Ansatz authors"
copyright = ""
html_show_copyright = False
html_show_sphinx = False
language = "en"

extensions = ["myst_nb", "sphinx_design", "sphinx_copybutton", "sphinx.ext.mathjax"]
exclude_patterns = ["_extra"]
templates_path = ["_templates"]
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]

nb_execution_mode = "off"
nb_merge_streams = True
nb_number_source_lines = False
nb_output_stderr = "show"
myst_enable_extensions = [
    "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath",
]
myst_heading_anchors = 3
myst_links_external_new_tab = False
myst_dmath_double_inline = True

html_theme = "sphinx_book_theme"
html_title = "Ansatz"
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["ansatz.css"]
html_js_files = ["ansatz.js"]
html_copy_source = False
html_theme_options: dict[str, Any] = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "logo": {"text": "Ansatz"},
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}

# MathJax 3 as its package ships it, copied beside the pages.
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {"svg": {"fontCache": "global"}, "options": {"enableMenu": False}}
specification = find_spec("sphinx-mathjax-offline")
assert specification is not None and specification.origin is not None
html_static_path.append(str(Path(specification.origin).parent / "static"))


def anchor_cells(app: Any, doctree: nodes.document) -> None:
    """Gives each cell its notebook's id, so that claims and tables can lead to it."""
    for cell in doctree.findall(nodes.container):
        anchor = cell.get("cell_metadata", {}).get("anchor")
        if cell.get("nb_element") == "cell_code" and anchor:
            cell["ids"].append(anchor)


def number_sections(app: Any, doctree: nodes.document) -> None:
    """Page 10 is number 10, its third section 10.3, in its text and in every table of contents.

    Titles are changed once their anchors are made, so that links know them by their words alone.
    """
    page = re.match(r"(\d+)-", app.env.docname)
    tops = [node for node in doctree.children if isinstance(node, nodes.section)]
    if not page or not tops:
        return
    number = int(page[1])
    put_number(tops[0], f"{number}.")
    sections = [node for node in tops[0].children if isinstance(node, nodes.section)]
    counted = (node for node in sections if node[0].astext() not in UNNUMBERED)
    for count, section in enumerate(counted, 1):
        put_number(section, f"{number}.{count}")


UNNUMBERED = {"Summary", "Questions", "Further reading"}


def put_number(section: nodes.section, number: str) -> None:
    # The space after a number does not break a line.
    section[0].insert(0, nodes.Text(f"{number}\u00a0"))


def put_style_sheet(app: Any) -> None:
    """Puts MyST-NB's style sheet into place before pages are written, which name its checksum.

    It does so itself at the end, so that a site's second build would differ from its first.
    """
    (Path(app.builder.outdir) / "_static").mkdir(parents=True, exist_ok=True)
    add_global_html_resources(app, None)


def setup(app: Any) -> None:
    app.connect("builder-inited", put_style_sheet)
    app.connect("doctree-read", anchor_cells)
    # Before Sphinx collects titles for tables of contents.
    app.connect("doctree-read", number_sections, priority=400)
