"""From start to end: information, control and heartbeat while busy, shutdown, restart."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import zmq
from conftest import KERNEL_NAME, Kernel
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session

BUSY = "import Glibc\nsleep(100)"


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def descendants(pid: int) -> set[int]:
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = {pid}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def test_kernel_info(kernel):
    content = kernel.request("kernel_info_request", {})["content"]
    assert content["status"] == "ok"
    assert content["protocol_version"] == "5.5"
    assert content["implementation"] == "ansatz"
    assert "Swift" in content["banner"]
    assert content["debugger"] is False
    language = content["language_info"]
    assert language["name"] == "swift"
    assert language["version"].startswith("6.")
    assert language["mimetype"] == "text/x-swift"
    assert language["file_extension"] == ".swift"
    assert language["pygments_lexer"] == "swift"
    assert language["codemirror_mode"] == "swift"
    assert all({"text", "url"} == set(link) for link in content["help_links"])
    assert content["help_links"]
    assert isinstance(content["supported_features"], list)


def test_kernel_info_on_control(kernel):
    shell = kernel.request("kernel_info_request", {})["content"]
    assert kernel.request("kernel_info_request", {}, channel="control")["content"] == shell


def test_connect(kernel):
    content = kernel.request("connect_request", {})["content"]
    info = kernel.manager.get_connection_info()
    for channel in ["shell", "iopub", "stdin", "control", "hb"]:
        assert content[f"{channel}_port"] == info[f"{channel}_port"]


def test_control_and_heartbeat_answer_while_a_cell_runs(kernel):
    message_id = kernel.start(BUSY)
    for request in ["kernel_info_request", "usage_request", "list_subshell_request"]:
        began = time.monotonic()
        reply = kernel.request(request, {}, channel="control")
        assert reply["content"].get("status", "ok") == "ok"
        assert time.monotonic() - began < 10
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(kernel.manager._make_url("hb"))
    try:
        for beat in [b"ping", b"", bytes(range(256)), b"x" * 1_000_000]:
            socket.send(beat)
            assert socket.poll(2000), "no heartbeat"
            assert socket.recv() == beat
    finally:
        socket.close(linger=0)
    kernel.manager.interrupt_kernel()
    assert kernel.finish(message_id).status == "error"


def test_control_requests_are_framed_by_statuses(kernel):
    message_id = kernel.send("kernel_info_request", {}, channel="control")
    kernel.reply(message_id, channel="control")
    states = [m["content"]["execution_state"] for m in kernel.outputs(message_id)]
    assert states == ["busy", "idle"]


def test_usage(kernel):
    kernel.request("usage_request", {}, channel="control")
    content = kernel.request("usage_request", {}, channel="control")["content"]
    assert content["pid"] == kernel.pid
    assert 5e6 < content["kernel_memory"] < 4e9
    assert content["kernel_cpu"] >= 0
    assert 0 <= content["host_cpu_percent"] <= 100
    assert content["cpu_count"] == os.cpu_count()
    memory = content["host_virtual_memory"]
    assert 0 < memory["available"] <= memory["total"]
    assert 0 < memory["percent"] < 100


@pytest.mark.parametrize("message_type", ["no_such_request", "debug_request", "", "execute_reply"])
@pytest.mark.parametrize("channel", ["shell", "control"])
def test_unknown_requests_still_end_in_idle(kernel, message_type, channel):
    message_id = kernel.send(message_type, {}, channel=channel)
    states = [m["content"]["execution_state"] for m in kernel.outputs(message_id)]
    assert states == ["busy", "idle"]
    kernel.assert_alive()


@pytest.mark.parametrize("channel", ["control", "shell"])
@pytest.mark.parametrize("restart", [False, True])
def test_shutdown(new_kernel, eventually, channel, restart):
    kernel = new_kernel()
    kernel.run("1")
    processes = descendants(kernel.pid) | {kernel.pid}
    message_id = kernel.send("shutdown_request", {"restart": restart}, channel=channel)
    reply = kernel.reply(message_id, channel=channel)
    assert reply["msg_type"] == "shutdown_reply"
    assert reply["content"] == {"status": "ok", "restart": restart}
    broadcast = kernel.outputs(message_id, until="shutdown_reply")[-1]
    assert broadcast["content"] == {"status": "ok", "restart": restart}
    assert eventually(lambda: not any(map(is_running, processes)), timeout=3)
    assert kernel.manager.provisioner.process.wait(timeout=5) == 0


def test_shutdown_while_a_cell_runs(new_kernel, eventually):
    kernel = new_kernel()
    kernel.start(BUSY)
    processes = descendants(kernel.pid) | {kernel.pid}
    kernel.request("shutdown_request", {"restart": False}, channel="control")
    assert eventually(lambda: not any(map(is_running, processes)), timeout=3)


def test_restart_forgets_the_state(new_kernel):
    kernel = new_kernel()
    kernel.run("let remembered = 1")
    before = kernel.pid
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.pid != before
    assert kernel.run("remembered").content["ename"] == "CompileError"
    assert kernel.run("1 + 1").content["execution_count"] == 2


def test_terminate_signal(new_kernel, eventually):
    kernel = new_kernel()
    kernel.start(BUSY)
    processes = descendants(kernel.pid) | {kernel.pid}
    os.kill(kernel.pid, signal.SIGTERM)
    assert eventually(lambda: not any(map(is_running, processes)), timeout=3)


def test_kernel_ends_with_its_parent(eventually):
    launcher = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os\n"
            "from jupyter_client import KernelManager\n"
            f"manager = KernelManager(kernel_name={KERNEL_NAME!r})\n"
            "manager.start_kernel()\n"
            "client = manager.blocking_client()\n"
            "client.start_channels()\n"
            "client.wait_for_ready(timeout=60)\n"
            "print(manager.provisioner.process.pid, flush=True)\n"
            "os._exit(0)\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    pid = int(launcher.stdout)
    assert eventually(lambda: not is_running(pid), timeout=5)


def test_ipc_transport(new_kernel, tmp_path):
    kernel = new_kernel(transport="ipc", ip=str(tmp_path / "kernel"))
    assert (tmp_path / f"kernel-{kernel.manager.shell_port}").exists()
    assert kernel.run("6 * 7").result == "42"
    assert kernel.client.is_alive()


def test_no_key_turns_signing_off(new_kernel):
    kernel = new_kernel(session=Session(key=b""))
    assert kernel.manager.get_connection_info()["key"] == b""
    assert kernel.run("6 * 7").result == "42"


def test_several_kernels_at_once(new_kernel):
    kernels = [new_kernel() for _ in range(3)]
    for index, kernel in enumerate(kernels):
        kernel.run(f"let mine = {index}")
    sent = [kernel.client.execute("mine * 10") for kernel in kernels]
    for index, kernel in enumerate(kernels):
        assert kernel.finish(sent[index]).result == str(index * 10)


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"signature_scheme": "hmac-md5"}, "signature_scheme"),
        ({"transport": "carrier-pigeon"}, "transport"),
        ({"shell_port": "many"}, "shell_port"),
        ({"ip": None}, "ip"),
    ],
)
def test_unusable_connection_files_are_refused(tmp_path, change, complaint):
    info = {
        "transport": "tcp", "ip": "127.0.0.1", "key": "k", "signature_scheme": "hmac-sha256",
        "shell_port": 51001, "iopub_port": 51002, "stdin_port": 51003, "control_port": 51004,
        "hb_port": 51005,
    }  # fmt: skip
    file = tmp_path / "connection.json"
    file.write_text(json.dumps(info | change))
    spec = KernelSpecManager().get_kernel_spec(KERNEL_NAME)
    command = [part.replace("{connection_file}", str(file)) for part in spec.argv]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert run.returncode != 0
    assert complaint in run.stderr


def test_welcome_reaches_every_subscriber(kernel):
    for _ in range(2):
        client = kernel.manager.blocking_client()
        client.iopub_channel.start()
        message = client.get_iopub_msg(timeout=5)
        assert message["msg_type"] == "iopub_welcome"
        assert message["content"] == {"subscription": ""}
        assert message["parent_header"] == {}
        client.stop_channels()
    kernel.quiet(0.2)


def test_two_clients_see_each_other(kernel):
    other = kernel.manager.blocking_client()
    other.start_channels()
    other.wait_for_ready(timeout=30)
    message_id = other.execute('print("shared")', allow_stdin=False)
    messages = kernel.outputs(message_id)
    assert any(m["content"].get("text") == "shared\n" for m in messages)
    assert Kernel.reply(type("K", (), {"client": other})(), message_id)["content"]["status"] == "ok"
    other.stop_channels()
