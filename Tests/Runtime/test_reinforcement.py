"""Wrong input to environments, agents and buffers: an error that names the thing, the field and the value."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import ANSATZ

START = """
struct Wild: Environment {
  let name = "Wild"
  let stateDimension = 1
  let actions = ActionSpace.box(low: -1, high: 1)
  let horizon: Int? = 3
  func reset(_ count: Int, from generator: inout Generator) -> Tensor { Tensor.zeros([count, 1]) }
  func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    Transition(state + action, reward: log(action[0..., 0]))
  }
}
func file(_ name: String) -> String { name + ".safetensors" }
let short = OffPolicyOptions(randomSteps: 10, batch: 8)
var small = SAC.Options()
small.hidden = [8]
"""

CASES = [
    ("an action of the wrong shape", "var w = Worlds(Pendulum(), count: 2, seed: 0)\nw.step(Tensor.zeros([2, 3]))",
     "Pendulum-v1: actions of shape [2, 3], not [2, 1]"),
    ("an action that is not finite",
     "var w = Worlds(Pendulum(), count: 2, seed: 0)\nw.step(Tensor([[0.0], [Double.nan]]))",
     "Pendulum-v1: action 1 is"),
    ("a choice that there is not",
     "var w = Worlds(CartPole(), count: 2, seed: 0)\nw.step(Tensor([0, 2]))",
     "CartPole-v1: choice 2.0, but choices are 0 to 1"),
    ("a reward that is not finite",
     "var w = Worlds(Wild(), count: 2, seed: 0)\nw.step(Tensor([[0.5], [0.0]]))", "Wild: reward 1 is -inf"),
    ("a step after the end",
     "var w = Worlds(Wild(), count: 1, seed: 0)\nfor _ in 0..<4 { w.step(Tensor([[0.5]])) }",
     "Wild: episode 0 ended at step 3; call restart() first"),
    ("an agent for another space",
     "OffPolicyRun(SAC(for: Pendulum()), in: CartPoleSwingUp())",
     "SAC: made for observations and actions of"),
    ("an agent of a box for choices", "SAC(for: CartPole())", "SAC: CartPole-v1 has choices"),
    ("an empty buffer",
     "var g = Generator(seed: 0)\nReplayBuffer(capacity: 9, for: Pendulum()).sample(4, discount: 1, from: &g)",
     "ReplayBuffer: empty"),
    ("a remembered reward that is not finite",
     "var b = ReplayBuffer(capacity: 9, for: Pendulum())\n"
     "let o = Tensor.zeros([2, 3])\n"
     "b.add(o, Tensor.zeros([2, 1]), Tensor([1.0, Double.infinity]), next: o, terminated: Tensor.zeros([2]))",
     "ReplayBuffer: reward 1 is inf"),
    ("a file of another agent",
     "var a = OffPolicyRun(SAC(for: Pendulum(), options: small), in: Pendulum(), options: short)\n"
     'try a.save(file("sac"))\n'
     "var b = OffPolicyRun(TD3(for: Pendulum()), in: Pendulum(), options: short)\n"
     'try b.load(file("sac"))',
     "TD3"),
    ("no optimum to compare with",
     "PolicyTrial(Pendulum(), starts: 3).regret { $0[0..., ..<1] }", "no optimum is known for Pendulum-v1"),
    ("no time limit",
     "rollout({ x, _ in x[0..., ..<1] }, in: CartPoleSwingUp(horizon: nil), from: Tensor.zeros([2, 4]))",
     "CartPoleSwingUp has no time limit"),
    ("a learning that diverges keeps the run",
     "var wild = small\nwild.learningRate = 1e30\n"
     "var r = OffPolicyRun(SAC(for: Pendulum(), options: wild), in: Pendulum(), options: short)\n"
     "r.advance(by: 60, showsProgress: false)",
     "Learner: the loss is"),
    ("and goes on from its last good agent",
     "print(r.steps > 10, isFinite(r.agent.action(Tensor.zeros([1, 3]))).all())", "true"),
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each case says, all run in one kernel, in order."""
    folder = tmp_path_factory.mktemp("cases")
    sources = [START] + [f'print("case {i}")\n{cell}' for i, (_, cell, _) in enumerate(CASES)]
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"c{i}", "outputs": [], "source": source,
         "metadata": {"tags": ["raises-exception"]}}
        for i, source in enumerate(sources)
    ]
    kernel = {"display_name": "Swift", "language": "swift", "name": "swift"}
    page = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "cases.ipynb").write_text(json.dumps(page))
    done = subprocess.run(
        [str(ANSATZ), "run", "cases.ipynb"], cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    return done.stdout.split("case ")[1:]


@pytest.mark.parametrize("index", range(len(CASES)), ids=[name for name, _, _ in CASES])
def test_wrong_input_is_named(said: list[str], index: int) -> None:
    assert len(said) == len(CASES), "\n".join(said)[-3000:]
    assert CASES[index][2] in said[index], said[index]
