"""The same gradient in PyTorch and numpy; lines `name number`.

PyTorch's trick: rows of an embedding, one for each site and letter, are summed by embedding_bag, so
that nothing is one-hot. Each site has its own couplings here, which spares it adding both directions.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np

L, Q, B = 100, 20, 1000


def report(name: str, body: Callable[[], object], repeats: int = 7) -> None:
    """Medians of wall time and of the processor time of all threads."""
    body()
    walls, spent = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        body()
        walls.append(time.perf_counter() - start)
        spent.append(time.process_time() - used)
    print(f"{name}_ms", 1000 * sorted(walls)[repeats // 2])
    print(f"{name}_cpu_ms", 1000 * sorted(spent)[repeats // 2])


def numpy_dense(letters: np.ndarray, couplings: np.ndarray) -> None:
    """Gradient of all couplings by two products of matrices in single precision."""
    one_hot = np.zeros((B, L, Q), np.float32)
    np.put_along_axis(one_hot, letters[..., None], 1, axis=2)
    one_hot = one_hot.reshape(B, L * Q)

    def gradient() -> np.ndarray:
        logits = (one_hot @ couplings).reshape(B, L, Q)
        logits -= logits.max(axis=2, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=2, keepdims=True)
        return one_hot.T @ (p.reshape(B, L * Q) - one_hot)

    report("numpy_dense", gradient)


def torch_bags(letters: np.ndarray, couplings: np.ndarray) -> None:
    """Value and gradient through embedding_bag."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(os.cpu_count() or 1)
    weight = torch.tensor(couplings, requires_grad=True)
    fields = torch.zeros(L * Q, requires_grad=True)
    rows = torch.tensor(letters + Q * np.arange(L)[None])
    targets = torch.tensor(letters).reshape(-1)

    def gradient() -> float:
        weight.grad = fields.grad = None
        logits = functional.embedding_bag(rows, weight, mode="sum") + fields
        loss = functional.cross_entropy(logits.reshape(-1, Q), targets, reduction="sum")
        loss.backward()
        return loss.item()

    report("torch", gradient)


def main() -> None:
    generator = np.random.default_rng(0)
    letters = generator.integers(0, Q, (B, L))
    couplings = 0.01 * generator.standard_normal((L * Q, L * Q)).astype(np.float32)
    numpy_dense(letters, couplings)
    try:
        torch_bags(letters, couplings)
    except ImportError:
        print("# PyTorch is not installed")


if __name__ == "__main__":
    main()
