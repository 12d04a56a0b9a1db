"""The first operation that makes NaN is named, also in gradients, and what is right goes on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ANSATZ

RIGHT = """
let slope = stoppingAtNaN { gradient(at: Tensor([4.0, 9.0])) { x in sum(sqrt(x)) } }
print(slope.doubles, isNaN(log(Tensor([-1.0]))).all())
print(stoppingAtNaN { isNaN(Tensor([Double.nan]) * 2).any() })
"""


@pytest.mark.parametrize("line, said", [
    ("log(Tensor([[2.0, 1.0], [0.5, -3.0]]))", "log made the first NaN at [1, 1], out of -3.0"),
    ("Tensor([1.0, 0.0]) / Tensor([0.0, 0.0])", "divide made the first NaN at [1], out of 0.0 and 0.0"),
    ("gradient(at: Tensor([1.0, 0.0])) { x in sum(sqrt(x) * x.zerosLike()) }",
     "divide made the first NaN at [1], out of 0.0 and 0.0"),
])
def test_the_first_nan_is_named(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "cells.swift"
    file.write_text(f"{RIGHT}// %%\nlet y = stoppingAtNaN {{ {line} }}\n")
    done = subprocess.run([str(ANSATZ), "run", str(file)], capture_output=True, text=True, cwd=tmp_path)
    printed = done.stdout + done.stderr
    assert "[0.25, 0.1666" in printed and " true\ntrue\n" in printed, printed[-2000:]
    assert said in printed and done.returncode != 0, printed[-2000:]
