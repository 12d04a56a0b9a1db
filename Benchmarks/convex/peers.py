"""Solves the same problems with ours and with peers, in turn, and writes results.md."""

from __future__ import annotations

import glob
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import clarabel
import daqp
import numpy as np
import osqp
import piqp
import scipy.io
import scipy.sparse as sp

HERE = Path(__file__).parent
ANSATZ = HERE.parents[1] / ".build" / "release" / "ansatz"


def residual(P, q, A, l, u, x, y) -> float:
    """The largest of primal and dual residual and duality gap, in long double."""
    P, A = (np.asarray(M.todense(), np.longdouble) for M in (P, A))
    x, y = np.asarray(x, np.longdouble), np.asarray(y, np.longdouble)
    y = np.where((u >= 1e20) & (y > 0), 0, np.where((l <= -1e20) & (y < 0), 0, y))
    ax, px = A @ x, P @ x
    over = np.maximum(np.where(u < 1e20, ax - u, 0), np.where(l > -1e20, l - ax, 0))
    support = np.where(y > 0, np.where(u < 1e20, u, 0), np.where(l > -1e20, l, 0)) * y
    parts = np.max(over, initial=0), np.max(abs(px + q + A.T @ y)), abs(x @ px + q @ x + support.sum())
    return float(max(parts)) if np.all(np.isfinite([float(v) for v in parts])) else np.inf


def with_piqp(P, q, A, l, u, eps):
    equal = l == u
    solver = piqp.SparseSolver()
    solver.settings.eps_abs, solver.settings.eps_rel = eps, 0
    solver.settings.eps_duality_gap_abs, solver.settings.eps_duality_gap_rel = eps, 0
    l, u = np.where(l <= -1e20, -np.inf, l), np.where(u >= 1e20, np.inf, u)
    solver.setup(P, q, A[equal], u[equal], A[~equal], l[~equal], u[~equal])
    status = solver.solve()
    r = solver.result
    y = np.zeros(len(l))
    y[equal], y[~equal] = r.y, r.z_u - r.z_l
    return status == piqp.PIQP_SOLVED, r.x, y


def with_clarabel(P, q, A, l, u, eps):
    up, low = u < 1e20, l > -1e20
    equal = l == u
    up, low = up & ~equal, low & ~equal
    M = sp.vstack([A[equal], A[up], -A[low]]).tocsc()
    b = np.concatenate([u[equal], u[up], -l[low]])
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_feas = eps
    settings.tol_gap_rel = 0
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(int(up.sum() + low.sum()))]
    s = clarabel.DefaultSolver(sp.triu(P).tocsc(), q, M, b, cones, settings).solve()
    z, y = np.array(s.z), np.zeros(len(l))
    e, k = equal.sum(), up.sum()
    y[equal] = z[:e]
    y[up] += z[e : e + k]
    y[low] -= z[e + k :]
    return str(s.status) == "Solved", np.array(s.x), y


def with_osqp(P, q, A, l, u, eps):
    solver = osqp.OSQP()
    solver.setup(sp.triu(P).tocsc(), q, A, l, u, eps_abs=eps, eps_rel=0, verbose=False, max_iter=100000)
    r = solver.solve()
    return r.info.status == "solved", r.x, r.y


def timed(body, repeats=3):
    best, out = np.inf, None
    for _ in range(repeats):
        begin = time.perf_counter()
        out = body()
        best = min(best, time.perf_counter() - begin)
    return 1e3 * best, out


def main(root: Path) -> None:
    folder = Path(tempfile.mkdtemp())
    problems = {}
    for file in sorted(glob.glob(str(root / "maros-meszaros" / "*.mat"))):
        d = scipy.io.loadmat(file)
        P, A = (sp.csc_matrix(d[k].astype(float)) for k in "PA")
        q, l, u = (d[k].ravel().astype(float) for k in "qlu")
        problems[Path(file).stem] = P, q, A, l, u
        for key, value in zip("PqAlu", (P.toarray(), q, A.toarray(), l, u)):
            np.save(folder / f"{Path(file).stem}-{key}.npy", value)
    (folder / "names.txt").write_text("\n".join(problems))
    walks = []
    files = glob.glob(str(root / "mpc" / "*.npz"))
    for k, file in enumerate(sorted(files, key=lambda f: int(re.findall(r"(\d+)\.npz", f)[0]))):
        d = np.load(file, allow_pickle=True)
        walks.append([np.array(d[key], float).squeeze() for key in "PqGh"])
        for key, value in zip("PqGh", walks[-1]):
            np.save(folder / f"walk{k}-{key}.npy", value)
    rng = np.random.default_rng(0)
    for n, m, count in ((10, 20, 1000), (50, 100, 100)):
        R = rng.normal(size=(count, n, n))
        A, x = rng.normal(size=(count, m, n)), rng.normal(size=(count, n))
        z = np.einsum("bmn,bn->bm", A, x)
        for key, value in zip("PqAlu", (R @ R.transpose(0, 2, 1) + np.eye(n), rng.normal(size=(count, n)),
                                        A, z - rng.uniform(size=z.shape), z + rng.uniform(size=z.shape))):
            np.save(folder / f"batch{n}-{key}.npy", value)

    ours = defaultdict(list)
    output = subprocess.run([ANSATZ, "run", HERE / "ours.swift"], check=True, text=True,
                            capture_output=True, env={**os.environ, "CONVEX_PROBLEMS": str(folder)}).stdout
    for line in output.splitlines():
        kind, name, eps, ms, status, right = line.split()
        ours[kind, float(eps)].append((name, float(ms), status, right == "true"))

    lines = ["# Quadratic programs", "", "Best of three runs each, milliseconds; `Benchmarks/convex/run`.", "",
             f"## Maros-Meszaros, {len(problems)} problems with n and constraints up to 1000", "",
             "| solver | tolerance | solved / claimed | total, ms |", "|---|---|---|---|"]
    for eps in (1e-6, 1e-9):
        rows = ours["mm", eps]
        claimed = [r for r in rows if r[2] == "solved"]
        lines.append(f"| ours, sparse | {eps:g} | {sum(r[3] for r in claimed)} / {len(claimed)} | {sum(r[1] for r in rows):.0f} |")
        for name, solve in (("PIQP sparse", with_piqp), ("Clarabel", with_clarabel), ("OSQP, 10⁵ iterations", with_osqp)):
            if solve is with_osqp and eps < 1e-6:
                continue
            total, claims, right = 0.0, 0, 0
            for problem in problems.values():
                ms, (claim, x, y) = timed(lambda: solve(*problem, eps), 1 if solve is with_osqp else 3)
                total += ms
                claims += claim
                right += bool(claim) and residual(*problem, x, y) <= eps
            lines.append(f"| {name} | {eps:g} | {right} / {claims} | {total:.0f} |")
    micro = lambda kind: 1e3 * float(np.median([r[1] for r in ours[kind, 1e-6]]))
    peer = [1e3 * timed(lambda: daqp.solve(P, q, G, h, np.full(len(h), -1e30)), 50)[0] for P, q, G, h in walks]
    lines += ["", f"## A walking controller, {len(walks)} steps, µs (median)", "", "| solver | µs |", "|---|---|",
              f"| ours, from nothing | {micro('cold'):.1f} |", f"| ours, from the last step | {micro('warm'):.1f} |",
              f"| DAQP (its call from Python) | {np.median(peer):.1f} |", "",
              "## Batches, µs a problem", "", "| size | solve | linear system of the gradient |", "|---|---|---|"]
    for n, m in ((10, 20), (50, 100)):
        pick = lambda kind: next(1e3 * r[1] for r in ours[kind, 1e-6] if r[0] == str(n))
        lines.append(f"| n {n}, m {m} | {pick('batch'):.1f} | {pick('linear'):.1f} |")
    (HERE / "results.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
