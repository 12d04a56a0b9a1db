"""The same rows by others: `peers.py gymnasium | gymnax | sb3 | jax`. Wall and CPU rates."""
import sys
import time

import numpy as np


def row(what: str, who: str, unit: str, count: int, body, scale: float = 1.0, rounds: int = 3, inverse=False) -> None:
    """Prints the best rate of several rounds, by wall time and by CPU time."""
    body()
    best = [0.0, 0.0]
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        body()
        now = [count / (time.perf_counter() - wall), count / (time.process_time() - cpu)]
        best = [max(a, b) for a, b in zip(best, now)]
    shown = [1e3 / b if inverse else b / scale for b in best]
    print(f"{what}\t{who}\t{shown[0]:.4g}\t{shown[1]:.4g}\t{unit}", flush=True)


def gymnasium_rows() -> None:
    import gymnasium

    for name in ("Pendulum-v1", "CartPole-v1", "Acrobot-v1", "MountainCarContinuous-v0"):
        env = gymnasium.make(name).unwrapped
        env.reset(seed=0)
        actions = [env.action_space.sample() for _ in range(5000)]

        def body() -> None:
            env.reset(seed=0)
            for a in actions:
                if env.step(a)[2]:
                    env.reset()

        row(f"{name}, 1 at once", "gymnasium", "M steps/s", len(actions), body, 1e6)


def gymnax_rows() -> None:
    import gymnax
    import jax

    for name in ("Pendulum-v1", "CartPole-v1", "Acrobot-v1", "MountainCarContinuous-v0"):
        env, params = gymnax.make(name)
        steps = 1000

        @jax.jit
        def run(key):
            keys = jax.random.split(key, 1024)
            _, states = jax.vmap(env.reset, (0, None))(keys, params)

            def one(c, key):
                states = c
                k = jax.random.split(key, 2048)
                a = jax.vmap(env.action_space(params).sample)(k[:1024])
                after = jax.vmap(env.step, (0, 0, 0, None))(k[1024:], states, a, params)
                return after[1], after[2].sum()

            return jax.lax.scan(one, states, jax.random.split(key, steps))[1]

        key = jax.random.PRNGKey(0)
        row(f"{name}, 1024 at once", "gymnax", "M steps/s", 1024 * steps, lambda: jax.block_until_ready(run(key)), 1e6)


def sb3_rows() -> None:
    import gymnasium
    import torch
    from stable_baselines3 import SAC

    torch.set_num_threads(2)
    for what, net, batch, steps in (
        ("SAC life, 256-256, batch 256", [256, 256], 256, 100),
        ("SAC life, 64-64, batch 128", [64, 64], 128, 200),
    ):
        model = SAC(
            "MlpPolicy", gymnasium.make("Pendulum-v1"), batch_size=batch, learning_starts=100,
            policy_kwargs={"net_arch": net}, device="cpu", seed=0)
        model.learn(300)
        row(what, "stable-baselines3", "steps/s", steps, lambda: model.learn(steps, reset_num_timesteps=False))
    space = gymnasium.spaces.Box(-1, 1, (17,), np.float32)

    class Wide(gymnasium.Env):
        observation_space, action_space = space, gymnasium.spaces.Box(-1, 1, (6,), np.float32)

        def reset(self, *, seed=None, options=None):
            return self.observation_space.sample(), {}

        def step(self, action):
            return self.observation_space.sample(), 0.0, False, False, {}

    model = SAC("MlpPolicy", Wide(), batch_size=256, learning_starts=300, device="cpu", seed=0)
    model.learn(310)
    row("SAC update, 256-256, batch 256, 17 + 6", "stable-baselines3", "ms", 30, lambda: model.train(30, 256), inverse=True)


{"gymnasium": gymnasium_rows, "gymnax": gymnax_rows, "sb3": sb3_rows}[sys.argv[1]]()
