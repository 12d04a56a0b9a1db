"""What the tests of the house share: where things are, how tools are run, how notebooks are made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
ANSATZ = ROOT / ".build" / "release" / "ansatz"
TOOLS = Path(sys.executable).parent

METADATA = {
    "kernelspec": {"name": "swift", "display_name": "Swift", "language": "swift"},
    "language_info": {"name": "swift", "pygments_lexer": "swift", "file_extension": ".swift"},
}


def environment(**changes: str) -> dict[str, str]:
    """The variables of a shell in which the project's Python environment is active."""
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    base = dict(os.environ, PATH=path, VIRTUAL_ENV=str(TOOLS.parent), JUPYTER_PREFER_ENV_PATH="1")
    return {**base, **changes}


def tool(name: str, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a program of the Python environment, such as `jupyter`."""
    return run(TOOLS / name, *arguments, **options)


def ansatz(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return run(ANSATZ, *arguments, **options)


def run(
    program: Path,
    *arguments: object,
    folder: Path | None = None,
    text: str | None = None,
    timeout: float = 120,
    variables: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *map(str, arguments)],
        cwd=folder,
        input=text,
        stdin=None if text is not None else subprocess.DEVNULL,
        env=environment(**(variables or {})),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def notebook(*cells: str | nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook; a text is the source of a code cell."""
    nodes = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return new_notebook(cells=nodes, metadata=METADATA)


def code(source: str, *tags: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def prose(source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source)


def saved(notebook: nbformat.NotebookNode, path: Path) -> Path:
    nbformat.write(notebook, path)
    return path


def texts(cell: nbformat.NotebookNode) -> str:
    """All that a cell shows as plain text."""
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            shown.append(output.text)
        elif output.output_type == "error":
            shown.append(f"{output.ename}: {output.evalue}")
        else:
            shown.append(output.data.get("text/plain", ""))
    return "".join(shown)
