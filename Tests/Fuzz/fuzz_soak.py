"""Runs thousands of ordinary cells in one kernel and says what grows.

    python Tests/Fuzz/fuzz_soak.py --count 10000

Most cells are what people type: variables, types, functions, loops over tensors, prints, displays;
some are run again, some fail to compile, one in fifty traps, one in two hundred is interrupted.
Each must give the right value. Every thousand cells a line tells what the processes hold. Growth
per thousand cells is bounded:

| what | bound |
|---|---|
| memory of the process that runs cells | 10 MB |
| its threads, those of trapped cells left out | 4 in all |
| memory of the compiler process | 300 MB in all |
| memory of the front | 5 MB |
| files of the session | 10 MB |

The exit status is 0 if every value was right and nothing grew beyond its bound.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.manager import KernelManager


@dataclass
class Sizes:
    """Megabytes and counts of a kernel at one moment."""

    front: float
    compiler: float
    runner: float
    threads: int
    files: int
    bytes: float


class Kernel:
    def __init__(self, name: str):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.pid = self.manager.provisioner.pid

    def run(self, code: str, interrupt_after: float | None = None) -> tuple[str, str | None]:
        """The reply's status or error name, and the value that was shown."""
        return self.finish(self.client.execute(code, allow_stdin=False), interrupt_after)

    def finish(
        self, message_id: str, interrupt_after: float | None = None
    ) -> tuple[str, str | None]:
        value = None
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=interrupt_after or 60)
            except queue.Empty:
                if interrupt_after is None:
                    raise
                self.manager.interrupt_kernel()
                interrupt_after = None
                continue
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == "execute_result":
                value = message["content"]["data"]["text/plain"]
            if message["content"].get("execution_state") == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message_id:
                content = reply["content"]
                return content.get("ename", content["status"]), value

    def process(self, role: str) -> int:
        found = [
            int(entry.name) for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self._is(entry, role)
        ]
        # While one compiler takes over from another there are two.
        return min(found)

    def _is(self, entry: Path, role: str) -> bool:
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            return parent == self.pid and f"{role}-cells" in (entry / "cmdline").read_text()
        except OSError:
            return False

    def sizes(self) -> Sizes:
        runner = self.process("run")
        folder = next(
            Path(link).parent
            for link in (os.readlink(e.path) for e in os.scandir(f"/proc/{self.pid}/fd"))
            if link.endswith("/session"))
        files = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
        return Sizes(
            front=memory(self.pid), compiler=memory(self.process("compile")),
            runner=memory(runner), threads=len(os.listdir(f"/proc/{runner}/task")),
            files=len(files), bytes=sum(files) / 1e6)


def memory(pid: int) -> float:
    """Resident megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Author:
    """Writes cells and knows their values."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.number = 0
        self.total = 0
        self.trapped = 0

    def opening(self) -> str:
        return "import Foundation\nvar total = 0\nfunc add(_ n: Int) -> Int { total += n; return total }"

    def cell(self) -> tuple[str, str, str | None, float | None]:
        """A cell, its status, its value, and when to interrupt it."""
        self.number += 1
        n, kind = self.number, self.chance.random()
        if kind < 0.02:
            self.trapped += 1
            return f"let r{n} = [1, 2]\nr{n}[2 + {n % 3}]", "IndexOutOfRange", None, None
        if kind < 0.025:
            self.trapped += 1
            return "while true {}", "Interrupted", None, 0.3
        if kind < 0.045:
            return f"let w{n}: Int = undefined{n}", "CompileError", None, None
        if kind < 0.15:
            return (
                f"struct S{n} {{ var a: Int; var half: Int {{ a / 2 }} }}\nS{n}(a: {2 * n}).half",
                "ok", str(n), None)
        if kind < 0.25:
            return f"func f{n}(_ x: Int) -> Int {{ x &* 3 &+ {n} }}\nf{n}(2)", "ok", str(6 + n), None
        if kind < 0.4:
            m = n % 200 + 1
            return (
                f"let t{n} = Tensor.linspace(0, 1, {m})\nt{n}.count", "ok", str(m), None)
        if kind < 0.5:
            return f'print("line {n}")\ndisplay({n})', "ok", None, None
        if kind < 0.6:
            return f"var again = {n}\nagain + 1", "ok", str(n + 1), None
        if kind < 0.65:
            return f"await Task {{ {n} * 2 }}.value", "ok", str(2 * n), None
        if kind < 0.8:
            return f"let v{n} = (0..<{n % 50 + 1}).map {{ $0 * 2 }}\nv{n}.last!", "ok", str(
                2 * (n % 50)), None
        self.total += n % 7
        return f"add({n % 7})", "ok", str(self.total), None


def soak(kernel: Kernel, count: int, seed: int, every: int) -> list[str]:
    author = Author(seed)
    findings: list[str] = []
    kernel.run(author.opening())
    header = "cells   s/cell  front  compiler  runner  threads (trapped)  files      MB"
    print(header, flush=True)
    began = time.monotonic()
    samples: list[tuple[int, Sizes]] = []
    for index in range(count):
        code, status, value, interrupt = author.cell()
        got = kernel.run(code, interrupt)
        if got != (status, value):
            findings.append(f"cell {index}: {code!r} gave {got}, not {(status, value)}")
            if len(findings) > 10:
                break
        if (index + 1) % every == 0:
            sizes = kernel.sizes()
            samples.append((index + 1, sizes))
            pace = (time.monotonic() - began) / (index + 1)
            print(
                f"{index + 1:5}  {pace:7.3f}  {sizes.front:5.0f}  {sizes.compiler:8.0f}  "
                f"{sizes.runner:6.0f}  {sizes.threads:7} {author.trapped:9}  {sizes.files:5}  "
                f"{sizes.bytes:6.1f}", flush=True)
    # In less, what is allocated once for all cells counts too much.
    if count >= 2000:
        findings += growth(samples, author.trapped)
    return findings


def growth(samples: list[tuple[int, Sizes]], trapped: int) -> list[str]:
    (first, a), (last, b) = samples[0], samples[-1]
    scale = 1000 / (last - first)
    figures = {
        "MB of the runner per 1000 cells": ((b.runner - a.runner) * scale, 10),
        "MB of the front per 1000 cells": ((b.front - a.front) * scale, 5),
        "MB of files per 1000 cells": ((b.bytes - a.bytes) * scale, 10),
        "MB of the compiler": (b.compiler, 300),
        "threads that are no trapped cell's": (b.threads - trapped - 20, 4),
    }
    print("\ngrowth:")
    for name, (value, bound) in figures.items():
        print(f"  {value:8.1f}  {name} (at most {bound})")
    return [
        f"{value:.1f} {name}, at most {bound}" for name, (value, bound) in figures.items()
        if value > bound
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="cells to run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kernel", default="swift", help="name of the kernelspec")
    options = parser.parse_args()
    kernel = Kernel(options.kernel)
    try:
        findings = soak(
            kernel, options.count, options.seed, every=max(1, min(1000, options.count // 4)))
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel()
    print(f"findings: {len(findings)}")
    for finding in findings:
        print(f"  {finding}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
