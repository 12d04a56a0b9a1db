"""Errors whose message alone does not say what to do."""

import re

import pytest


def error(run):
    assert run.status == "error", run.messages
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(run.content["traceback"]))


@pytest.mark.parametrize(
    "code, name",
    [
        ("Date()", "Date"), ("DispatchQueue.main", "DispatchQueue"), ("Thread.isMainThread", "Thread"),
        ("UUID()", "UUID"), ('URL(string: "x")', "URL"), ("exit(0)", "exit"), ("usleep(1)", "usleep"),
        ("let x: Data = .init()", "Data"), ("FileManager.default", "FileManager"),
    ],
)
def test_names_of_foundation(new_kernel_of_module, code, name):
    text = error(new_kernel_of_module.run(code))
    assert f"'{name}' is in Foundation: write 'import Foundation'" in text


@pytest.mark.parametrize(
    "code",
    [
        'String(format: "%.2f", 1.5)', '"a,b".components(separatedBy: ",")',
        '" a ".trimmingCharacters(in: .whitespaces)', '"aXb".replacingOccurrences(of: "X", with: "")',
        "[1.5].description.data(using: .utf8)",
    ],
)
def test_members_of_foundation(new_kernel_of_module, code):
    text = error(new_kernel_of_module.run(code))
    assert "write 'import Foundation' in this cell or an earlier one" in text
    assert text.count("error:") == 1


def test_members_of_nothing_get_no_such_advice(new_kernel_of_module):
    assert "Foundation" not in error(new_kernel_of_module.run('"a".noSuchMember(of: 1)'))


@pytest.fixture(scope="module")
def new_kernel_of_module():
    """A kernel in which nothing imports Foundation."""
    from conftest import Kernel

    kernel = Kernel()
    yield kernel
    kernel.close()


def test_main_is_for_programs(kernel):
    text = error(kernel.run("@main struct App { static func main() { print(1) } }"))
    assert "leave '@main' out" in text and "'App.main()'" in text


def test_main_actor_code_is_called_with_await(kernel):
    kernel.run("@MainActor class Model { var n = 3; func step() { n += 1 } }")
    text = error(kernel.run("func use() { let m = Model(); m.step() }"))
    assert "called with 'await'" in text


def test_names_that_a_reset_took(new_kernel):
    kernel = new_kernel()
    kernel.run("let lostName = 1")
    kernel.run("%reset")
    assert "'lostName' was lost when the session was started anew" in error(kernel.run("lostName"))
    kernel.run("let lostName = 2")
    assert kernel.run("lostName").result == "2"


def test_what_is_neither_a_program_nor_a_name(kernel):
    assert "there is no program 'nosuchprogram' either" in error(kernel.run("!nosuchprogram"))
    assert "there is no program" in error(kernel.run("!nosuchprogram --version"))
