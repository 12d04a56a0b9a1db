"""Sends mutated, truncated and nonsensical messages to a real kernel.

After every batch the kernel must answer a well-formed request on shell and on control, and its
heartbeat; at the end it must have no more descriptors and hardly more memory than before.

    python Tests/Fuzz/fuzz_wire.py --count 100000
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import random
import sys
import time
import uuid

import zmq
from jupyter_client import KernelManager

DELIMITER = b"<IDS|MSG>"
BATCH = 500
PATIENCE = 60_000  # ms

# Cells are valid or fail at once: this is about the protocol, not about the compiler.
REQUESTS: list[tuple[str, dict]] = [
    ("kernel_info_request", {}),
    ("comm_info_request", {"target_name": "none"}),
    ("connect_request", {}),
    ("history_request", {"hist_access_type": "tail", "n": 5, "output": True, "raw": True}),
    ("history_request", {"hist_access_type": "range", "session": 0, "start": 1, "stop": 9}),
    ("history_request", {"hist_access_type": "search", "pattern": "*a[bc]?*", "unique": True}),
    ("is_complete_request", {"code": "func f() {"}),
    ("comm_open", {"comm_id": "c", "target_name": "t", "data": {"a": [1, 2.5, None]}}),
    ("comm_msg", {"comm_id": "c", "data": "ünï🚀"}),
    ("comm_close", {"comm_id": "c", "data": {}}),
    ("usage_request", {}),
    ("list_subshell_request", {}),
    ("delete_subshell_request", {"subshell_id": "none"}),
    ("input_reply", {"value": "text"}),
    ("no_such_request", {"a": {"b": {"c": []}}}),
    ("execute_request", {"silent": True, "user_expressions": {}}),
]
STRANGE = [
    None, True, -1, 0, 2**63, 2**64, -(2**70), 1e308, 0.1, "", "x" * 5000, "\x00\ud83d", "🚀",
    [], {}, [[[[]]]], {"": {"": {}}}, ["a"] * 100,
]  # fmt: skip


class Fuzzer:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.manager = KernelManager(kernel_name=os.environ.get("ANSATZ_KERNEL", "swift"))
        # Dropped messages are logged: that is not worth seeing a hundred thousand times.
        self.manager.start_kernel(env={**os.environ, "ANSATZ_LOG": "error"})
        self.key = self.manager.get_connection_info()["key"]
        self.pid = self.manager.provisioner.process.pid
        self.sockets = {name: self.connect(name) for name in ["shell", "control", "stdin"]}
        self.recent: list[list[bytes]] = []

    def connect(self, channel: str, kind: int = zmq.DEALER) -> zmq.Socket:
        socket = zmq.Context.instance().socket(kind)
        socket.linger = 0
        socket.sndhwm = socket.rcvhwm = 0
        socket.connect(self.manager._make_url(channel))
        return socket

    # Messages

    def header(self, message_type) -> dict:
        return {
            "msg_id": uuid.UUID(int=self.random.getrandbits(128)).hex, "msg_type": message_type,
            "session": "fuzz", "username": "fuzz", "date": "2026-01-01T00:00:00Z",
            "version": "5.5",
        }  # fmt: skip

    def frames(self, parts: list[bytes], buffers=()) -> list[bytes]:
        digest = hmac.new(self.key, digestmod=hashlib.sha256)
        for part in parts:
            digest.update(part)
        return [DELIMITER, digest.hexdigest().encode(), *parts, *buffers]

    def message(self) -> list[bytes]:
        """A message that is wrong in a way chosen at random."""
        message_type, content = self.random.choice(REQUESTS)
        documents = [self.header(message_type), {}, {}, json.loads(json.dumps(content))]
        fault = self.random.randrange(9)
        if fault == 0:
            self.replace_somewhere(self.random.choice(documents))
        elif fault == 1:
            documents[self.random.randrange(4)] = self.random.choice(STRANGE)
        elif fault == 2:
            documents[0]["subshell_id"] = self.random.choice(STRANGE)
        parts = [json.dumps(document).encode() for document in documents]
        if fault == 3:
            self.mutate_bytes(parts)
        buffers = [self.random.randbytes(self.random.randrange(50)) for _ in range(fault % 3)]
        frames = self.frames(parts, buffers)
        if fault == 4:
            self.mutate_bytes(frames)
        elif fault == 5:
            self.mutate_frames(frames)
        elif fault == 6 and self.recent:
            frames = list(self.random.choice(self.recent))
        elif fault == 7:
            frames = [
                self.random.randbytes(self.random.randrange(100))
                for _ in range(self.random.randrange(1, 12))
            ]
        if len(self.recent) < 200:
            self.recent.append(frames)
        return frames or [b""]

    def replace_somewhere(self, document) -> None:
        while isinstance(document, dict) and document:
            key = self.random.choice(list(document))
            if isinstance(document[key], dict) and document[key] and self.random.random() < 0.5:
                document = document[key]
                continue
            if self.random.random() < 0.2:
                del document[key]
            else:
                document[key] = self.random.choice(STRANGE)
            return

    def mutate_bytes(self, parts: list[bytes]) -> None:
        index = self.random.randrange(len(parts))
        part = bytearray(parts[index])
        for _ in range(self.random.randrange(1, 4)):
            place = self.random.randrange(len(part) + 1)
            match self.random.randrange(4):
                case 0:
                    del part[place:]
                case 1:
                    part[place:place] = self.random.randbytes(self.random.randrange(1, 8))
                case 2 if place < len(part):
                    part[place] ^= 1 << self.random.randrange(8)
                case _:
                    part[place:place] = self.random.choice([b'"', b"\\", b"{", b"]", b",", b"\xff"])
        parts[index] = bytes(part)

    def mutate_frames(self, frames: list[bytes]) -> None:
        for _ in range(self.random.randrange(1, 3)):
            place = self.random.randrange(len(frames)) if frames else 0
            match self.random.randrange(4):
                case 0:
                    del frames[place:]
                case 1 if frames:
                    del frames[place]
                case 2 if frames:
                    frames.insert(place, frames[place])
                case _:
                    self.random.shuffle(frames)

    # Checks

    def check(self) -> None:
        """Fails unless the kernel still answers everywhere."""
        for channel in ["shell", "control"]:
            request = self.frames(
                [json.dumps(d).encode() for d in [self.header("kernel_info_request"), {}, {}, {}]]
            )
            identity = json.loads(request[2])["msg_id"]
            socket = self.sockets[channel]
            socket.send_multipart(request)
            while True:
                if not socket.poll(PATIENCE):
                    raise SystemExit(f"FAILED: no answer on {channel}")
                frames = socket.recv_multipart()
                if DELIMITER not in frames:
                    raise SystemExit(f"FAILED: an answer without a delimiter: {frames}")
                parts = frames[frames.index(DELIMITER) + 2 :]
                if json.loads(parts[1]).get("msg_id") == identity:
                    break
        heartbeat = self.connect("hb", zmq.REQ)
        heartbeat.send(b"beat")
        if not heartbeat.poll(PATIENCE) or heartbeat.recv() != b"beat":
            raise SystemExit("FAILED: no heartbeat")
        heartbeat.close()
        if not self.manager.is_alive():
            raise SystemExit("FAILED: the kernel died")

    def settle(self) -> tuple[int, int]:
        """The kernel's descriptors and its resident memory in bytes."""
        time.sleep(0.5)
        with open(f"/proc/{self.pid}/statm") as file:
            pages = int(file.read().split()[1])
        return len(os.listdir(f"/proc/{self.pid}/fd")), pages * os.sysconf("SC_PAGE_SIZE")

    def close(self) -> None:
        for socket in self.sockets.values():
            socket.close()
        self.manager.shutdown_kernel(now=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    fuzzer = Fuzzer(options.seed)
    began = time.monotonic()
    try:
        fuzzer.check()
        sent = 0
        before = None
        while sent < options.count:
            for _ in range(min(BATCH, options.count - sent)):
                channel = fuzzer.random.choices(["shell", "control", "stdin"], [6, 3, 1])[0]
                fuzzer.sockets[channel].send_multipart(fuzzer.message())
                sent += 1
            fuzzer.check()
            # The first messages fill caches and the history of signatures.
            before = before or fuzzer.settle()
        descriptors, memory = fuzzer.settle()
        if descriptors > before[0] + 2:
            raise SystemExit(f"FAILED: {before[0]} descriptors became {descriptors}")
        growth = (memory - before[1]) / 1e6
        if growth > 100:
            raise SystemExit(f"FAILED: memory grew by {growth:.0f} MB")
    finally:
        fuzzer.close()
    seconds = time.monotonic() - began
    print(
        f"{sent} messages in {seconds:.0f} s: still serving, {descriptors} descriptors,"
        f" {growth:.0f} MB more"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
