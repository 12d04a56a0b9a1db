"""Memory, threads, descriptors, space for files: what runs out can be had again."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from test_processes import session_folders

LIMIT_MEMORY = """
import Foundation
func limitMemory(to megabytes: Int) {
  let pages = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  let size = UInt(pages[0])! * 4096 + UInt(megabytes) << 20
  var limit = rlimit(rlim_cur: size, rlim_max: size)
  setrlimit(__rlimit_resource_t(9), &limit)
}
"""


@pytest.fixture
def limited(new_kernel):
    kernel = new_kernel()
    assert kernel.run(LIMIT_MEMORY).status == "ok"
    assert kernel.run("limitMemory(to: 200)").status == "ok"
    return kernel


@pytest.mark.parametrize("filling", [
    "var a: [[UInt8]] = []\nwhile true { a.append([UInt8](repeating: 1, count: 1 << 20)) }",
    "final class Node { var next: Node?; init(_ next: Node?) { self.next = next } }\n"
    "var a: [Node] = []\nwhile true { a.append(Node(nil)) }",
    "var a: [Tensor] = []\nwhile true { a.append(Tensor.zeros([1000, 100])) }",
])
def test_memory_that_ran_out_can_be_freed(limited, filling):
    kernel = limited
    run = kernel.run("var kept = 41\n" + filling, timeout=60)
    assert run.status == "error"
    assert run.content["ename"] != "SessionLost", run.content
    assert "memory" in run.content["evalue"] or "left" in run.content["evalue"], run.content
    for _ in range(3):
        assert kernel.run("kept + 1").result == "42"
    assert "kept" in kernel.run("%who").result
    assert kernel.run("a = []").status == "ok"
    run = kernel.run("[UInt8](repeating: 1, count: 100 << 20).count")
    assert (run.status, run.result) == ("ok", str(100 << 20)), run.content
    assert run.stream("stderr") == ""


def test_other_errors_keep_their_names_while_memory_is_short(limited):
    limited.run(
        "var a: [[UInt8]] = []\nwhile true { a.append([UInt8](repeating: 1, count: 1 << 20)) }")
    run = limited.run("[1, 2][Int(\"2\")!]")
    assert run.content["ename"] == "IndexOutOfRange"


def test_reset_helps_where_memory_ran_out(limited):
    limited.run(
        "var a: [[UInt8]] = []\nwhile true { a.append([UInt8](repeating: 1, count: 1 << 20)) }")
    assert limited.run("%reset").status == "ok"
    assert limited.run("[UInt8](repeating: 1, count: 300 << 20).count").result == str(300 << 20)


def test_threads_that_ran_out(limited):
    run = limited.run(
        "import Glibc\nvar handles: [pthread_t] = []\n"
        "while true {\n  var thread = pthread_t()\n"
        "  if pthread_create(&thread, nil, { _ in sleep(1000); return nil }, nil) != 0 { break }\n"
        "  handles.append(thread)\n}\nhandles.count > 3")
    assert run.result == "true"
    for i in range(5):
        assert limited.run(f"{i} + 1").result == str(i + 1)
    message_id = limited.start("while true {}")
    limited.manager.interrupt_kernel()
    assert limited.finish(message_id, timeout=20).content["ename"] == "Interrupted"
    assert limited.run("for handle in handles { pthread_cancel(handle) }; handles = []").status == "ok"


def test_descriptors_that_ran_out(new_kernel):
    kernel = new_kernel()
    run = kernel.run(
        "import Glibc\nvar limit = rlimit(rlim_cur: 300, rlim_max: 300)\n"
        "setrlimit(__rlimit_resource_t(7), &limit)\nvar files: [Int32] = []\n"
        'while true { let file = open("/dev/null", O_RDONLY); if file < 0 { break }; files.append(file) }')
    assert run.status == "ok"
    assert "descriptors" in run.stream("stderr")
    for i in range(3):
        assert kernel.run(f"{i} + files.count * 0").result == str(i)
    message_id = kernel.start("while true {}")
    kernel.manager.interrupt_kernel()
    assert kernel.finish(message_id, timeout=20).content["ename"] == "Interrupted"
    assert kernel.run("for file in files { close(file) }; files = []").status == "ok"
    run = kernel.run("1 + 1")
    assert (run.result, run.stream("stderr")) == ("2", "")


def test_a_tensor_that_does_not_fit_says_its_size(kernel):
    kernel.run("let n = 1_000_000")
    run = kernel.run("Tensor.zeros([n, n])")
    assert "needs 3.6 TiB" in run.content["evalue"]
    run = kernel.run("Tensor.zeros([n, n, n, n])")
    assert "EiB" in run.content["evalue"]


def test_a_tensor_for_which_no_memory_is_left_says_its_size(limited):
    run = limited.run("Tensor.zeros([64 << 20])")
    assert "needs 256.0 MiB" in run.content["evalue"]
    assert "not left" in run.content["evalue"]


def test_a_removed_folder_comes_back(new_kernel):
    kernel = new_kernel()
    kernel.run("1")
    (folder,) = session_folders(kernel)
    shutil.rmtree(folder)
    assert kernel.run("3 + 4").result == "7"
    assert folder.exists()
    kernel.run("let kept = 41")
    assert kernel.run("kept + 1").result == "42"


@pytest.fixture
def small_disk(tmp_path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", tmp_path]).returncode:
        pytest.skip("no disk can be mounted here")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_full_disk_is_named_and_comes_back(new_kernel, small_disk):
    kernel = new_kernel(env=dict(os.environ, TMPDIR=str(small_disk)))
    kernel.run("var kept = 41")
    filler = small_disk / "filler"
    with open(filler, "wb") as file:
        try:
            while True:
                file.write(b"x" * 65536)
                file.flush()
        except OSError:
            pass
    run = kernel.run("kept + 1")
    assert run.status == "error"
    assert str(small_disk) in run.content["evalue"] and "space" in run.content["evalue"]
    filler.unlink()
    assert kernel.run("kept + 1").result == "42"


@pytest.mark.parametrize("damage", ["empty", "cut", "changed"])
def test_a_damaged_module_cache_is_rebuilt(new_kernel, tmp_path, damage):
    environment = dict(os.environ, XDG_CACHE_HOME=str(tmp_path))
    source = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ansatz"
    shutil.copytree(source, tmp_path / "ansatz")
    for file in (tmp_path / "ansatz").rglob("*.pcm"):
        content = file.read_bytes()
        third = len(content) // 3
        file.write_bytes({
            "empty": b"", "cut": content[:third],
            "changed": content[:third] + bytes(b ^ 0x55 for b in content[third:third + 2000])
            + content[third + 2000:],
        }[damage])
    kernel = new_kernel(env=environment)
    run = kernel.run("import Foundation\nDate(timeIntervalSince1970: 0).timeIntervalSince1970")
    assert run.result == "0.0", run.content
    assert kernel.run("1 + 1").result == "2"
