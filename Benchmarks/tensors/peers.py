"""The same work with NumPy, PyTorch and JAX (jit), done when asked for: CPU milliseconds of all threads.

THREADS says how many threads there are.
"""
import os
import sys
import time

THREADS = os.environ.get("THREADS", "1")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = THREADS
if THREADS == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"
if hasattr(os, "sched_setaffinity"):  # XLA has as many threads as it sees cores
    os.sched_setaffinity(0, set(list(os.sched_getaffinity(0))[: int(THREADS)]))
import numpy as np


WORKS: dict = {}


def measure(name, body):
    WORKS[name] = body


def serve():
    """Answers `name TAB count` with the CPU milliseconds of one of `count` runs, and an empty line with
    the names, so that the caller can let this program and its peers take turns."""
    for line in sys.stdin:
        if not line.strip():
            print("\t".join(WORKS), flush=True)
            continue
        name, count = line.rstrip("\n").split("\t")
        body, count = WORKS[name], int(count)
        start = time.process_time()
        for _ in range(count):
            body()
        print((time.process_time() - start) / count * 1e3, flush=True)


def with_torch():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(int(THREADS))
    torch.manual_seed(0)

    def say(name, body):
        measure(name, body)

    small = torch.randn(4, 4)
    say("add 4x4", lambda: small + small)
    leaf = small.clone().requires_grad_()
    say("gradient 4x4", lambda: torch.autograd.grad(torch.tanh(leaf @ leaf).sum(), leaf))

    def network(sizes):
        layers = []
        for a, b in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    def step(model, loss):
        optimizer = torch.optim.Adam(model.parameters())

        def run():
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()

        return run

    net, x, y = network([2, 128, 128, 3]), torch.randn(64, 2), torch.randint(0, 3, (64,))
    say("MLP small step", step(net, lambda: F.cross_entropy(net(x), y)))
    sine = network([1, 40, 40, 1])
    xs = torch.rand(25, 10, 1) * 10 - 5
    ys = torch.sin(xs)
    from torch.func import functional_call, grad, vmap

    def task(params, x, y):
        def inner(p):
            return ((functional_call(sine, p, (x,)) - y) ** 2).mean()

        g = grad(inner)(params)
        return inner({k: v - 0.01 * g[k] for k, v in params.items()})

    params = dict(sine.named_parameters())
    say("MAML step", step(sine, lambda: vmap(task, (None, 0, 0))(params, xs, ys).mean()))
    large, xl = network([784, 512, 512, 784]), torch.randn(256, 784)
    say("MLP large step", step(large, lambda: ((large(xl) - xl) ** 2).mean()))

    class VAE(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.h, self.m, self.v = (torch.nn.Linear(*s) for s in ((784, 400), (400, 20), (400, 20)))
            self.b, self.o = torch.nn.Linear(20, 400), torch.nn.Linear(400, 784)

    vae, xv = VAE(), torch.rand(128, 784)

    def vae_loss():
        h = torch.relu(vae.h(xv))
        mu, lv = vae.m(h), vae.v(h)
        z = mu + torch.exp(0.5 * lv) * torch.randn(128, 20)
        logits = vae.o(torch.relu(vae.b(z)))
        return ((F.softplus(logits) - logits * xv).sum()
                - 0.5 * (1 + lv - mu**2 - torch.exp(lv)).sum()) / 128

    say("VAE step", step(vae, vae_loss))

    def chain(x):
        a = torch.exp(x * 0.5) + 1
        b = torch.tanh(a * x) - 0.25
        return (b * b + x) * 2 - a

    m = torch.randn(1_000_000)
    say("chain of ten, 10^6", lambda: chain(m))
    ml = m.clone().requires_grad_()
    say("chain of ten, with gradient", lambda: torch.autograd.grad(chain(ml).sum(), ml))
    say("exp 10^6", lambda: torch.exp(m))
    say("tanh 10^6", lambda: torch.tanh(m))
    q = torch.randn(784, 784)
    say("logSumExp 784x784", lambda: torch.logsumexp(q, 1))
    ql = q.clone().requires_grad_()
    say("logSumExp, with gradient", lambda: torch.autograd.grad(torch.logsumexp(ql, 1).sum(), ql))
    b = torch.randn(1024, 1024)
    say("matmul 1024", lambda: b @ b)
    im, k = torch.randn(32, 16, 28, 28), torch.randn(32, 16, 3, 3)
    say("conv 3x3", lambda: F.conv2d(im, k, padding=1))
    il, kl = im.clone().requires_grad_(), k.clone().requires_grad_()
    xo, mo, so = torch.randn(200, 10), torch.randn(10), torch.randn(10)
    one = lambda x: (-0.5 * ((x - mo) * torch.exp(-so)) ** 2 - so).sum()
    say("200 likelihoods, vmap", lambda: vmap(one)(xo))
    for sizes in ((16, 32, 1), (784, 32, 10)):
        weights = torch.randn(sizes[0], sizes[1]), torch.randn(sizes[1], sizes[2])
        batch = torch.randn(128, sizes[0]), torch.randn(128, sizes[2])
        loss = lambda p, x, y: ((torch.tanh(x @ p[0]) @ p[1] - y) ** 2).sum()
        say(f"128 gradients, {'-'.join(map(str, sizes))}, vmap",
            lambda p=weights, b=batch, f=loss: vmap(grad(f), (None, 0, 0))(p, *b))
    xq, aq = torch.randn(1000, 8), torch.randn(8, 8)
    say("1000 quadratic forms, vmap", lambda: vmap(lambda x: torch.dot(x, aq @ x))(xq))
    say("conv 3x3, with gradient",
        lambda: torch.autograd.grad((F.conv2d(il, kl, padding=1) ** 2).sum(), (il, kl)))


def with_jax():
    import jax
    import jax.numpy as jnp
    from jax import random

    key = random.PRNGKey(0)

    def normal(*shape):
        return random.normal(key, shape)

    def say(name, f, *args):
        g = jax.jit(f)
        measure(name, lambda: jax.block_until_ready(g(*args)))

    small = normal(4, 4)
    say("add 4x4", lambda x: x + x, small)
    say("gradient 4x4", jax.grad(lambda x: jnp.tanh(x @ x).sum()), small)

    def network(sizes):
        return [(normal(a, b) * 0.1, jnp.zeros(b)) for a, b in zip(sizes, sizes[1:])]

    def apply(p, x):
        for w, b in p[:-1]:
            x = jax.nn.relu(x @ w + b)
        return x @ p[-1][0] + p[-1][1]

    def step(name, p, loss, *data):
        tree = jax.tree_util.tree_map
        zeros = tree(jnp.zeros_like, p)

        def run(state, *data):
            p, m, v, t = state
            g = jax.grad(loss)(p, *data)
            t = t + 1
            m = tree(lambda a, b: 0.9 * a + 0.1 * b, m, g)
            v = tree(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
            p = tree(lambda p, m, v: p - 1e-3 * m / (1 - 0.9**t)
                     / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), p, m, v)
            return p, m, v, t

        f = jax.jit(run, donate_argnums=0)
        state = [tree(lambda a: a + 0, (p, zeros, zeros, jnp.float32(0)))]

        def body():
            state[0] = jax.block_until_ready(f(state[0], *data))

        measure(name, body)

    def cross(p, x, y):
        z = apply(p, x)
        return (jax.nn.logsumexp(z, 1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()

    step("MLP small step", network([2, 128, 128, 3]), cross, normal(64, 2),
         random.randint(key, (64,), 0, 3))

    def maml(p, x, y):
        def task(x, y):
            inner = lambda p: ((apply(p, x) - y) ** 2).mean()
            g = jax.grad(inner)(p)
            return inner(jax.tree_util.tree_map(lambda a, b: a - 0.01 * b, p, g))
        return jax.vmap(task)(x, y).mean()

    xs = random.uniform(key, (25, 10, 1)) * 10 - 5
    step("MAML step", network([1, 40, 40, 1]), maml, xs, jnp.sin(xs))
    step("MLP large step", network([784, 512, 512, 784]),
         lambda p, x: ((apply(p, x) - x) ** 2).mean(), normal(256, 784))

    def vae(p, x, e):
        d = lambda i, h: h @ p[i][0] + p[i][1]
        h = jax.nn.relu(d(0, x))
        mu, lv = d(1, h), d(2, h)
        z = mu + jnp.exp(0.5 * lv) * e
        o = d(4, jax.nn.relu(d(3, z)))
        return ((jax.nn.softplus(o) - o * x).sum()
                - 0.5 * (1 + lv - mu**2 - jnp.exp(lv)).sum()) / 128

    sizes = ((784, 400), (400, 20), (400, 20), (20, 400), (400, 784))
    step("VAE step", [(normal(*s) * 0.05, jnp.zeros(s[1])) for s in sizes], vae,
         random.uniform(key, (128, 784)), normal(128, 20))

    def chain(x):
        a = jnp.exp(x * 0.5) + 1
        b = jnp.tanh(a * x) - 0.25
        return (b * b + x) * 2 - a

    m = normal(1_000_000)
    say("chain of ten, 10^6", chain, m)
    say("chain of ten, with gradient", jax.grad(lambda x: chain(x).sum()), m)
    say("exp 10^6", jnp.exp, m)
    say("tanh 10^6", jnp.tanh, m)
    q = normal(784, 784)
    lse = lambda x: jax.nn.logsumexp(x, 1)
    say("logSumExp 784x784", lse, q)
    say("logSumExp, with gradient", jax.grad(lambda x: lse(x).sum()), q)
    b = normal(1024, 1024)
    say("matmul 1024", jnp.matmul, b, b)
    conv = lambda x, k: jax.lax.conv_general_dilated(
        x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    say("conv 3x3", conv, normal(32, 28, 28, 16), normal(3, 3, 16, 32))
    def swing(s):
        a, b, u, v = s
        d = a - b
        divisor = 3 - jnp.cos(2 * d)
        first = (-29.43 * jnp.sin(a) - 9.81 * jnp.sin(a - 2 * b)
                 - 2 * jnp.sin(d) * (v**2 + u**2 * jnp.cos(d)))
        second = 2 * jnp.sin(d) * (2 * u**2 + 19.62 * jnp.cos(a) + v**2 * jnp.cos(d))
        return jnp.stack([u, v, first / divisor, second / divisor])

    def step(s, _):
        h = 0.01
        k1 = swing(s)
        k2 = swing(s + h / 2 * k1)
        k3 = swing(s + h / 2 * k2)
        k4 = swing(s + h * k3)
        return s + h / 6 * (k1 + 2 * (k2 + k3) + k4), None

    say("200 steps of a pendulum, with gradient",
        jax.grad(lambda s: jax.lax.scan(step, s, None, length=200)[0].sum()),
        jnp.array([1.0, 0.5, 0.0, 0.0]))
    say("conv 3x3, with gradient", jax.grad(lambda x, k: (conv(x, k) ** 2).sum(), (0, 1)),
        normal(32, 28, 28, 16), normal(3, 3, 16, 32))
    mean, scale = normal(10), normal(10)
    one = lambda x: (-0.5 * jnp.square((x - mean) * jnp.exp(-scale)) - scale).sum()
    say("200 likelihoods, vmap", jax.vmap(one), normal(200, 10))
    for sizes in ((16, 32, 1), (784, 32, 10)):
        loss = lambda p, x, y: jnp.square(jnp.tanh(x @ p[0]) @ p[1] - y).sum()
        say(f"128 gradients, {'-'.join(map(str, sizes))}, vmap",
            jax.vmap(jax.grad(loss), (None, 0, 0)),
            (normal(sizes[0], sizes[1]), normal(sizes[1], sizes[2])),
            normal(128, sizes[0]), normal(128, sizes[2]))
    a = normal(8, 8)
    say("1000 quadratic forms, vmap", jax.vmap(lambda x: x @ (a @ x)), normal(1000, 8))
    for name in ("gradient 4x4", "MLP small step", "MAML step"):
        WORKS[f"{name}, recorded"] = WORKS[name]
    WORKS["the same, recorded"] = WORKS["200 steps of a pendulum, with gradient"]


def with_numpy():
    r = np.random.default_rng(0)
    f = lambda *s: r.standard_normal(s, dtype=np.float32)
    small, m, q, b = f(4, 4), f(1_000_000), f(784, 784), f(1024, 1024)

    def chain(x):
        a = np.exp(x * np.float32(0.5)) + 1
        t = np.tanh(a * x) - np.float32(0.25)
        return (t * t + x) * 2 - a

    def lse(x):
        top = x.max(1, keepdims=True)
        return top[:, 0] + np.log(np.exp(x - top).sum(1))

    for name, body in (
        ("add 4x4", lambda: small + small), ("chain of ten, 10^6", lambda: chain(m)),
        ("exp 10^6", lambda: np.exp(m)), ("tanh 10^6", lambda: np.tanh(m)),
        ("logSumExp 784x784", lambda: lse(q)), ("matmul 1024", lambda: b @ b),
    ):
        measure(name, body)


if __name__ == "__main__":
    {"numpy": with_numpy, "torch": with_torch, "jax": with_jax}[sys.argv[1]]()
    serve()
