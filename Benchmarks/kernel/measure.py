"""Measures this kernel against ipykernel in one run, interleaved, so that both meet the same machine.

Writes results.md beside this file and prints it. Times are from a request to the reply *and* the
idle status, as a person waits for them; each figure is a median.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil
from jupyter_client.manager import KernelManager

os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """A kernel and its way to write what is measured."""

    name: str
    kernel: str
    one: str
    twenty_lines: str
    library: str
    completion: str
    inspection: str
    loop: str
    # A cell with a type, a function and a variable, and a use of the type.
    declaring: str
    use: str


SWIFT = Peer(
    name="Ansatz",
    kernel="swift",
    one="1 + 1",
    twenty_lines="""\
struct Point {
  var x = 0.0, y = 0.0
  var length: Double { (x * x + y * y).squareRoot() }
  static func + (a: Point, b: Point) -> Point {
    Point(x: a.x + b.x, y: a.y + b.y)
  }
}
func walk(_ steps: Int) -> Point {
  var here = Point()
  for step in 0..<steps {
    let forward = step.isMultiple(of: 2)
    here = here + Point(x: forward ? 1 : 0, y: forward ? 0 : 1)
  }
  return here
}
let names = ["a", "b", "c"]
let lengths = Dictionary(uniqueKeysWithValues: names.map { ($0, walk($0.count).length) })
for (name, length) in lengths where length > 2 {
  print(name, length)
}
walk(100).length""",
    library="import Foundation\nString(format: \"%.2f\", Date().timeIntervalSince1970)",
    completion="[1, 2, 3].so",
    inspection="print",
    loop="while true {}",
    declaring="""\
struct Type%d { var x = %d; func twice() -> Int { 2 * x } }
func use%d(_ value: Type%d) -> Int { value.twice() + 1 }
var value%d = Type%d()""",
    use="Type%d().twice()",
)

PYTHON = Peer(
    name="ipykernel",
    kernel="python3",
    one="1 + 1",
    twenty_lines="""\
class Point:
    def __init__(self, x=0.0, y=0.0):
        self.x, self.y = x, y
    @property
    def length(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5
    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

def walk(steps):
    here = Point()
    for step in range(steps):
        forward = step % 2 == 0
        here = here + Point(1 if forward else 0, 0 if forward else 1)
    return here
names = ["a", "b", "c"]
lengths = {name: walk(len(name)).length for name in names}
for name, length in lengths.items():
    if length > 2: print(name, length)
walk(100).length""",
    library="import datetime\nf'{datetime.datetime.now().timestamp():.2f}'",
    completion="[1, 2, 3].so",
    inspection="print",
    loop="while True: pass",
    declaring="""\
class Type%d:
    def __init__(self): self.x = %d
    def twice(self): return 2 * self.x
def use%d(value): return Type%d.twice(value) + 1
value%d = Type%d()""",
    use="Type%d().twice()",
)


class Kernel:
    """A running kernel and a client of it."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.manager = KernelManager(kernel_name=peer.kernel)
        start = time.perf_counter()
        self.manager.start_kernel(stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.ready = time.perf_counter() - start

    def execute(self, source: str) -> float:
        start = time.perf_counter()
        identity = self.client.execute(source)
        reply = self.reply(identity)
        self.wait_until_idle(identity)
        elapsed = time.perf_counter() - start
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{self.peer.name} failed {source!r}: {reply['content']}")
        return elapsed

    def complete(self) -> float:
        source = self.peer.completion
        return self.asked(lambda: self.client.complete(source, len(source)))

    def inspect(self) -> float:
        source = self.peer.inspection
        return self.asked(lambda: self.client.inspect(source, len(source)))

    def asked(self, send: Callable[[], str]) -> float:
        start = time.perf_counter()
        identity = send()
        reply = self.reply(identity)
        self.wait_until_idle(identity)
        elapsed = time.perf_counter() - start
        if not reply["content"].get("matches") and not reply["content"].get("found"):
            raise RuntimeError(f"{self.peer.name} found nothing: {reply['content']}")
        return elapsed

    def interrupt(self) -> float:
        """From the interrupt of a busy loop to the reply of its cell."""
        identity = self.client.execute(self.peer.loop)
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "execute_input":
                break
        time.sleep(0.5)
        start = time.perf_counter()
        self.manager.interrupt_kernel()
        self.reply(identity)
        elapsed = time.perf_counter() - start
        self.wait_until_idle(identity)
        return elapsed

    def reply(self, identity: str) -> dict:
        while True:
            message = self.client.get_shell_msg(timeout=120)
            if message["parent_header"].get("msg_id") == identity:
                return message

    def wait_until_idle(self, identity: str) -> None:
        while True:
            message = self.client.get_iopub_msg(timeout=120)
            ours = message["parent_header"].get("msg_id") == identity
            if ours and message["content"].get("execution_state") == "idle":
                return

    def memory(self) -> float:
        """MB of all processes of the kernel; pages that they share are counted once (PSS)."""
        first = psutil.Process(self.manager.provisioner.process.pid)
        processes = [first, *first.children(recursive=True)]
        return sum(process.memory_full_info().pss for process in processes) / 2**20

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@dataclass
class Figure:
    """One measured quantity of both peers."""

    name: str
    unit: str
    aim: str
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, peer: Peer, value: float) -> None:
        self.values.setdefault(peer.name, []).append(value)

    def median(self, peer: Peer) -> float:
        return statistics.median(self.values[peer.name])

    def row(self) -> str:
        ours, theirs = self.median(SWIFT), self.median(PYTHON)
        cells = [shown(ours, self.unit), shown(theirs, self.unit), f"{ours / theirs:.1f}", self.aim]
        return f"| {self.name} | " + " | ".join(cells) + " |"


def shown(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms"
    return f"{value:.0f} {unit}"


@contextmanager
def kernels() -> Iterator[list[Kernel]]:
    running: list[Kernel] = []
    try:
        for peer in (SWIFT, PYTHON):
            running.append(Kernel(peer))
        yield running
    finally:
        for kernel in running:
            kernel.stop()


def measure(rounds: int, many: int) -> list[Figure]:
    figures = []

    def figure(name: str, unit: str, aim: str = "") -> Figure:
        figures.append(Figure(name, unit, aim))
        return figures[-1]

    ready = figure("from start to first reply", "s", "1.5 s")
    for _ in range(max(3, rounds // 4)):
        with kernels() as running:
            for kernel in running:
                ready.add(kernel.peer, kernel.ready)

    with kernels() as running:
        interleaved(running, figure("`1 + 1`", "s", "60 ms"), one, rounds)
        interleaved(running, figure("20 lines", "s", "100 ms"), twenty_lines, rounds)
        interleaved(running, figure("with Foundation (datetime)", "s"), library, rounds)
        interleaved(running, figure("completion, warm", "s", "40 ms"), Kernel.complete, rounds)
        interleaved(running, figure("inspection, warm", "s"), Kernel.inspect, rounds)
        interleaved(running, figure("interrupt of a loop", "s", "100 ms"), Kernel.interrupt, 5)
        interleaved(running, figure("memory after all these", "MB", "350 MB"), Kernel.memory, 1)

    with kernels() as running:
        early = figure("`1 + 1` as cell 10 to 20", "s")
        late = figure(f"`1 + 1` as cell {many - 10} to {many}", "s", "80 ms, 40 % more")
        for number in range(1, many + 1):
            measured = early if 10 <= number < 20 else late if number > many - 10 else None
            for kernel in running:
                # Every other cell has a type, a function and a variable.
                declaring = kernel.peer.declaring % ((number,) * 6)
                elapsed = kernel.execute(declaring if measured is None else "1 + 1")
                if measured:
                    measured.add(kernel.peer, elapsed)
        fifty = figure("a type of each of 50 earlier cells", "s", "150 ms")
        interleaved(running, fifty, fifty_types, rounds)
        interleaved(running, figure(f"memory after {many} cells", "MB"), Kernel.memory, 1)
    return figures


def interleaved(
    running: list[Kernel], figure: Figure, act: Callable[[Kernel], float], rounds: int
) -> None:
    """Lets the kernels take turns; a first round, which warms them up, does not count."""
    for turn in range(rounds + 1):
        for kernel in running:
            value = act(kernel)
            if turn > 0:
                figure.add(kernel.peer, value)


def one(kernel: Kernel) -> float:
    return kernel.execute(kernel.peer.one)


def twenty_lines(kernel: Kernel) -> float:
    return kernel.execute(kernel.peer.twenty_lines)


def fifty_types(kernel: Kernel) -> float:
    return kernel.execute("\n".join(kernel.peer.use % number for number in range(20, 70)))


def library(kernel: Kernel) -> float:
    return kernel.execute(kernel.peer.library)


def report(figures: list[Figure], rounds: int) -> str:
    machine = f"{psutil.cpu_count()} cores, {processor()}, Python {platform.python_version()}"
    lines = [
        "# The kernel against ipykernel",
        "",
        f"Measured on {date.today()} by `make bench` ({machine}): medians of {rounds} rounds in",
        "which the kernels take turns. Times run from the request to reply and idle.",
        "",
        "| what | Ansatz | ipykernel | ratio | aim |",
        "|---|---|---|---|---|",
        *[figure.row() for figure in figures],
        "",
        "Memory is the proportional share (PSS) of all processes of a kernel, the compiler's",
        "included.",
    ]
    return "\n".join(lines) + "\n"


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--cells", type=int, default=300, help="cells of the long session")
    parser.add_argument("--keep", type=Path, default=HERE / "results.md", help="file to write")
    options = parser.parse_args()
    text = report(measure(options.rounds, options.cells), options.rounds)
    options.keep.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
