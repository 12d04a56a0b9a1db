"""A real JupyterHub on this machine's loopback starts a server for a user, who runs Swift in it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from websocket import create_connection

from house import TOOLS, environment

TOKEN = "for-tests-only"
SETTINGS = """
c = get_config()  # noqa: F821
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.auth_token = {token!r}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = {{"JUPYTER_PREFER_ENV_PATH": "1"}}
c.JupyterHub.services = [{{"name": "teacher", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{
    "name": "teacher", "services": ["teacher"],
    "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a hub."""
    home = tmp_path_factory.mktemp("hub")
    port, hub, api = free_ports(3)
    proxy = str(TOOLS / "configurable-http-proxy")
    (home / "settings.py").write_text(
        SETTINGS.format(port=port, hub=hub, api=api, proxy=proxy, token=TOKEN)
    )
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", "settings.py"],
            cwd=home,
            env=environment(),
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            eventually(lambda: answers(f"{address}/hub/api"), process, home / "log")
            yield address
        finally:
            process.terminate()
            process.wait(timeout=60)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


def answers(address: str) -> bool:
    try:
        return bool(request("GET", address))
    except (urllib.error.URLError, ConnectionError):
        return False


def request(method: str, address: str, body: object = None) -> dict:
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.loads(answer.read() or b"{}")


def eventually(condition, process: subprocess.Popen | None = None, log: Path | None = None):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            break
        if found := condition():
            return found
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-4000:] if log else "it did not happen within two minutes")


def test_a_user_of_a_hub_runs_swift(hub: str) -> None:
    user = f"{hub}/hub/api/users/ada"
    request("POST", user)
    request("POST", f"{user}/server", {})
    eventually(lambda: request("GET", user)["servers"].get("", {}).get("ready"))
    server = f"{hub}/user/ada/api"
    assert "swift" in request("GET", f"{server}/kernelspecs")["kernelspecs"]
    kernel = request("POST", f"{server}/kernels", {"name": "swift"})["id"]
    try:
        assert printed(f"{server}/kernels/{kernel}/channels", "print(6 * 7)") == "42\n"
    finally:
        request("DELETE", f"{server}/kernels/{kernel}")
        request("DELETE", f"{user}/server")


def printed(address: str, code: str) -> str:
    """What a cell prints in a kernel that is reached through the hub, as a browser reaches it."""
    header = {"Authorization": f"token {TOKEN}"}
    channel = create_connection(address.replace("http", "ws", 1), header=header, timeout=120)
    identity = uuid.uuid4().hex
    content = {"code": code, "silent": False, "store_history": True, "stop_on_error": True}
    message = {
        "header": {
            "msg_id": identity, "msg_type": "execute_request", "username": "ada",
            "session": uuid.uuid4().hex, "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {**content, "allow_stdin": False, "user_expressions": {}},
        "channel": "shell",
    }  # fmt: skip
    try:
        channel.send(json.dumps(message))
        text = ""
        while True:
            answer = json.loads(channel.recv())
            if answer["parent_header"].get("msg_id") != identity:
                continue
            if answer["msg_type"] == "stream":
                text += answer["content"]["text"]
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return text
    finally:
        channel.close()
