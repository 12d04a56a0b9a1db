"""Cuts programs into cells at random, runs some of the cells twice, and compares with swiftc.

    python Tests/Fuzz/fuzz_meaning.py --count 100 --seed 1
    python Tests/Fuzz/fuzz_meaning.py --seed 1 --only 17   # one case again

Each case is a program of `Tests/Differential` in cells of random sizes, of which random ones are
run again at once. It must print what swiftc's program prints, in which the same statements stand
twice. A program that swiftc does not compile in that form is left out. The exit status is 0 if all
agreed.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Differential"))

from programs import Script, cut, joined, programs, reference, rerun  # noqa: E402
from session import Session  # noqa: E402


def case(seed: int, index: int) -> tuple[str, Script]:
    """Number `index` of the run with `seed`; the same on every machine."""
    source = random.Random(f"{seed}:{index}")
    name, text = source.choice(sorted(programs().items()))
    cells = cut(text)
    if source.random() < 0.5:
        return name, Script(joined(cells, source), text)
    again = {number for number in range(len(cells)) if source.random() < 0.4}
    return name, rerun(cells, again)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    session = Session()
    same = failed = left_out = 0
    numbers = range(options.count) if options.only is None else [options.only]
    for index in numbers:
        name, script = case(options.seed, index)
        expected = reference(script.whole)
        if expected is None:
            left_out += 1
            continue
        output, error = session.run_program(script.cells)
        if error is None and output.rstrip() == expected.rstrip():
            same += 1
            continue
        failed += 1
        print(f"case {index}, {name}: {error or 'another output'}")
        if error is None:
            print(f"expected: {expected[-500:]!r}\ngot:      {output[-500:]!r}")
    session.close()
    print(f"{same} agree, {failed} do not, {left_out} left out")
    return 1 if failed or not same else 0


if __name__ == "__main__":
    sys.exit(main())
