"""The steps of the container files, replayed with their accounts and owners (no engine runs here).

What a step fetches or builds is replaced by what it writes, and where.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from house import ROOT, run

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="replaying needs root")

# What `make kernel` writes into its folder: the build, the Python environment.
WRITES = "python3 -m venv --without-pip .venv && mkdir .build build && touch notebooks/new"
SHORT = ["--instead", "apt-get|rm -rf", "true", "--instead", "pip install", "true"]
SHORT += ["--instead", "make kernel", WRITES]


def replay(dockerfile: Path, *arguments: str) -> tuple[int, str]:
    script = ROOT / "scripts/replay_dockerfile.py"
    result = run(Path(sys.executable), script, dockerfile, *SHORT, *arguments, folder=ROOT)
    return result.returncode, result.stdout + result.stderr


def test_the_account_of_the_image_can_build() -> None:
    check = 'test "$(id -un)" = reader && test -w . && test -O Makefile && test -w notebooks'
    status, report = replay(ROOT / "Dockerfile", "--check", check)
    assert status == 0, report


@pytest.mark.parametrize("user, number", [("jovyan", "1000"), ("ada", "4321")])
def test_binder_chooses_the_account(user: str, number: str) -> None:
    """The contract of repo2docker for Dockerfiles: NB_USER, NB_UID, a home of its own with the
    repository in it, and PATH."""
    check = (
        f'test "$(id -un) $(id -u)" = "{user} {number}" && test "$HOME" = "/home/{user}" '
        '&& test "$PWD" = "$HOME" && test -O "$HOME" && test -w notebooks && test -O README.md '
        '&& case "$PATH" in "$HOME/.venv/bin":*) ;; *) false ;; esac'
    )
    choice = ["--argument", f"NB_USER={user}", "--argument", f"NB_UID={number}"]
    status, report = replay(ROOT / "binder/Dockerfile", *choice, "--check", check)
    assert status == 0, report


def test_binder_finds_its_programs() -> None:
    wanted = (ROOT / "binder/requirements.txt").read_text()
    assert "jupyterhub==" in wanted and "notebook==" in wanted
    assert "jupyterlab==" in (ROOT / "python/requirements.txt").read_text()
    steps = (ROOT / "binder/Dockerfile").read_text()
    assert "-r binder/requirements.txt" in steps and "CMD" not in steps and "ENTRYPOINT" not in steps


def test_a_folder_of_roots_would_be_noticed(tmp_path: Path) -> None:
    text = (ROOT / "Dockerfile").read_text()
    broken = tmp_path / "Dockerfile"
    broken.write_text(text.replace("install --directory --owner=reader --group=reader", "mkdir"))
    status, report = replay(broken)
    assert status == 1 and "Permission denied" in report


def test_the_devcontainer_asks_for_completions() -> None:
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    chosen = settings["customizations"]["vscode"]["settings"]
    assert chosen["jupyter.enableKernelCompletions"] is True
    assert "." in chosen["jupyter.completionTriggerCharacters"]["swift"]
