"""What a solver has found when its cell is interrupted."""

import time

import pytest

TURN = """
let turn = ParametricProblem(
  fixedPoint: { y, x in concatenate([-y[0..., 1...], y[0..., ..<1]], axis: 1) + x },
  dimension: 2, contexts: .normal(dimension: 2))
let bowl = ParametricProblem(
  dimension: 2, contexts: .normal(dimension: 2)) { y, x in square(y - x).sum(axis: -1) }
let x = turn.sampleContexts(1000, seed: 1)
var generator = Generator(seed: 1)
let v = abs(Tensor.normal([60, 40], from: &generator))
let cone = try ConeProgram(
  c: [1, 0, 0], A: Tensor([[0, 1, 2], [-1, 0, 0], [0, -1, 0], [0, 0, -1]]), b: [5, 0, 0, 0],
  cones: Cones(zero: 1, secondOrder: [3]))
var options = ConeOptions(absoluteTolerance: 1e-300)
options.maximumIterations = 2_000_000_000
"""
SOLVES = {
    "fixed point": "FixedPointIteration(maximumIterations: 1_000_000_000).solve(turn, x)",
    "planner": "CrossEntropyMethod(maximumIterations: 1_000_000_000, tolerance: -1).solve(bowl, x)",
    "factorization": "try nonnegativeFactorization(v, rank: 5, iterations: .max, tolerance: -1)",
    "cone program": "try cone.solve(options)",
}


@pytest.mark.parametrize("solve", SOLVES)
def test_an_interrupted_solve_leaves_what_it_has(kernel, solve):
    assert kernel.run(TURN).status == "ok"
    for attempt in range(3):
        message_id = kernel.start(f"let found{attempt} = {SOLVES[solve]}\nfound{attempt}")
        time.sleep(0.5)
        kernel.manager.interrupt_kernel()
        run = kernel.finish(message_id, timeout=20)
        assert run.content["ename"] == "Interrupted"
        found = kernel.run(f'"\\(found{attempt})"')
        assert found.status == "ok", found.content
        assert "interrupted" in found.result, found.result


def test_what_follows_an_interrupted_solve_does_not_run(kernel):
    kernel.run(TURN)
    kernel.run("var after = 0")
    message_id = kernel.start(
        f"for _ in 0..<10 {{\n  _ = {SOLVES['fixed point']}\n  after += 1\n}}"
    )
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    assert kernel.finish(message_id, timeout=20).content["ename"] == "Interrupted"
    assert int(kernel.run("after").result) <= 1
    assert kernel.run("turn.dimension").result == "2"
