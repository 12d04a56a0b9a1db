"""Turns lines "threads, peer, work, milliseconds" into a table for each number of threads."""
import sys

PEERS = ["Ansatz", "NumPy", "PyTorch", "JAX jit"]
TITLES = {
    "1": "One thread, CPU milliseconds, medians of seven.",
    "2": "Two threads, CPU milliseconds of both together, medians of seven.",
}
tables: dict[str, dict[str, dict[str, float]]] = {}
for line in open(sys.argv[1]):
    threads, peer, work, ms = line.rstrip("\n").split("\t")
    tables.setdefault(threads, {}).setdefault(work, {})[peer] = float(ms)
for threads, rows in tables.items():
    print(TITLES[threads] + "\n")
    print("| work | " + " | ".join(PEERS) + " | best peer / Ansatz |")
    print("|---" * (len(PEERS) + 2) + "|")
    for work, times in rows.items():
        others = [times[p] for p in PEERS[1:] if p in times]
        ratio = f"{min(others) / times['Ansatz']:.2f}" if others and "Ansatz" in times else ""
        cells = [f"{times[p]:.3g}" if p in times else "" for p in PEERS]
        print(f"| {work} | " + " | ".join(cells) + f" | {ratio} |")
    print()
