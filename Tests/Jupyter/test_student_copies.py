"""Student copies: answers are gone, pages still run; and what each committed page has to have."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from house import ROOT, ansatz, code, notebook, prose, run, saved

sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "scripts" / "workbook"))
from execution import run_notebook  # noqa: E402
from student_copies import MarkError, rewritten  # noqa: E402

EXERCISE = """\
let page = try Page(seed: 1, budget: .seconds(5), needs: ["data/a.txt"])
let double = Exercise<(Double) -> Double?>("Twice") { answer, trial in
  for x in [1.0, -2] {
    let value = try trial.answered(answer(x))
    try trial.agree(value - x, x, within: 0, "x less is x", at: "x = \\(x)")
  }
}
let vector = Exercise<Tensor>("Ones") { answer, trial in
  try trial.agree(answer, Tensor.ones([2]), within: 0, "all ones")
}"""
ANSWER = """\
func twice(_ x: Double) -> Double? {
  // BEGIN SOLUTION
  let secret = 2 * x
  return secret
  // END SOLUTION
}
let ones: Tensor? =
  // BEGIN SOLUTION
  Tensor.ones([2])
  // END SOLUTION
func thrown(_ x: Double) throws -> Double {
  // BEGIN SOLUTION: throw NotAttempted()
  2 * x
  // END SOLUTION
}
print(double.check(twice), vector.check(ones))"""
END = "try page.finish()"


def copies(folder: Path, *cells: object) -> subprocess.CompletedProcess[str]:
    (folder / "pages" / "data").mkdir(parents=True)
    (folder / "pages" / "data" / "a.txt").write_text("a")
    saved(notebook(*cells), folder / "pages" / "01.ipynb")
    paths = ["--notebooks", folder / "pages", "--output", folder / "out"]
    return run(Path(sys.executable), ROOT / "scripts" / "student_copies.py", *paths)


def test_both_copies_run_from_top_to_bottom(tmp_path: Path) -> None:
    made = copies(tmp_path, code(EXERCISE, "exercise"), ANSWER, END)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("1 pages, 3 answers removed")
    student, solution = (tmp_path / "out" / name / "01.ipynb" for name in ("student", "solutions"))
    result = ansatz("run", student)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("Not attempted.") == 2
    assert "Exercises solved: 0 of 2." in result.stdout
    result = ansatz("run", solution)
    assert result.returncode == 0, result.stderr
    assert "Correct. Twice" in result.stdout and "Exercises solved: 2 of 2." in result.stdout


def test_nothing_of_the_answer_remains(tmp_path: Path) -> None:
    told = prose("Why?\n\n<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->")
    ran = code(ANSWER)
    ran.outputs = [nbformat.v4.new_output("stream", text="secret")]
    ran.execution_count = 3
    copies(tmp_path, code(EXERCISE, "exercise"), ran, told)
    text = (tmp_path / "out" / "student" / "01.ipynb").read_text()
    for word in ("secret", "SOLUTION", "Because"):
        assert word not in text
    cells = json.loads(text)["cells"]
    assert cells[0]["metadata"]["jupyter"]["source_hidden"]
    assert "".join(cells[2]["source"]).endswith("*Your answer.*")
    assert (tmp_path / "out" / "student" / "data" / "a.txt").exists()
    solution = (tmp_path / "out" / "solutions" / "01.ipynb").read_text()
    assert "Because" in solution and "return secret" in solution and "SOLUTION" not in solution


@pytest.mark.parametrize(
    "answer, expected",
    [
        ("3 * x", "nil  // your answer"),
        ("// why\nlet y = x\nreturn y", "return nil  // your answer"),
        ("{ x in\n  return x\n}", "nil  // your answer"),
        ("", "nil  // your answer"),
    ],
)
def test_the_placeholder_fits(answer: str, expected: str) -> None:
    source = f"a\n  // BEGIN SOLUTION\n{answer}\n  // END SOLUTION\nb"
    assert rewritten(source, True, False, "here") == (f"a\n  {expected}\nb", 1)
    assert rewritten(source, False, False, "here") == (f"a\n{answer}\nb", 0)


@pytest.mark.parametrize(
    "source, message",
    [
        ("// BEGIN SOLUTION\n1", "without END"),
        ("1\n// END SOLUTION", "without BEGIN"),
        ("// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION", "inside of"),
        ("let a = 1 // BEGIN SOLUTION\n// END SOLUTION", "a line of its own"),
    ],
)
def test_marks_that_do_not_fit_are_refused(source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MarkError, match=message):
        rewritten(source, True, False, "here")
    made = copies(tmp_path, source)
    assert made.returncode == 1
    assert "01.ipynb, cell " in made.stderr and message in made.stderr


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "writing-pages.md").read_text()
    example = text[text.index("## A complete page") : text.index("## Claims")]
    cells = re.findall(r"```swift\n(.*?)```", example, re.DOTALL)
    result = ansatz("run", saved(notebook(*cells), tmp_path / "example.ipynb"))
    assert result.returncode == 0, result.stderr
    assert "All 2 claims hold. Exercises solved: 1 of 1." in result.stdout


PAGES = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_a_page_claims_computed_figures_and_says_how_it_ends(path: Path) -> None:
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    typed = re.findall(r"\.claim\(\s*\"[^\"]*\",\s*-?[\d.]+\s*,", text)
    assert typed == [], "figures are computed, not typed"
    if ".claim(" in text:
        assert "try page.finish()" in text, "claims are judged by page.finish()"


WITH_ANSWERS = [path for path in PAGES if "BEGIN SOLUTION" in path.read_text()]


@pytest.mark.parametrize("path", WITH_ANSWERS, ids=[path.stem for path in WITH_ANSWERS])
def test_a_page_without_its_answers_compiles(path: Path, tmp_path: Path) -> None:
    # That it also runs is checked where pages are run: scripts/workbook/without_answers.py.
    script = ROOT / "scripts" / "student_copies.py"
    made = run(Path(sys.executable), script, path, "--output", tmp_path)
    assert made.returncode == 0, made.stderr
    result = ansatz("check", tmp_path / "student" / path.name, timeout=170)
    assert result.returncode == 0, result.stderr


def failure_without_answers(folder: Path, *cells: object) -> str | None:
    """What goes wrong when a page is run and then checked without its answers."""
    page = saved(notebook(*cells), folder / "01.ipynb")
    failure = run_notebook(page, timeout=60, as_student=True).failure
    return failure and f"{failure.source}\n{failure.message}"


def solved(*lines: str) -> str:
    return "\n".join(["// BEGIN SOLUTION", *lines, "// END SOLUTION"])


PAGE = EXERCISE.replace(', needs: ["data/a.txt"]', "")


def test_a_page_that_runs_without_its_answers_passes(tmp_path: Path) -> None:
    cells = [code(PAGE, "exercise"), ANSWER, "let label = 1", END]
    assert failure_without_answers(tmp_path, *cells) is None


@pytest.mark.parametrize(
    "cells, message",
    [
        # A later cell needs the answer, and one does so by way of another cell.
        (["let half: Int? =\n" + solved("2"), "half! + 1"], "half! + 1"),
        (["let half: Int? =\n" + solved("2"), "let more = half", "more! + 1"], "more! + 1"),
        # The placeholder does not fit.
        (["let three: Int =\n" + solved("3")], "let three"),
        # An answer that is given away.
        (
            [
                PAGE,
                "func own(_ x: Double) -> Double? {\n" + solved("2 * x") + "\n}\n"
                "print(double.check { 2 * $0 })",
            ],
            "does not say 'Not attempted.'",
        ),
    ],
)
def test_a_page_that_needs_its_answers_fails(
    cells: list[str], message: str, tmp_path: Path
) -> None:
    told = failure_without_answers(tmp_path, *cells)
    assert told and "without its answer" in told and message in told
