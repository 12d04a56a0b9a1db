"""The commands `ansatz run` and `ansatz check`."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from house import ANSATZ, ansatz, code, environment, notebook, prose, run, saved


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


@pytest.mark.parametrize(
    "content",
    [
        "// %%\r\nlet a = 1\r\nprint(\"one\")\r\n// %%\r\na + 1\r\n".encode(),
        "// %%\rlet a = 1\rprint(\"one\")\r// %%\ra + 1\r".encode(),
        "\ufefflet a = 1\nprint(\"one\")\n// %%\na + 1\n".encode(),
        "\ufefflet a = 1\r\nprint(\"one\")\r\n// %%\r\na + 1\r\n".encode("utf-16-le"),
        b'#!/usr/bin/env -S ansatz run\nlet a = 1\nprint("one")\n// %%\na + 1\n',
        b'#!/usr/bin/env swift\r\nlet a = 1\r\nprint("one")\r\n// %%\r\na + 1\r\n',
    ],
    ids=["crlf", "cr", "bom", "utf-16", "hash-bang", "hash-bang-crlf"],
)
def test_files_of_other_systems_are_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "cells.swift"
    file.write_bytes(content)
    result = ansatz("run", file)
    assert (result.returncode, result.stdout) == (0, "one\n2\n"), result.stderr


def test_a_diagnostic_shows_the_line_of_a_file_with_other_ends(tmp_path: Path) -> None:
    file = tmp_path / "cells.swift"
    file.write_bytes(b'#!/usr/bin/env ansatz\r\nlet a = 1\r\nlet b: Int = "x"\r\n')
    result = ansatz("run", file)
    assert ":3:14" in result.stderr and '3 | let b: Int = "x"\n' in result.stderr


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "cells.swift"
    file.write_bytes(b"let a = \xff\xfa\xc0")
    result = ansatz("run", file)
    assert result.returncode == 1 and "is no text in UTF-8" in result.stderr


def test_arguments_of_a_script(tmp_path: Path) -> None:
    file = script(tmp_path, "import Foundation\nprint(CommandLine.arguments.dropFirst())\n"
                            "print(ProcessInfo.processInfo.arguments.count, CommandLine.arguments[0])")
    result = ansatz("run", file, "a b", "--flag", "-x=1", "--help", "--", "ü")
    expected = '["a b", "--flag", "-x=1", "--help", "--", "ü"]'
    assert result.stdout == f"{expected}\n7 {file}\n", result.stderr


def test_standard_input_by_its_path() -> None:
    result = ansatz("run", "/dev/stdin", text="let a = 20\n// %%\na + 22\n")
    assert (result.returncode, result.stdout) == (0, "42\n"), result.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_folder_is_no_file(tmp_path: Path, command: str) -> None:
    result = ansatz(command, tmp_path)
    assert result.returncode == 1 and "is a folder" in result.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_notebook_in_another_language_is_refused(tmp_path: Path, command: str) -> None:
    page = notebook("print('x')")
    page.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    result = ansatz(command, saved(page, tmp_path / "page.ipynb"))
    assert result.returncode == 1 and "a notebook in python" in result.stderr


def test_a_script_made_of_a_notebook_keeps_its_tags_and_prose(tmp_path: Path) -> None:
    text = (
        '// %% [markdown]\n// # A title with "quotes\n//\n// let b = missing\n'
        '// %% tags=["raises-exception"]\nfatalError("on purpose")\n'
        '// %% tags=["skip-execution"]\nfatalError("skipped")\n// %%\nprint("end")\n'
    )
    result = ansatz("run", script(tmp_path, text))
    assert (result.returncode, result.stdout) == (0, "end\n"), result.stderr
    assert "on purpose" in result.stderr and "skipped" not in result.stderr


def tiny_disk(folder: Path, size: str, *command: object, **variables: str) -> object:
    """Runs a command where `folder` is a file system of `size`."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    mount = f'mount -t tmpfs -o size={size} none "{folder}" && exec "$@"'
    return run(
        Path("/usr/bin/env"), "unshare", "--mount", "sh", "-c", mount, "sh", *command,
        variables=variables,
    )


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    file = script(tmp_path, "print(6 * 7)")
    disk = tmp_path / "disk"
    disk.mkdir()
    result = tiny_disk(disk, "8k", ANSATZ, "run", file, TMPDIR=str(disk))
    assert result.returncode == 1
    assert str(disk) in result.stderr and "No space left" in result.stderr
    assert "TMPDIR" in result.stderr


def test_a_full_cache_does_not_matter(tmp_path: Path) -> None:
    file = script(tmp_path, "import Foundation\nprint(6 * 7, Date.distantPast < Date())")
    disk = tmp_path / "cache"
    disk.mkdir()
    result = tiny_disk(disk, "64k", ANSATZ, "run", file, XDG_CACHE_HOME=str(disk))
    assert (result.returncode, result.stdout) == (0, "42 true\n"), result.stderr


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
