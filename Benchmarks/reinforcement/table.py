"""Makes results.md of the lines that `run` gathered in a folder."""
import collections
import sys
from pathlib import Path

work = Path(sys.argv[1])


def lines(name: str) -> list[str]:
    """The lines of a file, none if it is not there."""
    path = work / name
    return path.read_text().splitlines() if path.exists() else []


speed: dict = collections.OrderedDict()
for line in lines("speed"):
    what, who, wall, cpu, unit = line.split("\t")
    old = speed.setdefault(what, {}).get(who)
    new = (float(wall), float(cpu), unit)
    if old:
        best = min if unit == "ms" else max
        new = (best(old[0], new[0]), best(old[1], new[1]), unit)
    speed[what][who] = new
print("`Benchmarks/reinforcement/run`. Speeds: the best of the rounds, by wall time and by CPU time (a peer with")
print("two threads uses up to two seconds of CPU in one of wall time).\n")
print("| what | program | by wall time | by CPU time | unit |\n|---|---|---|---|---|")
for what, rows in speed.items():
    for who, (wall, cpu, unit) in rows.items():
        print(f"| {what} | {who} | {wall:.4g} | {cpu:.4g} | {unit} |")
print("\nActor-critics on `Pendulum-v1`: regret against dynamic programming from the same 1000 starts, 64-64")
print("networks, two updates a step; the settings were chosen with other seeds and other starts.\n")
print("| agent | steps | median | interquartile mean (95 %) | seeds | regret ≤ 10 | CPU s to 5000 |")
print("|---|---|---|---|---|---|---|")
print("\n".join(lines("regret")))
print("\nA plain JAX scan (relu, 10⁻³, one update a step), scored from the same starts, last and averaged actor, at 5000")
print("and at 10 000 steps:\n\n| program | seed | regrets | time of the steps, compile included |\n|---|---|---|---|")
for line in lines("jax"):
    print("| " + line.replace("\t", " | ") + " |")
if lines("ppo"):
    print("\n| PPO | ten seeds: mean returns, or regrets | | CPU s, median |\n|---|---|---|---|")
    print("\n".join(lines("ppo")))
if lines("iapo"):
    print("\nIterative policies beside SAC (one update a step unless said; 1500 steps and more; gradients of Q for each")
    print("transition of a batch, acting left out):\n")
    print("| agent | steps | gradients | median regret | interquartile mean | seeds |\n|---|---|---|---|---|---|")
    print("\n".join(lines("iapo")))
