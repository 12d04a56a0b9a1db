"""Prints the reference values that the tests hold, with the versions that made them.

    python3 make_reference.py        # NumPy, SciPy; POT for the entries named after it
"""
import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment, linprog
from scipy.stats import wasserstein_distance

print("numpy", np.__version__, "scipy", scipy.__version__)


def problem(n, m):
    """Masses and costs that need no random numbers."""
    i, j = np.arange(1, n + 1), np.arange(1, m + 1)
    a = 1 + np.sin(3 * i) ** 2
    b = 1 + np.cos(5 * j) ** 2
    cost = (np.sin(i)[:, None] - np.cos(2 * j)[None]) ** 2 + 0.1 * np.sin(np.outer(i, j))
    return a / a.sum(), b / b.sum(), cost


for n, m in ((5, 7), (20, 12), (40, 40)):
    a, b, cost = problem(n, m)
    rows = np.kron(np.eye(n), np.ones(m))
    columns = np.kron(np.ones(n), np.eye(m))
    found = linprog(cost.ravel(), A_eq=np.vstack([rows, columns]), b_eq=np.r_[a, b])
    print("exact", n, m, repr(found.fun))
    half = linprog(
        cost.ravel() + 1, A_ub=np.vstack([rows, columns]), b_ub=np.r_[a, b],
        A_eq=np.ones((1, n * m)), b_eq=[0.5])
    print("partial", n, m, repr(half.fun - 0.5))
cost = problem(30, 30)[2]
print("assignment", repr(cost[linear_sum_assignment(cost)].sum()))
wide = problem(12, 30)[2]
print("assignment wide", repr(wide[linear_sum_assignment(wide)].sum()))
u, v = np.sin(np.arange(1, 8)), 2 * np.cos(np.arange(1, 10))
print("line", repr(wasserstein_distance(u, v, 1 + np.arange(7), 2 + np.arange(9) % 3)))
