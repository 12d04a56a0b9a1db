"""SAC (or TD3) on gymnasium's pendulum as one plain JAX scan.

    jax_sac.py sac|td3 SEEDS STARTS.npz

The settings are those of the usual small SAC: 64-64 relu networks, Adam 1e-3, discount 0.98, averages
0.01, rewards / 8, 500 random steps, batches of 128, one update a step. STARTS.npz has `starts` [n, 2]
and `optimum` [n], the optimum's returns from there; without it nothing is scored.
"""
import sys
import time

t_import = time.perf_counter()
import jax
import jax.numpy as jnp
import numpy as np
import optax

kind, seeds = sys.argv[1], int(sys.argv[2])
given = np.load(sys.argv[3]) if len(sys.argv) > 3 else None
RANDOM, BATCH, GAMMA, TAU, RATE, SCALE, TOTAL = 500, 128, 0.98, 0.01, 1e-3, 0.125, 10_000


def wrap(x):
    return ((x + jnp.pi) % (2 * jnp.pi)) - jnp.pi


def observe(s):
    return jnp.stack([jnp.cos(s[..., 0]), jnp.sin(s[..., 0]), s[..., 1]], -1)


def step(s, u):
    u = jnp.clip(u, -2, 2)
    cost = wrap(s[..., 0]) ** 2 + 0.1 * s[..., 1] ** 2 + 0.001 * u**2
    speed = jnp.clip(s[..., 1] + (15 * jnp.sin(s[..., 0]) + 3 * u) * 0.05, -8, 8)
    return jnp.stack([s[..., 0] + 0.05 * speed, speed], -1), -cost


def reset(key):
    return jax.random.uniform(key, (2,), minval=-1, maxval=1) * jnp.array([jnp.pi, 1.0])


def mlp(key, sizes):
    keys = jax.random.split(key, len(sizes) - 1)
    start = jax.nn.initializers.lecun_normal()
    return [(start(k, (a, b)), jnp.zeros(b)) for k, a, b in zip(keys, sizes, sizes[1:])]


def apply(p, x):
    for w, b in p[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = p[-1]
    return x @ w + b


def law(p, o, key):
    mean, logs = jnp.split(apply(p, o), 2, -1)
    logs = jnp.clip(logs, -10, 2)
    z = mean + jnp.exp(logs) * jax.random.normal(key, mean.shape)
    d = -0.5 * ((z - mean) / jnp.exp(logs)) ** 2 - logs - 0.5 * jnp.log(2 * jnp.pi)
    d = d - 2 * (jnp.log(2.0) - z - jax.nn.softplus(-2 * z))
    return jnp.tanh(z), d.sum(-1)


def q(p, o, a):
    return apply(p, jnp.concatenate([o, a], -1))[..., 0]


adam = optax.adam(RATE)


def begin(key):
    k = jax.random.split(key, 5)
    actor = mlp(k[0], [3, 64, 64, 2 if kind == "sac" else 1])
    critics = [mlp(k[1], [4, 64, 64, 1]), mlp(k[2], [4, 64, 64, 1])]
    alpha = jnp.zeros(())
    return dict(
        actor=actor, critics=critics, alpha=alpha, targets=critics, slow=actor,
        oa=adam.init(actor), oc=adam.init(critics), ol=adam.init(alpha), n=0,
        s=reset(k[3]), t=0, key=k[4],
        buffer=dict(
            o=jnp.zeros((TOTAL, 3)), a=jnp.zeros((TOTAL, 1)), r=jnp.zeros(TOTAL), p=jnp.zeros((TOTAL, 3))))


def soft_update(c, b, key):
    k = jax.random.split(key, 2)
    if kind == "sac":
        alpha = jnp.exp(c["alpha"])
        u, d = law(c["actor"], b["p"], k[0])
        v = jnp.minimum(*[q(p, b["p"], u) for p in c["targets"]]) - alpha * d
    else:
        noise = jnp.clip(0.2 * jax.random.normal(k[0], (BATCH, 1)), -0.5, 0.5)
        u = jnp.clip(jnp.tanh(apply(c["slow"], b["p"])) + noise, -1, 1)
        v = jnp.minimum(*[q(p, b["p"], u) for p in c["targets"]])
    y = b["r"] + GAMMA * v
    g = jax.grad(lambda cs: sum(((q(p, b["o"], b["a"]) - y) ** 2).mean() for p in cs))(c["critics"])
    du, oc = adam.update(g, c["oc"])
    critics = optax.apply_updates(c["critics"], du)
    if kind == "sac":
        def loss(p):
            u, d = law(p, b["o"], k[1])
            return (alpha * d - jnp.minimum(*[q(x, b["o"], u) for x in critics])).mean(), d
        g, d = jax.grad(loss, has_aux=True)(c["actor"])
    else:
        g = jax.grad(lambda p: -q(critics[0], b["o"], jnp.tanh(apply(p, b["o"]))).mean())(c["actor"])
    du, oa = adam.update(g, c["oa"])
    moved = optax.apply_updates(c["actor"], du)
    late = (c["n"] % 2 == 1) | (kind == "sac")
    pick = lambda a, b: jax.tree.map(lambda x, y: jnp.where(late, x, y), a, b)
    actor, oa = pick(moved, c["actor"]), pick(oa, c["oa"])
    alpha, ol = c["alpha"], c["ol"]
    if kind == "sac":
        dl, ol = adam.update(-(d - 1.0).mean(), c["ol"])  # entropy −1: −α·(log π + H̄)
        alpha = alpha + dl
    avg = lambda a, b: jax.tree.map(lambda x, y: x + TAU * (y - x), a, b)
    return c | dict(
        actor=actor, critics=critics, alpha=alpha, oa=oa, oc=oc, ol=ol, n=c["n"] + 1,
        targets=avg(c["targets"], critics), slow=avg(c["slow"], actor))


def body(c, i):
    key, *k = jax.random.split(c["key"], 6)
    o = observe(c["s"])
    if kind == "sac":
        own = law(c["actor"], o, k[0])[0]
    else:
        own = jnp.clip(jnp.tanh(apply(c["actor"], o)) + 0.1 * jax.random.normal(k[0], (1,)), -1, 1)
    a = jnp.where(i < RANDOM, jax.random.uniform(k[1], (1,), minval=-1, maxval=1), own)
    s, r = step(c["s"], 2 * a[0])
    b = c["buffer"]
    b = dict(
        o=b["o"].at[i].set(o), a=b["a"].at[i].set(a), r=b["r"].at[i].set(r * SCALE),
        p=b["p"].at[i].set(observe(s)))
    rows = jax.random.randint(k[2], (BATCH,), 0, i + 1)
    batch = {n: x[rows] for n, x in b.items()}
    c = c | dict(buffer=b, key=key)
    c = jax.lax.cond(i >= RANDOM, lambda c: soft_update(c, batch, k[3]), lambda c: c, c)
    over = c["t"] + 1 >= 200
    return c | dict(s=jnp.where(over, reset(k[4]), s), t=jnp.where(over, 0, c["t"] + 1)), r


@jax.jit
def block(c, first):
    return jax.lax.scan(body, c, first + jnp.arange(1000))


@jax.jit
def returns(p, s):
    def one(s, _):
        mean = apply(p, observe(s))[..., :1]
        return step(s, 2 * jnp.tanh(mean)[..., 0])
    return jax.lax.scan(one, s, None, 200)[1].sum(0)


for seed in range(seeds):
    c = begin(jax.random.PRNGKey(seed))
    start, line = time.perf_counter(), []
    spent = 0.0
    for i in range(TOTAL // 1000):
        t = time.perf_counter()
        c, _ = block(c, 1000 * i)
        jax.block_until_ready(c)
        spent += time.perf_counter() - t
        if i in (4, 9) and given is not None:
            s = jnp.array(given["starts"], jnp.float32)
            line.append(float((given["optimum"] - np.array(returns(c["actor"], s))).mean()))
            line.append(float((given["optimum"] - np.array(returns(c["slow"], s))).mean()))
    print(f"JAX\t{kind} seed {seed}\t" + " ".join(f"{x:.2f}" for x in line) + f"\tseconds {spent:.2f}", flush=True)
