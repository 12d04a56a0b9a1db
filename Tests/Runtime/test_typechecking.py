"""Ordinary lines of a notebook are type-checked in a fraction of a second each."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = Path(__file__).with_name("lines.swift")
LIMIT = 400  # milliseconds, as the compiler reports them


def test_every_line_is_quick(tmp_path: Path) -> None:
    command = ["swiftc", "-typecheck", "-swift-version", "5", "-I", ROOT / ".build/release/Modules",
               "-Xfrontend", "-debug-time-expression-type-checking", LINES]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    times: dict[int, float] = {}
    for ms, line in re.findall(r"^([\d.]+)ms\t.*lines\.swift:(\d+):\d+", done.stdout + done.stderr, re.M):
        times[int(line)] = times.get(int(line), 0) + float(ms)
    text = LINES.read_text().splitlines()
    assert len(times) > 55
    worst = sorted(times.items(), key=lambda item: -item[1])
    for number, ms in worst[:5]:
        print(f"{ms:6.0f} ms  {text[number - 1]}")
    slow = [f"{ms:.0f} ms: {text[number - 1]}" for number, ms in worst if ms > LIMIT]
    assert not slow, "\n".join(slow)
