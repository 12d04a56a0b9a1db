"""Clients that do not read, files that are locked, requests that are malformed."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import pytest
import zmq


def memory(pid: int) -> float:
    """Resident megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.timeout(120)
def test_a_deaf_client_costs_neither_memory_nor_the_others_output(new_kernel):
    kernel = new_kernel()
    deaf = zmq.Context().socket(zmq.SUB)
    deaf.set(zmq.RCVHWM, 1)
    deaf.set(zmq.RCVBUF, 65536)
    deaf.subscribe(b"")
    deaf.connect(kernel.manager._make_url("iopub"))
    time.sleep(0.5)
    kernel.run("1")
    before = memory(kernel.pid)
    message_id = kernel.client.execute(
        "for i in 0..<150 { display(MimeBundle("
        'text: "", html: "\\(i) " + String(repeating: "x", count: 2_000_000))) }; 6 * 7',
        allow_stdin=False,
    )
    most = before
    messages = []
    while not messages or messages[-1]["content"].get("execution_state") != "idle":
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == message_id:
            messages.append(message)
        most = max(most, memory(kernel.pid))
    shown = [
        int(m["content"]["data"]["text/html"].split()[0])
        for m in messages if m["msg_type"] == "display_data"
    ]
    # The one that reads gets all, in order.
    assert shown == list(range(150))
    assert most - before < 150, f"{before:.0f} MB before, {most:.0f} MB at most"
    assert kernel.reply(message_id)["content"]["status"] == "ok"
    assert kernel.run("2 + 3").result == "5"
    deaf.close(linger=0)


def test_a_locked_history_costs_no_cell_any_time(new_kernel):
    kernel = new_kernel()
    kernel.run("0")
    file = Path(os.environ["XDG_DATA_HOME"]) / "ansatz" / "history.sqlite"
    lock = sqlite3.connect(file, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        began = time.monotonic()
        for i in range(5):
            assert kernel.run(f"{i} + 100").result == str(i + 100)
        assert time.monotonic() - began < 20
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    # What came meanwhile is remembered.
    time.sleep(0.5)
    content = kernel.request("history_request", {"hist_access_type": "tail", "n": 5})["content"]
    assert [entry[2] for entry in content["history"]] == [f"{i} + 100" for i in range(5)]


MALFORMED = {
    "nested": b'{"code": ' + b"[" * 300 + b"]" * 300 + b"}",
    "NaN": b'{"code": "1", "cursor_pos": NaN}',
    "no object": b"[1]",
    "cut off": b'{"code": "1',
    "text for a number": b'{"code": "1", "cursor_pos": "1"}',
    "number for a text": b'{"code": 5}',
}


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("request_type", ["complete_request", "inspect_request", "execute_request"])
def test_malformed_content_is_answered(kernel, kind, request_type):
    if (kind, request_type) == ("text for a number", "execute_request"):
        pytest.skip("executing knows no cursor")
    session = kernel.client.session
    message = session.msg(request_type, {})
    frames = session.serialize(message)
    frames[-1] = MALFORMED[kind]
    frames[1] = session.sign(frames[2:6])
    kernel.client.shell_channel.socket.send_multipart(frames)
    reply = kernel.reply(message["header"]["msg_id"], timeout=10)
    assert reply["msg_type"] == request_type.replace("request", "reply")
    assert reply["content"]["status"] == "error"
    assert reply["content"]["ename"] == "InvalidRequest"
    assert reply["content"]["evalue"]
    states = [
        m["content"]["execution_state"] for m in kernel.outputs(message["header"]["msg_id"])
        if m["msg_type"] == "status"
    ]
    assert states == ["busy", "idle"]
    assert kernel.run("1 + 1").result == "2"


@pytest.mark.parametrize("content", [
    {"code": "1", "silent": "no"}, {"code": "1", "store_history": 3},
    {"code": "1", "allow_stdin": [True]}, {"code": "1", "stop_on_error": "x"},
])
def test_members_of_the_wrong_type_are_refused_before_anything_runs(kernel, content):
    count = kernel.run("1").content["execution_count"]
    assert kernel.request("execute_request", content)["content"]["ename"] == "InvalidRequest"
    assert kernel.run("1").content["execution_count"] == count + 1


def test_malformed_content_on_control_is_answered(kernel):
    reply = kernel.request("shutdown_request", {"restart": "perhaps"}, channel="control")
    assert reply["content"]["ename"] == "InvalidRequest"
    kernel.assert_alive()
