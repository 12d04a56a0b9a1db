"""Times the same figures drawn by matplotlib (Agg)."""
import io
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter

rng = np.random.default_rng(7)
x = np.arange(500) / 50


def png(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return len(buffer.getvalue())


def simple():
    figure, axes = plt.subplots()
    axes.plot(x, np.sin(x), label="sin")
    axes.set(title="A curve", xlabel="x", ylabel="y")
    axes.legend()
    return png(figure)


def panels():
    figure, grid = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
    for k, axes in enumerate(grid.flat, 1):
        for j in range(1, 4):
            axes.plot(x, np.sin(k * j * x), label=f"curve {j}")
        axes.set(title=f"Plot {k}", xlabel="x", ylabel="y")
        axes.legend()
    return png(figure)


def cloud():
    figure, axes = plt.subplots()
    axes.scatter(*points, alpha=0.3)
    return png(figure)


def line():
    figure, axes = plt.subplots()
    axes.plot(walk)
    return png(figure)


def animation():
    figure, axes = plt.subplots()
    axes.set(xlabel="x", ylabel="y")
    (curve,) = axes.plot(x, np.sin(x))

    def frame(t):
        curve.set_ydata(np.sin(x + t / 10))
        return (curve,)

    FuncAnimation(figure, frame, frames=60).save(
        "/tmp/animation.gif", writer=PillowWriter(fps=20)
    )
    plt.close(figure)
    return 0


def heat():
    figure, axes = plt.subplots()
    figure.colorbar(axes.imshow(field))
    return png(figure)


points = rng.random((3, 2, 100_000)).sum(0)
walk = np.cumsum(rng.random(1_000_000) - 0.5)
field = rng.random((4096, 4096), dtype=np.float32)


def measure(name, work, repetitions=5):
    walls, cpus = [], []
    for _ in range(repetitions):
        start, used = time.perf_counter(), time.process_time()
        size = work()
        walls.append((time.perf_counter() - start) * 1000)
        cpus.append((time.process_time() - used) * 1000)
    middle = repetitions // 2
    print(f"{name},{sorted(walls)[middle]:.1f},{sorted(cpus)[middle]:.1f},{size}", flush=True)


print("figure,milliseconds,cpu,bytes")
measure("first figure", simple, 1)
measure("one figure", simple)
measure("four panels", panels)
measure("100 000 points", cloud)
measure("1 000 000-point line", line)
measure("60-frame animation", animation, 1)
measure("heat map 4096 × 4096", heat, 1)
