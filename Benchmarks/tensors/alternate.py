"""Lets our program and its peers take turns, sample by sample, and prints a table of paired ratios.

Usage: alternate.py THREADS OURS PEERS.PY [numpy torch jax | pot ott]

All programs are started first. For each work every program gives one sample of about 60 ms, in an
order that turns from round to round, until there are seven of each: what else the machine does then
meets all of them alike. The ratio is the median of the ratios within the rounds.
"""
from __future__ import annotations

import os
import subprocess
import sys
from statistics import median

ROUNDS = 7
SAMPLE = 60.0  # milliseconds
NAMES = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX jit", "pot": "POT", "ott": "OTT"}


class Program:
    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.works = set(self.ask("").split("\t"))
        self.found: dict[str, str] = {}

    def ask(self, line: str) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        if not answer:
            raise SystemExit(f"{self.name} ended while it was asked for {line!r}")
        return answer

    def sample(self, work: str, count: int) -> float:
        milliseconds, *found = self.ask(f"{work}\t{count}").split("\t")
        self.found[work] = "".join(f" ({text})" for text in found if text)
        return float(milliseconds)


def paired(programs: list[Program], work: str) -> dict[str, list[float]]:
    able = [p for p in programs if work in p.works]
    counts = {}
    for program in able:
        program.sample(work, 1)
        once = max(min(program.sample(work, 1), program.sample(work, 1)), 1e-4)
        counts[program.name] = max(1, int(SAMPLE / once))
    samples: dict[str, list[float]] = {p.name: [] for p in able}
    for turn in range(ROUNDS):
        for k in range(len(able)):
            program = able[(turn + k) % len(able)]
            samples[program.name].append(program.sample(work, counts[program.name]))
    return samples


def row(work: str, samples: dict[str, list[float]], programs: list[Program]) -> str:
    ours, peers = samples["Ansatz"], [p.name for p in programs[1:]]
    cells = [f"{median(samples[p.name]):.3g}{p.found[work]}" if p.name in samples else ""
             for p in programs]
    ratios = {name: [t / o for t, o in zip(samples[name], ours)] for name in peers if name in samples}
    best = min(ratios.values(), key=median, default=[])
    shown = f"{median(best):.2f} ({min(best):.2f}–{max(best):.2f})" if best else ""
    return f"| {work} | " + " | ".join(cells) + f" | {shown} |"


def main() -> None:
    threads, ours, script, *peers = sys.argv[1:]
    programs = [Program("Ansatz", [ours], {"ANSATZ_THREADS": threads})]
    for peer in peers:
        try:
            command = [sys.executable, script, peer]
            programs.append(Program(NAMES[peer], command, {"THREADS": threads}))
        except SystemExit as failure:
            print(f"{failure}", file=sys.stderr)
    names = [p.name for p in programs[1:]]
    works = programs[0].ask("").split("\t")
    before = os.getloadavg()[0]
    rows = []
    for work in works:
        rows.append(row(work, paired(programs, work), programs))
        print(rows[-1], file=sys.stderr, flush=True)
    after = os.getloadavg()[0]
    threads_said = "One thread" if threads == "1" else f"{threads} threads"
    print(f"{threads_said}, CPU milliseconds of all of them together: medians of {ROUNDS} samples taken "
          "in turns; ratios\nwithin the rounds, their median and range. "
          f"{os.cpu_count()} processors, load {before:.1f} before and {after:.1f} after.\n")
    print("| work | " + " | ".join(["Ansatz", *names]) + " | best peer / Ansatz |")
    print("|---" * (len(names) + 3) + "|")
    print("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
