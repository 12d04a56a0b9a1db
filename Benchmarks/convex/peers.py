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
import scipy.optimize
import scipy.sparse as sp
import scs

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
        begin = time.process_time()
        out = body()
        best = min(best, time.process_time() - begin)
    return 1e3 * best, out


FAMILIES = ("feasible", "rank-deficient", "infeasible", "unbounded", "badly scaled", "degenerate", "indefinite")


def random_program(rng, family: str):
    """A dense program of a family; what is known of it is judged in `verdict`."""
    n, m = int(rng.integers(1, 25)), int(rng.integers(2, 50))
    k = max(1, n // 3) if family in ("rank-deficient", "unbounded") else n
    M = rng.normal(size=(n, k))
    P, A = M @ M.T, rng.normal(size=(m, n)) * (rng.random((m, n)) < rng.choice([0.3, 1]))
    x, q = rng.normal(size=n), rng.normal(size=n)
    z = A @ x
    l, u = z - rng.exponential(size=m), z + rng.exponential(size=m)
    l[rng.random(m) < 0.4], u[rng.random(m) < 0.3] = -1e20, 1e20
    equal = rng.random(m) < 0.15
    equal[np.cumsum(equal) > n // 2] = False
    l[equal] = u[equal] = z[equal]
    if family == "rank-deficient":
        y = rng.normal(size=m)
        y = np.where(u > 1e19, np.minimum(y, 0), y)
        q = -P @ x - A.T @ np.where(l < -1e19, np.maximum(y, 0), y)
    if family == "degenerate":
        u = np.where((rng.random(m) < 0.6) & (u < 1e19), z, u)
        A, l, u = (np.concatenate([v, v[: m // 2]]) for v in (A, np.minimum(l, u), u))
    if family == "infeasible":
        a, gap, b = A[rng.integers(m)] + rng.normal(size=n), 10 ** rng.uniform(-4, 2), rng.normal()
        A, l, u = np.vstack([A, a, a]), np.r_[l, b + gap, -1e20], np.r_[u, 1e20, b]
    if family == "badly scaled":
        d, e = 10 ** rng.uniform(-3, 3, size=n), 10 ** rng.uniform(-3, 3, size=m)
        P, q, A = P * np.outer(d, d), q * d, A * d * e[:, None]
        l, u = np.where(l > -1e19, l * e, l), np.where(u < 1e19, u * e, u)
    if family == "indefinite":
        P = P - (np.linalg.eigvalsh(P)[0] + 10 ** rng.uniform(-3, 1)) * np.eye(n)
    return P, q, A, l, u


def verdict(P, q, A, l, u, status: str, x, y) -> bool:
    """Whether a status is right, decided by HiGHS, eigenvalues and residuals in long double."""
    low, up = l > -1e20, u < 1e20
    if status == "solved":
        right = residual(sp.csc_matrix(P), q, sp.csc_matrix(A), l, u, x, y) <= 1e-6
        return right and np.linalg.eigvalsh(P)[0] > -1e-8 * max(1, abs(P).max())
    rows, sides = np.vstack([A[up], -A[low]]), np.r_[u[up], -l[low]]
    if status == "primal-infeasible":
        found = scipy.optimize.linprog(np.zeros(len(q)), rows, sides, bounds=(None, None), method="highs")
        return found.status == 2
    if status == "dual-infeasible":
        # A direction with Px = 0 along which the rows stay and qᵀx falls.
        along = scipy.optimize.linprog(q, np.vstack([rows, P, -P]), np.r_[0 * sides, np.full(2 * len(q), 1e-9)],
                                       bounds=(-1, 1), method="highs")
        return along.status == 0 and along.fun < -1e-9
    if status == "not-convex":
        return np.linalg.eigvalsh(P)[0] < 0
    return status in ("stalled", "stopped-at-the-limit")


def lasso(rng, m=30, n=50):
    A = rng.normal(size=(m, n))
    b = A @ (rng.normal(size=n) * (rng.random(n) < 0.1)) + 0.1 * rng.normal(size=m)
    weight, eye = 0.1 * abs(A.T @ b).max(), sp.eye(n)
    M = sp.bmat([[sp.csc_matrix(A), None, -sp.eye(m)], [eye, -eye, None], [-eye, -eye, None]])
    P = sp.block_diag([sp.csc_matrix((2 * n, 2 * n)), sp.eye(m)])
    return P, M, np.r_[b, np.zeros(2 * n)], np.r_[np.zeros(n), np.full(n, weight), np.zeros(m)], dict(z=m, l=2 * n)


def second_order(rng, n=20, count=8, size=5):
    A, x = rng.normal(size=(count * size, n)), rng.normal(size=n)
    s, y = rng.normal(size=(2, count, size))
    for v in (s, y):
        v[:, 0] = np.linalg.norm(v[:, 1:], axis=1) + rng.random(count)
    return sp.csc_matrix((n, n)), sp.csc_matrix(A), A @ x + s.ravel(), -A.T @ y.ravel(), dict(q=[size] * count)


def max_cut(rng, n=12):
    W = np.triu(rng.random((n, n)) < 0.4, 1).astype(float)
    L = np.diag((W + W.T).sum(1)) - W - W.T
    places = [(i, j) for j in range(n) for i in range(j, n)]
    c = np.array([-L[i, j] / 4 * (1 if i == j else np.sqrt(2)) for i, j in places])
    diagonal = sp.csc_matrix(([float(i == j) for i, j in places], ([j for _, j in places], range(len(c)))), shape=(n, len(c)))
    diagonal.eliminate_zeros()
    A = sp.vstack([diagonal, -sp.eye(len(c))])
    return sp.csc_matrix((len(c), len(c))), A, np.r_[np.ones(n), np.zeros(len(c))], c, dict(z=n, s=[n])


def with_scs(P, A, b, c, cone, eps=1e-9, limit=100000):
    data = dict(P=sp.triu(P).tocsc(), A=sp.csc_matrix(A), b=b, c=c)
    solver = scs.SCS(data, cone, eps_abs=eps, eps_rel=0, max_iters=limit, verbose=False)
    begin = time.process_time()
    found = solver.solve()
    return found, 1e3 * (time.process_time() - begin)


def cone_residual(P, A, b, c, x, y, s) -> float:
    px = P @ x
    return max(abs(A @ x + s - b).max(), abs(px + A.T @ y + c).max(), abs(x @ px + c @ x + b @ y))


def certificate(_):
    """A certificate of 24 bounds, against problems drawn afterwards."""
    output = subprocess.run([ANSATZ, "run", HERE / "certificate.swift"], check=True, text=True, capture_output=True).stdout
    rows = [tuple(map(float, line.split())) for line in output.splitlines()]
    limits = sorted({r[1] for r in rows})
    exceeded = sum(late > bound * count for _, _, bound, late, count in rows)
    lines = [f"{rows[0][4]:.0f} problems. A learned ρ for each constraint; the share (%) that is not solved within k iterations, and in brackets its bound from "
             f"5000 other problems, all at once with probability 0.999. {exceeded} of {len(rows)} bounds are exceeded.", "",
             "| tolerance | " + " | ".join(f"k {k:.0f}" for k in limits) + " |", "|---" * (len(limits) + 1) + "|"]
    for eps in sorted({r[0] for r in rows}, reverse=True):
        cells = [f"{100 * late / count:.3g} ({100 * bound:.3g})" for e, _, bound, late, count in rows if e == eps]
        lines.append(f"| {eps:g} | " + " | ".join(cells) + " |")
    return lines


class Bench:
    """Problems in a folder for ours.swift, and what it said of them."""

    def __init__(self, root: Path, count: int) -> None:
        self.root, self.count = root, count
        self.rng = np.random.default_rng(0)
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)
        for name in ("names", "random", "cones"):
            self.list(name, [])

    def put(self, name, **parts) -> None:
        for k, v in parts.items():
            np.save(self.folder / f"{name}-{k}.npy", np.asarray(v, float))

    def take(self, name):
        return np.load(self.folder / f"{name}.npy")

    def list(self, name, items) -> None:
        (self.folder / f"{name}.txt").write_text("\n".join(items))

    def ours(self):
        """Rows (name, tolerance, ms, status) by kind."""
        rows = defaultdict(list)
        output = subprocess.run([ANSATZ, "run", HERE / "ours.swift"], check=True, text=True,
                                capture_output=True, env={**os.environ, "CONVEX_PROBLEMS": str(self.folder)}).stdout
        for line in output.splitlines():
            kind, name, eps, ms, status = line.split()
            rows[kind].append((name, float(eps), float(ms), status))
        return rows


def maros(bench):
    problems = {}
    for file in sorted(glob.glob(str(bench.root / "maros-meszaros" / "*.mat"))):
        d = scipy.io.loadmat(file)
        P, A = (sp.csc_matrix(d[k].astype(float)) for k in "PA")
        q, l, u = (d[k].ravel().astype(float) for k in "qlu")
        problems[Path(file).stem] = P, q, A, l, u
        bench.put(Path(file).stem, P=P.toarray(), q=q, A=A.toarray(), l=l, u=u)
    bench.list("names", problems)
    ours = bench.ours()
    lines = [f"{len(problems)} problems with n and constraints up to 1000.", "",
             "| solver | tolerance | solved / claimed | total, ms |", "|---|---|---|---|"]
    for eps in (1e-6, 1e-9):
        rows = [r for r in ours["mm"] if r[1] == eps]
        shown = "1e-06" if eps == 1e-6 else "1e-09"
        claimed = [r[0] for r in rows if r[3] == "solved"]
        right = sum(residual(*problems[k], bench.take(f"{k}-x{shown}"), bench.take(f"{k}-y{shown}")) <= eps for k in claimed)
        lines.append(f"| ours, sparse | {eps:g} | {right} / {len(claimed)} | {sum(r[2] for r in rows):.0f} |")
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
    return lines


def random_programs(bench):
    programs = {f"random{k}": (FAMILIES[k % 7], random_program(bench.rng, FAMILIES[k % 7])) for k in range(bench.count)}
    for name, (_, data) in programs.items():
        bench.put(name, **dict(zip("PqAlu", data)))
    bench.list("random", programs)
    table, wrong = defaultdict(lambda: defaultdict(int)), defaultdict(int)
    for name, _, _, status in bench.ours()["random"]:
        family, data = programs[name]
        x, y = (bench.take(f"{name}-{k}") for k in "xy") if status != "not-convex" else (None, None)
        table[family][status] += 1
        wrong[family] += not verdict(*data, status, x, y)
    lines = [f"{bench.count} programs. Statuses are judged by HiGHS, eigenvalues and residuals.", "",
              "| family | statuses | wrong |", "|---|---|---|"]
    for family in FAMILIES:
        told = ", ".join(f"{v} {k}" for k, v in sorted(table[family].items()))
        lines.append(f"| {family} | {told} | {wrong[family]} |")
    return lines


def walking(bench):
    walks = []
    files = glob.glob(str(bench.root / "mpc" / "*.npz"))
    for k, file in enumerate(sorted(files, key=lambda f: int(re.findall(r"(\d+)\.npz", f)[0]))):
        d = np.load(file, allow_pickle=True)
        walks.append([np.array(d[key], float).squeeze() for key in "PqGh"])
        bench.put(f"walk{k}", **dict(zip("PqGh", walks[-1])))
    ours = bench.ours()
    micro = lambda kind: 1e3 * float(np.median([r[2] for r in ours[kind]]))
    peer = [1e3 * timed(lambda: daqp.solve(P, q, G, h, np.full(len(h), -1e30)), 50)[0] for P, q, G, h in walks]
    lines = [f"{len(walks)} steps, µs (median).", "", "| solver | µs |", "|---|---|",
              f"| ours, from nothing | {micro('cold'):.1f} |", f"| ours, from the last step | {micro('warm'):.1f} |",
              f"| DAQP (its call from Python) | {np.median(peer):.1f} |"]
    return lines


def batches_and_gradients(bench):
    batches = {}
    for n, m, rows in ((10, 20, 1000), (50, 100, 100)):
        R = bench.rng.normal(size=(rows, n, n))
        A, x = bench.rng.normal(size=(rows, m, n)), bench.rng.normal(size=(rows, n))
        z = np.einsum("bmn,bn->bm", A, x)
        batches[n] = (R @ R.transpose(0, 2, 1) + np.eye(n), bench.rng.normal(size=(rows, n)), A,
                      z - bench.rng.uniform(size=z.shape), z + bench.rng.uniform(size=z.shape))
        bench.put(f"batch{n}", **dict(zip("PqAlu", batches[n])))
    ours = bench.ours()
    lines = ["Half of the CPU time of two threads. "
              "Forward and backward is `gradient { … }` of the solution with respect to q; backward is that less the "
              "time of the solution alone. DAQP solves one after another, a call from Python each; Moreau is not on PyPI.", "",
              "| size | solved | forward | linear system of the gradient | forward and backward | backward | DAQP |",
              "|---|---|---|---|---|---|---|"]
    for n, data in batches.items():
        P, q, A, l, u = data
        x, y = bench.take(f"batch{n}-x").reshape(q.shape), bench.take(f"batch{n}-y").reshape(l.shape)
        right = sum(residual(sp.csc_matrix(P[k]), q[k], sp.csc_matrix(A[k]), l[k], u[k], x[k], y[k]) <= 1e-6 for k in range(len(q)))
        pick = lambda kind: next(1e3 * r[2] for r in ours[kind] if r[0] == str(n))
        other = 0.5e3 * np.median([timed(lambda: daqp.solve(P[k], q[k], A[k], u[k], l[k]), 3)[0] for k in range(100)])
        lines.append(f"| n {n}, m {l.shape[1]} | {right} of {len(q)} | {pick('batch'):.2f} | {pick('linear'):.2f} | "
                     f"{pick('reverse'):.2f} | {pick('backward'):.2f} | {other:.0f} |")
    far = [(r[1], float(r[2])) for r in ours["gradient"]]
    clear = [error for margin, error in far if margin > 1e-3]
    lines += ["", f"Against difference quotients: {len(clear)} of {len(far)} problems have a margin above 1e-3: largest relative error {max(clear):.1e}, "
              f"{sum(e < 1e-5 for e in clear)} below 1e-5."]
    return lines


def cone_programs(bench):
    kinds = {"lasso": lasso, "second-order": second_order, "max-cut": max_cut, "max-cut of 30": lambda r: max_cut(r, 30)}
    cones = {f"cone{i}-{k}": (kind, make(bench.rng)) for i, (kind, make) in enumerate(kinds.items())
             for k in range(5 if "30" in kind else 100)}
    for name, (_, (P, A, b, c, K)) in cones.items():
        q, s = K.get("q", []), K.get("s", [])
        bench.put(name, P=P.toarray(), A=A.toarray(), b=b, c=c,
            cones=[K.get("z", 0), K.get("l", 0), 0, len(q), len(s), *q, *s])
    bench.list("cones", cones)
    ours = bench.ours()
    lines = ["Distances are of x at 1e-8 to SCS's at 1e-9, relative to its size; ours keeps 1e-6 for the times. At equal iterations the larger of residuals and gap is "
              "compared; those below 1e-8 are called equal.", "",
              "| programs | solved | distance | ours / SCS, ms at 1e-6 (median) | no worse after 10 | 25 | 50 | 100 |", "|---|---|---|---|---|---|---|---|"]
    for kind in kinds:
        names = [k for k, (other, _) in cones.items() if other == kind]
        status = {r[0]: r for r in ours["cone"]}
        far, mine, theirs, wins = 0.0, [], [], defaultdict(int)
        for name in names:
            P, A, b, c, K = cones[name][1]
            found, _ = with_scs(P, A, b, c, K)
            far = max(far, abs(bench.take(f"{name}-x") - found["x"]).max() / max(1, abs(found["x"]).max()))
            mine.append(status[name][2])
            theirs.append(min(with_scs(P, A, b, c, K, 1e-6)[1] for _ in range(3)))
            for limit in (10, 25, 50, 100):
                short, _ = with_scs(P, A, b, c, K, 1e-14, limit)
                us = cone_residual(P, A, b, c, *(bench.take(f"{name}-{k}{limit}") for k in "xys"))
                wins[limit] += us <= max(1e-8, cone_residual(P, A, b, c, short["x"], short["y"], short["s"]))
        solved = sum(status[k][3] == "solved" for k in names)
        told = " | ".join(f"{wins[k]} of {len(names)}" for k in (10, 25, 50, 100))
        lines.append(f"| {kind} | {solved} of {len(names)} | {far:.1e} | {np.median(mine):.2f} / {np.median(theirs):.2f} | {told} |")
    return lines


SECTIONS = {
    "Maros-Meszaros": maros, "Random programs": random_programs, "A walking controller": walking,
    "Batches, µs a problem, and gradients": batches_and_gradients, "Cone programs against SCS 3": cone_programs,
    "A certificate against further problems": certificate,
}


def main(root: Path, count: int, wanted: str) -> None:
    """Measures the sections whose titles begin with `wanted`; results.md keeps the others."""
    file = HERE / "results.md"
    parts = dict(part.split("\n", 1) for part in file.read_text().split("\n## ")[1:]) if file.exists() else {}
    for title, section in SECTIONS.items():
        if title.startswith(wanted):
            parts[title] = "\n" + "\n".join(section(Bench(root, count))) + "\n"
            write(parts)
    print(file.read_text())


def write(parts) -> None:
    head = ("# Convex programs\n\n`Benchmarks/convex/run`; in each section ours and peers in one run, CPU time (others ran beside), "
            "best of three each or more. Answers of all are judged here, in long double.\n")
    tables = "".join(f"\n## {title}\n{parts[title]}" for title in SECTIONS if title in parts)
    (HERE / "results.md").write_text(head + tables)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
