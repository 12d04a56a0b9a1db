"""Trainings that several processes share, started by a real `mpirun` (more ranks than cores)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from house import ANSATZ, environment

pytestmark = pytest.mark.skipif(shutil.which("mpirun") is None, reason="mpirun is not installed")

TRAINING = """\
var weights = Generator(seed: 1)
let problem = ParametricProblem(dimension: 3, contexts: .normal(dimension: 3)) { y, x, noise in
  var own = noise
  let shake = Tensor.normal(y.shape, std: 0.1, from: &own)
  return square(y + shake - sin(x)).sum(axis: -1)
}
let options = TrainingOptions(batch: 24, heldOut: 32, measureEvery: 10, blocks: 6)
var run = TrainingRun(FullyAmortized(MLP([3, 16, 3], from: &weights)), loss: .objective, options: options)
"""
STEPS = "run.advance(by: 25, on: problem, showsProgress: false)\n"
RESULT = "print(run.losses.last!, run.measurements.last!, run.model.parameters.map { $0.doubles })\n"


def ranks(count: int, file: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return mpirun(["-n", str(count), str(ANSATZ), "run", str(file)], **variables)


def mpirun(arguments: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    command = ["mpirun", "--allow-run-as-root", "--oversubscribe", *arguments]
    return subprocess.run(
        command, env=environment(**variables), capture_output=True, text=True, timeout=240
    )


def script(folder: Path, *texts: str, name: str = "train.swift") -> Path:
    file = folder / name
    file.write_text("".join(texts))
    return file


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one process makes of the training."""
    file = script(tmp_path_factory.mktemp("alone"), TRAINING, STEPS, RESULT)
    done = subprocess.run([str(ANSATZ), "run", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_any_number_of_ranks_gives_the_same_bits(count: int, alone: str, tmp_path: Path) -> None:
    done = ranks(count, script(tmp_path, TRAINING, STEPS, RESULT))
    assert done.returncode == 0, done.stderr
    assert done.stdout == alone  # printed by one rank alone


@pytest.mark.parametrize("count", [2, 3, 5])
def test_sums_are_those_of_all_ranks(count: int, tmp_path: Path) -> None:
    text = """\
let mine = Tensor([Double(Ranks.current.rank + 1), 0.1], dtype: .float64)
for inOrder in [true, false] { print(Ranks.current.sum(mine, inOrder: inOrder).doubles) }
"""
    done = ranks(count, script(tmp_path, text))
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        total, tenths = json.loads(line)
        assert total == count * (count + 1) / 2
        assert tenths == pytest.approx(count / 10, rel=1e-15)


def test_a_rank_that_dies_ends_the_run_which_another_number_resumes(
    alone: str, tmp_path: Path
) -> None:
    file = tmp_path / "half.safetensors"
    half = f'run.advance(by: 10, on: problem, showsProgress: false)\ntry run.save("{file}")\n'
    death = "import Glibc\nif Ranks.current.rank == 1 { kill(getpid(), SIGKILL) }\n"
    done = ranks(2, script(tmp_path, TRAINING, half, death, STEPS, RESULT), ANSATZ_RANK_TIMEOUT="20")
    assert done.returncode != 0 and done.stdout == ""
    assert re.search(r"rank 1|,1\]|exited on signal|non-zero", done.stderr), done.stderr
    rest = f'try run.load("{file}")\nrun.advance(by: 15, on: problem, showsProgress: false)\n'
    again = ranks(3, script(tmp_path, TRAINING, rest, RESULT))
    assert again.returncode == 0, again.stderr
    assert again.stdout == alone


def test_a_rank_that_hangs_is_named(tmp_path: Path) -> None:
    hang = "import Glibc\nif Ranks.current.rank == 1 { sleep(60) }\n"
    done = ranks(2, script(tmp_path, TRAINING, hang, STEPS), ANSATZ_RANK_TIMEOUT="3")
    assert done.returncode != 0
    assert "rank 1 has not answered rank 0 for 3 s" in done.stderr


def test_ranks_with_different_pages_are_refused(tmp_path: Path) -> None:
    one = script(tmp_path, TRAINING, STEPS, name="one.swift")
    other = script(tmp_path, TRAINING, "// other\n", STEPS, name="other.swift")
    run = [str(ANSATZ), "run"]
    done = mpirun(["-n", "1", *run, str(one), ":", "-n", "1", *run, str(other)])
    assert done.returncode != 0
    assert "rank 1 runs another page or version than rank 0" in done.stderr


def test_mpi_that_is_missing_is_said(tmp_path: Path) -> None:
    done = ranks(2, script(tmp_path, TRAINING, STEPS), ANSATZ_MPI="/nowhere/libmpi.so")
    assert done.returncode != 0
    assert "mpirun started 2 ranks, but MPI is not installed; on Debian" in done.stderr


def test_more_ranks_than_blocks_are_refused(tmp_path: Path) -> None:
    done = ranks(2, script(tmp_path, TRAINING.replace("blocks: 6", "blocks: 1"), STEPS))
    assert done.returncode != 0
    assert "2 ranks share 1 blocks" in done.stderr
