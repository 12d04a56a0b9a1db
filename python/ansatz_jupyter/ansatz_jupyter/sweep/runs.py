"""One run of a page, wherever a worker executes it, and what it claimed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

CLAIMS = "application/vnd.ansatz.claims+json"


@dataclass(frozen=True)
class Setting:
    """A page with one seed and one choice of parameters."""

    page: str
    seed: int
    is_quick: bool = False
    kernel: str = "swift"
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        chosen = "".join(f", {name} = {value}" for name, value in self.parameters.items())
        return f"{Path(self.page).stem}, seed {self.seed}{chosen}"

    def key(self, fingerprint: str) -> str:
        """The same for the same work: settings, page, data and kernel."""
        text = json.dumps([asdict(self), fingerprint], sort_keys=True)
        return f"{Path(self.page).stem}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def fingerprint(page: Path, kernel: Path | None) -> str:
    """Of a page, of the files beside it, and of the program that runs it."""
    digest = hashlib.sha256(page.read_bytes())
    for file in sorted((page.parent / "data").rglob("*")):
        if file.is_file():
            digest.update(f"{file.name}:{file.stat().st_size}".encode())
    if kernel is not None and kernel.exists():
        with kernel.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def execute(setting: Setting) -> dict[str, Any]:
    """Runs a page and tells what it claimed; a claim that does not hold is a result, not an error."""
    page = Path(setting.page)
    os.environ["ANSATZ_SEED"] = str(setting.seed)
    os.environ["ANSATZ_QUICK"] = "1" if setting.is_quick else "0"
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / page.name
        error = None
        try:
            papermill.execute_notebook(
                str(page), str(output), parameters=setting.parameters, cwd=str(page.parent),
                kernel_name=setting.kernel, progress_bar=False,
            )  # fmt: skip
        except PapermillExecutionError as failure:
            if failure.ename != "ClaimsFailed":
                error = f"cell {failure.cell_index}: {failure.ename}: {failure.evalue}"
        claims = claimed(nbformat.read(output, as_version=4)) if output.exists() else []
    seconds = time.perf_counter() - start
    return {"setting": asdict(setting), "claims": claims, "seconds": seconds, "error": error}


def claimed(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """All claims, each with its cell and its number among those of its cell that say the same."""
    found = []
    for cell in notebook.cells:
        counts: Counter[str] = Counter()
        for output in cell.get("outputs", []):
            for claim in output.get("data", {}).get(CLAIMS, []):
                found.append({**claim, "cell": cell.id, "number": counts[claim["method"]]})
                counts[claim["method"]] += 1
    return found
