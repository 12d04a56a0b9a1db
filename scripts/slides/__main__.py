"""Writes a deck of slides for each part of the workbook: `python scripts/slides --help`.

The decks are made of the executed pages: a slide for each section with its main points and its first
figure, one with what the page claims, one with its questions. What a teacher says (time, where students
stumble, answers) is in the speaker's notes: press S.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tomllib
from pathlib import Path

import nbformat
import sphinx_revealjs
from nbconvert import SlidesExporter

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "scripts" / "workbook")]

from contents import Part, read_workbook  # noqa: E402
from outline import closing_slide, opening_slides, section_slides  # noqa: E402


def main() -> int:
    options = parsed()
    folder = options.notebooks
    workbook = read_workbook(folder, sorted(folder.glob("*.ipynb")))
    notes = folder / "teaching.toml"
    teaching = tomllib.loads(notes.read_text()) if notes.exists() else {}
    runs = options.workbook.parent / f".{options.workbook.name}" / "runs"
    missing = [page.name for page in workbook.pages if not (runs / f"{page.name}.json").exists()]
    if missing:
        print(f"slides: {', '.join(missing)} have not run; run `make workbook` first", file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    copy_scripts(options.output)
    for part in workbook.parts:
        file = options.output / f"{part.anchor}.html"
        file.write_text(deck(part, runs, teaching))
        print(file)
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="slides", description=__doc__)
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--workbook", type=Path, default=ROOT / "build" / "workbook")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "slides")
    return parser.parse_args()


def copy_scripts(output: Path) -> None:
    """reveal.js and MathJax, so that a deck needs no network."""
    static = Path(sphinx_revealjs.__file__).parent / "_static" / "revealjs"
    shutil.copytree(static, output / "_reveal", dirs_exist_ok=True)
    # A folder of files without a module: found beside one that is installed with it.
    mathjax = static.parents[2] / "sphinx-mathjax-offline" / "static" / "mathjax"
    shutil.copytree(mathjax, output / "_mathjax", dirs_exist_ok=True)
    shutil.copyfile(HERE / "deck.css", output / "deck.css")


def deck(part: Part, runs: Path, teaching: dict) -> str:
    cells = []
    for page in part.pages:
        run = json.loads((runs / f"{page.name}.json").read_text())
        notebook = nbformat.from_dict(run["notebook"])
        notes = teaching.get(page.name, {})
        cells += opening_slides(page, notes)
        cells += section_slides(page, notebook)
        cells += closing_slide(page, notebook)
    title = nbformat.v4.new_markdown_cell(
        f"# {part.title}\n\n{part.sentence}", metadata={"slideshow": {"slide_type": "slide"}}
    )
    notebook = nbformat.v4.new_notebook(cells=[title, *cells], metadata={"title": part.title})
    exporter = SlidesExporter(
        template_name="deck", extra_template_basedirs=[str(HERE)], reveal_url_prefix="_reveal",
        reveal_theme="white",
    )  # fmt: skip
    return exporter.from_notebook_node(notebook)[0]


if __name__ == "__main__":
    sys.exit(main())
