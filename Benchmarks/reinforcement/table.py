"""Makes results.md of the lines that `run` gathered in a folder."""
import collections
import random
import statistics
import sys
from pathlib import Path

work = Path(sys.argv[1])


def lines(name: str) -> list[str]:
    """The lines of a file, none if it is not there."""
    path = work / name
    return path.read_text().splitlines() if path.exists() else []


def middle(values: list[float]) -> float:
    """The mean of the middle half, values at its edges counted by their share."""
    ordered, cut = sorted(values), len(values) / 4
    weights = [min(max(k + 1 - cut, 0), 1) * min(max(len(values) - k - cut, 0), 1) for k in range(len(values))]
    return sum(w * x for w, x in zip(weights, ordered)) / sum(weights)


def bootstrap(values: list[float]) -> tuple[float, float]:
    """95 % of the middles of 2000 resamplings."""
    draw = random.Random(1)
    found = sorted(middle(draw.choices(values, k=len(values))) for _ in range(2000))
    return found[50], found[1949]


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
if lines("svg"):
    print("\nValue gradients through a learned model beside SAC, 200 random steps, checked every 100: the steps of the")
    print("environment after which the regret is at most 25 for the first time, and for good.\n")
    print("| agent | seeds | first, median | first, by seed | for good, median | regrets at the end | CPU s of 1000 steps |")
    print("|---|---|---|---|---|---|---|")
    courses: dict = collections.OrderedDict()
    for line in lines("svg"):
        _, agent, steps, seed, regret, seconds = line.split("\t")
        courses.setdefault(agent, {}).setdefault(int(seed), {})[int(steps)] = (float(regret), float(seconds))
    for agent, seeds in courses.items():
        first, lasting, ends, times = [], [], [], []
        for seed in sorted(seeds):
            course = sorted(seeds[seed].items())
            good = [steps for steps, (regret, _) in course if regret <= 25]
            bad = [steps for steps, (regret, _) in course if regret > 25]
            first.append(min(good, default=float("inf")))
            lasting.append(min((s for s in good if s > max(bad, default=0)), default=float("inf")))
            ends.append(course[-1][1][0])
            times.append(dict(course).get(1000, (0, float("nan")))[1])
        print(
            f"| {agent}, to {course[-1][0]} | {len(seeds)} | {statistics.median(first):.0f} "
            f"| {' '.join(f'{x:.0f}' for x in first)} | {statistics.median(lasting):.0f} "
            f"| {' '.join(f'{x:.1f}' for x in ends)} | {statistics.median(times):.1f} |"
        )
    if len(sys.argv) > 3:
        # For page 52: a row for each life and number of steps; H is 0 without a model.
        with open(sys.argv[3], "w") as file:
            print("horizon,updates,steps,seed,regret", file=file)
            for agent, seeds in courses.items():
                horizon = agent[4 : agent.index(")")] if agent.startswith("SVG") else "0"
                updates = agent.split(", ")[1].split()[0]
                for seed in sorted(seeds):
                    for steps, (regret, _) in sorted(seeds[seed].items()):
                        print(f"{horizon},{updates},{steps},{seed},{regret:.2f}", file=file)
if lines("iapo"):
    print("\nIterative policies beside SAC: regrets after so many steps of the environment; gradients of Q for each")
    print("transition of a batch, acting left out.\n")
    print("| agent | steps | gradients | median | interquartile mean (95 %) | seeds | CPU s, median |")
    print("|---|---|---|---|---|---|---|")
    lives: dict = collections.OrderedDict()
    for line in lines("iapo"):
        _, agent, steps, gradients, seed, regret, seconds = line.split("\t")
        found = lives.setdefault((agent, int(steps), int(gradients)), {})
        found[int(seed)] = (float(regret), float(seconds))
    for (agent, steps, gradients), seeds in lives.items():
        regrets = [seeds[seed][0] for seed in sorted(seeds)]
        low, high = bootstrap(regrets)
        print(
            f"| {agent} | {steps} | {gradients} | {statistics.median(regrets):.1f} "
            f"| {middle(regrets):.1f} ({low:.1f} … {high:.1f}) | {' '.join(f'{x:.1f}' for x in regrets)} "
            f"| {statistics.median(seconds for _, seconds in seeds.values()):.1f} |"
        )
    if len(sys.argv) > 2:
        # For page 53: a row for each life and number of steps.
        with open(sys.argv[2], "w") as file:
            print("iterations,updates,steps,gradients,seed,regret", file=file)
            for (agent, steps, gradients), seeds in lives.items():
                kind = "2,1" if agent.startswith("IAPO") else "0,5" if "five" in agent else "0,1"
                for seed in sorted(seeds):
                    print(f"{kind},{steps},{gradients},{seed},{seeds[seed][0]:.2f}", file=file)
