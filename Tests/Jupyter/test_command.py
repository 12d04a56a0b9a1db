"""The commands `ansatz run` and `ansatz check`."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from house import ANSATZ, ansatz, code, environment, notebook, prose, saved


def script(folder: Path, text: str) -> Path:
    file = folder / "cells.swift"
    file.write_text(text)
    return file


def test_a_file_is_one_cell(tmp_path: Path) -> None:
    file = script(tmp_path, 'import Foundation\nprint("out")\nfputs("err\\n", stderr)\n6 * 7\n')
    result = ansatz("run", file)
    assert (result.returncode, result.stdout) == (0, "out\n42\n")
    assert result.stderr == "err\n"


def test_a_file_with_marks_is_several(tmp_path: Path) -> None:
    file = script(tmp_path, "// %% first\nlet a = 1\na\n// %% second\nlet a = \"two\"\na\n")
    assert ansatz("run", file).stdout == '1\n"two"\n'


def test_standard_input_is_a_file() -> None:
    assert ansatz("run", "-", text="1 + 1").stdout == "2\n"


def test_a_failure_ends_the_run_with_status_1(tmp_path: Path) -> None:
    file = script(tmp_path, "// %%\nlet a = [1]\n// %%\na[3]\n// %%\nprint(\"never\")\n")
    result = ansatz("run", file)
    assert result.returncode == 1
    assert "never" not in result.stdout
    assert "out of range" in result.stderr and "\x1b" not in result.stderr


def test_a_file_that_does_not_compile_runs_nothing(tmp_path: Path) -> None:
    result = ansatz("run", script(tmp_path, 'print("early")\nlet n: Int = "x"\n'))
    assert result.returncode == 1
    assert result.stdout == "" and "Int" in result.stderr


def test_readLine_asks_the_terminal(tmp_path: Path) -> None:
    file = script(tmp_path, 'let name = readLine() ?? "nobody"\nprint("hello", name)\n')
    assert ansatz("run", file, text="Ada\n").stdout == "hello Ada\n"


def test_a_notebook_runs_in_its_folder_and_honours_tags(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("from the folder")
    cells = [
        prose("# not run"),
        'import Foundation\nprint(try String(contentsOfFile: "data.txt", encoding: .utf8))',
        code("fatalError(\"on purpose\")", "raises-exception"),
        code("fatalError(\"skipped\")", "skip-execution"),
        'print("end")',
    ]
    path = saved(notebook(*cells), tmp_path / "pages.ipynb")
    result = ansatz("run", path, folder=Path("/"))
    assert (result.returncode, result.stdout) == (0, "from the folder\nend\n")
    assert "on purpose" in result.stderr and "skipped" not in result.stderr


@pytest.mark.parametrize("name, text", [("missing.swift", None), ("broken.ipynb", "{")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str | None) -> None:
    file = tmp_path / name
    if text:
        file.write_text(text)
    result = ansatz("run", file)
    assert result.returncode != 0 and name in result.stderr


def test_ctrl_c_ends_the_run_with_status_130(tmp_path: Path) -> None:
    file = script(tmp_path, 'print("begun")\nwhile true {}\n')
    process = subprocess.Popen(
        [str(ANSATZ), "run", str(file)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout and process.stdout.readline() == "begun\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
    finally:
        process.kill()


def test_check_accepts_what_compiles(tmp_path: Path) -> None:
    path = saved(notebook("let a = 1", "while true {}", "a + 1"), tmp_path / "fine.ipynb")
    result = ansatz("check", path)
    assert (result.returncode, result.stdout) == (0, "3 cells checked\n"), result.stderr


def test_check_shows_every_cell_that_does_not_compile(tmp_path: Path) -> None:
    cells = ["let a = 1", "a + nowhere", 'print("not run")', 'let b: Int = "x"']
    result = ansatz("check", saved(notebook(*cells), tmp_path / "bad.ipynb"))
    assert result.returncode == 1
    assert "nowhere" in result.stderr and "Int" in result.stderr
    assert "2 of 4 cells do not compile" in result.stderr
    assert "not run" not in result.stdout
