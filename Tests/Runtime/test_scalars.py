"""Functions of plain numbers need no import in a cell, and are not ambiguous with one."""

from __future__ import annotations

import math
from typing import Callable

LINES = """
print(sqrt(2.0), sqrt(2), exp(1), exp(1.0), log(10), pow(2.0, 3), pow(2, 3), pow(2.0, 0.5))
print(tanh(0.5), sin(2 * .pi * 0.25), floor(2.5), hypot(3.0, 4.0), atan2(1.0, 1.0), erf(0.5))
print(sqrt(Float(2)), [1.0, 4.0].map(sqrt)[1], (0..<3).map { exp(Double($0)) }[1])
print((sqrt(x) * .pi + 2 * x - n * x / d + f * x ** 2)[1].item())
"""
EXPECTED = [
    [math.sqrt(2), math.sqrt(2), math.e, math.e, math.log(10), 8, 8, math.sqrt(2)],
    [math.tanh(0.5), 1, 2, 5, math.pi / 4, math.erf(0.5)],
    [math.sqrt(2), 2, math.e],
    [2 * math.pi + 8 - 6 + 24],
]


def test_with_and_without_foundation(cells: Callable[[str], str]) -> None:
    setting = "let x = Tensor([1.0, 4.0]), n = 3, d = 2.0, f: Float = 1.5\n"
    once = cells(setting + "// %%" + LINES)
    both = cells(setting + "// %%" + LINES + "// %%\nimport Foundation\n" + LINES + "// %%" + LINES)
    assert both == 3 * once
    for line, expected in zip(once.splitlines(), EXPECTED, strict=True):
        found = [float(text) for text in line.split()]
        assert len(found) == len(expected)
        assert all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(found, expected)), line


OWN = """
func sqrt(_ x: Double) -> Double { -1 }
func pow(_ base: Int, _ exponent: Int) -> Int { -2 }
func exp(_ x: Double) -> String { "own" }
// %%
print(sqrt(4.0), [4.0].map(sqrt), pow(2, 3), pow(2.0, 3.0), exp(1.0) as String, sin(0.0))
"""


def test_functions_of_the_session_win(cells: Callable[[str], str]) -> None:
    expected = "-1.0 [-1.0] -2 8.0 own 0.0\n"
    assert cells(OWN) == expected
    assert cells("import Foundation\n// %%" + OWN) == expected


def test_every_floating_point_type(cells: Callable[[str], str]) -> None:
    names = "sqrt exp log sin cos tanh floor round trunc ceil cbrt erf tgamma expm1 log1p".split()
    calls = ", ".join(f"Double({name}(x))" for name in names)
    for kind, digits in [("Float", 1e-6), ("Double", 1e-14)]:
        printed = cells(f"let x: {kind} = 1.625\nprint({calls}, pow(x, 3), fmod(x, 1), hypot(x, 2))")
        x = 1.625
        expected = [
            math.sqrt(x), math.exp(x), math.log(x), math.sin(x), math.cos(x), math.tanh(x), 1, 2, 1, 2,
            x ** (1 / 3), math.erf(x), math.gamma(x), math.expm1(x), math.log1p(x), x**3, 0.625,
            math.hypot(x, 2),
        ]
        found = [float(text) for text in printed.split()]
        assert all(math.isclose(a, b, rel_tol=digits) for a, b in zip(found, expected, strict=True))
