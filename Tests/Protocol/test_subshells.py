"""Subshells: what is asked of them is answered while a cell runs."""

import time

from test_interrupt import LOOPS


def create(kernel):
    reply = kernel.request("create_subshell_request", {}, channel="control")
    assert reply["msg_type"] == "create_subshell_reply"
    assert reply["content"]["status"] == "ok"
    return reply["content"]["subshell_id"]


def listed(kernel):
    content = kernel.request("list_subshell_request", {}, channel="control")["content"]
    assert content["status"] == "ok"
    return content["subshell_id"]


def delete(kernel, subshell):
    content = {"subshell_id": subshell}
    return kernel.request("delete_subshell_request", content, channel="control")["content"]


def test_support_is_declared(kernel):
    content = kernel.request("kernel_info_request", {})["content"]
    assert "kernel subshells" in content["supported_features"]


def test_create_list_delete(kernel):
    assert listed(kernel) == []
    first, second = create(kernel), create(kernel)
    assert first != second
    assert set(listed(kernel)) == {first, second}
    assert delete(kernel, first)["status"] == "ok"
    assert listed(kernel) == [second]
    assert delete(kernel, second)["status"] == "ok"
    assert delete(kernel, second)["status"] == "error"
    assert delete(kernel, None)["status"] == "error"


def test_number_is_bounded(kernel):
    subshells = []
    for _ in range(100):
        content = kernel.request("create_subshell_request", {}, channel="control")["content"]
        if content["status"] == "error":
            break
        subshells.append(content["subshell_id"])
    assert 10 < len(subshells) < 100
    assert sorted(listed(kernel)) == sorted(subshells)
    for subshell in subshells:
        assert delete(kernel, subshell)["status"] == "ok"
    assert listed(kernel) == []


def test_requests_are_answered_while_a_cell_runs(kernel):
    subshell = create(kernel)
    running = kernel.start(LOOPS["sleep"])
    header = {"subshell_id": subshell}
    for request, content in [
        ("kernel_info_request", {}),
        ("comm_info_request", {}),
        ("history_request", {"hist_access_type": "tail", "n": 1}),
        ("complete_request", {"code": "pri", "cursor_pos": 3}),
        ("inspect_request", {"code": "print", "cursor_pos": 3}),
        ("is_complete_request", {"code": "1"}),
    ]:
        began = time.monotonic()
        reply = kernel.request(request, content, header=header)
        assert reply["content"]["status"] in ("ok", "complete", "unknown")
        assert reply["parent_header"]["subshell_id"] == subshell
        assert time.monotonic() - began < 10
    kernel.manager.interrupt_kernel()
    assert kernel.finish(running).status == "error"
    delete(kernel, subshell)


def test_comm_messages_arrive_while_a_cell_runs(kernel):
    subshell = create(kernel)
    run = kernel.run(
        'Comm.register(target: "live") { comm, _ in\n'
        '  comm.onMessage { comm.send(["echo": $0.data]) }\n}'
    )
    assert run.status == "ok"
    header = {"subshell_id": subshell}
    kernel.send("comm_open", {"comm_id": "live", "target_name": "live", "data": {}}, header=header)
    running = kernel.start(LOOPS["sleep"])
    kernel.send("comm_msg", {"comm_id": "live", "data": 5}, header=header)
    deadline = time.monotonic() + 5
    while (message := kernel.client.get_iopub_msg(timeout=5))["msg_type"] != "comm_msg":
        assert time.monotonic() < deadline
    assert message["content"]["data"] == {"echo": 5}
    kernel.manager.interrupt_kernel()
    kernel.finish(running)
    delete(kernel, subshell)


def test_cells_run_in_subshells(kernel):
    subshell = create(kernel)
    header = {"subshell_id": subshell}
    content = {"code": "let fromSubshell = 6", "allow_stdin": False}
    reply = kernel.request("execute_request", content, header=header)["content"]
    assert reply["status"] == "ok", reply
    assert kernel.run("fromSubshell * 7").result == "42"
    delete(kernel, subshell)


def test_unknown_subshell_is_refused(kernel):
    message_id = kernel.send("kernel_info_request", {}, header={"subshell_id": "none"})
    assert kernel.reply(message_id)["content"]["status"] == "error"
    states = [m["content"]["execution_state"] for m in kernel.outputs(message_id)]
    assert states == ["busy", "idle"]
