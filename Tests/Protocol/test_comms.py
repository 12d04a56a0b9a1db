"""Comm channels, opened from either side, with binary buffers."""

ECHO = """
Comm.register(target: "echo") { comm, opening in
  comm.send(["opened": opening.data], buffers: opening.buffers)
  comm.onMessage { comm.send(["echo": $0.data], metadata: $0.metadata, buffers: $0.buffers) }
}
"""


def comms(kernel, **content):
    return kernel.request("comm_info_request", content)["content"]["comms"]


def comm_message(kernel, comm_id, message_type="comm_msg"):
    """The next comm message of a channel, whatever request it belongs to."""
    while True:
        message = kernel.client.get_iopub_msg(timeout=10)
        if message["msg_type"] == message_type and message["content"]["comm_id"] == comm_id:
            return message


def test_front_end_opens(kernel):
    kernel.run(ECHO)
    kernel.send(
        "comm_open", {"comm_id": "front", "target_name": "echo", "data": {"a": 1}},
        buffers=[b"\x00\xff"],
    )  # fmt: skip
    message = comm_message(kernel, "front")
    assert message["content"]["data"] == {"opened": {"a": 1}}
    assert [bytes(b) for b in message["buffers"]] == [b"\x00\xff"]
    assert comms(kernel) == {"front": {"target_name": "echo"}}

    binary = bytes(range(256)) * 4096
    kernel.send(
        "comm_msg", {"comm_id": "front", "data": {"text": "ünï🚀"}},
        buffers=[binary, b""], metadata={"note": True},
    )  # fmt: skip
    message = comm_message(kernel, "front")
    assert message["content"]["data"] == {"echo": {"text": "ünï🚀"}}
    assert message["metadata"] == {"note": True}
    assert [bytes(b) for b in message["buffers"]] == [binary, b""]

    kernel.send("comm_close", {"comm_id": "front", "data": {}})
    assert comms(kernel) == {}


def test_cell_opens(kernel):
    run = kernel.run(
        'let channel = Comm(target: "view", data: ["min": 0], buffers: [[1, 2, 3]])\n'
        'channel.onMessage { channel.send(["got": $0.data]) }'
    )
    assert run.types == ["busy", "execute_input", "comm_open", "idle"]
    (opening,) = [m for m in run.messages if m["msg_type"] == "comm_open"]
    assert opening["content"]["target_name"] == "view"
    assert opening["content"]["data"] == {"min": 0}
    assert [bytes(b) for b in opening["buffers"]] == [b"\x01\x02\x03"]
    comm_id = opening["content"]["comm_id"]
    assert comms(kernel, target_name="view") == {comm_id: {"target_name": "view"}}
    assert comms(kernel, target_name="other") == {}

    kernel.send("comm_msg", {"comm_id": comm_id, "data": [1, None]})
    assert comm_message(kernel, comm_id)["content"]["data"] == {"got": [1, None]}

    run = kernel.run("channel.close()")
    assert "comm_close" in run.types
    assert comms(kernel) == {}


def test_unknown_target_is_closed(kernel):
    kernel.send("comm_open", {"comm_id": "lost", "target_name": "nobody", "data": {}})
    comm_message(kernel, "lost", "comm_close")
    assert comms(kernel) == {}


def test_messages_for_unknown_comms_are_ignored(kernel):
    for content in [{"comm_id": "none", "data": {}}, {"data": {}}, {"comm_id": 5}, {}]:
        for message_type in ["comm_msg", "comm_close"]:
            message_id = kernel.send(message_type, content)
            states = [m["content"].get("execution_state") for m in kernel.outputs(message_id)]
            assert states == ["busy", "idle"]
    kernel.assert_alive()
