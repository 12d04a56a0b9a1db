"""Factors the same matrices and solves the same equilibria with ours and with peers, in turn; writes results.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

THREADS = os.environ.get("THREADS")
if THREADS:
    # Before the libraries are loaded, which read these once.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "ANSATZ_THREADS"):
        os.environ[name] = THREADS
    if THREADS == "1":
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import jax
import jax.numpy as jnp
import jaxopt
import numpy as np
import sklearn
from sklearn.decomposition import NMF

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
# With one thread each, CPU time is what a quiet machine would take; otherwise the clock on the wall.
CLOCK = time.process_time if THREADS == "1" else time.perf_counter
ANSATZ = HERE.parents[1] / ".build" / "release" / "ansatz"
TOLERANCE = 1e-5


def best(repeats, body):
    least, out = np.inf, None
    for _ in range(repeats):
        begin = CLOCK()
        out = body()
        least = min(least, CLOCK() - begin)
    return 1e3 * least, out


def factorizations(data, note):
    for type in (np.float64, np.float32):
        v, w, h = (data[k].astype(type) for k in "vwh")
        for solver in ("mu", "cd"):
            def fit():
                model = NMF(20, init="custom", solver=solver, tol=0, max_iter=200)
                left = model.fit_transform(v, W=w.copy(), H=h.copy())
                return 0.5 * float(np.sum((v.astype(float) - left.astype(float) @ model.components_) ** 2))
            note(f"sklearn-{solver}-{type.__name__}", *best(1 if solver == 'cd' else 2, fit))


def equilibria(data, note):
    parameters = tuple(jnp.asarray(data[k], jnp.float32) for k in ("weight", "input", "bias"))
    x, c = jnp.asarray(data["x"], jnp.float32), jnp.asarray(data["c"], jnp.float32)

    def cell(z, parameters):
        weight, matrix, bias = parameters
        return jnp.tanh(z @ weight + x @ matrix + bias)

    start = jnp.zeros_like(x)
    # jaxopt's tolerance is on the Euclidean length of all changes together, ours on the largest one:
    # with this factor both end at about the same largest change, which is printed.
    solvers = {
        "plain": jaxopt.FixedPointIteration(cell, maxiter=500, tol=TOLERANCE * 50, implicit_diff=True),
        "anderson": jaxopt.AndersonAcceleration(cell, history_size=5, maxiter=500, tol=TOLERANCE * 50, implicit_diff=True),
    }
    for name, solver in solvers.items():
        loss = lambda p: jnp.sum(solver.run(start, p).params * c)
        forward, both = jax.jit(loss), jax.jit(jax.value_and_grad(loss))
        z = jax.jit(lambda p: solver.run(start, p).params)(parameters)
        print(name, "largest change at jaxopt's end", float(jnp.max(jnp.abs(cell(z, parameters) - z))))
        float(forward(parameters)), jax.block_until_ready(both(parameters))
        note(f"jaxopt-forward-{name}", *best(50, lambda: float(forward(parameters))))
        time_, (_, slopes) = best(50, lambda: jax.block_until_ready(both(parameters)))
        note(f"jaxopt-{name}", time_, float(jnp.linalg.norm(slopes[0])))


def main(rounds: int) -> None:
    rng = np.random.default_rng(1)
    v = rng.uniform(size=(400, 20)) @ rng.uniform(size=(20, 800)) + 0.01 * rng.uniform(size=(400, 800))
    level = np.sqrt(v.mean() / 20)
    n = 256
    data = {
        "v": v, "w": level * abs(rng.normal(size=(400, 20))), "h": level * abs(rng.normal(size=(20, 800))),
        "weight": (0.45 / np.sqrt(n) * rng.normal(size=(n, n))).astype(np.float32),
        "input": (rng.normal(size=(n, n)) / np.sqrt(n)).astype(np.float32),
        "bias": (0.1 * rng.normal(size=n)).astype(np.float32),
        "x": rng.normal(size=(64, n)).astype(np.float32), "c": rng.normal(size=(64, n)).astype(np.float32),
    }
    folder = Path(os.environ.get("FIXEDPOINTS_DATA") or tempfile.mkdtemp())
    for key, value in data.items():
        np.save(folder / f"{key}.npy", value)
    times, figures = defaultdict(list), {}

    def note(name, milliseconds, figure):
        times[name].append(float(milliseconds))
        figures[name] = float(figure)

    for _ in range(rounds):
        output = subprocess.run([ANSATZ, "run", HERE / "ours.swift"], check=True, text=True, capture_output=True,
                                env={**os.environ, "FIXEDPOINTS_DATA": str(folder)}).stdout
        for line in output.splitlines():
            if len(line.split()) == 3:
                note(*line.split())
        factorizations(data, note)
        equilibria(data, note)

    def row(name):
        return f"{min(times[name]):.1f} | {np.median(times[name]):.1f} | {figures[name]:.6g}"

    lines = [
        "# Fixed points and factorization", "",
        f"`{f'THREADS={THREADS} ' if THREADS else ''}Benchmarks/fixedpoints/run {rounds}`: ours and peers take turns, {rounds} round{'s' if rounds > 1 else ''}; the least and the median of the "
        f"rounds' best times, in milliseconds. {'CPU time, one thread each; ' if THREADS == '1' else 'wall time; '}{os.cpu_count()} cores, {platform.machine()}; scikit-learn "
        f"{sklearn.__version__}, jax {version('jax')}, jaxopt {version('jaxopt')}.", "",
        "## Nonnegative factorization, 400 × 800, rank 20, 200 iterations from one start", "",
        "| | least | median | objective |", "|---|--:|--:|--:|",
    ]
    ours = {"multiplicative": "multiplicative", "hierarchical": "HALS", "splitting": "ADMM"}
    for type in ("float64", "float32"):
        lines += [f"| ours, {label}, {type} | {row(f'nmf-{key}-{type}')} |" for key, label in ours.items()]
        lines += [f"| scikit-learn, {s}, {type} | {row(f'sklearn-{s}-{type}')} |" for s in ("mu", "cd")]
    lines += ["", "## Equilibrium, batch 64, width 256, ‖W‖ ≈ 0.9, to changes of 1e-5, float32", "",
              "| | least | median | figure (forward: value; both: length of the weights' gradient) |", "|---|--:|--:|--:|"]
    for name in ("plain", "anderson"):
        lines += [f"| ours, {name}, forward | {row(f'deq-forward-{name}')} |", f"| jaxopt, {name}, forward | {row(f'jaxopt-forward-{name}')} |",
                  f"| ours, {name}, value and gradient | {row(f'deq-{name}')} |", f"| jaxopt, {name}, value and gradient | {row(f'jaxopt-{name}')} |"]
    (HERE / "results.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


main(int(sys.argv[1]))
