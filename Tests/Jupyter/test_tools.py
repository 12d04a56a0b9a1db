"""The programs of the Jupyter world that run notebooks, each as a person would call it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pexpect
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from house import TOOLS, code, environment, notebook, prose, saved, texts, tool


def executed(*cells: str | nbformat.NotebookNode, **options: object) -> nbformat.NotebookNode:
    return NotebookClient(notebook(*cells), kernel_name="swift", timeout=60, **options).execute()


# nbclient


def test_nbclient_runs_cells_that_share_state() -> None:
    result = executed("var x = 20", "func twice(_ n: Int) -> Int { 2 * n }", "x += 1\ntwice(x)")
    assert texts(result.cells[2]) == "42"
    assert [cell.execution_count for cell in result.cells] == [1, 2, 3]


def test_nbclient_stops_at_a_cell_that_does_not_compile() -> None:
    with pytest.raises(CellExecutionError) as caught:
        executed("let ok = 1", "let n: Int = \"text\"", "ok")
    assert caught.value.ename == "CompileError"
    assert "Int" in caught.value.evalue


@pytest.mark.parametrize(
    "source, name",
    [
        ("let a = [1]\na[7]", "IndexOutOfRange"),
        ("let none: Int? = nil\nnone!", "UnwrappedNil"),
        ("var top = Int.max\ntop += 1", "ArithmeticOverflow"),
        ("struct Lost: Error {}\nthrow Lost()", "Lost"),
    ],
)
def test_nbclient_goes_on_after_an_allowed_failure(source: str, name: str) -> None:
    result = executed("let kept = 5", code(source, "raises-exception"), "kept")
    assert result.cells[1].outputs[-1].ename == name
    assert texts(result.cells[2]) == "5"


def test_nbclient_knows_failures_by_their_names() -> None:
    result = executed("[Int]()[0]", "1", allow_error_names=["IndexOutOfRange"])
    assert texts(result.cells[1]) == "1"


def test_nbclient_skips_tagged_cells() -> None:
    result = executed("let a = 1", code("let a = 2", "skip-execution"), "a")
    assert texts(result.cells[2]) == "1"


def test_nbclient_interrupts_a_cell_that_takes_too_long() -> None:
    client = NotebookClient(
        notebook("let before = 3", "while true {}", "before"),
        kernel_name="swift",
        timeout=3,
        interrupt_on_timeout=True,
        allow_errors=True,
    )
    try:
        client.execute()
    except CellTimeoutError:
        pytest.fail("the interrupt did not end the cell")
    assert texts(client.nb.cells[2]) == "3"


def test_a_question_fails_where_nobody_can_answer() -> None:
    result = executed(code("let line = readLine()\nline", "raises-exception"), "1 + 1")
    assert texts(result.cells[1]) == "2"


# nbconvert


def test_nbconvert_executes_and_writes_html(tmp_path: Path) -> None:
    source = saved(notebook(prose("# A title"), 'print("from a cell")', "6 * 7"), tmp_path / "a.ipynb")
    result = tool("jupyter", "nbconvert", "--execute", "--to", "html", source)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "a.html").read_text()
    assert "from a cell" in page and ">42" in page.replace("\n", "")


def test_nbconvert_fails_and_shows_the_error(tmp_path: Path) -> None:
    source = saved(notebook("let missing = nowhere"), tmp_path / "bad.ipynb")
    result = tool("jupyter", "nbconvert", "--execute", "--to", "notebook", source)
    assert result.returncode != 0
    assert "nowhere" in result.stderr


def test_nbconvert_allows_errors_and_keeps_them(tmp_path: Path) -> None:
    source = saved(notebook("let missing = nowhere", "1 + 1"), tmp_path / "bad.ipynb")
    result = tool("jupyter", "nbconvert", "--execute", "--allow-errors", "--to", "notebook", source)
    assert result.returncode == 0, result.stderr
    written = nbformat.read(tmp_path / "bad.nbconvert.ipynb", as_version=4)
    assert written.cells[0].outputs[0].output_type == "error"
    assert texts(written.cells[1]) == "2"


# jupyter run


def test_jupyter_run_prints_what_the_file_prints(tmp_path: Path) -> None:
    file = tmp_path / "hello.swift"
    file.write_text('let name = "Swift"\nprint("hello from \\(name)")\n')
    result = tool("jupyter", "run", "--kernel", "swift", file)
    assert result.returncode == 0, result.stderr
    assert "hello from Swift" in result.stdout


def test_jupyter_run_fails_when_the_file_fails(tmp_path: Path) -> None:
    file = tmp_path / "broken.swift"
    file.write_text("fatalError(\"on purpose\")\n")
    result = tool("jupyter", "run", "--kernel", "swift", file)
    assert result.returncode != 0
    assert "on purpose" in result.stdout + result.stderr


# jupyter console


def test_console_runs_continues_and_shows_values() -> None:
    console = pexpect.spawn(
        str(TOOLS / "jupyter"),
        ["console", "--kernel", "swift", "--simple-prompt"],
        env=environment(TERM="dumb", NO_COLOR="1"),
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 160),
    )
    try:
        console.expect(r"In \[1\]:")
        console.sendline("let a = 40")
        console.expect(r"In \[2\]:")
        console.sendline("a + 2")
        console.expect(r"Out\[2\]: ?42")
        console.expect(r"In \[3\]:")
        console.sendline("undefinedName")
        console.expect("undefinedName")
        console.expect(r"In \[4\]:")
        console.sendline("a")
        console.expect("40")
        console.sendeof()
        console.expect(["exit", pexpect.EOF])
    finally:
        console.close(force=True)


# nbval


def nbval(path: Path) -> tuple[int, str]:
    result = tool("python", "-m", "pytest", "-p", "no:cacheprovider", "-q", "--nbval", path)
    return result.returncode, result.stdout


def test_nbval_compares_outputs(tmp_path: Path) -> None:
    kept = executed("1 + 1", code("[Int]()[0]", "raises-exception"), 'print("x")')
    path = saved(kept, tmp_path / "kept.ipynb")
    status, report = nbval(path)
    assert status == 0, report


def test_nbval_notices_a_changed_output(tmp_path: Path) -> None:
    kept = executed("1 + 1")
    kept.cells[0].outputs[0].data["text/plain"] = "3"
    status, report = nbval(saved(kept, tmp_path / "changed.ipynb"))
    assert status == 1, report
