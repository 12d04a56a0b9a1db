"""A long training run needs no more memory at its end than at its beginning."""

from __future__ import annotations

from typing import Callable


def test_memory_stays_flat(cells: Callable[[str], str]) -> None:
    text = cells("""
import Foundation
func resident() -> Int {
  let text = try! String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  return Int(text.split(separator: " ")[1])! * 4096
}
setSeed(0)
var network = MLP([2, 8, 1], activation: .tanh)
let x = Tensor.normal([16, 2]), y = sin(x.sum(axis: 1, keepDims: true))
let long = Tensor.normal([40_000])
var rule = Adam(), average = long
func train(_ steps: Int) {
  for step in 0..<steps {
    let g = gradient(at: network) { n in meanSquaredError(n(x), y) }
    rule.update(&network, along: g)
    if step % 50 == 0 { average = 0.9 * average + 0.1 * tanh(long) }
  }
}
train(10_000)
let before = resident()
train(100_000)
print(resident() - before)
""")
    assert int(text.split()[-1]) < 4_000_000


def test_gradient_of_a_long_recurrence(cells: Callable[[str], str]) -> None:
    text = cells("""
let g = gradient(at: Tensor(0.5, dtype: .float64)) { a in
  var z = Tensor(1.0, dtype: .float64)
  for _ in 0..<10_000 { z = a * z + 1 }
  return z
}
print(g.item())
""")
    # z → 1/(1 − a), so the derivative is 1/(1 − a)² = 4.
    assert abs(float(text) - 4) < 1e-12
