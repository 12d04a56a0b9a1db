"""Another package depends on the library by a version, as it would from the outside."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORECAST = Path(__file__).with_name("Forecast")
# Built in debug, as a program is that somebody just began.
PLACE = ROOT / "build" / "test" / "library"
ERROR_LIMIT = 0.05  # mean of squares; the solution itself has 2, an exact answer 0


@pytest.fixture(scope="module")
def forecast() -> Path:
    """The program's folder, beside a repository of the library whose tag is 1.0.0."""
    repository = PLACE / "Ansatz"
    shutil.rmtree(PLACE, ignore_errors=True)
    copy_working_tree(repository)
    identity = ["-c", "user.name=A", "-c", "user.email=a@localhost"]
    git(repository, "init", "--quiet", "--initial-branch", "main")
    git(repository, "add", "--all")
    git(repository, *identity, "commit", "--quiet", "--message", "1.0.0")
    git(repository, *identity, "tag", "1.0.0")
    package = PLACE / "Forecast"
    shutil.copytree(FORECAST, package)
    manifest = package / "Package.swift"
    manifest.write_text(manifest.read_text().replace("REPOSITORY", repository.as_uri()))
    return package


def copy_working_tree(to: Path) -> None:
    """What a commit of everything would hold, changes that are not committed yet included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, to / name
        if source.is_symlink() or source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_a_program_trains_a_model_and_draws_a_figure(forecast: Path, tmp_path: Path) -> None:
    built = subprocess.run(
        ["swift", "build"], cwd=forecast, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert built.returncode == 0, built.stdout[-5000:]
    # `pkg-config` names a flag that SwiftPM leaves out; that is of no consequence.
    warnings = re.findall(r"warning: (?!prohibited flag).*", built.stdout)
    assert not warnings, "\n".join(warnings)

    png, svg = tmp_path / "forecast.png", tmp_path / "forecast.svg"
    program = forecast / ".build" / "debug" / "Forecast"
    ran = subprocess.run([program, png, svg], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    error = float(re.search(r"error: (\S+)", ran.stdout)[1])
    assert error < ERROR_LIMIT
    header = png.read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    assert min(struct.unpack(">II", header[16:])) > 200
    strokes = set(re.findall(r"stroke:(rgb\([^)]*\))", svg.read_text()))
    # Two lines of different colours, not an empty frame in grey.
    assert sum(is_coloured(stroke) for stroke in strokes) == 2, strokes


def is_coloured(stroke: str) -> bool:
    parts = [float(part) for part in re.findall(r"[\d.]+", stroke)][:3]
    return max(parts) - min(parts) > 0.4 * max(parts)
