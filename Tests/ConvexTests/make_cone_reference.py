"""Gradients of a cone program's solution by diffcp, printed as Swift (diffcp 1.1.9, Clarabel 0.11.1).

min cᵀx, Ax + s = b, s in zero × nonnegative³ × second-order of 4 and of 3; the loss is wᵀx.
Run: python make_cone_reference.py
"""

import re

import diffcp
import numpy as np
import scipy.sparse as sp

rng = np.random.default_rng(2)
n, m, cones = 5, 11, {"z": 1, "l": 3, "q": [4, 3]}
A, w = (np.round(rng.normal(size=k), 2) for k in ((m, n), n))
# Points inside the cones make both sides feasible.
inside = np.array([0, 0.3, 0.5, 0.2, 1.5, 0.3, -0.2, 0.4, 1.0, 0.2, 0.1])
dual = np.array([0.4, 1.0, 0.2, 0.7, 1.2, -0.3, 0.5, 0.1, 0.9, 0.3, -0.4])
b = np.round(A @ rng.normal(size=n) * 0.3 + inside, 2)
c = np.round(-A.T @ dual, 2)

x, y, s, _, adjoint = diffcp.solve_and_derivative(
    sp.csc_matrix(A), b, c, cones, solve_method="Clarabel", mode="dense",
    tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
dA, db, dc = adjoint(w, np.zeros(m), np.zeros(m))


def swift(name, v):
    text = np.array2string(np.asarray(v), separator=", ", precision=9, max_line_width=92)
    text = re.sub(r"(\d)\.(?!\d)", r"\1.0", text)  # as Swift writes them
    kind = "[[Double]]" if np.ndim(v) == 2 else "[Double]"
    print(f"let {name} = Tensor({text} as {kind}, dtype: .float64)")


for name, v in dict(A=A, b=b, c=c, w=w, x=x, dA=dA.todense(), db=db, dc=dc).items():
    swift(name, v)
