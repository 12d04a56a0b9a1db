"""How tests of the runtime run Swift cells."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Callable

import pytest

ROOT = Path(__file__).parents[2]
ANSATZ = ROOT / ".build" / "release" / "ansatz"


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Runs a text of cells as a user does and returns what it prints."""

    def run(text: str) -> str:
        file = tmp_path_factory.mktemp("cells") / "cells.swift"
        file.write_text(text)
        done = subprocess.run(
            [str(ANSATZ), "run", str(file)], capture_output=True, text=True, cwd=file.parent
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    return run
