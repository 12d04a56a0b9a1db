"""Gradients of QP solutions by cvxpylayers' engine, diffcp, printed as Swift (diffcp 1.1.9, scs 3.3.1).

min 1/2 x'Px + q'x, Ax <= u, written as a cone program in (x, t) with a second-order cone for x'Px.
The loss is w'x. Run: python make_reference.py
"""

import diffcp
import numpy as np
import scipy.sparse as sp

rng = np.random.default_rng(5)
n, m = 4, 6
R = rng.normal(size=(n, n))
P = np.round(R @ R.T, 3) + np.eye(n)
q = np.round(rng.normal(size=n) * 3, 3)
A = np.round(rng.normal(size=(m, n)), 3)
u = np.round(rng.uniform(0.1, 1, size=m), 3)
w = np.round(rng.normal(size=n), 3)
L = np.linalg.cholesky(P)


def solve(q, A, u):
    # |(2 L'x, t - 1)| <= t + 1 says |L'x|^2 <= t.
    top = np.hstack([A, np.zeros((m, 1))])
    cone = np.zeros((n + 2, n + 1))
    cone[0, n] = -1
    cone[1 : n + 1, :n] = -2 * L.T
    cone[n + 1, n] = -1
    M = sp.csc_matrix(np.vstack([top, cone]))
    b = np.concatenate([u, [1], np.zeros(n), [-1]])
    c = np.concatenate([q, [0.5]])
    return diffcp.solve_and_derivative(
        M, b, c, {"l": m, "q": [n + 2]}, solve_method="Clarabel", mode="dense",
        tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13,
    )


x, y, s, D, DT = solve(q, A, u)
dM, db, dc = DT(np.concatenate([w, [0]]), np.zeros_like(y), np.zeros_like(s))


def show(name, value):
    print(f"let {name} = {np.round(value, 9).tolist()}")


show("p", P), show("q", q), show("a", A), show("u", u), show("w", w)
show("x", x[:n]), show("dq", dc[:n]), show("du", db[:m]), show("dA", dM.toarray()[:m, :n])
