"""Runs notebooks in fresh kernels, and remembers the runs that passed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

from attacks import FOLDER as ATTACKS, attack
from without_answers import check_without_answers, Failure

KERNEL = "swift"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Run:
    """A notebook that was executed, to its end or to the cell that failed."""

    path: Path
    notebook: nbformat.NotebookNode
    seconds: float
    failure: Failure | None = None
    is_remembered: bool = False

    @property
    def code_cells(self) -> int:
        return sum(cell.cell_type == "code" for cell in self.notebook.cells)


def run_notebook(path: Path, timeout: float, as_student: bool = False) -> Run:
    """Runs a notebook in its own folder; a cell that fails ends the run.

    With `as_student` its exercises are then attacked with wrong answers, and the page is checked
    without its answers, in the same kernel.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout=timeout,
        resources={"metadata": {"path": str(path.parent)}},
    )
    start = time.perf_counter()
    failure, seconds = None, 0.0
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            client.set_widgets_metadata()
            seconds = time.perf_counter() - start
            if as_student:
                failure = (
                    unsound_figure(notebook)
                    or attack(client, notebook, path)
                    or check_without_answers(client, notebook)
                )
    except (CellControlSignal, CellExecutionError, DeadKernelError) as error:
        failure = described(error, notebook)
    return Run(path, notebook, seconds or time.perf_counter() - start, failure)


def unsound_figure(notebook: nbformat.NotebookNode) -> Failure | None:
    """The first cell whose figure says, where `ANSATZ_AUDIT` is set, that something is wrong with it."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                if findings := re.findall(r"^figure: (.*)$", output.text, re.MULTILINE):
                    return Failure(index, cell.source, "its figure: " + "\n".join(findings))
    return None


def described(error: Exception, notebook: nbformat.NotebookNode) -> Failure:
    index = failing_cell(notebook)
    if index is None:
        return Failure(None, "", str(error))
    cell = notebook.cells[index]
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    traceback = "\n".join(errors[-1].traceback) if errors else ""
    return Failure(index, cell.source, traceback or COLOURS.sub("", str(error)))


def failing_cell(notebook: nbformat.NotebookNode) -> int | None:
    """The last code cell that was begun."""
    begun = [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "execution" in cell.metadata
    ]
    return begun[-1] if begun else None


class Memory:
    """Executed notebooks of earlier builds, found again while nothing that they depend on changed."""

    def __init__(self, folder: Path, kernel: Path) -> None:
        self.folder = folder
        self.kernel = digest(kernel)

    def key(self, path: Path) -> str:
        companions = sorted(
            item
            for item in path.parent.rglob("*")
            if item.is_file()
            and item.suffix not in (".ipynb", ".bib", ".toml")
            and not is_hidden(item, path.parent)
        )
        parts = [self.kernel, digest(path), os.environ.get("ANSATZ_QUICK", "")]
        parts.append(os.environ.get("ANSATZ_STUDENTS", ""))
        wrong = ATTACKS / f"{path.stem}.swift"
        parts.append(digest(wrong) if wrong.exists() else "")
        parts += [f"{item}:{item.stat().st_size}:{item.stat().st_mtime_ns}" for item in companions]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def recall(self, path: Path) -> Run | None:
        file = self.file(path)
        if not file.exists():
            return None
        remembered = json.loads(file.read_text())
        if remembered["key"] != self.key(path):
            return None
        notebook = nbformat.from_dict(remembered["notebook"])
        return Run(path, notebook, remembered["seconds"], is_remembered=True)

    def keep(self, run: Run, key: str) -> None:
        if run.failure:
            self.file(run.path).unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        content = {"key": key, "seconds": run.seconds, "notebook": run.notebook}
        self.file(run.path).write_text(json.dumps(content))

    def file(self, path: Path) -> Path:
        return self.folder / f"{path.stem}.json"


def is_hidden(item: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__")) for part in item.relative_to(folder).parts)


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
