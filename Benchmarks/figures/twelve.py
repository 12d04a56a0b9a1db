"""The data of twelve figures, the figures drawn by matplotlib, and both libraries' side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

ROOT = Path(__file__).parents[2]
FOLDER = Path("/tmp/ansatz-twelve")
X = np.linspace(-5, 5, 501)
SOLUTION = np.sin(X) + X * (1 + 0.1 * np.cos(X))


def made_data() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    step = np.arange(500)
    walk = np.cumsum(rng.normal(0, 0.012, (2, 500)), 1)
    objective = (1.9 * np.exp(-step / 110) + 0.03) * np.exp(walk[0])
    regression = (2.6 * np.exp(-step / 90) + 0.11) * np.exp(walk[1])
    cloud = rng.normal(size=(2, 600)) * [[1.5], [0.7]]
    i, j = np.mgrid[:40, :40]
    angle = np.arange(8)
    digits = np.load(ROOT / "notebooks" / "data" / "digits.npz")["images"]
    return {
        "objective": objective,
        "objective_low": objective * 0.8,
        "objective_high": objective * 1.25,
        "regression": regression,
        "regression_low": regression * 0.85,
        "regression_high": regression * 1.18,
        "cloud_x": cloud[0],
        "cloud_y": cloud[1] + 0.4 * cloud[0],
        "cloud_v": (cloud**2).sum(0) / 2,
        "normal": rng.normal(size=4000),
        "plan": np.exp(-((i - 0.8 * j - 4.0) ** 2) / 12),
        "correlations": np.cos(0.7 * (angle[:, None] - angle)),
        "digits": digits.reshape(len(digits), 28, 28)[:32] / 255.0,
    }


def labelled(axes, title, x="", y=""):
    axes.set(title=title, xlabel=x, ylabel=y)


def curve(axes, d):
    axes.plot(X, SOLUTION)
    labelled(axes, "The solution map", "context $x$", r"$y^\star(x) = \arg\min_y f(y; x)$")


def losses(axes, d):
    for name, style in (("objective", "-"), ("regression", "--")):
        (line,) = axes.plot(d[name], style, label=name)
        axes.fill_between(
            np.arange(500), d[name + "_low"], d[name + "_high"], alpha=0.25, color=line.get_color()
        )
    axes.set_yscale("log")
    axes.legend()
    labelled(axes, "Two ways to learn", "step", "loss")


def landscape(axes, d):
    x, y = np.meshgrid(np.linspace(-5, 5, 160), np.linspace(-10, 10, 160))
    gap = y - np.sin(x) - x * (1 + 0.1 * np.cos(x))
    filled = axes.contourf(x, y, 1 / (1 + np.exp(-(gap**2) / 80)), 12)
    axes.figure.colorbar(filled, label="$f(y; x)$")
    axes.plot(X, SOLUTION, "w", label=r"$y^\star(x)$")
    axes.plot(X, SOLUTION * 0.9 - 0.4, "--", color="orange", label=r"$\hat y_\theta(x)$")
    axes.legend()
    labelled(axes, "An objective and its minimisers", "context $x$", "variable $y$")


def cloud(axes, d):
    shown = axes.scatter(d["cloud_x"], d["cloud_y"], c=d["cloud_v"], alpha=0.8, s=20)
    axes.figure.colorbar(shown)
    labelled(axes, "Samples by energy", "$x_1$", "$x_2$")


def density(axes, d):
    axes.hist(d["normal"], 40, density=True, alpha=0.5, label="samples")
    x = np.linspace(-4, 4, 400)
    formula = r"$\frac{1}{\sqrt{2\pi}} e^{-x^2/2}$"
    axes.plot(x, np.exp(-x * x / 2) / np.sqrt(2 * np.pi), label=formula)
    axes.legend()
    labelled(axes, "Samples and density", "$x$", "density")


def coupling(axes, d):
    axes.figure.colorbar(axes.imshow(d["plan"], cmap="magma"))
    labelled(axes, "A coupling", "target $j$", "source $i$")


def correlations(axes, d):
    axes.figure.colorbar(axes.imshow(d["correlations"], cmap="RdBu_r", vmin=-1, vmax=1))
    for (i, j), value in np.ndenumerate(d["correlations"]):
        ink = "w" if abs(value) > 0.6 else "k"
        axes.text(j, i, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=8)
    labelled(axes, "Correlations")


def bars(axes, d):
    places = np.arange(4)
    axes.bar(places - 0.2, [20.6, 15.8, 8.1, 5.2], 0.4, label="digits")
    axes.bar(places + 0.2, [31.5, 24.2, 9.4, 7.7], 0.4, label="spheres")
    axes.set_xticks(places, ["zeros", "Gaussian", "learned", "warm start"])
    axes.legend()
    labelled(axes, "Iterations to $10^{-3}$", "", "iterations")


def saddle(axes, d):
    a, b = np.meshgrid(np.linspace(-2, 2, 160), np.linspace(-2, 2, 160))
    axes.clabel(axes.contour(a, b, a * a - b * b, 12, colors="gray"))
    a, b = np.meshgrid(np.linspace(-1.9, 1.9, 14), np.linspace(-1.9, 1.9, 14))
    axes.quiver(a, b, -2 * a, 2 * b, color="C0")
    axes.set_aspect("equal")
    labelled(axes, "A saddle and its gradient flow", "$y_1$", "$y_2$")


def panels(_, d):
    figure, grid = plt.subplots(2, 2, sharex=True, sharey=True, layout="constrained")
    for k, axes in enumerate(grid.flat, 1):
        axes.plot(X, np.sin(k * X), label=rf"$\sin {k}x$")
        axes.plot(X, np.cos(k * X), "--", label=rf"$\cos {k}x$")
        axes.legend()
        labelled(axes, f"$K = {k}$", "$x$", "$y$")
        axes.label_outer()
    figure.suptitle("Depth")
    return figure


def digits(_, d):
    figure, grid = plt.subplots(4, 8, layout="constrained")
    for axes, image in zip(grid.flat, d["digits"]):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        axes.axis("off")
    figure.suptitle("Digits")
    return figure


def sphere(_, d):
    figure = plt.figure(layout="constrained")
    axes = figure.add_subplot(projection="mollweide")
    a, b = np.meshgrid(np.linspace(-np.pi, np.pi, 160), np.linspace(-np.pi / 2, np.pi / 2, 160))
    figure.colorbar(axes.contourf(a, b, np.sin(3 * a) * np.cos(b), 9), shrink=0.5)
    axes.plot(np.radians([-120, 10, 150]), np.radians([20, 60, -30]), "wo-")
    axes.grid(True)
    axes.set_title("A function on the sphere")
    return figure


FIGURES = [
    curve, losses, landscape, cloud, density, coupling, correlations, bars, saddle, panels, digits,
    sphere,
]  # fmt: skip


def draw(d: dict[str, np.ndarray]) -> None:
    for number, function in enumerate(FIGURES, 1):
        if function in (panels, digits, sphere):
            figure = function(None, d)
        else:
            figure, axes = plt.subplots(layout="constrained")
            function(axes, d)
        figure.savefig(FOLDER / f"theirs-{number:02}.png", dpi=150)
        plt.close(figure)


def contact(target: Path) -> None:
    """Ours on the left of each pair, matplotlib's on the right."""
    figure, grid = plt.subplots(6, 4, figsize=(22, 25), layout="constrained")
    for place, axes in enumerate(grid.flat):
        who = "ours" if place % 2 == 0 else "theirs"
        axes.imshow(plt.imread(FOLDER / f"{who}-{place // 2 + 1:02}.png"), interpolation="lanczos")
        axes.set_title(f"{place // 2 + 1}: {'Ansatz' if who == 'ours' else 'matplotlib'}")
        axes.axis("off")
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=100)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    if sys.argv[1:] == ["contact"]:
        contact(ROOT / "build" / "figures" / "twelve.png")
    else:
        made = made_data()
        np.savez(FOLDER / "data.npz", **made)
        draw(made)
