"""An error about a name of NumPy, PyTorch or JAX says what is written here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTING = """let x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
let y = x, v = Tensor([3.0, 1.0, 2.0]), mask = x .> 2, i = Tensor([0, 1])
"""
NAMES = {
    "array([1.0, 2.0])": "Tensor([1.0", "full([2, 3], 7)": "Tensor.full", "zeros([2, 3])": "Tensor.zeros",
    "arange(0, 10, 2)": "by: 2", "cat([x, y], dim: 0)": "concatenate", "split(x, 2)": "x.split",
    "transpose(x)": "x.T", "squeeze(x)": "squeezed", "expand_dims(x, axis: 0)": "expandedDims",
    "`where`(mask, x, y)": "which(", "x.clip(0, 1)": "clip(x", "x.exp()": "exp(x)", "x.pow(2)": "x ** 2",
    "x.add(y)": "x + y", "x.mul(y)": "x * y", "x.to(i)": "cast(to:", "x.long()": ".int64", "x.det()": "determinant",
    "argmax(x)": "x.argmax", "std(x)": "x.std", "`var`(x)": "x.variance", "median(x)": "x.median",
    "percentile(x, 50)": "x.quantile", "bincount(i)": "binCounts", "cumsum(v)": "cumulativeSum",
    "diff(v)": "differences",
    "prod(v)": "x.prod", "any(mask)": "mask.any()", "isinf(x)": "isInfinite", "allclose(x, y)": "allClose",
    "exp2(x)": "2 ** x", "power(x, 2)": "x ** 2", "clamp(x, 0, 1)": "clip(x", "arctan2(x, y)": "atan2",
    "lgamma(x)": "logGamma", "expit(x)": "sigmoid", "inv(x)": "inverted", "eigh(x)": "eigenSymmetric",
    "lstsq(x, y)": "leastSquares", "mse_loss(x, y)": "meanSquaredError", "nll_loss(x, i)": "crossEntropy",
    "kl_div(x, y)": "divergenceLoss", "Linear(3, 4)": "Dense", "randn(2, 3)": "Tensor.normal",
    "rand(2, 3)": "Tensor.uniform", "randint(0, 10, [3])": "randomIntegers", "shuffle(v)": "shuffled",
    "jacfwd(x)": "jacobian", "fori_loop(0, 3)": "loop", "take_along_axis(x, i, axis: 1)": "gathered",
    "interp(v, v, v)": "interpolated", "trapz(v)": "trapezoid", "pad(x, 1)": "padded", "triu(x)": "upperTriangle",
    "diag(v)": "asDiagonal", "nansum(x)": "nanSum", "savetxt(x)": "saveCSV", "None": "nil", "inf": "Double.infinity",
    "np.linspace(0, 1, 5)": "Tensor.linspace", "torch.nn.functional.relu(x)": "relu(x)",
    "np.linalg.norm(x)": "norm(x)", "F.relu(x)": "relu(x)", "nn.Linear(2, 3)": "Dense", "math.pi": "Double.pi",
    "x.max(dim: 1)": "axis:", "x.std(ddof: 1)": "correction:", "x.size(0)": "x.shape[0]", "~mask": ".!a",
    "mask & mask": "a .& b", "x != 0": "a .!= b", "x.reshape((3, 2))": "[2, 3]", "x[..., 0]": ".ellipsis",
    "Tensor([1.0], dtype: .double)": ".float64", "Tensor.randn([2, 3])": "normal",
}
# What ends the parsing of a cell stands alone.
ALONE = {"x @ y": "matmul(x, y)", "x[:, 0]": "x[0..., 0]"}


def said(tmp_path: Path, lines: list[str]) -> dict[int, str]:
    file = tmp_path / "cell.swift"
    file.write_text(SETTING + "".join(f"_ = {line}\n" for line in lines))
    done = subprocess.run([str(ROOT / ".build/release/ansatz"), "run", str(file)],
                          capture_output=True, text=True, cwd=tmp_path)
    found: dict[int, str] = {}
    for part in re.split(r"(?m)^(?=(?:error|warning): )", done.stdout + done.stderr):
        if place := re.search(r"--> Cell\[1\]:(\d+)", part):
            number = int(place[1]) - SETTING.count("\n") - 1
            found[number] = found.get(number, "") + part
    return found


def test_names_lead_to_ours(tmp_path: Path) -> None:
    found = said(tmp_path, list(NAMES))
    lost = [(line, found.get(number)) for number, (line, ours) in enumerate(NAMES.items())
            if ours not in found.get(number, "")]
    assert not lost


def test_what_does_not_parse_is_told(tmp_path: Path) -> None:
    for line, ours in ALONE.items():
        assert ours in said(tmp_path, [line]).get(0, ""), line
