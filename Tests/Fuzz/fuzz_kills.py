"""Kills, stops and interrupts a kernel's processes at random moments and checks that it goes on.

    python Tests/Fuzz/fuzz_kills.py --count 1000

While cells run, their compiler is killed (also in the moment when a new one is told the session),
stopped, or interrupted; now and then the process that runs the cells is killed or stopped. What must
hold: every cell is answered, in a minute at most; none gives a wrong value; nothing that the session
knew is lost by what happens to a compiler; only the death of the runner loses the session, and says
so. The exit status is 0 if everything held.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import signal
import sys
import time

from fuzz_soak import Kernel

OPENING = """
struct Pair { var a: Int; var b: Int; var sum: Int { a + b } }
enum Side { case left(Int), right }
class Base { func name() -> String { "base" } }
class Derived: Base { override func name() -> String { "derived" } }
var total = 0
func add(_ n: Int) -> Int { total += n; return total }
"""


class Session:
    def __init__(self, kernel: Kernel, chance: random.Random):
        self.kernel, self.chance = kernel, chance
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.open()

    def open(self) -> None:
        self.total = 0
        # A runner that is killed when its cell has ended is missed by the next one.
        self.runner_may_be_gone = False
        status, _ = self.kernel.run(OPENING)
        if status != "ok":
            raise AssertionError(f"the opening failed: {status}")

    def cell(self, index: int) -> None:
        step = index % 7
        code = (
            f"let p{index} = Pair(a: {index}, b: 1)\nlet side = Side.left(p{index}.sum)\n"
            f'_ = add({step})\n"\\(total) \\(p{index}.sum) \\(Derived().name()) \\(side)"')
        expected = f'{self.total + step} {index + 1} derived left({index + 1})'
        message_id = self.kernel.client.execute(code, allow_stdin=False)
        deed = self.disturb()
        status, value = self.kernel.finish(message_id)
        self.outcomes[f"{deed}: {status}"] += 1
        if status == "ok":
            self.total += step
            if value is None or value.strip('"') != expected:
                raise AssertionError(f"cell {index} ({deed}) gave {value}, not {expected}")
            self.runner_may_be_gone = deed == "kill runner"
        elif status == "SessionLost" and ("runner" in deed or self.runner_may_be_gone):
            self.open()
        elif status in ("Interrupted", "CompilerCrash"):
            # How far it came is seen in the total; the rest must be as it was.
            status, value = self.kernel.run("total")
            if status == "SessionLost" and self.runner_may_be_gone:
                return self.open()
            if status != "ok" or int(value) not in (self.total, self.total + step):
                raise AssertionError(f"after {deed}, total is {status} {value}, not {self.total}")
            self.total = int(value)
        else:
            raise AssertionError(f"cell {index} ({deed}) ended with {status}")

    def disturb(self) -> str:
        kind = self.chance.choices(
            ["kill compiler", "kill compiler twice", "stop compiler", "interrupt",
             "interrupt, kill compiler", "kill runner", "stop runner", "nothing"],
            [6, 6, 2, 3, 3, 1, 1, 2])[0]
        for part in kind.split(", "):
            time.sleep(self.chance.choice([0, 0.003, 0.02, 0.05, 0.1, 0.3, 0.8]) * self.chance.random())
            if part == "interrupt":
                self.kernel.manager.interrupt_kernel()
            elif part != "nothing":
                deed, role = part.split()[:2]
                number = signal.SIGKILL if deed == "kill" else signal.SIGSTOP
                for _ in range(2 if part.endswith("twice") else 1):
                    self.signal(role, number)
                    time.sleep(0.2 * self.chance.random())
        return kind

    def signal(self, role: str, number: int) -> None:
        try:
            os.kill(self.kernel.process({"compiler": "compile", "runner": "run"}[role]), number)
        except (ValueError, ProcessLookupError):
            pass  # There is none at this moment.


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="cells to disturb")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kernel", default="swift", help="name of the kernelspec")
    options = parser.parse_args()
    kernel = Kernel(options.kernel)
    session = Session(kernel, random.Random(options.seed))
    failed = False
    try:
        for index in range(options.count):
            session.cell(index)
            if (index + 1) % 50 == 0:
                print(f"{index + 1} cells", flush=True)
    except Exception as error:
        print(f"cell {index}, seed {options.seed}: {type(error).__name__}: {error}")
        failed = True
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=failed)
    for name, count in sorted(session.outcomes.items()):
        print(f"  {count:5}  {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
