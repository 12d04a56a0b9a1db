"""Six kinds of plots as matplotlib draws them by default; six.swift draws the same with Ansatz."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

FOLDER = Path("/tmp/ansatz-six")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    samples = [rng.normal(0, 1, 100), rng.normal(1, 2, 200), rng.normal(-1, 0.5, 50)]
    cloud = rng.normal(size=(2, 5000))
    for index, sample in enumerate(samples):
        np.savetxt(FOLDER / f"sample{index}.txt", sample)
    np.savetxt(FOLDER / "cloud.txt", cloud.T)
    names = ["one", "two", "three"]

    figure = plt.figure(figsize=(15, 9), layout="constrained")
    boxes = figure.add_subplot(2, 3, 1)
    boxes.boxplot(samples, tick_labels=names, showmeans=True)
    figure.add_subplot(2, 3, 2).violinplot(samples, showmedians=True, orientation="horizontal")
    y, x = np.mgrid[-3:3:60j, -3:3:60j]
    u, v = -1 - x**2 + y, 1 + x - y**2
    flow = figure.add_subplot(2, 3, 3)
    figure.colorbar(flow.streamplot(x, y, u, v, color=np.hypot(u, v), cmap="plasma").lines)
    figure.colorbar(figure.add_subplot(2, 3, 4).hexbin(*cloud, gridsize=30, mincnt=1))
    side = np.linspace(-2, 2, 60)
    x, y = np.meshgrid(side, side)
    figure.add_subplot(2, 3, 5, projection="3d").plot_surface(x, y, x**2 - y**2, cmap="viridis")
    polar = figure.add_subplot(2, 3, 6, projection="polar")
    angle = np.linspace(0, 2 * np.pi, 300)
    polar.plot(angle, 1 + np.cos(angle))
    polar.bar([1, 2, 3, 4], [1, 0.5, 1.5, 0.8], alpha=0.3)
    figure.savefig(FOLDER / "theirs.png", dpi=80)


if __name__ == "__main__":
    sys.exit(main())
