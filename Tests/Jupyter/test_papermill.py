"""papermill: parameters for Swift notebooks, with the types that the notebook gives them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import yaml
from papermill import execute_notebook

from house import code, notebook, saved, texts, tool

def papermill(*arguments: object) -> nbformat.NotebookNode:
    *_, output = [argument for argument in arguments if str(argument).endswith(".ipynb")]
    result = tool("papermill", *arguments, "-k", "swift", "--no-progress-bar")
    assert result.returncode == 0, result.stderr
    return nbformat.read(output, as_version=4)


def test_papermill_sets_parameters(tmp_path: Path) -> None:
    source = saved(
        notebook(code("var alpha = 0.1\nvar name = \"a\"", "parameters"), "(alpha, name)"),
        tmp_path / "in.ipynb",
    )
    result = papermill(source, tmp_path / "out.ipynb", "-p", "alpha", "0.6", "-p", "name", 'b"\\(c)')
    assert texts(result.cells[2]) == r'(0.6, "b\"\\(c)")'


def test_papermill_passes_values_of_every_type(tmp_path: Path) -> None:
    values = {
        "count": 3,
        "rate": float("inf"),
        "missing": float("nan"),
        "flag": True,
        "text": "line\nnext \U0001f642 \t",
        "sizes": [1, 2, 3],
        "weights": [1, 2.5],
        "table": {"a": [1], "b": []},
        "nothing": None,
    }
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text(yaml.safe_dump(values, allow_unicode=True))
    check = """\
        print(count + 1, rate, missing.isNaN, flag, text.count, sizes.reduce(0, +))
        print(weights.reduce(0, +), table["a"]!, table["b"]!.isEmpty, nothing == nil)"""
    source = saved(notebook(check), tmp_path / "in.ipynb")
    result = papermill(source, tmp_path / "out.ipynb", "-f", parameters)
    assert texts(result.cells[1]) == "4 inf true true 13 6\n3.5 [1] true true\n"


def test_papermill_lists_parameters(tmp_path: Path) -> None:
    cell = code("var alpha = 0.1 // step size\nlet name: String = \"a\"", "parameters")
    source = saved(notebook(cell), tmp_path / "in.ipynb")
    result = tool("papermill", "--help-notebook", source)
    assert "alpha: Double (default 0.1)" in result.stdout
    assert "step size" in result.stdout and "name: String" in result.stdout


def test_papermill_reports_a_failing_cell(tmp_path: Path) -> None:
    source = saved(notebook("[Int]()[0]"), tmp_path / "in.ipynb")
    result = tool("papermill", source, tmp_path / "out.ipynb", "-k", "swift", "--no-progress-bar")
    assert result.returncode != 0
    assert "IndexOutOfRange" in result.stderr


def injected(tmp_path: Path, cell: str, parameters: dict[str, object]) -> str:
    """What papermill writes behind a cell of parameters, without running it."""
    source = saved(notebook(code(cell, "parameters"), "1"), tmp_path / "in.ipynb")
    written = execute_notebook(
        source, tmp_path / "out.ipynb", parameters, kernel_name="swift", prepare_only=True
    )
    return written.cells[1].source.removeprefix("// Parameters\n")


def test_papermill_keeps_the_type_of_a_parameter(tmp_path: Path) -> None:
    cell = "var alpha = 0.5\nlet sizes: [Double] = [1.5], layers = [64, 64]"
    source = saved(
        notebook(code(cell, "parameters"), "print(alpha / 2, sizes[1] / 2, layers.count)"),
        tmp_path / "in.ipynb",
    )
    result = papermill(
        source, tmp_path / "out.ipynb", "-p", "alpha", "1", "-y", "{sizes: [1, 3], layers: [8]}"
    )
    assert texts(result.cells[2]) == "0.5 1.5 1\n"


@pytest.mark.parametrize(
    "cell, value, expected",
    [
        ("var a = 0.5", 1, "var a: Double = 1.0"),
        ("let a = -1e-3 // step", 2, "let a: Double = 2.0"),
        ("var a: Float = 1", float("inf"), "var a: Float = .infinity"),
        ("var a = 3", 2, "var a: Int = 2"),
        ("var a = 3", 2.5, "var a: Int = 2.5"),
        ("var a: UInt8 = 3; let b = 1", 2, "var a: UInt8 = 2"),
        ("let b = 2.0, a = b / 2", 3, "let a: Double = 3.0"),
        ("let a: Double? = nil", 3, "let a: Double? = 3.0"),
        ("let a: Double? = 1", None, "let a: Double? = nil"),
        ("let a = [[1.0, 2], [3, 4]]", [[1, 2]], "let a: [[Double]] = [[1.0, 2.0]]"),
        ("let a: [Double] = []", [], "let a: [Double] = []"),
        ("let a = [\n  0.5, // first\n  2,\n]", [1], "let a: [Double] = [1.0]"),
        ('let a = ["x": 1.5]', {"y": 2}, 'let a: [String: Double] = ["y": 2.0]'),
        ("let a: Dictionary<Int, [Float]> = [:]", {3: [1]}, "let a: Dictionary<Int, [Float]> = [3: [1.0]]"),
        ("let a: Set<Double> = [1]", [2], "let a: Set<Double> = [2.0]"),
        ("let a: (Double, Int) = (1, 2)", [3, 4], "let a: (Double, Int) = (3.0, 4)"),
        ("let a = Tensor([1, 2])", [3, 4.5], "let a: Tensor = Tensor([3.0, 4.5])"),
        ("let a = Double.pi * 2", 3, "let a: Double = 3.0"),
        ('let s = "let a = 1"\nvar a = 1.0', 3, "var a: Double = 3.0"),
        ("// var a = 1\nvar a = 1.0", 3, "var a: Double = 3.0"),
        ("func f() { let a = 1 }\nlet a = 2.0", 3, "let a: Double = 3.0"),
        ("let other = 1", 3, "var a: Int = 3"),
        ("let a = try load()", 3, "var a: Int = 3"),
        ("let `class` = 1.0, a = true", False, "let a: Bool = false"),
    ],
)
def test_papermill_writes_the_declared_type(
    tmp_path: Path, cell: str, value: object, expected: str
) -> None:
    assert injected(tmp_path, cell, {"a": value}) == expected + "\n"


def test_papermill_says_when_a_type_is_not_evident(tmp_path: Path) -> None:
    source = saved(notebook(code("let a = load()", "parameters")), tmp_path / "in.ipynb")
    result = tool(
        "papermill", source, tmp_path / "out.ipynb", "-k", "swift", "-p", "a", "1", "--prepare-only"
    )
    assert "The type of 'a' is not evident" in result.stderr


def test_types_of_one_notebook_are_not_those_of_the_next(tmp_path: Path) -> None:
    first = saved(notebook(code("let a = 0.5", "parameters")), tmp_path / "first.ipynb")
    second = saved(notebook("a + 1"), tmp_path / "second.ipynb")
    program = f"""
import papermill, sys
papermill.inspect_notebook(r"{first}")
papermill.execute_notebook(r"{second}", r"{tmp_path / 'out.ipynb'}", {{"a": 1}}, prepare_only=True,
                           kernel_name="swift")
"""
    result = tool("python", "-c", program)
    assert result.returncode == 0, result.stderr
    assert "var a: Int = 1" in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0].source
