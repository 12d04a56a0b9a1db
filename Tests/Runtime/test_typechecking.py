"""Ordinary lines of a notebook are type-checked in a fraction of a second each."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = Path(__file__).with_name("lines.swift")
LIMIT = 100  # milliseconds; the slowest line takes about 15


def test_every_line_is_quick(tmp_path: Path) -> None:
    command = ["swiftc", "-typecheck", "-swift-version", "5", "-I", ROOT / ".build/release/Modules",
               "-Xfrontend", "-warn-long-expression-type-checking=1", LINES]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    found = re.findall(r"lines\.swift:(\d+):\d+: warning: expression took (\d+)ms", done.stderr)
    assert found, "the compiler reports no times"
    text = LINES.read_text().splitlines()
    slow = [f"{ms} ms: {text[int(line) - 1]}" for line, ms in found if int(ms) > LIMIT]
    assert not slow, "\n".join(slow)
