"""Help on names: every public one of the runtime, members, calls, and what earlier cells declare."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = "Display Tensors Networks Amortization Transport AmortizedTransport Plotting Workbook Ansatz".split()
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*public (?:final |indirect )?"
    r"(?:func|struct|class|enum|actor|protocol|typealias|let|var) (\w+)",
    re.MULTILINE,
)


def public_names():
    """Names at the top level of the runtime's sources, those left out that only lead to others."""
    names = set()
    for module in MODULES:
        for file in (ROOT / "Sources" / module).rglob("*.swift"):
            if file.name == "PythonNames.swift":
                continue
            names.update(DECLARATION.findall(file.read_text()))
    return sorted(name for name in names if not name.startswith("_"))


def inspect(kernel, code, position=None, detail=0):
    request = {"code": code, "cursor_pos": len(code) if position is None else position}
    reply = kernel.request("inspect_request", {**request, "detail_level": detail})
    return reply["content"]


def plain(kernel, code, position=None):
    content = inspect(kernel, code, position)
    assert content["found"], code
    return content["data"]["text/plain"]


def test_every_public_name_is_known(kernel):
    names = public_names()
    assert len(names) > 150 and {"train", "sqrt", "mean", "display", "Tensor"} <= set(names)
    missing = [name for name in names if not inspect(kernel, name)["found"]]
    assert missing == []


def test_overloads_are_all_shown(kernel):
    text = plain(kernel, "train")
    assert text.count("func train(") >= 2 and "Trains a model" in text
    text = plain(kernel, "sqrt")
    assert "sqrt(_ x: Double) -> Double" in text and "sqrt(_ x: Tensor) -> Tensor" in text


def test_a_page_is_shown_for_a_question(kernel):
    for code in ["?display", "display?", "?Array.map", "?Tensor.zeros"]:
        run = kernel.run(code)
        assert run.status == "ok", (code, run.content)
        [page] = run.content["payload"]
        assert code.strip("?").split(".")[-1] in page["data"]["text/plain"]


@pytest.mark.parametrize(
    "code, expected",
    [
        ("Array.map", "map"), ("Tensor.zeros", "zeros"), ("String.count", "count"),
        ("Sequence.reduce", "reduce"), ("[1].sorted", "sorted"), ("Tensor.matmul", "matmul"),
        ("Dictionary.mapValues", "mapValues"), ("Activation.relu", "relu"),
    ],
)
def test_members(kernel, code, expected):
    assert expected in plain(kernel, code)


@pytest.mark.parametrize(
    "code, expected",
    [
        ("print(|)", "print("), ("Tensor(|)", "Tensor"), ("print(1, |", "print("),
        ("let a = [3, 1].sorted(by: |)", "sorted"), ("print(max(1, |), 2)", "max("),
        ("zip([1], |", "zip("), ("train(|", "train("),
    ],
)
def test_what_is_called_is_told_inside_of_its_parentheses(kernel, code, expected):
    assert expected in plain(kernel, code.replace("|", ""), code.index("|"))


def test_documentation_is_rendered(kernel):
    comment = """
/// Adds `a` and **b**.
///
/// A longer text with <angles>:
/// - one
/// - two
///
/// ```swift
/// added(1, 2) < 4
/// ```
///
/// - Parameters:
///   - a: the *first*
///   - b: the second
/// - Returns: the sum
func added(_ a: Int, _ b: Int) -> Int { a + b }
"""
    assert kernel.run(comment).status == "ok"
    data = inspect(kernel, "added")["data"]
    html = data["text/html"]
    assert "<p>Adds <code>a</code> and <strong>b</strong>.</p>" in html
    assert "&lt;angles&gt;" in html and "<angles>" not in html
    assert "<li><p>one</p></li>" in html.replace("\n", "")
    assert "<pre><code>added(1, 2) &lt; 4\n</code></pre>" in html
    assert "<dt><code>a</code></dt>" in html and "<em>first</em>" in html and "Returns" in html
    assert "func added(_ a: Int, _ b: Int) -&gt; Int" in html
    assert "**b**" in data["text/markdown"]


def complete(kernel, code):
    return kernel.request("complete_request", {"code": code, "cursor_pos": len(code)})["content"]


def test_members_of_variables_of_earlier_cells(new_kernel):
    kernel = new_kernel()
    kernel.run('let nums = [3, 1]; var txt = "a"; let tn = Tensor([1.0])')
    kernel.run("struct Own { var width = 1; func area() -> Int { 1 } }\nlet own = Own()")
    for code, expected in [
        ("nums.so", "sorted"), ("txt.upp", "uppercased()"), ("tn.su", "sum"), ("own.wi", "width"),
        ("print(nums.fi", "first"), ("own.", "area()"), ("Own().ar", "area()"),
    ]:
        assert expected in complete(kernel, code)["matches"], code
    kernel.run("let nums = 5")
    assert "isMultiple" in complete(kernel, "nums.isM")["matches"]


def test_names_that_fit(kernel):
    kernel.run("let fittingName = 1")
    assert "fittingName" in complete(kernel, "print(")["matches"]
    assert complete(kernel, "print(fitt")["matches"] == ["fittingName"]
    assert "Foundation" in complete(kernel, "import ")["matches"]
    assert complete(kernel, "import Found")["matches"][0] == "Foundation"
    assert "/tmp/" in complete(kernel, "!ls /t")["matches"]
    assert "Tensor" in complete(kernel, "let x: Tens")["matches"]
    everything = complete(kernel, "")["matches"]
    assert "fittingName" in everything and len(everything) > 100
    assert not [name for name in complete(kernel, "M_")["matches"] if name.startswith("M_")]
    assert "EPERM" not in complete(kernel, "EPE")["matches"]
