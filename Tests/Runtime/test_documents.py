"""What README and the documents show in code runs, and prints what they say it prints."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Callable

from conftest import ANSATZ, ROOT

README = (ROOT / "README.md").read_text()


def blocks(text: str, language: str = "swift") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def figures(report: str) -> dict[str, float]:
    """The rows of an evaluation's report by their names."""
    rows = re.findall(r"^(\S.*?) {2,}([\d.e+-]+)(?: [×%])?$", report, re.MULTILINE)
    return {name: float(number) for name, number in rows}


def test_the_first_example_prints_the_report_beside_it(cells: Callable[[str], str]) -> None:
    shown = figures(README[: README.index("## Two commands")])
    assert len(shown) == 8
    printed = figures(cells(blocks(README)[0]))
    assert shown.keys() <= printed.keys(), "README shows rows that the report does not have"
    # Trained weights differ in their last digits from one processor to another, times from day to
    # day: times are not compared.
    for name in ("optimality gap, mean", "gap relative to the start"):
        assert 0.5 < printed[name] / shown[name] < 2, (name, printed[name], shown[name])
    for name in ("iterations from its start", "iterations from the prediction"):
        assert abs(printed[name] - shown[name]) < 0.5, (name, printed[name], shown[name])
    assert printed["iterations from the prediction"] < printed["iterations from its start"]


def test_a_mistake_is_reported_as_shown_and_the_gradient_is_right(tmp_path: Path) -> None:
    _, step, mistake, gradient, _ = blocks(README)
    file = tmp_path / "cells.swift"
    file.write_text("// %%\n".join([step, gradient, mistake]))
    done = subprocess.run([str(ANSATZ), "run", str(file)], capture_output=True, text=True)
    printed = done.stdout + done.stderr
    assert done.returncode != 0
    for said in ("α = 0.5", "[0.0, 2.0, 4.0]", "IndexOutOfRange: Index out of range"):
        assert said in printed and (said in README or said == "α = 0.5"), printed


def test_the_example_of_amortization_runs(cells: Callable[[str], str]) -> None:
    (example,) = blocks((ROOT / "docs" / "amortization.md").read_text())
    printed = cells(example)
    assert "optimality gap, mean" in printed and "shifted" in printed


def test_the_examples_of_showing_values_run(cells: Callable[[str], str]) -> None:
    # What a reader has already when he comes to an example.
    given = """
let png = plot([1.0, 0.5, 0.1]).png(scale: 1)
let batches = [1, 2], files = ["a.csv", "b.csv"]
func step(_ batch: Int) {}
func read(_ file: String) {}
func errors(_ epsilon: Double) -> [Double] { [epsilon, epsilon / 2] }
func plan(_ epsilon: Double, _ cost: String) -> Tensor { Tensor.ones([2, 2]) * epsilon }
"""
    examples = blocks((ROOT / "docs" / "display.md").read_text())
    assert len(examples) == 10
    printed = cells("// %%\n".join([given, *examples]))
    for said in ("Swatch(teal)", "a falling curve", "L-BFGS", "ready"):
        assert said in printed, printed
