"""Interrupts, by signal and by message."""

import os
import signal
import time

import pytest

LOOPS = {
    "busy": "var spun = 0\nwhile true { spun &+= 1 }",
    "sleep": "import Glibc\nsleep(100)",
    "tensors": "let long = Tensor.linspace(0, 1, 1_000_000)\nvar y = long\n"
    "while true { y = tanh(y) + matmul(long.reshaped(1000, 1000), long.reshaped(1000, 1000)).sum() }",
    "await": "try await Task.sleep(nanoseconds: 100_000_000_000)",
}


def by_signal(kernel):
    os.kill(kernel.pid, signal.SIGINT)


def by_group_signal(kernel):
    """What launchers do where the kernelspec asks for signals."""
    os.killpg(os.getpgid(kernel.pid), signal.SIGINT)


def by_message(kernel):
    reply = kernel.request("interrupt_request", {}, channel="control")
    assert reply["msg_type"] == "interrupt_reply"
    assert reply["content"]["status"] == "ok"


def by_manager(kernel):
    kernel.manager.interrupt_kernel()


@pytest.mark.parametrize("interrupt", [by_signal, by_group_signal, by_message, by_manager])
@pytest.mark.parametrize("loop", LOOPS)
def test_interrupt_ends_the_cell_and_keeps_the_state(kernel, interrupt, loop):
    kernel.run("var kept = 40")
    message_id = kernel.start(LOOPS[loop])
    time.sleep(0.8)
    began = time.monotonic()
    interrupt(kernel)
    run = kernel.finish(message_id)
    assert time.monotonic() - began < 10
    assert run.status == "error"
    assert run.content["ename"] == "Interrupted"
    assert run.types[-2:] == ["error", "idle"]
    assert kernel.run("kept + 2").result == "42"


def test_interrupt_aborts_waiting_cells(kernel):
    message_id = kernel.start(LOOPS["sleep"])
    waiting = kernel.client.execute("1 + 1")
    time.sleep(0.8)
    by_message(kernel)
    assert kernel.finish(message_id).status == "error"
    assert kernel.reply(waiting)["content"]["status"] == "aborted"
    kernel.outputs(waiting)


def test_interrupt_of_an_idle_kernel_does_nothing(kernel):
    by_signal(kernel)
    by_group_signal(kernel)
    by_message(kernel)
    by_manager(kernel)
    time.sleep(0.2)
    assert kernel.run("2 + 3").result == "5"


def test_early_interrupts_are_neither_lost_nor_reach_the_next_cell(kernel):
    for i in range(30):
        message_id = kernel.start(LOOPS["sleep"])
        time.sleep(0.02 * (i % 5))
        by_message(kernel)
        assert kernel.finish(message_id, timeout=10).content["ename"] == "Interrupted", i
        assert kernel.run("1 + 1").result == "2", i
