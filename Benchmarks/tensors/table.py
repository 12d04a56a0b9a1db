"""Turns lines "peer, work, milliseconds" into a table."""
import sys

peers, rows = ["Ansatz", "NumPy", "PyTorch", "JAX jit"], {}
for line in open(sys.argv[1]):
    peer, work, ms = line.rstrip("\n").split("\t")
    rows.setdefault(work, {})[peer] = float(ms)
print("One thread, CPU milliseconds, medians of seven.\n")
print("| work | " + " | ".join(peers) + " | best peer / Ansatz |")
print("|---" * (len(peers) + 2) + "|")
for work, times in rows.items():
    others = [times[p] for p in peers[1:] if p in times]
    ratio = f"{min(others) / times['Ansatz']:.2f}" if others and "Ansatz" in times else ""
    cells = [f"{times[p]:.3g}" if p in times else "" for p in peers]
    print(f"| {work} | " + " | ".join(cells) + f" | {ratio} |")
