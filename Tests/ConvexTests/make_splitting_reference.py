"""Iterates and solutions of PyPI osqp 1.1, written as splitting.json beside this file.

Programs with equations, one-sided rows and a singular P. Run: python make_splitting_reference.py
"""

import json
import pathlib

import numpy as np
import osqp
import scipy.sparse as sp

rng = np.random.default_rng(7)


def program(n: int, m: int, rank: int) -> dict[str, np.ndarray]:
    root = rng.normal(size=(n, rank))
    A = rng.normal(size=(m, n)) * (rng.uniform(size=(m, n)) < 0.7)
    x, y = rng.normal(size=n), np.zeros(m)
    l, u = A @ x - rng.uniform(size=m), A @ x + rng.uniform(size=m)
    for i in range(m):
        if i % 4 == 0:
            l[i], y[i] = -np.inf, rng.uniform()
        elif i % 4 == 2:
            u[i], y[i] = np.inf, -rng.uniform()
        elif i < 2:
            l[i] = u[i] = (A @ x)[i]
    P = root @ root.T
    return {"P": P, "q": -P @ x - A.T @ y, "A": A, "l": l, "u": u}


def run(c: dict[str, np.ndarray], **settings: object) -> object:
    solver = osqp.OSQP()
    solver.setup(
        sp.csc_matrix(np.triu(c["P"])), c["q"], sp.csc_matrix(c["A"]), c["l"], c["u"],
        verbose=False, polishing=False, **settings,
    )
    return solver.solve()


def numbers(a: np.ndarray) -> list[float]:
    return [max(-1e30, min(1e30, float(v))) for v in np.asarray(a).ravel()]


cases = []
for n, m, rank in [(5, 8, 5), (8, 12, 5), (6, 4, 6), (10, 20, 10)]:
    c = program(n, m, rank)
    plain = run(
        c, scaling=0, adaptive_rho=0, max_iter=30, check_termination=0, eps_abs=1e-15, eps_rel=0,
        rho=0.1, sigma=1e-6, alpha=1.6,
    )
    exact = run(c, max_iter=200000, eps_abs=1e-9, eps_rel=0, adaptive_rho_interval=50)
    cases.append({
        "n": n, "m": m, **{k: numbers(v) for k, v in c.items()},
        "iterate": numbers(plain.x), "multipliers": numbers(plain.y), "solution": numbers(exact.x),
    })
pathlib.Path(__file__).with_name("splitting.json").write_text(json.dumps(cases) + "\n")
