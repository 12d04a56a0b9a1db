"""Writes posterior_reference.npz: draws and densities of the benchmark of simulation-based inference.

Draws: sbibm 1.1.0 (MIT), its reference posteriors, thinned. Densities: scipy.
    pip install --no-deps --target sbibm sbibm==1.1.0 && python make_reference.py sbibm
"""

import bz2
import sys
from pathlib import Path

import numpy as np
from scipy.stats import multivariate_normal

files = Path(sys.argv[1]) / "sbibm" / "tasks"


def table(path: Path) -> np.ndarray:
    text = bz2.open(path, "rt") if path.suffix == ".bz2" else open(path)
    with text as lines:
        return np.loadtxt(lines, delimiter=",", skiprows=1, ndmin=2)


def observation(task: str, number: int) -> tuple[np.ndarray, np.ndarray]:
    folder = files / task / "files" / f"num_observation_{number}"
    return table(folder / "observation.csv")[0], table(folder / "reference_posterior_samples.csv.bz2")


def slcp(theta: np.ndarray, x: np.ndarray) -> float:
    s, t = theta[2] ** 2, theta[3] ** 2
    cross = np.tanh(theta[4]) * s * t
    covariance = [[s**2 + 1e-6, cross], [cross, t**2 + 1e-6]]
    return multivariate_normal(theta[:2], covariance).logpdf(x.reshape(4, 2)).sum()


moons, moon_draws = observation("two_moons", 1)
data, draws = observation("slcp", 1)
rng = np.random.default_rng(0)
theta = rng.uniform(-3, 3, (20, 5))
np.savez_compressed(
    Path(__file__).parent / "posterior_reference.npz",
    moons=moons,
    moon_draws=moon_draws[::10].astype(np.float32),
    slcp=data,
    slcp_draws=draws[::10].astype(np.float32),
    theta=theta,
    log_density=np.array([slcp(row, data) for row in theta]),
)
