"""Pages to take away: a notebook without outputs and answers, with the data that it reads."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

from contents import Page, Workbook

sys.path.insert(0, str(Path(__file__).parents[1]))
from student_copies import converted  # noqa: E402

# Archives made at different times are equal, byte for byte.
EPOCH = (2020, 1, 1, 0, 0, 0)


def write_archives(workbook: Workbook, notebooks: Path, folder: Path) -> None:
    """`NAME.zip` for each page, and `workbook.zip` with all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    companions = [
        file
        for file in sorted(notebooks.rglob("*"))
        if file.is_file() and file.suffix != ".ipynb" and not _is_hidden(file, notebooks)
    ]
    texts = {page.path.name: without_answers(page) for page in workbook.pages}
    for page in workbook.pages:
        needed = [file for file in companions if _is_needed(file, notebooks, texts[page.path.name])]
        _write(folder / f"{page.name}.zip", {page.path.name: texts[page.path.name]}, needed, notebooks)
    _write(folder / "workbook.zip", texts, companions, notebooks)


def without_answers(page: Page) -> str:
    notebook = json.loads(page.path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        converted(cell, True, page.path.name)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _is_needed(file: Path, notebooks: Path, text: str) -> bool:
    """A page names the files it reads; beside a file go its licence and its description."""
    relative = file.relative_to(notebooks)
    stem = str(relative).split(".")[0]
    folder = str(relative.parent)
    return str(relative) in text or stem in text or (folder not in (".", "data") and folder in text)


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)


def _write(archive: Path, texts: dict[str, str], files: list[Path], root: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
        for name, text in texts.items():
            stream.writestr(_entry(name), text)
        for file in files:
            stream.writestr(_entry(str(file.relative_to(root))), file.read_bytes())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
