"""The cross-entropy method on Pendulum-v1 as one jitted JAX program."""

import time

import jax
import jax.numpy as jnp

SAMPLES, ELITES, ITERATIONS, HORIZON = 1000, 100, 10, 20


def step(state, u):
    theta, speed = state
    u = jnp.clip(u, -2, 2)
    wrapped = (theta + jnp.pi) % (2 * jnp.pi) - jnp.pi
    cost = wrapped**2 + 0.1 * speed**2 + 0.001 * u**2
    speed = jnp.clip(speed + 0.05 * (15 * jnp.sin(theta) + 3 * u), -8, 8)
    return (theta + 0.05 * speed, speed), cost


def returns(state, actions):
    start = tuple(jnp.full(SAMPLES, s) for s in state)
    _, costs = jax.lax.scan(step, start, actions.T)
    return -costs.sum(0)


@jax.jit
def plan(state, key):
    def iteration(carry, key):
        mean, deviation = carry
        noise = jax.random.normal(key, (SAMPLES, HORIZON))
        actions = jnp.clip(mean + deviation * noise, -2, 2)
        _, chosen = jax.lax.top_k(returns(state, actions), ELITES)
        best = actions[chosen]
        return (best.mean(0), best.std(0)), None

    start = (jnp.zeros(HORIZON), jnp.ones(HORIZON))
    (mean, _), _ = jax.lax.scan(iteration, start, jax.random.split(key, ITERATIONS))
    _, costs = jax.lax.scan(step, state, mean)
    return -costs.sum()


def main() -> None:
    state, key = (jnp.float32(2.5), jnp.float32(0.0)), jax.random.PRNGKey(0)
    value = float(plan(state, key))
    wall, cpu = [], []
    for _ in range(30):
        begin, spent = time.perf_counter(), time.process_time()
        plan(state, key).block_until_ready()
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - spent)
    print(f"| JAX {jax.__version__}, jitted | {1e3 * min(wall):.2f} | {1e3 * min(cpu):.2f} | {value:.2f} |")


if __name__ == "__main__":
    main()
