"""Prints codes by scikit-learn for a dictionary and signals that both programs can write down.

scikit-learn 1.9.1: `Lasso` and `ElasticNet` minimize 1/(2m)·|x − Dy|² + a·r·|y|₁ + a(1 − r)/2·|y|².
"""

import numpy as np
from sklearn.linear_model import ElasticNet, lars_path

m, d, n = 6, 10, 3
i, j = np.meshgrid(np.arange(m), np.arange(d), indexing="ij")
atoms = np.sin(1 + 3 * i + 7 * j + i * j)
signals = np.cos(np.arange(n)[:, None] * 5 + 2 * np.arange(m)[None] ** 1.5)
for weight, ridge in [(0.3, 0.0), (0.2, 0.5)]:
    a = (weight + ridge) / m
    model = ElasticNet(
        alpha=a, l1_ratio=weight / (weight + ridge), fit_intercept=False, tol=1e-14, max_iter=10**6
    )
    print(weight, ridge)
    for x in signals:
        print("      " + ", ".join(f"{v:.10f}" for v in model.fit(atoms, x).coef_) + ",")

print("lars_path: weights of the knots, and the code at 0.01")
for x in signals:
    alphas, _, codes = lars_path(atoms, x, method="lasso", alpha_min=0.01 / m)
    print("      " + ", ".join(f"{v:.10f}" for v in alphas * m))
    print("      " + ", ".join(f"{v:.10f}" for v in codes[:, -1]))
