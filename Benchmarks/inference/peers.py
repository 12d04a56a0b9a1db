"""The peers' times, and the data that both sides read.

`peers.py data FILE` writes the data; `peers.py sparse FILE` times scikit-learn and SPAMS, `peers.py jax FILE`
jitted steps in JAX with optax. One process each, as BLAS threads of one disturb the other.
"""

import sys
import time

import numpy as np


def report(work: str, peer: str, count: int, body, check: float | str = "", per: int = 1) -> None:
    """Median and least milliseconds of wall time."""
    body()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        body()
        times.append(1e3 * (time.perf_counter() - start))
    times.sort()
    print(f"{work}\t{peer}\t{times[count // 2] / per}\t{times[0] / per}\t{check}", flush=True)


def data(path: str) -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(300, 600))
    a /= np.linalg.norm(a, axis=0)
    y = np.where(rng.random(600) < 0.05, rng.normal(size=600), 0)
    b = a @ y + 0.01 * rng.normal(size=300)
    d = rng.normal(size=(64, 256))
    d /= np.linalg.norm(d, axis=0)
    x = np.where(rng.random((1000, 256)) < 0.04, rng.normal(size=(1000, 256)), 0) @ d.T
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    np.savez(path, A=a, b=b[None], alpha=np.array(0.1 * np.abs(a.T @ b).max()), D=d, X=x)


def gap(d: np.ndarray, x: np.ndarray, y: np.ndarray, alpha: float) -> float:
    """The largest duality gap as a share of ½|x|²."""
    r = x - y @ d.T
    s = np.minimum(1, alpha / np.abs(r @ d).max(axis=1))[:, None]
    primal = 0.5 * (r**2).sum(axis=1) + alpha * np.abs(y).sum(axis=1)
    dual = s[:, 0] * (r * x).sum(axis=1) - 0.5 * (s**2 * r**2).sum(axis=1)
    return float(((primal - dual) / (0.5 * (x**2).sum(axis=1))).max())


def sparse(path: str) -> None:
    import spams
    from sklearn.linear_model import Lasso

    z = np.load(path)
    a, b, alpha = np.asfortranarray(z["A"]), z["b"][0], float(z["alpha"])
    name = "lasso, 300 × 600, gap 1e-6 of ½|x|²"
    # tol is relative to |b|²/m in scikit-learn's scale: the gap below says what came out.
    model = Lasso(alpha / 300, fit_intercept=False, tol=5e-7, max_iter=10**5)
    model.fit(a, b)
    report(name, "scikit-learn", 40, lambda: model.fit(a, b), gap(a, b[None], model.coef_[None], alpha))
    d, x = np.asfortranarray(z["D"]), np.asfortranarray(z["X"].T)

    def lars(signals: np.ndarray, atoms: np.ndarray, weight: float) -> np.ndarray:
        found = spams.lasso(signals, atoms, lambda1=weight, mode=2, numThreads=-1)
        return found

    one = np.asfortranarray(b[:, None])
    report(name, "SPAMS (LARS)", 40, lambda: lars(one, a, alpha),
           gap(a, b[None], lars(one, a, alpha).toarray().T, alpha))
    many = "1000 lassos, 64 × 256, gap 1e-4 of ½|x|²"
    report(many, "SPAMS (LARS)", 15, lambda: lars(x, d, 0.15),
           gap(d, x.T, lars(x, d, 0.15).toarray().T, 0.15))
    each = Lasso(0.15 / 64, fit_intercept=False, tol=5e-5, max_iter=10**5, precompute=d.T @ d)

    def loop() -> np.ndarray:
        return np.stack([each.fit(d, row).coef_ for row in x.T])

    report(many, "scikit-learn, a loop", 3, loop, gap(d, x.T, loop(), 0.15))


def steps() -> None:
    import jax
    import jax.numpy as jnp
    import optax

    def dense(key, sizes):
        keys = jax.random.split(key, len(sizes))
        return [(jax.random.normal(k, (i, o)) * jnp.sqrt(2 / i), jnp.zeros(o))
                for k, i, o in zip(keys, sizes, sizes[1:])]

    def mlp(p, h):
        for i, (w, c) in enumerate(p):
            h = h @ w + c
            if i + 1 < len(p):
                h = jax.nn.relu(h)
        return h

    key = jax.random.key(0)
    adam = optax.adam(1e-3)

    def trainer(loss):
        @jax.jit
        def step(p, s, k):
            value, g = jax.value_and_grad(loss)(p, k)
            u, s = adam.update(g, s)
            return optax.apply_updates(p, u), s, value
        return step

    def timed(work, loss, p, per):
        step, state = trainer(loss), adam.init(p)
        begun = time.perf_counter()
        held = [*step(p, state, key)]
        held[2].block_until_ready()
        print(f"{work}, first call\tJAX\t{1e3 * (time.perf_counter() - begun)}\t\t", flush=True)

        def body():
            for i in range(per):
                held[:] = step(held[0], held[1], jax.random.fold_in(key, i))
            held[2].block_until_ready()
        report(work, "JAX, jitted", 15, body, per=per)

    rows = jax.random.uniform(key, (2000, 784))

    def elbo(p, k):
        a, b = jax.random.split(k)
        x = rows[jax.random.randint(a, (128,), 0, 2000)]
        mean, v = jnp.split(mlp(p[0], x), 2, axis=1)
        z = mean + jnp.exp(0.5 * v) * jax.random.normal(b, mean.shape)
        o = mlp(p[1], z)
        fit = (x * o - jax.nn.softplus(o)).sum(1)
        return (0.5 * (mean**2 + jnp.exp(v) - 1 - v).sum(1) - fit).mean()

    timed("VAE step, 784-400-20, batch 128", elbo,
          [dense(key, [784, 400, 40]), dense(key, [20, 400, 784])], 10)

    def maml(p, k):
        a, b, c = jax.random.split(k, 3)
        amp = jax.random.uniform(a, (25, 1, 1), minval=0.1, maxval=5)
        phase = jax.random.uniform(b, (25, 1, 1), maxval=jnp.pi)
        t = jax.random.uniform(c, (25, 20, 1), minval=-5, maxval=5)
        y = amp * jnp.sin(t - phase)

        def one(t, y):
            fit = lambda q, s: ((mlp(q, t[s]) - y[s]) ** 2).mean()
            g = jax.grad(fit)(p, slice(0, 10))
            moved = jax.tree.map(lambda u, v: u - 0.01 * v, p, g)
            return fit(moved, slice(10, 20))
        return jax.vmap(one)(t, y).mean()

    timed("MAML outer step, 25 sinusoids, 1-40-40-1", maml, dense(key, [1, 40, 40, 1]), 20)

    def lstm(p, x, h, c):
        i, f, g, o = jnp.split(x @ p[0] + h @ p[1] + p[2], 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return jax.nn.sigmoid(o) * jnp.tanh(c), c

    def cell(k, i, h):
        a, b = jax.random.split(k)
        return [jax.random.normal(a, (i, 4 * h)) * 0.1, jax.random.normal(b, (h, 4 * h)) * 0.1, jnp.zeros(4 * h)]

    def l2l(p, k):
        a, b = jax.random.split(k)
        w, t = jax.random.normal(a, (64, 10, 10)), jax.random.normal(b, (64, 10))
        f = lambda y: ((jnp.einsum("nij,nj->ni", w, y) - t) ** 2).sum(1)

        def step(carry, _):
            y, h, c, u, d = carry
            g = jax.lax.stop_gradient(jax.grad(lambda q: f(q).sum())(jax.lax.stop_gradient(y))).reshape(-1, 1)
            size = jnp.log(jnp.abs(g) + 1e-30) / 10
            big = size >= -1
            x = jnp.concatenate([jnp.where(big, size, -1), jnp.where(big, jnp.sign(g), jnp.exp(10.0) * g)], 1)
            h, c = lstm(p[0], x, h, c)
            u, d = lstm(p[1], h, u, d)
            y = y + (0.1 * (u @ p[2] + p[3])).reshape(y.shape)
            return (y, h, c, u, d), f(y).mean()
        zero = jnp.zeros((640, 20))
        _, values = jax.lax.scan(step, (jnp.zeros((64, 10)), zero, zero, zero, zero), None, length=20)
        return values.mean()

    a, b, c = jax.random.split(key, 3)
    timed("L2L meta-step, 64 quadratics, 20 steps", l2l,
          [cell(a, 2, 20), cell(b, 20, 20), jax.random.normal(c, (20, 1)) * 0.1, jnp.zeros(1)], 1)


if __name__ == "__main__":
    {"data": data, "sparse": sparse, "jax": lambda _: steps()}[sys.argv[1]](sys.argv[2])
