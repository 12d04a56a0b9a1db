"""What must not get in, and what must not bring the kernel down."""

import hashlib
import hmac
import json
import os
import time
import uuid

import pytest
import zmq

DELIMITER = b"<IDS|MSG>"


class RawClient:
    """A shell or control socket that sends frames as they are."""

    def __init__(self, kernel, channel="shell"):
        self.key = kernel.manager.get_connection_info()["key"]
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.connect(kernel.manager._make_url(channel))

    def parts(self, message_type="kernel_info_request", content=None):
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": message_type, "session": "raw",
            "username": "test", "date": "2026-01-01T00:00:00Z", "version": "5.5",
        }  # fmt: skip
        return [json.dumps(part).encode() for part in [header, {}, {}, content or {}]]

    def sign(self, parts):
        digest = hmac.new(self.key, digestmod=hashlib.sha256)
        for part in parts:
            digest.update(part)
        return digest.hexdigest().encode()

    def frames(self, parts=None, signature=None):
        parts = self.parts() if parts is None else parts
        return [DELIMITER, self.sign(parts) if signature is None else signature, *parts]

    def send(self, frames):
        self.socket.send_multipart(frames)

    def answers(self, timeout=0.5):
        """Whether a reply comes within a time."""
        if not self.socket.poll(int(timeout * 1000)):
            return False
        self.socket.recv_multipart()
        return True


@pytest.fixture(params=["shell", "control"])
def raw(kernel, request):
    client = RawClient(kernel, request.param)
    yield client
    # Whatever was sent, the same connection is still served.
    client.send(client.frames())
    assert client.answers(timeout=10)
    client.socket.close(linger=0)


def test_good_signature_is_answered(raw):
    raw.send(raw.frames())
    assert raw.answers(timeout=10)


@pytest.mark.parametrize(
    "signature", [b"", b"0" * 64, b"f" * 63, b"f" * 1000, "é".encode() * 32, b"\x00" * 64]
)
def test_bad_signature_is_dropped(raw, signature):
    raw.send(raw.frames(signature=signature))
    assert not raw.answers()


def test_changed_content_is_dropped(raw):
    frames = raw.frames()
    frames[-1] = b'{"code": "evil()"}'
    raw.send(frames)
    assert not raw.answers()


def test_replayed_message_is_dropped(raw):
    frames = raw.frames()
    raw.send(frames)
    assert raw.answers(timeout=10)
    raw.send(frames)
    assert not raw.answers()


def test_replay_on_the_other_channel_is_dropped(kernel):
    shell, control = RawClient(kernel, "shell"), RawClient(kernel, "control")
    frames = shell.frames()
    shell.send(frames)
    assert shell.answers(timeout=10)
    control.send(frames)
    assert not control.answers()
    shell.socket.close(linger=0)
    control.socket.close(linger=0)


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"x"],
        [b"", b"", b""],
        [DELIMITER],
        [DELIMITER, b"0" * 64],
        [DELIMITER, DELIMITER, DELIMITER, DELIMITER, DELIMITER, DELIMITER, DELIMITER],
        [b"a" * 1_000_000],
        [b"frame"] * 5000,
    ],
    ids=lambda frames: f"{len(frames)} frames",
)
def test_malformed_frames_are_dropped(raw, frames):
    raw.send(frames)
    assert not raw.answers(timeout=0.2)


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize(
    "part",
    [
        b"", b"{", b"nonsense", b"[]", b"null", b"5", b'"text"', b"\xff\xfe", b'{"a": }',
        b"[" * 100_000, b'{"a":' * 100_000, b'{} {}', b"{}\x00",
    ],
    ids=lambda part: repr(part[:10]),
)  # fmt: skip
def test_invalid_json_is_answered_where_the_header_tells_whom(kernel, position, part):
    raw = RawClient(kernel)
    parts = raw.parts()
    parts[position] = part
    raw.send(raw.frames(parts))
    assert raw.answers(timeout=0.2 if position == 0 else 10) == (position > 0)
    raw.send(raw.frames())
    assert raw.answers(timeout=10)
    raw.socket.close(linger=0)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"msg_id": 5, "msg_type": "kernel_info_request"},
        {"msg_id": "x"},
        {"msg_id": "x", "msg_type": None},
        {"msg_id": None, "msg_type": []},
    ],
)
def test_headers_of_wrong_types_are_dropped(raw, header):
    parts = raw.parts()
    parts[0] = json.dumps(header).encode()
    raw.send(raw.frames(parts))
    assert not raw.answers(timeout=0.2)


def test_header_without_the_usual_members_is_answered(raw):
    parts = raw.parts()
    parts[0] = json.dumps({"msg_id": uuid.uuid4().hex, "msg_type": "kernel_info_request"}).encode()
    raw.send(raw.frames(parts))
    assert raw.answers(timeout=10)


def test_several_identities_come_back(raw):
    raw.send([b"one", b"two", *raw.frames()])
    assert raw.socket.poll(10_000)
    assert raw.socket.recv_multipart()[:3] == [b"one", b"two", DELIMITER]


def test_subscriptions_of_any_form_are_survived(kernel):
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.connect(kernel.manager._make_url("iopub"))
    for topic in [b"\xff\xfe", b"x" * 200, b"kernel."]:
        socket.subscribe(topic)
        socket.unsubscribe(topic)
    noise = zmq.Context.instance().socket(zmq.XSUB)
    noise.connect(kernel.manager._make_url("iopub"))
    for frames in [[b""], [b"\x07rubbish"], [b"a", b"b"], [b"\x01"]]:
        noise.send_multipart(frames)
    kernel.assert_alive()
    socket.close(linger=0)
    noise.close(linger=0)
    kernel.quiet(0.3)


def test_message_of_100_megabytes(kernel):
    big = b"\xa5" * 100_000_000
    message_id = kernel.send("comm_msg", {"comm_id": "none", "data": {}}, buffers=[big])
    assert len(kernel.outputs(message_id)) == 2
    raw = RawClient(kernel)
    raw.send(raw.frames(raw.parts(content={"text": "x" * 100_000_000})))
    assert raw.answers(timeout=60)
    raw.send([DELIMITER, b"0" * 64, big, b"{}", b"{}", b"{}"])
    raw.send(raw.frames())
    assert raw.answers(timeout=60)
    raw.socket.close(linger=0)
    assert kernel.run("1 + 1").result == "2"


def test_connections_that_come_and_go_leak_nothing(kernel):
    def descriptors():
        return len(os.listdir(f"/proc/{kernel.pid}/fd"))

    for _ in range(3):
        raw = RawClient(kernel)
        raw.send(raw.frames())
        assert raw.answers(timeout=10)
        raw.socket.close(linger=0)
    time.sleep(0.5)
    before = descriptors()
    for _ in range(50):
        raw = RawClient(kernel)
        raw.send(raw.frames())
        assert raw.answers(timeout=10)
        raw.socket.close(linger=0)
    time.sleep(0.5)
    assert descriptors() <= before + 3


def test_many_requests_at_once(kernel):
    raw = RawClient(kernel)
    for _ in range(5000):
        raw.send(raw.frames())
    for _ in range(5000):
        assert raw.answers(timeout=10)
    raw.socket.close(linger=0)
    kernel.quiet(0.5)
