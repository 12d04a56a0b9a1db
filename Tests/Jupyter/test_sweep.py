"""Pages over many seeds, on real Dask schedulers and workers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from house import ANSATZ, ansatz, environment, notebook, saved

PAGE = """\
let page = try Page(seed: 1)
let pause = 0.0
page.claim("the seed is odd", Double(page.seed % 2), .equals(1, within: 0), from: .definition("odd"))
page.claim("the seed is positive", Double(page.seed), .atLeast(1), from: .definition("positive"))"""
SLOW = "import Glibc\nusleep(1_500_000)"
END = "try page.finish()"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return saved(notebook(PAGE, END), tmp_path / "01-odd.ipynb")


def sweep(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return ansatz("sweep", *arguments, "--output", folder / "out", timeout=300)


def test_claims_are_counted_over_seeds_and_no_run_is_repeated(page: Path, tmp_path: Path) -> None:
    report = tmp_path / "seeds.md"
    options = [page, "--seeds", 2, "--workers", 2, "--report", report]
    first = sweep(tmp_path, *options)
    assert first.returncode == 0, first.stderr
    # One of two seeds fails, so that four are run.
    told = {entry["method"]: entry for entry in json.loads(report.with_suffix(".json").read_text())}
    assert (told["the seed is odd"]["held"], told["the seed is odd"]["runs"]) == (2, 4)
    assert told["the seed is positive"]["held"] == 4
    assert (told["the seed is positive"]["lowest"], told["the seed is positive"]["highest"]) == (1, 4)
    assert "| 01-odd | the seed is odd | 0.5 | 0 | 1 |" in report.read_text()
    assert "The figures of 2 claims differ between seeds, and 1 of them hold" in report.read_text()
    second = sweep(tmp_path, *options)
    assert second.returncode == 0, second.stderr
    assert "2 of 2 runs were done before" in second.stdout and "[" not in second.stdout


def test_parameters_are_combined(tmp_path: Path) -> None:
    cell = "let page = try Page(seed: 1)\npage.claim(\"double\", 2 * a, .equals(4, within: 0), from: .definition(\"\"))"
    first = notebook("var a = 1.0", cell)
    first.cells[0].metadata["tags"] = ["parameters"]
    page = saved(first, tmp_path / "p.ipynb")
    result = sweep(tmp_path, page, "--seeds", 1, "--parameter", "a=1,2", "--workers", 1)
    assert result.returncode == 0, result.stderr
    assert "p, seed 1, a = 2" in result.stdout and "1 of 2" in result.stdout


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler on this machine's loopback, and its two workers."""
    module = [sys.executable, "-m"]
    options = {"env": environment(), "stderr": subprocess.PIPE, "text": True, "cwd": tmp_path}
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([*module, "distributed.cli.dask_scheduler", *arguments], **options)
    processes = [scheduler]
    try:
        address = ""
        for line in scheduler.stderr:
            if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
                address = found[1]
                break
        arguments = [address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--no-nanny"]
        for _ in range(2):
            worker = [*module, "distributed.cli.dask_worker", *arguments]
            processes.append(
                subprocess.Popen(worker, **{**options, "stderr": subprocess.DEVNULL})
            )
        yield address, processes[1:]
    finally:
        for process in processes:
            process.terminate()
            process.wait(timeout=30)


def test_a_worker_that_is_killed_loses_nothing(cluster, tmp_path: Path) -> None:
    address, workers = cluster
    page = saved(notebook(PAGE, SLOW, END), tmp_path / "01-slow.ipynb")
    command = [ANSATZ, "sweep", page, "--seeds", 4, "--scheduler", address, "--output", tmp_path]
    running = subprocess.Popen(
        [str(part) for part in command], env=environment(), stdout=subprocess.PIPE, text=True
    )
    victim = psutil.Process(workers[0].pid)
    end = time.monotonic() + 60
    while not any("ansatz" in child.name() for child in victim.children(recursive=True)):
        assert time.monotonic() < end, "no run began"
        time.sleep(0.05)
    victim.kill()
    output = running.communicate(timeout=200)[0]
    assert running.returncode == 0, output
    assert len(list((tmp_path / "runs").glob("01-slow-*.json"))) == 8  # doubled, since some fail


@pytest.mark.parametrize(
    "options, told",
    [
        (["--scheduler", "tcp://127.0.0.1:1"], "no scheduler answers at tcp://127.0.0.1:1"),
        (["--parameter", "a"], "write NAME=VALUE"),
        (["--seeds", "0"], "--seeds is 0; at least one"),
    ],
)
def test_what_cannot_be_done_is_said(options: list[str], told: str, page: Path, tmp_path: Path) -> None:
    result = sweep(tmp_path, page, *options)
    assert result.returncode != 0
    assert told in result.stderr
    assert not (tmp_path / "seeds.md").exists()


def test_a_seed_that_is_no_number_is_refused(page: Path) -> None:
    result = ansatz("run", page, variables={"ANSATZ_SEED": "many"})
    assert result.returncode != 0 and "ANSATZ_SEED is “many”" in result.stderr
