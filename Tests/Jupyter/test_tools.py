"""The programs of the Jupyter world that run notebooks, each as a person would call it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import nbformat
import pexpect
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from house import ROOT, TOOLS, ansatz, code, environment, notebook, prose, saved, texts, tool


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


def test_nbconvert_writes_a_script_that_runs(tmp_path: Path) -> None:
    cells = [
        prose("# A title\n\nSome \"prose\"."), "let a = 20\na + 22", "%time let b = a",
        code("[Int]()[0]", "raises-exception"), 'print("end", b)',
    ]
    source = saved(notebook(*cells), tmp_path / "a.ipynb")
    result = tool("jupyter", "nbconvert", "--to", "script", source)
    assert result.returncode == 0, result.stderr
    script = (tmp_path / "a.swift").read_text()
    assert script.startswith('// %% [markdown]\n// # A title\n//\n// Some "prose".\n\n// %%\nlet a')
    assert '// %% tags=["raises-exception"]\n[Int]()[0]\n' in script
    run = ansatz("run", tmp_path / "a.swift")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("42\n") and run.stdout.endswith("end 20\n")


def html_of(tmp_path: Path, *cells: str | nbformat.NotebookNode) -> str:
    source = saved(notebook(*cells), tmp_path / "page.ipynb")
    result = tool("jupyter", "nbconvert", "--execute", "--allow-errors", "--to", "html", source)
    assert result.returncode == 0, result.stderr
    return (tmp_path / "page.html").read_text()


def test_a_traceback_in_html_has_no_empty_lines(tmp_path: Path) -> None:
    page = html_of(tmp_path, "func f(_ a: [Int]) -> Int {\n  a[3]\n}", "f([1])")
    shown = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    [traceback] = [re.sub(r"<[^>]*>", "", text) for text in shown if "IndexOutOfRange" in text]
    lines = traceback.strip("\n").splitlines()
    assert len(lines) > 3 and all(line.strip() for line in lines), traceback


def test_tensors_in_html_have_a_font_of_one_width(tmp_path: Path) -> None:
    page = html_of(tmp_path, "Tensor([[1.0, -20.5], [3, 4]])")
    [style] = re.findall(r"<pre style=\"([^\"]*)\">[^<]*-20.5", page)
    assert "monospace" in style


# jupytext


@pytest.mark.parametrize("form", ["md", "Rmd", "md:myst"])
@pytest.mark.parametrize("way", ["settings", "metadata"])
def test_jupytext_keeps_the_cells(tmp_path: Path, form: str, way: str) -> None:
    page = notebook(
        prose("# A title"), "let a = 1\nprint(a)", code("%time a + 1", "raises-exception"), "!ls"
    )
    if way == "settings":
        (tmp_path / "jupytext.toml").write_text((ROOT / "jupytext.toml").read_text())
    else:
        page.metadata["jupytext"] = {"custom_language_magics": "swift"}
    source = saved(page, tmp_path / "page.ipynb")
    text = tmp_path / f"page.{form.split(':')[0]}"
    back = tmp_path / "back.ipynb"
    for arguments in [("--to", form, source, "-o", text), ("--to", "ipynb", text, "-o", back)]:
        result = tool("jupytext", "--quiet", *arguments)
        assert result.returncode == 0, result.stderr
    found = nbformat.read(back, as_version=4)
    assert [(c.cell_type, c.source) for c in found.cells] == [
        (c.cell_type, c.source) for c in page.cells
    ]
    assert found.cells[2].metadata.tags == ["raises-exception"]
    assert found.metadata.kernelspec.language == "swift"


# nbgrader


def test_nbgrader_hands_out_collects_and_grades_swift(tmp_path: Path) -> None:
    def graded(source: str, name: str, **marks: object) -> nbformat.NotebookNode:
        cell = code(source)
        base = {"schema_version": 3, "grade_id": name, "locked": False, "task": False}
        cell.metadata["nbgrader"] = {**base, "grade": False, "solution": False, **marks}
        return cell

    solution = "func twice(_ n: Int) -> Int {\n  // BEGIN SOLUTION\n  2 * n\n  // END SOLUTION\n}"
    tests = (
        "assert(twice(2) == 4)\n// BEGIN HIDDEN TESTS\nassert(twice(-3) == -6)\n// END HIDDEN TESTS"
    )
    page = notebook(
        graded(solution, "twice", solution=True),
        graded(tests, "tests", grade=True, points=2, locked=True),
    )
    course = tmp_path / "course"
    (course / "source/week1").mkdir(parents=True)
    saved(page, course / "source/week1/page.ipynb")
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    settings = (ROOT / "python/nbgrader_config.py").read_text()
    settings += f"\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'swift101'\n"
    (course / "nbgrader_config.py").write_text(settings)

    def nbgrader(*arguments: str, folder: Path = course) -> None:
        variables = {"JUPYTER_DATA_DIR": str(folder / "data"), "HOME": str(folder)}
        result = tool("nbgrader", *arguments, folder=folder, timeout=300, variables=variables)
        assert result.returncode == 0, result.stderr

    nbgrader("generate_assignment", "week1")
    release = nbformat.read(course / "release/week1/page.ipynb", as_version=4)
    assert "2 * n" not in release.cells[0].source and "-6" not in release.cells[1].source
    assert "// YOUR CODE HERE" in release.cells[0].source
    nbgrader("release_assignment", "week1")
    answers = {"ada": "func twice(_ n: Int) -> Int { n + n }", "bob": None}
    for student, answer in answers.items():
        desk = tmp_path / student
        desk.mkdir()
        (desk / "nbgrader_config.py").write_text(settings)
        nbgrader("fetch_assignment", "week1", folder=desk)
        page = nbformat.read(desk / "week1/page.ipynb", as_version=4)
        page.cells[0].source = answer or page.cells[0].source
        saved(page, desk / "week1/page.ipynb")
        nbgrader("submit", "week1", folder=desk)
        # The system's account names who hands in; both are this one here.
        nbgrader("collect", "week1", "--update")
        collected = next((course / "submitted").glob("*/week1"))
        collected.parent.rename(course / student)
    (course / "submitted").mkdir(exist_ok=True)
    for student in answers:
        (course / student).rename(course / "submitted" / student)
    nbgrader("autograde", "week1")
    nbgrader("export", "--to", "grades.csv")
    rows = csv.DictReader((course / "grades.csv").open())
    assert {row["student_id"]: float(row["score"]) for row in rows} == {"ada": 2, "bob": 0}


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


def test_console_moves_a_progress_bar_in_place() -> None:
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
        console.sendline("import Foundation")
        console.expect(r"In \[2\]:")
        console.sendline('for _ in progress(0..<3, label: "bar") { usleep(300_000) }')
        for step in range(3):
            console.expect(f"{step}/3")
        console.expect("✓ bar: 3/3")
        console.expect(r"In \[3\]:")
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
