"""Writes random transitions of gymnasium's environments, with which the tests compare ours.

    python3 make_reference.py Data/gymnasium.npz 100      # gymnasium 1.2 or later, NumPy
"""
import sys

import gymnasium
import numpy as np


def transitions(name: str, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """States anywhere in the space, beyond the ends of episodes too, and what follows."""
    env = gymnasium.make(name).unwrapped
    env.reset(seed=0)
    scale = {
        "Pendulum-v1": [9.0, 8.0],
        "CartPole-v1": [2.6, 3.0, 0.24, 3.0],
        "Acrobot-v1": [np.pi, np.pi, 12.0, 28.0],
        "MountainCarContinuous-v0": [0.9, 0.07],
    }[name]
    shift = [-0.3, 0.0] if name.startswith("Mountain") else [0.0] * len(scale)
    out: dict[str, list] = {k: [] for k in "state action next reward terminated seen".split()}
    for _ in range(count):
        state = rng.uniform(-1, 1, len(scale)) * scale + shift
        discrete = hasattr(env.action_space, "n")
        action = int(rng.integers(env.action_space.n)) if discrete else rng.uniform(-2.5, 2.5, 1)
        env.state = np.array(state, dtype=np.float64)
        env.steps_beyond_terminated = None
        seen, reward, terminated, truncated, _ = env.step(action)
        assert not truncated
        out["state"].append(state)
        out["action"].append(action if discrete else action[0])
        out["next"].append(np.array(env.state, dtype=np.float64))
        out["reward"].append(float(reward))
        out["terminated"].append(float(terminated))
        out["seen"].append(np.array(seen, dtype=np.float64))
    short = name.split("-")[0]
    return {f"{short}.{k}": np.array(v, dtype=np.float64) for k, v in out.items()}


def main() -> None:
    """All four environments into one file."""
    path, count = sys.argv[1], int(sys.argv[2])
    rng = np.random.default_rng(1)
    tensors: dict[str, np.ndarray] = {}
    for name in ("Pendulum-v1", "CartPole-v1", "Acrobot-v1", "MountainCarContinuous-v0"):
        tensors |= transitions(name, count, rng)
    np.savez_compressed(path, **tensors)
    print("gymnasium", gymnasium.__version__, "numpy", np.__version__)


main()
