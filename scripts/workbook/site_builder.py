"""The site: Sphinx's sources, written from the workbook's pages, and Sphinx at work on them."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import jinja2
import nbformat

from claims import claims, claims_page, write_claims
from contents import Page, Workbook
from execution import Run
from references import bibliography_page, identifiers, read_bibliography
from sources import PageSource, waiting_page
from takeaway import write_archives

HERE = Path(__file__).parent
LOGO = HERE.parents[1] / "kernelspec" / "logo-svg.svg"


class Site:
    """Pages can be read as soon as each has run: the site is built again whenever one is written."""

    def __init__(self, workbook: Workbook, notebooks: Path, output: Path) -> None:
        self.workbook = workbook
        self.notebooks = notebooks
        self.output = output
        self.work = output.parent / f".{output.name}"
        self.source = self.work / "source"
        self.runs: dict[str, Run] = {}
        self.changed = threading.Event()
        self.building = threading.Lock()
        self.prepare()

    def prepare(self) -> None:
        for part in ("_static", "_templates"):
            shutil.copytree(HERE / "site" / part, self.source / part, dirs_exist_ok=True)
        shutil.copyfile(LOGO, self.source / "_static" / "logo.svg")
        shutil.copyfile(HERE / "site" / "conf.py", self.source / "conf.py")
        (self.source / "_extra" / "_pictures").mkdir(parents=True, exist_ok=True)
        write_archives(self.workbook, self.notebooks, self.source / "_extra" / "downloads")
        self.copy_pictures()
        known = {f"{page.name}.ipynb" for page in self.workbook.pages}
        for stale in set(self.source.glob("*.ipynb")):
            if stale.name not in known:
                stale.unlink()
        for page in self.workbook.pages:
            if not (self.source / page.path.name).exists():
                self.write(self.source / page.path.name, nbformat.writes(waiting_page(page)))
        self.write_frame()

    def copy_pictures(self) -> None:
        """What the prose of pages shows."""
        for file in sorted(self.notebooks.rglob("*")):
            if file.suffix in (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"):
                target = self.source / file.relative_to(self.notebooks)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)

    # MARK: Pages

    def add(self, page: Page, run: Run) -> None:
        """Writes a page that has run, and has the site built anew."""
        self.runs[page.name] = run
        source = PageSource(page, run, self.source / "_extra" / "_pictures", self.takeaway(page))
        self.write(self.source / page.path.name, nbformat.writes(source.notebook()))

    def takeaway(self, page: Page) -> str:
        ways = [link(f"downloads/{page.name}.zip", "Take this page with you") + " (notebook and data)"]
        for key, name in {"binder": "Binder", "jupyterhub": "JupyterHub"}.items():
            if address := self.workbook.launch.get(key):
                ways.append(link(address.replace("{page}", page.path.name), f"open it on {name}"))
        return f'<p class="take-away">{" · ".join(ways)}</p>'

    def write_frame(self) -> None:
        """The pages that are no notebooks: front, parts, claims, glossary, bibliography."""
        titles = {page.name: page.title for page in self.workbook.pages}
        found = claims([self.runs[name] for name in titles if name in self.runs])
        self.write(self.source / "claims.md", claims_page(found, titles))
        write_claims(found, self.source / "_extra" / "claims.json")
        works = read_bibliography(self.notebooks / "references.bib")
        cited = {page.name: cited_by(page) for page in self.workbook.pages}
        self.write(self.source / "bibliography.md", bibliography_page(works, cited, titles))
        glossary = self.notebooks / "glossary.md"
        self.write(
            self.source / "glossary.md",
            glossary.read_text() if glossary.exists() else "# Glossary\n",
        )
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "site"), trim_blocks=True, lstrip_blocks=True
        )
        described = {
            "workbook": self.workbook, "claims": len(found), "names": set(titles),
            "picture": self.picture,
        }
        self.write(self.source / "index.md", environment.get_template("index.md.j2").render(described))

    def picture(self, name: str) -> str:
        """The file of a figure, once its page has run."""
        found = sorted((self.source / "_extra" / "_pictures").glob(f"{name}.*")) if name else []
        return f"_pictures/{found[0].name}" if found else ""

    @staticmethod
    def write(file: Path, text: str) -> None:
        """Leaves a file alone that would not change, so that Sphinx does too."""
        if not file.exists() or file.read_text() != text:
            file.write_text(text)

    @property
    def is_whole(self) -> bool:
        """Whether no page was left out, to which others may lead."""
        return len(self.workbook.pages) == len(list(self.notebooks.glob("*.ipynb")))

    # MARK: Sphinx

    def build(self, is_final: bool = False) -> int:
        """Builds what changed. While pages still run, a build that is under way is enough."""
        if not self.building.acquire(blocking=is_final):
            return 0
        try:
            self.write_frame()
            command = [sys.executable, "-m", "sphinx", "-b", "html", "-q"]
            if is_final and self.is_whole:
                # A link that leads nowhere fails the build.
                command += ["--fail-on-warning", "--keep-going"]
            command += ["-d", str(self.work / "doctrees"), str(self.source), str(self.output)]
            done = subprocess.run(command, capture_output=True, text=True)
            if is_final and (done.returncode or done.stderr):
                print(done.stderr, file=sys.stderr, end="")
            return done.returncode
        finally:
            self.building.release()

    def build_in_background(self) -> None:
        threading.Thread(target=self.build, daemon=True).start()


def link(address: str, text: str) -> str:
    """HTML, since Sphinx would look for the files of `_extra` among its sources."""
    return f'<a href="{html.escape(address)}">{html.escape(text)}</a>'


def cited_by(page: Page) -> set[str]:
    cells = nbformat.read(page.path, as_version=4).cells
    return set().union(*(identifiers(cell.source) for cell in cells), set())
