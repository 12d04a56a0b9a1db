"""Random cases: an expression of tensors in Swift beside the same in NumPy."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Callable, Iterator

import numpy as np

SHAPES = [(), (1,), (7,), (3, 4), (4, 1), (1, 5), (2, 3, 4), (3, 1, 2), (2, 0, 3), (5, 33), (9, 8)]
LONG = (190, 210)  # more elements than wait for a reader


@dataclass
class Case:
    swift: str
    inputs: list[np.ndarray]
    expected: np.ndarray
    tolerance: float


@dataclass
class Operand:
    """Stored elements, and the view of them that the operation gets."""

    stored: np.ndarray
    swift: str  # of "$", the stored tensor
    value: np.ndarray


def unary() -> list[tuple[str, Callable, float, float]]:
    """Swift, NumPy, and the interval from which arguments come."""
    names = "exp expm1 sin cos tan sinh cosh tanh floor ceil trunc square abs sign".split()
    same = [(f"{n}($)", np.absolute if n == "abs" else getattr(np, n), -3.0, 3.0) for n in names]
    roots = [(f"{n}($)", getattr(np, n), 0.1, 4.0) for n in "sqrt log log2 log10 log1p".split()]
    inverse = [(f"{n}($)", getattr(np, "arc" + n[1:]), -0.9, 0.9)
               for n in "asin acos atan asinh atanh".split()]
    return same + roots + inverse + [
        ("round($)", np.rint, -3, 3), ("acosh($)", np.arccosh, 1.1, 5), ("-$", np.negative, -3, 3),
        ("sigmoid($)", lambda x: 1 / (1 + np.exp(-x)), -9, 9),
        ("softplus($)", lambda x: np.logaddexp(0, x), -9, 9),
        ("relu($)", lambda x: np.maximum(x, 0), -3, 3),
        ("reciprocal($)", lambda x: 1 / x, 0.5, 3), ("clip($, -1, 0.5)", lambda x: np.clip(x, -1, 0.5), -3, 3),
        ("$ ** 3", lambda x: x**3, -3, 3), ("$ ** 2.5", lambda x: x**2.5, 0.1, 3),
        ("2 * $ + 1", lambda x: 2 * x + 1, -3, 3), ("1 - $ / 4", lambda x: 1 - x / 4, -3, 3),
        ("(exp($ * 0.5) + 1) * $ - tanh($)", lambda x: (np.exp(x * 0.5) + 1) * x - np.tanh(x), -3, 3),
    ]


BINARY: list[tuple[str, Callable]] = [
    ("$ + %", np.add), ("$ - %", np.subtract), ("$ * %", np.multiply), ("$ / %", np.divide),
    ("maximum($, %)", np.maximum), ("minimum($, %)", np.minimum), ("$ % %", np.mod),
    ("$ .< %", np.less), ("$ .<= %", np.less_equal), ("$ .== %", np.equal), ("$ .!= %", np.not_equal),
    ("$ .> %", np.greater), ("atan2($, %)", np.arctan2), ("logAddExp($, %)", np.logaddexp),
    ("which($ .> %, $, 2 * %)", lambda a, b: np.where(a > b, a, 2 * b)),
    ("square($ - %) * % + $", lambda a, b: (a - b) ** 2 * b + a),
    ("floorDivide($, %)", np.floor_divide),
]


def array(r: random.Random, shape: tuple[int, ...], kind: str, low=-3.0, high=3.0) -> np.ndarray:
    n = int(np.prod(shape))
    if kind == "int32":
        return np.array([r.randint(-9, 9) for _ in range(n)], np.int32).reshape(shape)
    if kind in ("int64", "uint8"):
        low = 0 if kind == "uint8" else -(2**40)
        return np.array([r.randint(low, -low or 255) for _ in range(n)], kind).reshape(shape)
    if kind == "bool":
        return np.array([r.random() < 0.5 for _ in range(n)], np.bool_).reshape(shape)
    numbers = np.random.default_rng(r.randrange(2**32)).uniform(low, high, shape)
    return np.asarray(numbers, kind)


def operand(r: random.Random, shape: tuple[int, ...], kind: str, low=-3.0, high=3.0) -> Operand:
    view = r.choice(["plain", "plain", "transposed", "flipped", "strided", "broadcast", "sliced"])
    if view == "transposed" and len(shape) > 1:
        x = array(r, shape[::-1], kind, low, high)
        return Operand(x, "$.T", x.T)
    if view == "flipped" and shape:
        x = array(r, shape, kind, low, high)
        return Operand(x, "$.flipped()", np.flip(x))
    if view == "strided" and shape:
        x = array(r, shape[:-1] + (2 * shape[-1],), kind, low, high)
        return Operand(x, f"$[.ellipsis, stride(from: 1, to: {2 * shape[-1]}, by: 2)]", x[..., 1::2])
    if view == "sliced" and shape:
        x = array(r, (shape[0] + 3,) + shape[1:], kind, low, high)
        return Operand(x, f"$[2..<{shape[0] + 2}]", x[2:-1])
    if view == "broadcast" and len(shape) > 1:
        x = array(r, shape[1:], kind, low, high)
        return Operand(x, f"$.broadcast(to: {list(shape)})", np.broadcast_to(x, shape))
    x = array(r, shape, kind, low, high)
    return Operand(x, "$", x)


def tolerance(*arrays: np.ndarray) -> float:
    if any(a.dtype == np.float16 for a in arrays):
        return 3e-3
    return 1e-11 if all(a.dtype != np.float32 for a in arrays) else 3e-5


def exact(x: np.ndarray) -> np.ndarray:
    """Floats in double precision, so that the reference is better than what it judges."""
    return x.astype(np.float64) if x.dtype in (np.float32, np.float16) else x


def partner(r: random.Random, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts with another."""
    kept = [1 if r.random() < 0.3 else n for n in shape]
    return tuple(kept[r.randint(0, len(shape)):] if r.random() < 0.4 else kept)


def elementwise(r: random.Random) -> Iterator[Case]:
    for swift, f, low, high in unary():
        for shape in [*r.sample(SHAPES, 2), LONG]:
            o = operand(r, shape, r.choice(["float32", "float64"]), low, high)
            yield Case(swift.replace("$", "(" + o.swift.replace("$", "#0") + ")"), [o.stored],
                       f(exact(o.value)), tolerance(o.stored))
    for swift, f in BINARY:
        for shape in [*r.sample(SHAPES, 3), LONG]:
            kind = r.choice(["float32", "float64", "int32"])
            if "atan2" in swift or "log" in swift or "/" in swift:
                kind = "float64"
            a, b = operand(r, shape, kind), operand(r, partner(r, shape), kind)
            if kind == "int32" and ("%" in swift.replace("%)", "") or "floor" in swift):
                b.stored += (b.stored == 0) * 5  # views of it see the change
            if r.random() < 0.5 and "-" not in swift and "%" not in swift[1:3]:
                a, b = b, a
            text = swift.replace("$ % %", "$ @ %").replace("$", "(" + a.swift.replace("$", "#0") + ")")
            text = text.replace("%", "(" + b.swift.replace("$", "#1") + ")").replace("@", "%")
            yield Case(text, [a.stored, b.stored], f(exact(a.value), exact(b.value)),
                       tolerance(a.stored, b.stored))


HOSTILE = np.array([0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 1e30, -1e30, 1e-30, -1e-30, 0.5, 2.5, -2.5])


def hostile(r: random.Random) -> Iterator[Case]:
    """Extreme numbers: NaN where NumPy has NaN, infinities of its sign, and nothing else."""
    for swift, f, _, _ in unary():
        if "asinh" not in swift:  # NumPy's own is wrong at ±10³⁰ on some platforms
            yield Case(swift.replace("$", "#0"), [HOSTILE], f(HOSTILE), 1e-11)
    a, b = (x.ravel().copy() for x in np.meshgrid(HOSTILE, HOSTILE))
    for swift, f in BINARY:
        if "square" in swift or swift == "$ % %":
            continue
        text = swift.replace("$", "#0").replace("%", "#1")
        yield Case(text, [a, b], f(a, b), 1e-11)
    for name, f in [("sum", np.sum), ("mean", np.mean), ("max", np.max), ("min", np.min), ("prod", np.prod)]:
        for values in [HOSTILE, HOSTILE[:5], HOSTILE[7:], np.array([np.inf, 1]), np.array([np.inf, -np.inf])]:
            yield Case(f"#0.{name}()", [values], f(values), 1e-11)
    for name, f in [("sum", np.sum), ("prod", np.prod)]:
        yield Case(f"#0.{name}()", [np.zeros(0)], f(np.zeros(0)), 0)


def integers(r: random.Random) -> Iterator[Case]:
    """The integer types and halves: arithmetic that wraps as NumPy's, sums in 64 bits."""
    pairs = [(s, f) for s, f in BINARY if not any(w in s for w in ("/", "atan2", "log", "floor", "square"))]
    for kind in ("uint8", "int32", "int64"):
        for swift, f in pairs + [("floorDivide($, %)", np.floor_divide), ("$ .& %", np.bitwise_and),
                                 ("$ .| %", np.bitwise_or), ("$ .^ %", np.bitwise_xor)]:
            shape = r.choice(SHAPES)
            a, b = operand(r, shape, kind), operand(r, partner(r, shape), kind)
            b.stored[b.stored == 0] = 5
            text = swift.replace("$ % %", "$ @ %").replace("$", "(" + a.swift.replace("$", "#0") + ")")
            text = text.replace("%", "(" + b.swift.replace("$", "#1") + ")").replace("@", "%")
            yield Case(text, [a.stored, b.stored], f(a.value, b.value), 0)
        for name, f in [("sum", np.sum), ("max", np.max), ("min", np.min), ("cumulativeSum", np.cumsum),
                        ("argmax", np.argmax), ("sorted", np.sort)]:
            for _ in range(2):
                o = operand(r, r.choice([s for s in SHAPES if s and 0 not in s]), kind)
                axis = r.randrange(o.value.ndim)
                wide = o.value.astype(np.int64) if name in ("sum", "cumulativeSum") else o.value
                yield Case(f"({o.swift.replace('$', '#0')}).{name}(axis: {axis})", [o.stored],
                           f(wide, axis=axis), 0)
        for other in ("uint8", "int32", "int64", "float32", "float64", "bool"):
            o = operand(r, r.choice(SHAPES), kind)
            yield Case(f"({o.swift.replace('$', '#0')}).cast(to: .{other})", [o.stored],
                       o.value.astype(other), 1e-7)
    for swift, f, low, high in unary():
        o = operand(r, r.choice(SHAPES), "float16", low, high)
        yield Case(swift.replace("$", "(" + o.swift.replace("$", "#0") + ")"), [o.stored],
                   f(exact(o.value)), 6e-3)
    for swift, f in BINARY[:6]:
        shape = r.choice(SHAPES)
        a, b = operand(r, shape, "float16"), operand(r, shape, "float16")
        text = swift.replace("$", "(" + a.swift.replace("$", "#0") + ")")
        text = text.replace("%", "(" + b.swift.replace("$", "#1") + ")")
        with np.errstate(over="ignore"):
            yield Case(text, [a.stored, b.stored], f(a.value, b.value), 1e-3)
    for name, f in [("sum", np.sum), ("mean", np.mean), ("max", np.max), ("sorted", np.sort)]:
        o = operand(r, (9, 8), "float16")
        yield Case(f"({o.swift.replace('$', '#0')}).{name}(axis: 0)", [o.stored],
                   f(exact(o.value), axis=0), 3e-3)


def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def reductions(r: random.Random) -> Iterator[Case]:
    shapes = [s for s in SHAPES if s and 0 not in s] + [LONG, (3, 40, 500)]
    for name, f in [("sum", np.sum), ("mean", np.mean), ("max", np.max), ("min", np.min),
                    ("variance", np.var)]:
        for shape in shapes:
            kind = r.choice(["float32", "float64"] + ["int32"] * (name in ("sum", "max", "min")))
            o = operand(r, shape, kind)
            text = o.swift.replace("$", "#0")
            axes = tuple(sorted(r.sample(range(len(shape)), r.randint(1, len(shape)))))
            keeps = r.random() < 0.5
            yield Case(f"({text}).{name}(axes: {list(axes)}, keepDims: {str(keeps).lower()})",
                       [o.stored], f(exact(o.value), axis=axes, keepdims=keeps), tolerance(o.stored))
            yield Case(f"({text}).{name}()", [o.stored], f(exact(o.value)), tolerance(o.stored))
    for name, f in [
        ("cumulativeSum(axis: @)", np.cumsum), ("argmax(axis: @)", np.argmax),
        ("argmin(axis: @)", np.argmin), ("prod(axis: @)", np.prod), ("sorted(axis: @)", np.sort),
        ("argsort(axis: @)", lambda x, axis: np.argsort(x, axis, kind="stable")),
        ("softmax(axis: @)", softmax), ("norm(axis: @)", lambda x, axis: np.sqrt((x * x).sum(axis))),
        ("std(axis: @)", np.std), ("logSumExp(axis: @)", lambda x, axis: np.logaddexp.reduce(x, axis)),
        ("all(axis: @)", np.all), ("any(axis: @)", np.any), ("repeated(3, axis: @)", lambda x, axis: np.repeat(x, 3, axis)),
        ("rolled(2, axis: @)", lambda x, axis: np.roll(x, 2, axis)),
    ]:
        for shape in r.sample(shapes, 4):
            o = operand(r, shape, r.choice(["float32", "float64"]))
            axis = r.randrange(-len(shape), len(shape))
            yield Case(f"({o.swift.replace('$', '#0')}).{name.replace('@', str(axis))}", [o.stored],
                       f(exact(o.value), axis=axis), tolerance(o.stored) * (10 if "prod" in name else 1))


def indexing(r: random.Random) -> Iterator[Case]:
    """Elements, slices and strides of views, one index or several, also from the end."""
    for _ in range(100):
        shape = r.choice([s for s in SHAPES if s and 0 not in s])
        o = operand(r, shape, r.choice(["float32", "float64", "int32", "uint8"]))
        swift, python = [], []
        for n in shape[: r.randint(1, len(shape))]:
            i, j = sorted(r.choices(range(n + 1), k=2))
            k, step = r.randrange(-n, n), r.randint(1, 3)
            text, index = r.choice([
                (f"{k}", k), (f"{k}", k), (f"{i}..<{j}", slice(i, j)), (f"{i}...", slice(i, None)),
                (f"stride(from: 0, to: {n}, by: {step})", slice(0, n, step)),
            ])
            if r.random() < 0.15:
                swift.append(".newAxis")
                python.append(None)
            swift.append(text)
            python.append(index)
        if r.random() < 0.3:
            k = r.randrange(-shape[-1], shape[-1])
            swift, python = [".ellipsis", f"{k}"], [..., k]
        yield Case(f"({o.swift.replace('$', '#0')})[{', '.join(swift)}]", [o.stored],
                   o.value[tuple(python)], 0)


def shapes_and_products(r: random.Random) -> Iterator[Case]:
    for kind in ["float32", "float64"] * 6:
        m, k, n, b = (r.randint(1, 20) for _ in range(4))
        x, y = operand(r, (b, m, k), kind), operand(r, r.choice([(k, n), (b, k, n), (1, k, n)]), kind)
        p, q = x.swift.replace("$", "#0"), y.swift.replace("$", "#1")
        yield Case(f"matmul({p}, {q})", [x.stored, y.stored], exact(x.value) @ exact(y.value),
                   tolerance(x.stored) * 10)
        yield Case(f'einsum("bij,kj->ki", {p}, ({q}).mT.reshaped(-1, {k}))', [x.stored, y.stored],
                   np.einsum("bij,kj->ki", exact(x.value),
                             np.swapaxes(exact(y.value), -1, -2).reshape(-1, k)),
                   tolerance(x.stored) * 100)
        s = array(r, (b, m, m), "float64") + 4 * np.eye(m)
        yield Case("try solve(#0, #1)", [s, array(r, (m, 2), "float64")], np.zeros(0), 1e-9)
        yield from spectra(r, array(r, (b, r.randint(1, 40)), kind))
        z = operand(r, (m, k), kind)
        t = z.swift.replace("$", "#0")
        pads = ((1, 2), (0, 3))
        yield Case(f"({t}).padded([(1, 2), (0, 3)], value: 7)", [z.stored],
                   np.pad(z.value, pads, constant_values=7), 0)
        yield Case(f"({t}).tiled([2, 3])", [z.stored], np.tile(z.value, (2, 3)), 0)
        yield Case(f"({t})[({t}) .> 0]", [z.stored], z.value[z.value > 0], 0)
        i = np.array([r.randrange(-m, m) for _ in range(5)], np.int32)
        yield Case(f"({t})[#1]", [z.stored, i], z.value[i], 0)
        yield Case(f"concatenate([{t}, 2 * ({t})], axis: 1)", [z.stored],
                   np.concatenate([z.value, 2 * z.value], 1), 0)
        yield Case(f"({t}).flattened().unique().values", [z.stored], np.unique(z.value), 0)
        edges = np.sort(array(r, (9,), "float64"))
        yield Case("#0.searchSorted(#1)", [edges, array(r, (3, 2), "float64")], np.zeros(0), 0)


def tables(r: random.Random) -> Iterator[Case]:
    """Statistics, sequences, joining, searching, matrices: what is built of other operations."""
    for kind in ["float32", "float64"] * 3:
        m, n = r.randint(2, 9), r.randint(2, 9)
        o = operand(r, (m, n), kind)
        t, x, near = o.swift.replace("$", "#0"), exact(o.value), tolerance(o.stored)
        axis = r.choice([0, 1, -1])
        q = r.choice([0.0, 0.1, 0.5, 0.77, 1.0])
        other = operand(r, (m, n), kind)
        u, y = other.swift.replace("$", "#1"), exact(other.value)
        holes = np.where(r.random() < 0.5, np.where(x > 1, np.nan, x), x)
        pads = [(1, 2), (0, 3)]
        for swift, expected in [
            (f"quantile({q}, axis: {axis})", np.quantile(x, q, axis=axis)),
            (f"quantile({q}, axis: {axis}, keepDims: true)", np.quantile(x, q, axis=axis, keepdims=True)),
            ("median()", np.median(x)), (f"median(axis: {axis})", np.median(x, axis=axis)),
            ("histogram(bins: 4, range: -2...2).counts", np.histogram(x, 4, (-2, 2))[0]),
            ("std(axes: [0, 1])", x.std()), (f"differences(axis: {axis})", np.diff(x, axis=axis)),
            (f"differences(order: 2, axis: {axis})", np.diff(x, 2, axis=axis)),
            (f"cumulativeProduct(axis: {axis})", np.cumprod(x, axis=axis)),
            (f"trapezoid(step: 0.5, axis: {axis})", np.trapezoid(x, dx=0.5, axis=axis)),
            ("padded([(1, 2), (0, 3)], mode: .edge)", np.pad(x, pads, "edge")),
            ("padded([(1, 2), (0, 3)], mode: .reflect)", np.pad(x, pads, "reflect")),
            ("padded([(1, 2), (0, 3)], mode: .symmetric)", np.pad(x, pads, "symmetric")),
            ("padded([(1, 2), (0, 3)], mode: .wrap)", np.pad(x, pads, "wrap")),
            (f"norm(order: 3, axis: {axis})", np.linalg.norm(x, 3, axis=axis)),
            (f"norm(order: .infinity, axis: {axis})", np.linalg.norm(x, np.inf, axis=axis)),
            ("uniqueWithInverse().inverse", np.unique(x, return_inverse=True)[1].reshape(x.shape)),
        ]:
            yield Case(f"({t}).{swift}", [o.stored], expected, 10 * near)
        yield Case(f"({t} .> 0).argwhere()", [o.stored], np.argwhere(x > 0), 0)
        yield Case(f"({t} .> 0).any(axes: [0, 1])", [o.stored], np.any(x > 0), 0)
        yield Case(f"({t}).isIn(({t})[0])", [o.stored], np.isin(x, x[0]), 0)
        for name, f in [("nanSum", np.nansum), ("nanMean", np.nanmean), ("nanMax", np.nanmax),
                        ("nanMin", np.nanmin), ("nanStd", np.nanstd)]:
            holes[0] = x[0]  # no column without a number
            holes[:, 0] = x[:, 0]
            yield Case(f"#0.{name}(axis: {axis})", [holes], f(holes, axis=axis), 1e-11)
            yield Case(f"#0.{name}()", [holes], f(holes), 1e-11)
        i, j = (np.array([[r.randrange(-k, k) for _ in range(c)]], np.int32).reshape(s)
                for k, c, s in [(m, 3, (3, 1)), (n, 4, (4,))])
        yield Case(f"({t}).elements(at: #1, #2)", [o.stored, i, j], x[i, j], 0)
        yield Case(f"({t}).elements(at: #1)", [o.stored, i], x[i], 0)
        yield Case(f"hstack([{t}, {u}])", [o.stored, other.stored], np.hstack([x, y]), 0)
        yield Case(f"vstack([{t}, {u}])", [o.stored, other.stored], np.vstack([x, y]), 0)
        yield Case(f"kron({t}, {u})", [o.stored, other.stored], np.kron(x, y), 10 * near)
        yield Case(f"({t}).isClose(to: {u}, absolute: 1)", [o.stored, other.stored],
                   np.isclose(x, y, atol=1), 0)
        v, w = array(r, (r.randint(1, 9),), "float64"), array(r, (r.randint(1, 9),), "float64")
        for mode in ["full", "same", "valid"]:
            yield Case(f"convolve(#0, #1, .{mode})", [v, w], np.convolve(v, w, mode), 1e-12)
        knots, values = np.sort(array(r, (6,), "float64")), array(r, (6,), "float64")
        at = array(r, (3, 4), "float64", -4, 4)
        yield Case("#0.interpolated(from: #1, at: #2)", [values, knots, at], np.interp(at, knots, values), 1e-11)
        yield Case("#0.trapezoid(at: #1)", [values, knots], np.trapezoid(values, knots), 1e-11)
        counts = np.array([r.randint(0, 7) for _ in range(20)], np.int32)
        yield Case("#0.binCounts(minimum: 5)", [counts], np.bincount(counts, minlength=5), 0)
        a = array(r, (m, m), "float64")
        power = r.choice([-2, -1, 0, 1, 3, 7])
        yield Case(f"try matrixPower(#0, {power})", [a], np.linalg.matrix_power(a, power), 1e-8)
        yield Case("try matrixExponential(#0)", [a], exponential(a), 1e-10)
        yield Case("Tensor(try matrixRank(matmul(#0, #0.T)))", [a[:, :1]], np.array(1), 0)
        p, s = array(r, (4, 3), "float64"), array(r, (3,), "float64")
        yield Case("cross(#0, #1)", [p, s], np.cross(p, s), 1e-12)


def exponential(a: np.ndarray) -> np.ndarray:
    """The series itself, of a matrix so small that it ends soon."""
    halvings = 20
    small, term, total = a / 2.0**halvings, np.eye(len(a)), np.eye(len(a))
    for k in range(1, 12):
        term = term @ small / k
        total = total + term
    return np.linalg.matrix_power(total, 2**halvings)


def spectra(r: random.Random, x: np.ndarray) -> Iterator[Case]:
    whole = np.fft.rfft(exact(x))
    yield Case("rfft(#0)", [x], np.stack([whole.real, whole.imag], -1), tolerance(x) * 10)
    yield Case(f"irfft(rfft(#0), count: {x.shape[1]})", [x], exact(x), tolerance(x) * 10)


def cases() -> list[Case]:
    r = random.Random(7)
    with np.errstate(all="ignore"):
        found = list(hostile(r))
        # The same operations meet other shapes, types and views each time.
        for _ in range(3):
            found += [*elementwise(r), *reductions(r), *shapes_and_products(r), *tables(r),
                      *integers(r), *indexing(r)]
    for case in found:  # references that need their inputs
        if case.swift.startswith("try solve"):
            case.expected = np.linalg.solve(case.inputs[0], np.broadcast_to(
                case.inputs[1], case.inputs[0].shape[:1] + case.inputs[1].shape))
        elif "searchSorted" in case.swift:
            case.expected = np.searchsorted(*case.inputs)
    return found
