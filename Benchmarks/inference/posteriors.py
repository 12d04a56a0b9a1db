"""References of sbibm for posteriors.swift, its draws judged by scikit-learn's classifier, and the table.

    posteriors.py references SBIBM OUT     what `pip install --no-deps --target SBIBM sbibm==1.1.0` brought
    posteriors.py judge REFERENCES DRAWS   lines as posteriors.swift prints them
    posteriors.py table LINES
"""

import bz2
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np


def references(package: str, out: str) -> None:
    found = {}
    for task in ("two_moons", "slcp"):
        for k in (1, 2, 3):
            folder = Path(package) / "sbibm" / "tasks" / task / "files" / f"num_observation_{k}"
            found[f"{task}_x{k}"] = np.loadtxt(folder / "observation.csv", delimiter=",", skiprows=1)
            with bz2.open(folder / "reference_posterior_samples.csv.bz2", "rt") as lines:
                draws = np.loadtxt(lines, delimiter=",", skiprows=1)
            found[f"{task}_{k}"] = draws.astype(np.float32)
    np.savez(out, **found)


def c2st(reference: np.ndarray, draws: np.ndarray) -> float:
    """What sbibm.metrics.c2st computes, without PyTorch."""
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neural_network import MLPClassifier

    center, scale = reference.mean(0), reference.std(0)
    data = np.concatenate([(reference - center) / scale, (draws - center) / scale])
    labels = np.repeat([0, 1], [len(reference), len(draws)])
    width = 10 * data.shape[1]
    classifier = MLPClassifier((width, width), max_iter=10000, random_state=1)
    folds = KFold(5, shuffle=True, random_state=1)
    return cross_val_score(classifier, data, labels, cv=folds).mean()


def judge(reference_file: str, draw_file: str) -> None:
    known, draws = np.load(reference_file), np.load(draw_file)
    for key in sorted(draws.files):
        name, k = key.rsplit("_", 1)
        task = "two moons" if name == "two_moons" else "SLCP"
        what = "C2ST, corrected" if name == "mended" else "C2ST"
        target = known[f"two_moons_{k}" if name == "two_moons" else f"slcp_{k}"]
        print("=", task, what + ", by scikit-learn", 0, k, c2st(target, draws[key]), sep="\t", flush=True)


def table(path: str) -> None:
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for line in open(path):
        if line.startswith("="):
            task, what, _, _, value = line[1:].strip().split("\t")
            groups[task, what].append(float(value))
    print("Amortized posteriors (autoregressive splines), three seeds, the first three observations of each")
    print("task, 10 000 draws against sbibm 1.1.0's references. `Benchmarks/inference/run-posteriors`\n")
    print("| task | figure | median | least | largest | values |")
    print("|---|---|---|---|---|---|")
    for (task, what), values in groups.items():
        shown = [f"{x:.3g}" for x in (statistics.median(values), min(values), max(values))]
        print("|", " | ".join([task, what, *shown, str(len(values))]), "|")


if __name__ == "__main__":
    {"references": references, "judge": judge, "table": table}[sys.argv[1]](*sys.argv[2:])
