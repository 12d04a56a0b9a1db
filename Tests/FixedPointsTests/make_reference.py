"""Prints what scikit-learn finds for a matrix and a start that both programs can write down.

scikit-learn 1.9.1: `mu` is the multiplicative step, `cd` sweeps over components like HALS.
"""
import warnings

import numpy as np
from sklearn.decomposition import NMF
from sklearn.decomposition._nmf import _initialize_nmf

warnings.filterwarnings("ignore")
m, n, r = 12, 9, 3
i, j = np.arange(m)[:, None], np.arange(n)[None, :]
V = 1 + np.sin(1.3 * i + 0.7 * j * j) + 0.1 * i
W = 1 + 0.5 * np.sin(3.0 * i + 5.0 * np.arange(r)[None, :])
H = 1 + 0.5 * np.cos(2.0 * np.arange(r)[:, None] + 7.0 * j)
for solver in ["mu", "cd"]:
    for steps in [1, 10, 200]:
        model = NMF(r, init="custom", solver=solver, tol=0, max_iter=steps, beta_loss="frobenius")
        w = model.fit_transform(V, W=W.copy(), H=H.copy())
        h = model.components_
        print(solver, steps, repr(0.5 * np.sum((V - w @ h) ** 2)), repr(w[3, 1]), repr(h[2, 4]))
w, h = _initialize_nmf(V, r, init="nndsvd", random_state=0)
print("nndsvd", repr(0.5 * np.sum((V - w @ h) ** 2)), [repr(x) for x in (w @ h)[2, :4]], np.sum(w == 0), np.sum(h == 0))
