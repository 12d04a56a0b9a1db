"""What dies, stops, is closed or left running: the kernel goes on, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from pathlib import Path

import pytest
from conftest import Kernel
from test_lifecycle import descendants, is_running


def process(kernel, role: str) -> int:
    """The kernel's process that compiles or that runs cells."""
    for pid in descendants(kernel.pid):
        try:
            if f"{role}-cells" in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
        except OSError:
            continue
    raise AssertionError(f"no process that {role}s cells")


def session_folders(kernel) -> list[Path]:
    """The folders of a kernel's session, told by the lock that it holds."""
    links = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{kernel.pid}/fd")]
    return [Path(link).parent for link in links if link.endswith("/session")]


def running(marker: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if marker in (entry / "cmdline").read_text() and is_running(int(entry.name)):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


class TestCompilerRests:
    def test_an_idle_session_gives_its_compiler_back(self):
        kernel = Kernel(env={**os.environ, "ANSATZ_REST": "1"})
        try:
            kernel.run("struct Kept { var value = 41 }; var kept = Kept()")
            for _ in range(2):
                deadline = time.monotonic() + 60
                while any("compile-cells" in line for line in command_lines(kernel)):
                    assert time.monotonic() < deadline, command_lines(kernel)
                    time.sleep(0.1)
                assert any("run-cells" in line for line in command_lines(kernel))
                run = kernel.run("kept.value += 1; kept.value")
                assert run.status == "ok" and int(run.result) > 41
            assert kernel.run("kept.value").result == "43"
        finally:
            kernel.close()


def command_lines(kernel) -> list[str]:
    lines = []
    for pid in descendants(kernel.pid):
        try:
            lines.append(Path(f"/proc/{pid}/cmdline").read_text())
        except OSError:
            continue
    return lines


class TestCompilerDies:
    def test_while_idle(self, kernel):
        kernel.run("var kept = 1")
        for value in range(3):
            os.kill(process(kernel, "compile"), signal.SIGKILL)
            run = kernel.run("kept += 1; kept")
            assert (run.status, run.result) == ("ok", str(value + 2))
            assert run.types == ["busy", "execute_input", "execute_result", "idle"]

    def test_while_it_stands_still(self, kernel):
        kernel.run("let still = 5")
        os.kill(process(kernel, "compile"), signal.SIGSTOP)
        assert kernel.run("still + 1", timeout=20).result == "6"

    @pytest.mark.timeout(300)
    def test_at_random_moments(self, kernel):
        chance = random.Random(1)
        kernel.run("var counted = 0\nstruct Pair { var a: Int; var b: Int }")
        for i in range(int(os.environ.get("ANSATZ_KILLS", "24"))):
            message_id = kernel.client.execute(
                f"counted += 1; Pair(a: counted, b: {i}).a", allow_stdin=False
            )
            # Also in the moment when a new process is told what the session knows.
            for _ in range(chance.randint(1, 2)):
                time.sleep(chance.choice([0, 0.005, 0.02, 0.05, 0.1, 0.3]) * chance.random())
                try:
                    os.kill(process(kernel, "compile"), signal.SIGKILL)
                except (AssertionError, ProcessLookupError):
                    pass
            run = kernel.finish(message_id, timeout=60)
            if run.status == "error":
                assert run.content["ename"] == "CompilerCrash", (i, run.content)
                assert kernel.run("counted += 1; counted").result == str(i + 1)
            else:
                assert run.result == str(i + 1), i

    def test_interrupts_in_a_row(self, kernel):
        for pause in [0, 0.02, 0.1, 0.3]:
            message_id = kernel.client.execute(
                "let slow = [1: 2.0, 2: 3, 4: 5.5, 6: [7].map { $0 + 1.5 }.first! * 2 - 1 / 3 + 4]",
                allow_stdin=False,
            )
            time.sleep(0.05)
            kernel.manager.interrupt_kernel()
            kernel.finish(message_id)
            message_id = kernel.client.execute("1 + 1", allow_stdin=False)
            time.sleep(pause)
            kernel.manager.interrupt_kernel()
            run = kernel.finish(message_id)
            assert run.result == "2" or run.content["ename"] == "Interrupted"
        # The last signal may still be on its way on a busy machine.
        time.sleep(1)
        assert kernel.run("3 + 4").result == "7"


class TestRunner:
    def test_that_stops_itself(self, kernel):
        kernel.run("var kept = 1")
        run = kernel.run("import Glibc\nraise(SIGSTOP)\nkept + 1", timeout=20)
        assert run.result == "2"

    def test_that_is_stopped_can_be_interrupted(self, kernel):
        kernel.run("var kept = 1")
        message_id = kernel.start("while true {}")
        os.kill(process(kernel, "run"), signal.SIGSTOP)
        time.sleep(0.2)
        kernel.manager.interrupt_kernel()
        assert kernel.finish(message_id, timeout=20).content["ename"] == "Interrupted"
        assert kernel.run("kept").result == "1"

    def test_that_is_killed_is_replaced(self, kernel):
        kernel.run("var kept = 1")
        message_id = kernel.start("while true {}")
        os.kill(process(kernel, "run"), signal.SIGKILL)
        run = kernel.finish(message_id, timeout=20)
        assert run.content["ename"] == "SessionLost"
        assert kernel.run("2 + 2").result == "4"

    def test_child_that_holds_everything_open(self, kernel):
        """A child inherits no descriptor by which the death of its parent would go unseen."""
        message_id = kernel.start(
            'import Glibc\nsystem("exec setsid sleep 7431 &")\nwhile true {}')
        os.kill(process(kernel, "run"), signal.SIGKILL)
        assert kernel.finish(message_id, timeout=20).content["ename"] == "SessionLost"
        assert not running("sleep 7431") and not running("sleep\x007431")


class TestEndsOfCells:
    """Ways for a cell not to come to its last statement."""

    @pytest.mark.parametrize("code", [
        "import Glibc\npthread_exit(nil)",
        "import Foundation\nThread.exit()",
        "import Foundation\nfunc leave() { Thread.exit() }\nleave()",
        "import Glibc\npthread_exit(nil)\nprint(1)",
    ])
    def test_the_thread_ends(self, kernel, code):
        kernel.run("var kept = 1")
        run = kernel.run(code, timeout=20)
        assert run.content["ename"] == "ThreadExited"
        assert kernel.run("kept + 1").result == "2"

    def test_a_task_ends_its_thread(self, kernel):
        run = kernel.run(
            "import Glibc\nawait Task { pthread_exit(nil) }.value", timeout=20)
        assert run.content["ename"] == "ThreadExited"
        assert kernel.run("await Task { 6 * 7 }.value").result == "42"

    def test_dispatch_main_serves_until_it_is_interrupted(self, kernel):
        message_id = kernel.start(
            'import Dispatch\nDispatchQueue.main.async { print("served") }\ndispatchMain()')
        time.sleep(0.5)
        kernel.manager.interrupt_kernel()
        run = kernel.finish(message_id, timeout=20)
        assert run.content["ename"] == "Interrupted"
        assert run.stream() == "served\n"
        assert kernel.run("1 + 1").result == "2"

    @pytest.mark.parametrize("descriptor", [0, 1, 2])
    def test_a_closed_descriptor(self, kernel, descriptor):
        run = kernel.run(f'import Glibc\nclose({descriptor})\nprint("on")', timeout=20)
        assert (run.status, run.stream()) == ("ok", "on\n")
        # The next cell, and what it starts, have it again.
        run = kernel.run(
            'import Glibc\nsystem("echo out; echo err >&2")\n[1][Int("1")!]', timeout=20)
        assert run.stream() == "out\n"
        assert run.stream("stderr") == "err\n"
        assert run.content["ename"] == "IndexOutOfRange"

    def test_redirected_output_stays_out_of_the_page(self, kernel, tmp_path):
        file = tmp_path / "redirected"
        run = kernel.run(
            "import Foundation\nlet page = dup(1)\n"
            f'let file = open("{file}", O_WRONLY | O_CREAT, 0o600)\ndup2(file, 1)\n'
            'system("echo child")\n'
            'FileHandle.standardOutput.write(Data("handle\\n".utf8))\n'
            'dup2(page, 1)\nsystem("echo again")')
        assert run.stream() == "again\n"
        assert file.read_text() == "child\nhandle\n"

    def test_exit_of_the_top_level_ends_the_cell_well(self, kernel):
        run = kernel.run("import Glibc\nvar early = 1\nif early == 1 { exit(0) }\nearly = 2")
        assert run.status == "ok"
        assert kernel.run("early").result == "1"

    @pytest.mark.parametrize("definition", [
        "func solve() -> Int { exit(0) }",
        "let solve = { () -> Int in exit(0) }",
        "struct S { func callAsFunction() -> Int { exit(0) } }\nlet solve = S()",
    ])
    def test_exit_of_a_function_under_test_fails_the_test(self, kernel, definition):
        kernel.run("import Foundation\n" + definition)
        run = kernel.run("precondition(solve() == 3)")
        assert run.content["ename"] == "Exit"
        assert "exit(0)" in run.content["evalue"]


class TestOrder:
    """What children print stands where it was printed."""

    def test_system(self, kernel):
        run = kernel.run(
            "import Glibc\n"
            'for i in 0..<20 { print("a", i); system("echo b \\(i)"); print("c", i) }')
        expected = "".join(f"a {i}\nb {i}\nc {i}\n" for i in range(20))
        assert run.stream() == expected

    def test_both_streams(self, kernel):
        run = kernel.run(
            "import Foundation\n"
            'for i in 0..<10 {\n  print("a", i)\n  system("echo b \\(i) >&2")\n'
            '  FileHandle.standardError.write(Data("c \\(i)\\n".utf8))\n'
            '  FileHandle.standardOutput.write(Data("d \\(i)\\n".utf8))\n}')
        text = "".join(m["text"] for m in run.of("stream"))
        assert text == "".join(f"a {i}\nb {i}\nc {i}\nd {i}\n" for i in range(10))
        assert run.stream() == "".join(f"a {i}\nd {i}\n" for i in range(10))

    def test_process(self, kernel):
        run = kernel.run(
            "import Foundation\n"
            "for i in 0..<5 {\n"
            '  print("before", i, terminator: " ")\n'
            "  let process = Process()\n"
            '  process.executableURL = URL(fileURLWithPath: "/bin/echo")\n'
            '  process.arguments = ["child \\(i)"]\n'
            "  try process.run()\n  process.waitUntilExit()\n"
            '  FileHandle.standardOutput.write(Data("handle\\n".utf8))\n'
            '  print("after", i)\n}')
        expected = "".join(
            f"before {i} child {i}\nhandle\nafter {i}\n" for i in range(5))
        assert run.stream() == expected

    def test_display(self, kernel):
        run = kernel.run(
            'import Glibc\nsystem("echo first")\ndisplay(1)\nsystem("echo second")\ndisplay(2)')
        order = [
            m["content"].get("text") or m["content"]["data"]["text/plain"]
            for m in run.messages if m["msg_type"] in ("stream", "display_data")
        ]
        assert order == ["first\n", "1", "second\n", "2"]


class TestChildren:
    def test_background_command_does_not_hold_the_cell(self, kernel, eventually):
        began = time.monotonic()
        run = kernel.run("!echo begun; sleep 7432 & sleep 0.1; seq 3000 | tail -1")
        assert time.monotonic() - began < 5
        assert run.stream() == "begun\n3000\n"
        assert running("sleep\x007432")

    def test_background_output_still_comes(self, kernel):
        message_id = kernel.client.execute("!echo now; (sleep 0.5; echo late) &", allow_stdin=False)
        assert kernel.finish(message_id).stream() == "now\n"
        time.sleep(0.8)
        late = [m["content"].get("text") for m in kernel.quiet(0.3)]
        assert "late\n" in late

    @pytest.mark.parametrize("way", ["shutdown", "terminate", "kill"])
    def test_none_outlives_the_kernel(self, new_kernel, eventually, way):
        kernel = new_kernel()
        number = random.randrange(10**6, 10**7)
        kernel.run(f"!sleep {number} & setsid sleep {number} &")
        kernel.run(
            f'import Foundation\nsystem("sleep {number} & setsid nohup sleep {number} &")\n'
            'let child = Process()\nchild.executableURL = URL(fileURLWithPath: "/bin/sleep")\n'
            f'child.arguments = ["{number}"]\ntry child.run()')
        assert len(running(f"sleep\x00{number}")) == 5
        if way == "shutdown":
            kernel.request("shutdown_request", {"restart": False}, channel="control")
        else:
            os.kill(kernel.pid, signal.SIGTERM if way == "terminate" else signal.SIGKILL)
        assert eventually(lambda: not running(f"sleep\x00{number}"), timeout=5)


class TestFolders:
    def test_shutdown_under_load_removes_the_folder(self, new_kernel, eventually):
        kernel = new_kernel()
        kernel.run("1")
        (folder,) = session_folders(kernel)
        for i in range(8):
            kernel.client.execute(f"let v{i} = (0..<100).map {{ Double($0) * 1.5 }}")
        time.sleep(0.3)
        kernel.request("shutdown_request", {"restart": False}, channel="control")
        assert eventually(lambda: not is_running(kernel.pid), timeout=5)
        assert not list(folder.parent.glob(folder.name + "*"))

    def test_the_next_start_removes_what_a_killed_kernel_left(self, new_kernel, eventually):
        kernel = new_kernel()
        kernel.run("1")
        (folder,) = session_folders(kernel)
        os.kill(kernel.pid, signal.SIGKILL)
        assert eventually(lambda: not is_running(kernel.pid))
        assert folder.exists()
        new_kernel().run("1")
        assert eventually(lambda: not folder.exists())

    def test_a_living_session_keeps_its_folder(self, new_kernel):
        first = new_kernel()
        first.run("let mine = 7")
        new_kernel().run("1")
        assert first.run("mine").result == "7"
        assert session_folders(first)[0].exists()
