"""A kernel that runs programs one after another, each in a session of its own."""

from __future__ import annotations

import queue
import re
import time

from jupyter_client.manager import start_new_kernel
from programs import DECLARATION

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def needs(error: str, later: list[str]) -> bool:
    """Whether an error is about a name that a later cell declares."""
    kinds = "func|struct|class|enum|protocol|typealias|actor|let|var"
    return any(
        re.search(rf"\b(?:{kinds}) {re.escape(name)}\b", cell)
        for name in re.findall(r"cannot find (?:type )?'([^']+)'", error)
        for cell in later
    )


class Session:
    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="swift", startup_timeout=120)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code: str, timeout: float = 120) -> tuple[str, str | None]:
        """What a cell prints, and its error."""
        request = self.client.execute(code, allow_stdin=False)
        output: list[str] = []
        error = None
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                output.append(content["text"])
            elif kind == "error":
                error = ANSI.sub("", "\n".join(content["traceback"]))
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(output), error
        return "".join(output), f"no end after {timeout} s"

    def run_program(self, cells: list[str]) -> tuple[str, str | None]:
        """What a program prints cell by cell, and the first error, with its cell."""
        self.run("%reset")
        self.run("import Foundation")
        output: list[str] = []
        held = ""
        for index, cell in enumerate(cells):
            # A declaration that is run again before that stands once.
            is_again = held == f"{cell}\n" and DECLARATION.match(cell)
            cell = cell if is_again else held + cell
            text, error = self.run(cell)
            # A cell that needs what comes later is joined with the next, as a person would do.
            held = cell + "\n" if error and needs(error, cells[index + 1 :]) else ""
            if held:
                continue
            output.append(text)
            if error:
                return "".join(output), f"{cell}\n{error}"
        return "".join(output), None
