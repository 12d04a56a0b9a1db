"""Measures what a class of kernels costs one machine.

Writes classroom.md beside this file and prints it. Starts kernels one by one and all at once, lets
them lie idle and rest, wakes them, and has all of them run a page of the workbook at the same time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from measure import SWIFT, Kernel, processor

HERE = Path(__file__).parent
PAGES = HERE.parent.parent / "notebooks"
# Seconds after which the kernels of this measurement rest.
REST = 8


def processes(kernel: Kernel) -> list[psutil.Process]:
    first = psutil.Process(kernel.manager.provisioner.process.pid)
    return [first, *first.children(recursive=True)]


@dataclass
class Memory:
    """MB of all kernels: with shared pages counted once, and counted in each process."""

    share: float
    whole: float

    @staticmethod
    def of(kernels: list[Kernel]) -> Memory:
        infos = [p.memory_full_info() for kernel in kernels for p in processes(kernel)]
        return Memory(sum(i.pss for i in infos) / 2**20, sum(i.rss for i in infos) / 2**20)


def processor_time(kernels: list[Kernel]) -> float:
    times = [p.cpu_times() for kernel in kernels for p in processes(kernel)]
    return sum(t.user + t.system for t in times)


def at_once(kernels: list[Kernel], act: Callable[[Kernel], float]) -> tuple[float, list[float]]:
    """Wall time of all, and of each."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(kernels)) as threads:
        each = list(threads.map(act, kernels))
    return time.perf_counter() - start, each


def cells_of(page: Path) -> list[str]:
    notebook = json.loads(page.read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [
        "".join(cell["source"])
        for cell in cells
        if "raises-exception" not in cell["metadata"].get("tags", [])
    ]


def run_page(kernel: Kernel, cells: list[str]) -> float:
    return sum(kernel.execute(source) for source in cells)


def measure(count: int, page: Path) -> list[str]:
    rows: list[str] = []

    def row(what: str, value: str) -> None:
        rows.append(f"| {what} | {value} |")
        print(rows[-1], flush=True)

    kernels: list[Kernel] = []
    try:
        for _ in range(count):
            kernels.append(Kernel(SWIFT))
        row("one after the other: start to first reply", median([k.ready for k in kernels]))
        for kernel in kernels:
            kernel.stop()
        kernels = []
        start = time.perf_counter()
        with ThreadPoolExecutor(count) as threads:
            kernels = list(threads.map(lambda _: Kernel(SWIFT), range(count)))
        row(f"{count} at once: until the last has replied", f"{time.perf_counter() - start:.1f} s")
        wall, each = at_once(kernels, lambda k: k.execute("1 + 1"))
        row("first cell in all at once: all, median", f"{wall:.1f} s, {median(each)}")
        fresh = Memory.of(kernels)
        row("memory a kernel after its first cell", share(fresh, count))
        before, start = processor_time(kernels), time.perf_counter()
        time.sleep(min(5, REST / 2))
        used = (processor_time(kernels) - before) / (time.perf_counter() - start)
        row("processor time of an idle kernel", f"{100 * used / count:.2f} % of a core")
        time.sleep(REST * 1.5)
        row("memory a kernel at rest", share(Memory.of(kernels), count))
        woken = [kernel.execute("1 + 1") for kernel in kernels[: min(10, count)]]
        again = [kernel.execute("1 + 1") for kernel in kernels[: min(10, count)]]
        row("a cell that wakes a kernel, the next one", f"{median(woken)}, {median(again)}")
        cells = cells_of(page)
        wall, each = at_once(kernels, lambda k: run_page(k, cells))
        row(f"all run {page.stem} ({len(cells)} cells) at once", f"{wall:.0f} s")
        peak = Memory.of(kernels)
        row("memory a kernel after the page", share(peak, count))
        alone = Kernel(SWIFT)
        kernels.append(alone)
        row("the page in one kernel alone", f"{run_page(alone, cells):.1f} s")
    finally:
        for kernel in kernels:
            kernel.stop()
    return rows


def median(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.0f} ms"


def share(memory: Memory, count: int) -> str:
    return f"{memory.share / count:.0f} MB ({memory.whole / count:.0f} MB if nothing were shared)"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernels", type=int, default=30)
    parser.add_argument("--page", type=Path, default=PAGES / "01-tensors-and-gradients.ipynb")
    parser.add_argument("--keep", type=Path, default=HERE / "classroom.md", help="file to write")
    options = parser.parse_args()
    os.environ["ANSATZ_REST"] = str(REST)
    os.environ["ANSATZ_QUICK"] = "1"
    os.chdir(PAGES)
    rows = measure(options.kernels, options.page)
    machine = f"{psutil.cpu_count()} cores, {processor()}"
    text = "\n".join(
        [
            f"# A class of {options.kernels} kernels on one machine",
            "",
            f"Measured on {date.today()} by `Benchmarks/kernel/run` ({machine}). Kernels rest after",
            f"{REST} seconds here, so that it can be measured, and after ten minutes otherwise.",
            "",
            "| what | |",
            "|---|---|",
            *rows,
        ]
    )
    options.keep.write_text(text + "\n")


if __name__ == "__main__":
    main()
