"""Measures completion and inspection in a session of a hundred cells, in turns with ipykernel.

Writes assistance.md beside this file and prints it. Times run from a request to reply and idle; the
column CPU is what all processes of our kernel spent on it, which a busy machine does not change.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from measure import PYTHON, SWIFT, Kernel, kernels

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """What a reader asks for while typing, in both languages."""

    name: str
    aim: str
    swift: str
    python: str
    request: str = "complete"


QUESTIONS = [
    Question("a member of a variable of an earlier cell", "100 ms", "nums.so", "nums.so"),
    Question("a member of a tensor (NumPy array)", "100 ms", "tn.su", "tn.su"),
    Question("a bare name, all that fits", "100 ms", "", ""),
    Question("a bare name, begun", "100 ms", "v5", "v5"),
    Question("inside of `print(`", "100 ms", "print(", "print("),
    Question("documentation of a function", "", "print", "print", "inspect"),
    Question("documentation of an overloaded one", "", "sqrt", "np.sqrt", "inspect"),
    Question("what is called, inside of its parentheses", "", "print(nums, ", "print(nums, ", "inspect"),
]

SESSION = {
    "swift": "let nums = [3, 1]; let tn = Tensor([1.0, 2.0])",
    "python3": "import numpy as np; nums = [3, 1]; tn = np.array([1.0, 2.0])",
}
CELL = {
    "swift": "struct S{0} {{ var a = {0}; func f() -> Int {{ a }} }}\n"
    "func g{0}(_ x: Int) -> Int {{ x + {0} }}\nlet v{0} = S{0}()",
    "python3": "class S{0}:\n    a = {0}\n    def f(self): return self.a\n"
    "def g{0}(x): return x + {0}\nv{0} = S{0}()",
}


def processes(kernel: Kernel) -> list[psutil.Process]:
    first = psutil.Process(kernel.manager.provisioner.process.pid)
    return [first, *first.children(recursive=True)]


def cpu(kernel: Kernel) -> float:
    times = [process.cpu_times() for process in processes(kernel)]
    return sum(time.user + time.system for time in times)


def compiler_memory(kernel: Kernel) -> float:
    """MB of the compiler process."""
    [compiler] = [p for p in processes(kernel) if "compile-cells" in p.cmdline()]
    return compiler.memory_info().rss / 2**20


def ask(kernel: Kernel, question: Question) -> float:
    source = question.swift if kernel.peer is SWIFT else question.python
    send = kernel.client.complete if question.request == "complete" else kernel.client.inspect
    return kernel.asked(lambda: send(source, len(source)))


def unknown_name(kernel: Kernel) -> float:
    """A cell that fails for a name nobody knows, with what the kernel suggests instead."""
    start = time.perf_counter()
    identity = kernel.client.execute("nmus.count" if kernel.peer is SWIFT else "len(nmus)")
    kernel.reply(identity)
    kernel.wait_until_idle(identity)
    return time.perf_counter() - start


def cell_behind_a_completion(kernel: Kernel) -> float:
    """`1 + 1`, asked for right behind a completion of everything, as hurried readers do."""
    kernel.client.complete("", 0)
    return kernel.execute("1 + 1")


def measure(rounds: int) -> list[str]:
    lines = ["| what | Ansatz | CPU | ipykernel | aim |", "|---|---|---|---|---|"]

    def row(name: str, aim: str, act: Callable[[Kernel], float], first: bool = False) -> None:
        values: dict[str, list[float]] = {}
        spent = []
        for turn in range(1 if first else rounds + 1):
            for kernel in running:
                before = cpu(kernel)
                value = act(kernel)
                if kernel.peer is SWIFT and (turn > 0 or first):
                    spent.append(cpu(kernel) - before)
                if turn > 0 or first:
                    values.setdefault(kernel.peer.name, []).append(value)
        figures = [values[SWIFT.name], spent, values[PYTHON.name]]
        shown = " | ".join(f"{statistics.median(figure) * 1000:.0f} ms" for figure in figures)
        lines.append(f"| {name} | {shown} | {aim} |")

    with kernels() as running:
        for kernel in running:
            kernel.execute(SESSION[kernel.peer.kernel])
            for number in range(100):
                kernel.execute(CELL[kernel.peer.kernel].format(number))
        row("the first unknown name", "200 ms", unknown_name, first=True)
        row("another unknown name", "", unknown_name)
        for question in QUESTIONS:
            row(question.name, question.aim, lambda kernel: ask(kernel, question))
        row("`1 + 1` right behind a completion", "", cell_behind_a_completion)
        memory = compiler_memory(running[0])
    return [*lines, "", f"The compiler process takes {memory:.0f} MB after all these (aim: 300 MB)."]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep", type=Path, default=HERE / "assistance.md", help="file to write")
    parser.add_argument("others", nargs="*")
    options = parser.parse_args()
    head = [
        "# Help while typing, in a session of a hundred cells",
        "",
        f"Measured by `make bench`: medians of {options.rounds} rounds in which the kernels take turns.",
        "",
    ]
    text = "\n".join(head + measure(options.rounds)) + "\n"
    options.keep.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
