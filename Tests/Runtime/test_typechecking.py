"""The type checker takes few steps over ordinary lines of a notebook, and those that mix types of
numbers are told what to write."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Callable

import pytest

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[2]
# Scopes that the type checker may open for one expression: a count, which no load of the machine
# changes. A tenth of what it gives up at; half a second on a quiet machine.
LIMIT = 100_000
TOO_SLOW = "unable to type-check this expression in reasonable time"
# Modules in C that the runtime's own are made with: the compiler asks that they exist.
HIDDEN = sorted(folder.name for folder in (ROOT / "Sources").glob("_C*"))
HINT = re.compile(r"Swift does not mix \w+ and \w+: write (Double|Float)\([nx]\)")


def remarks(tmp_path: Path, setting: str, lines: str, limit: int = LIMIT) -> list[tuple[str, str]]:
    """Each line with what the compiler says of it."""
    file = tmp_path / "lines.swift"
    file.write_text(setting + lines)
    (tmp_path / "module.modulemap").write_text("".join(f"module {name} {{}}\n" for name in HIDDEN))
    command = ["swiftc", "-typecheck", "-swift-version", "5", "-I", ROOT / ".build/release/Modules",
               "-I", tmp_path, "-Xfrontend", f"-solver-scope-threshold={limit}", file]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=tmp_path)
    said = re.findall(r"^\S*lines\.swift:(\d+):\d+: (\w+: .*)", done.stderr, re.M)
    first = setting.count("\n") + 1
    errors = [(int(line), message) for line, message in said if message.startswith("error")]
    assert all(line >= first and TOO_SLOW in message for line, message in errors), done.stderr[-3000:]
    assert done.returncode == 0 or errors, done.stderr[-3000:]
    return [(text, "\n".join(message for line, message in said if int(line) == number))
            for number, text in enumerate(lines.splitlines(), first)]


@pytest.mark.parametrize("name", ["lines", "likelihoods"])
def test_every_line_is_quick(name: str, tmp_path: Path) -> None:
    setting = "import MixedNumbers\n"
    setting += "" if name == "lines" else (HERE / "likelihoods-setting.swift").read_text()
    text = (HERE / f"{name}.swift").read_text()
    lines = remarks(tmp_path, setting, text)
    assert not [line for line, said in lines if TOO_SLOW in said]
    assert not [line for line, said in lines if HINT.search(said)]
    # The limit is one that the compiler keeps.
    assert [line for line, said in remarks(tmp_path, setting, text, 500) if TOO_SLOW in said]


def test_mixed_numbers_are_named_at_once(tmp_path: Path) -> None:
    setting = "import MixedNumbers\n" + (HERE / "likelihoods-setting.swift").read_text()
    lines = remarks(tmp_path, setting, (HERE / "mixtures.swift").read_text())
    assert not [line for line, said in lines if TOO_SLOW in said]
    assert not [line for line, said in lines if not HINT.search(said)]


CELL = """let n = 5, z = Tensor([1.0, 2.0])
print(-0.5 * {n} * log(2 * .pi) - 0.5 * dot(z, z), 2 / 4 * 0.5)
"""


def test_a_cell_refuses_them(cells: Callable[[str], str], tmp_path: Path) -> None:
    assert cells(CELL.format(n="Double(n)")).split()[-1] == "0.25"
    file = tmp_path / "cell.swift"
    file.write_text(CELL.format(n="n"))
    done = subprocess.run([str(ROOT / ".build/release/ansatz"), "run", str(file)],
                          capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode != 0
    assert "Swift does not mix Int and Double: write Double(n)" in done.stdout + done.stderr


def test_literals_are_of_the_other_type(cells: Callable[[str], str]) -> None:
    text = "let a = 17.0 / 3, b = 1 - 1e-6, c = (1 / 2) * 3.0\nprint(a * 3, b, c)\n"
    assert cells(text).split() == ["17.0", "0.999999", "1.5"]


def test_an_unknown_name_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cell.swift"
    file.write_text("let z = Tensor([1.0, 2.0]), n = 2\n"
                    "-0.5 * logDet(z) - 0.5 * dot(z, z) - 0.5 * Double(n) * log(2 * .pi)\n")
    done = subprocess.run([str(ROOT / ".build/release/ansatz"), "run", str(file)],
                          capture_output=True, text=True, cwd=tmp_path)
    assert "logDet" in done.stdout + done.stderr
    assert "unable to type-check" not in done.stdout + done.stderr


NAMES = {
    "x.reshape(3, 8)": "reshaped", "x.var(axis: 0)": "variance", "x[0] > 1": "a.item() > b",
    "(x > 0).sum()": "a .> b", "x == 3": "a .== b", "max(x, 0.5)": "maximum", "np.exp(x)": "exp(x)",
    "torch.tensor([1.0, 2.0], dtype: 3)": "torch.tensor is Tensor", "x.astype(.float64)": "cast(to:)",
    "linspace(0, 1, 5)": "Tensor.linspace", "zeros_like(x)": "zerosLike",
    "x.sum(axis: 0, keepdims: true)": "keepDims", "x.mean(dim: 0, keepdim: true)": "keepDims",
    "zeros(3, 4)": "Tensor.zeros", "x.backward()": "gradient(at: x)", "x.cumsum(axis: 0)": "cumulativeSum",
    "x.permute(1, 0)": "transposed", "x.unsqueeze(0)": "expandedDims", "x.flatten()": "flattened",
    "x.tolist()": "x.doubles", "x.detach()": "stopGradient", "x.numel": "size",
}


def test_names_of_python_lead_to_ours(tmp_path: Path) -> None:
    setting = (HERE / "likelihoods-setting.swift").read_text()
    file = tmp_path / "lines.swift"
    file.write_text(setting + "".join(f"_ = {line}\n" for line in NAMES))
    (tmp_path / "module.modulemap").write_text("".join(f"module {name} {{}}\n" for name in HIDDEN))
    command = ["swiftc", "-typecheck", "-swift-version", "5", "-I", ROOT / ".build/release/Modules",
               "-I", tmp_path, file]
    said = subprocess.run([str(c) for c in command], capture_output=True, text=True).stderr
    first = setting.count("\n") + 1
    for number, (line, ours) in enumerate(NAMES.items(), first):
        errors = re.findall(rf"lines\.swift:{number}:\d+: error: (.*)", said)
        assert any(ours in error for error in errors), (line, errors)
