"""Turns lines "peer, work, milliseconds, result" into a table."""
import sys

peers, rows = ["Ansatz", "POT", "OTT"], {}
for line in open(sys.argv[1]):
    peer, work, ms, value = line.rstrip("\n").split("\t")
    rows.setdefault(work, {})[peer] = (float(ms), value)
print("One thread, CPU milliseconds, medians of seven; in brackets what was found: the cost, or")
print("iterations and the marginal error in L1 that was reached.\n")
print("| work | " + " | ".join(peers) + " | best peer / Ansatz |")
print("|---" * (len(peers) + 2) + "|")
for work, found in rows.items():
    others = [found[p][0] for p in peers[1:] if p in found]
    ratio = f"{min(others) / found['Ansatz'][0]:.2f}" if others and "Ansatz" in found else ""
    cells = [f"{found[p][0]:.3g} ({found[p][1]})" if p in found else "" for p in peers]
    print(f"| {work} | " + " | ".join(cells) + f" | {ratio} |")
