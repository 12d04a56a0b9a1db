"""The same problems with POT and OTT-JAX, done when asked for: CPU milliseconds of one thread.

WORK is the folder in which our program left the problems.
"""
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ.update(POT_BACKEND_DISABLE_PYTORCH="1", POT_BACKEND_DISABLE_TENSORFLOW="1",
                  POT_BACKEND_DISABLE_JAX="1", POT_BACKEND_DISABLE_CUPY="1")
import numpy as np

warnings.filterwarnings("ignore")
peer = sys.argv[1]
data = np.load(os.environ["WORK"] + "/problems.npz")
masses, cost, x, y = data["masses"], data["cost"], data["x"], data["y"]
a, b = masses[0], masses[1]


WORKS: dict = {}


def measure(name, body):
    WORKS[name] = body


def serve():
    """Answers `name TAB count` with the CPU milliseconds of one of `count` runs and what it found, and
    an empty line with the names."""
    for line in sys.stdin:
        if not line.strip():
            print("\t".join(WORKS), flush=True)
            continue
        name, count = line.rstrip("\n").split("\t")
        body, count = WORKS[name], int(count)
        start = time.process_time()
        for _ in range(count):
            found = body()
        print(f"{(time.process_time() - start) / count * 1e3}\t{found}", flush=True)


def reached(plan):
    plan = np.asarray(plan, np.float64)
    return abs(plan.sum(0) - b).sum() + abs(plan.sum(1) - a).sum()


def with_pot():
    import ot

    # Its threshold is on the L2 error; the value that reaches 1e-3 in L1.
    def sinkhorn(a, b, cost, eps, method="sinkhorn"):
        for stop in (3e-4, 1e-4, 5e-5, 2e-5, 1e-5, 1e-6):
            plan, log = ot.sinkhorn(a, b, cost, eps, method=method, stopThr=stop,
                                    numItermax=50000, log=True)
            if reached(plan) < 1.2e-3:
                break

        def run():
            plan, log = ot.sinkhorn(a, b, cost, eps, method=method, stopThr=stop,
                                    numItermax=50000, log=True)
            steps = f"{log['niter'] + 1} it., " if "niter" in log else ""
            return f"{steps}{reached(plan):.5f}"

        return run

    a4, b4, c4 = (v.astype(np.float32) for v in (a, b, cost))
    measure("Sinkhorn 784², ε 1e-2, float32, to 1e-3", sinkhorn(a4, b4, c4, 1e-2))
    measure("the same, float64", sinkhorn(a, b, cost, 1e-2))
    measure("Sinkhorn 784², ε 1e-3, float64, to 1e-3",
            sinkhorn(a, b, cost, 1e-3, "sinkhorn_stabilized"))
    measure("exact, 784 image bins", lambda: f"{ot.emd2(a, b, cost, numItermax=10**7):.6f}")
    uniform = np.full(2000, 1 / 2000)
    wide = ((x[:, None] - y[None]) ** 2).sum(-1)
    measure("exact, 2000 points", lambda: f"{ot.emd2(uniform, uniform, wide, numItermax=10**7):.6f}")
    some, half = np.full(784, 1 / 784), wide[:784, :784].copy()
    measure("exact, 784 points", lambda: f"{ot.emd2(some, some, half, numItermax=10**7):.6f}")
    from scipy.optimize import linear_sum_assignment

    measure("assignment, 784 points",
            lambda: f"{half[linear_sum_assignment(half)].sum() / 784:.6f}")
    u, v = data["u"], data["v"]
    measure("sliced W₂, n 2000, d 64, 100 slices",
            lambda: f"{ot.sliced_wasserstein_distance(u, v, n_projections=100, seed=0) ** 2:.2f}")


def with_ott():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    from ott.geometry import geometry, grid
    from ott.problems.linear import linear_problem
    from ott.solvers.linear import sinkhorn

    def solver(dtype, eps, lse, threshold=1e-3, **more):
        c, p, q = (jnp.asarray(v, dtype) for v in (cost, a, b))
        solve = sinkhorn.Sinkhorn(lse_mode=lse, threshold=threshold, max_iterations=50000, **more)

        @jax.jit
        def run(p, q):
            geom = geometry.Geometry(cost_matrix=c, epsilon=eps, relative_epsilon=None)
            out = solve(linear_problem.LinearProblem(geom, p, q))
            return out.matrix, out.n_iters

        def body():
            plan, count = run(p, q)
            return f"{int(count)} it., {reached(plan):.5f}"

        return body

    measure("Sinkhorn 784², ε 1e-2, float32, to 1e-3", solver(jnp.float32, 1e-2, True))
    measure("the same, float64", solver(jnp.float64, 1e-2, False))
    measure("Sinkhorn 784², ε 1e-3, float64, to 1e-3", solver(jnp.float64, 1e-3, True))
    line = jnp.linspace(0, 1, 28)
    lattice = grid.Grid(x=[line, line], epsilon=1e-2, relative_epsilon=None)
    solve = sinkhorn.Sinkhorn(lse_mode=False, threshold=1e-3, max_iterations=50000)

    @jax.jit
    def on_grid(p, q):
        out = solve(linear_problem.LinearProblem(lattice, p, q))
        return out.f, out.g, out.n_iters

    p, q = jnp.asarray(a), jnp.asarray(b)
    kernel = np.exp(-cost / 1e-2)

    def body():
        f, g, count = on_grid(p, q)
        f.block_until_ready()
        return f"{int(count)} it."

    measure("the same, grid", body)
    fixed = sinkhorn.Sinkhorn(lse_mode=False, threshold=-1, min_iterations=100, max_iterations=100)

    def batch(dtype):
        c = jnp.asarray(cost, dtype)

        @jax.jit
        def many(p, q):
            def one(p, q):
                geom = geometry.Geometry(cost_matrix=c, epsilon=1e-2, relative_epsilon=None)
                return fixed(linear_problem.LinearProblem(geom, p, q)).reg_ot_cost

            return jax.vmap(one)(p, q)

        left, right = jnp.asarray(masses[:64], dtype), jnp.asarray(masses[64:], dtype)
        measure(f"64 problems, 100 iterations, {jnp.dtype(dtype).name}",
                lambda: f"{float(many(left, right).mean()):.6f}")

    batch(jnp.float32)
    batch(jnp.float64)
    c = jnp.asarray(cost, jnp.float32)
    inner = sinkhorn.Sinkhorn(lse_mode=False, threshold=1e-3, max_iterations=50000)

    @jax.jit
    def both(p):
        def value(p):
            geom = geometry.Geometry(cost_matrix=c, epsilon=1e-2, relative_epsilon=None)
            return inner(linear_problem.LinearProblem(geom, p, jnp.asarray(b, jnp.float32))).reg_ot_cost

        return jax.value_and_grad(value)(p)

    start = jnp.asarray(a, jnp.float32)

    def body():
        value, slope = both(start)
        slope.block_until_ready()
        return f"{float(value):.6f}"

    measure("value and gradient of a, 784², float32", body)


{"pot": with_pot, "ott": with_ott}[peer]()
serve()
