"""Real kernels over real sockets: the fixtures of the protocol tests.

The kernel is the one whose kernelspec `swift` is installed in the active environment.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from queue import Empty

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

KERNEL_NAME = os.environ.get("ANSATZ_KERNEL", "swift")
TIMEOUT = 60


@dataclass
class Run:
    """One request: its reply and what iopub said about it, in order."""

    reply: dict
    messages: list = field(default_factory=list)

    def of(self, message_type: str) -> list[dict]:
        return [m["content"] for m in self.messages if m["msg_type"] == message_type]

    @property
    def types(self) -> list[str]:
        """Message types; a status is named by its state."""
        return [
            m["content"]["execution_state"] if m["msg_type"] == "status" else m["msg_type"]
            for m in self.messages
        ]

    @property
    def content(self) -> dict:
        return self.reply["content"]

    @property
    def status(self) -> str:
        return self.content["status"]

    def stream(self, name: str = "stdout") -> str:
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    @property
    def result(self) -> str | None:
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None


class Kernel:
    """A kernel with one client."""

    def __init__(self, **manager_arguments):
        environment = manager_arguments.pop("env", None)
        self.manager = KernelManager(kernel_name=KERNEL_NAME, **manager_arguments)
        self.manager.start_kernel(**({"env": environment} if environment else {}))
        self.client: BlockingKernelClient = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)

    @property
    def pid(self) -> int:
        return self.manager.provisioner.process.pid

    def close(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()

    def reply(self, message_id: str, timeout: float = TIMEOUT, channel: str = "shell") -> dict:
        """The reply to a request; replies to others are skipped."""
        get = getattr(self.client, f"get_{channel}_msg")
        deadline = time.monotonic() + timeout
        while True:
            message = get(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") == message_id:
                return message

    def outputs(self, message_id: str, timeout: float = TIMEOUT, until: str = "idle") -> list:
        """What iopub says about a request, up to its idle status or a message type."""
        messages = []
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.01, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != message_id:
                continue
            messages.append(message)
            if until in (message["msg_type"], message["content"].get("execution_state")):
                return messages

    def finish(self, message_id: str, timeout: float = TIMEOUT) -> Run:
        return Run(self.reply(message_id, timeout), self.outputs(message_id, timeout))

    def run(self, code: str, timeout: float = TIMEOUT, **arguments) -> Run:
        """Executes a cell and waits for its end."""
        arguments.setdefault("allow_stdin", False)
        return self.finish(self.client.execute(code, **arguments), timeout)

    def start(self, code: str, **arguments) -> str:
        """Sends a cell and returns once the kernel is busy with it."""
        arguments.setdefault("allow_stdin", False)
        message_id = self.client.execute(code, **arguments)
        self.outputs(message_id, until="execute_input")
        return message_id

    def request(
        self, message_type: str, content: dict, channel: str = "shell", **parts
    ) -> dict:
        """Sends any request on shell or control and returns its reply."""
        return self.reply(self.send(message_type, content, channel, **parts), channel=channel)

    def send(
        self, message_type: str, content: dict, channel: str = "shell", **parts
    ) -> str:
        message = self.client.session.msg(message_type, content)
        message["header"].update(parts.get("header", {}))
        message["metadata"].update(parts.get("metadata", {}))
        socket = getattr(self.client, f"{channel}_channel").socket
        self.client.session.send(socket, message, buffers=parts.get("buffers"))
        return message["header"]["msg_id"]

    def quiet(self, seconds: float = 0.3) -> list:
        """Messages that iopub says within a time."""
        messages = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                messages.append(self.client.get_iopub_msg(timeout=left))
            except Empty:
                break
        return messages

    def assert_alive(self) -> None:
        assert self.request("kernel_info_request", {})["content"]["status"] == "ok"


@pytest.fixture(scope="session", autouse=True)
def private_history(tmp_path_factory):
    """Keeps what the tests run out of the history of whoever runs them."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def kernel():
    """A kernel that the tests of a module share."""
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture
def new_kernel():
    """Makes kernels that end with the test."""
    kernels = []

    def make(**arguments) -> Kernel:
        kernels.append(Kernel(**arguments))
        return kernels[-1]

    yield make
    for kernel in kernels:
        kernel.close()


@pytest.fixture
def eventually():
    """Waits until a condition holds."""

    def wait(condition, timeout: float = 10, interval: float = 0.05) -> bool:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(interval)
        return bool(condition())

    return wait
