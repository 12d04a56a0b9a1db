"""The same gradient in numpy: one-hot products, and gathers of rows; lines `name number`."""

from __future__ import annotations

import time

import numpy as np

L, Q, B = 100, 20, 1000


def dense(one_hot: np.ndarray, couplings: np.ndarray, fields: np.ndarray) -> np.ndarray:
    """Gradient of all couplings by two products of matrices in single precision."""
    logits = one_hot @ couplings + fields
    logits = logits.reshape(B, L, Q)
    logits -= logits.max(axis=2, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=2, keepdims=True)
    residual = p.reshape(B, L * Q) - one_hot
    return one_hot.T @ residual


def gather(letters: np.ndarray, couplings: np.ndarray) -> np.ndarray:
    """Logits by gathered rows, without one-hot arrays; the way back is as dense as above."""
    rows = couplings.reshape(L, Q, L * Q)
    logits = np.zeros((B, L * Q), np.float32)
    for j in range(L):
        logits += rows[j, letters[:, j]]
    return logits


def median_ms(body, repeats: int = 7) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[repeats // 2]


def main() -> None:
    generator = np.random.default_rng(0)
    letters = generator.integers(0, Q, (B, L))
    one_hot = np.zeros((B, L, Q), np.float32)
    np.put_along_axis(one_hot, letters[..., None], 1, axis=2)
    one_hot = one_hot.reshape(B, L * Q)
    couplings = 0.01 * generator.standard_normal((L * Q, L * Q)).astype(np.float32)
    fields = np.zeros(L * Q, np.float32)
    dense(one_hot, couplings, fields)
    print("numpy_dense_ms", median_ms(lambda: dense(one_hot, couplings, fields)))
    print("numpy_gather_forward_ms", median_ms(lambda: gather(letters, couplings)))


if __name__ == "__main__":
    main()
