"""From the lines of all rounds to a table: the medians of the rounds' medians, and the least of all."""

import os
import statistics
import sys

PER = {"VAE step": 10, "MAML outer": 20}
found: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
for line in open(sys.argv[1]):
    work, who, median, least, check = line.rstrip("\n").split("\t")
    per = next((n for name, n in PER.items() if work.startswith(name) and who == "ours"), 1)
    found.setdefault((work, who), []).append(
        (float(median) / per, float(least or median) / per, check))
print("Wall milliseconds on two cores, medians of three rounds in which ours and the peers take turns, least")
print("in brackets; gap: the largest duality gap that came out. `Benchmarks/inference/run`")
print(f"Load average at the end: {os.getloadavg()[1]:.0f} on {os.cpu_count()} cores.\n")
print("| work | who | ms | gap | ours / peer |")
print("|---|---|---|---|---|")
for (work, who), rows in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] != "ours")):
    middle, least = statistics.median(r[0] for r in rows), min(r[1] for r in rows)
    check = f"{float(rows[0][2]):.1e}" if rows[0][2] else ""
    ours = found.get((work, "ours"))
    share = ""
    if ours and who != "ours":
        share = f"{statistics.median(r[0] for r in ours) / middle:.2f}"
    print(f"| {work} | {who} | {middle:.3g} ({least:.3g}) | {check} | {share} |")
