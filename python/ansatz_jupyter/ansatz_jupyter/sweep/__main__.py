"""Runs pages over seeds and parameters on Dask, and tells how often each claim holds.

Examples:
  ansatz sweep notebooks/1*.ipynb --seeds 10 --quick
  ansatz sweep page.ipynb --seeds 3 --parameter alpha=0.1,0.3 --scheduler tcp://host:8786

Workers of a cluster see the pages under the same paths, and have the kernel installed. Runs that are
done are not repeated; a worker that dies loses the run it had, which another one takes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .report import markdown, spreads, wavering
from .runs import Setting, execute, fingerprint
from .store import Store


def main(arguments: list[str] | None = None) -> int:
    options = parsed(arguments)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        return refused("Dask is not installed; run: pip install distributed")
    missing = [page for page in options.pages if not page.exists()]
    if missing:
        return refused(f"{missing[0]} does not exist")
    try:
        choices = parameters(options.parameter)
    except ValueError as error:
        return refused(str(error))
    # A worker that has died is replaced; three deaths with one run mean that the run is to blame.
    if options.scheduler:
        try:
            client = Client(options.scheduler, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            return refused(f"no scheduler answers at {options.scheduler} ({error})")
    else:
        folder = str(options.output / "dask")
        client = Client(
            LocalCluster(
                n_workers=options.workers, threads_per_worker=1, dashboard_address=None,
                local_directory=folder, host="127.0.0.1",
            )
        )  # fmt: skip
    with client:
        sweep = Sweep(options, client, choices)
        results = sweep.run(range(1, options.seeds + 1), options.pages)
        # One seed in ten that fails may be bad luck: it is looked at with twice as many.
        again = [page for page in options.pages if page.stem in wavering(results)]
        if again and options.seeds > 1:
            print(f"{len(again)} pages have a claim that not every seed upholds: seeds are doubled")
            results += sweep.run(range(options.seeds + 1, 2 * options.seeds + 1), again)
        if not options.scheduler:
            client.cluster.close()
    return finish(options, results)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="ansatz sweep", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="+", type=lambda text: Path(text).resolve())
    parser.add_argument("--seeds", type=int, default=10, help="1 to this number")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE,VALUE")
    parser.add_argument("--quick", action="store_true", help="pages in their short form")
    parser.add_argument("--scheduler", help="a Dask scheduler's address; none: workers of this machine")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of this machine")
    parser.add_argument("--kernel", default="swift", help="the kernel's name")
    parser.add_argument("--program", type=Path, help="the kernel's file: when it changes, runs are stale")
    parser.add_argument("--output", type=Path, default=Path("build/sweep"), help="where runs are kept")
    parser.add_argument("--report", type=Path, help="a Markdown file; a .json beside it is for programs")
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds is {options.seeds}; at least one")
    return options


def parameters(texts: list[str]) -> list[dict[str, Any]]:
    """All combinations of the values; numbers and truth values are recognised."""
    names, values = [], []
    for text in texts:
        name, mark, listed = text.partition("=")
        if not mark or not name.isidentifier() or not listed:
            raise ValueError(f"--parameter {text}: write NAME=VALUE or NAME=VALUE,VALUE")
        names.append(name)
        values.append([value(item) for item in listed.split(",")])
    return [dict(zip(names, choice)) for choice in itertools.product(*values)]


def value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


class Sweep:
    """Settings handed to workers, and results as they come back."""

    def __init__(self, options: argparse.Namespace, client: Any, choices: list[dict[str, Any]]) -> None:
        self.options = options
        self.client = client
        self.choices = choices
        self.store = Store(options.output / "runs")
        self.prints = {page: fingerprint(page, options.program) for page in options.pages}
        self.start = time.monotonic()
        self.held = self.claimed = 0

    def run(self, seeds: range, pages: list[Path]) -> list[dict[str, Any]]:
        from distributed import as_completed

        settings = [
            Setting(str(page), seed, self.options.quick, self.options.kernel, choice)
            for page in pages
            for seed in seeds
            for choice in self.choices
        ]
        keys = {setting.key(self.prints[Path(setting.page)]): setting for setting in settings}
        results = {key: found for key in keys if (found := self.store.recall(key))}
        if results:
            print(f"{len(results)} of {len(keys)} runs were done before")
        for result in results.values():
            self.count(result)
        waiting = {
            self.client.submit(execute, keys[key], key=key, pure=False, retries=2): key
            for key in keys
            if key not in results
        }
        for future in as_completed(waiting):
            key = waiting[future]
            result = self.result(future, keys[key])
            results[key] = result
            if not result["error"]:
                self.store.keep(key, result)
            self.count(result)
            self.tell(keys[key], result, len(results), len(keys))
        return [results[key] for key in keys]

    @staticmethod
    def result(future: Any, setting: Setting) -> dict[str, Any]:
        error = future.exception()
        if error is None:
            return future.result()
        from dataclasses import asdict

        told = f"{type(error).__name__}: {error}"
        return {"setting": asdict(setting), "claims": [], "seconds": 0.0, "error": told}

    def count(self, result: dict[str, Any]) -> None:
        self.held += sum(claim["holds"] for claim in result["claims"])
        self.claimed += len(result["claims"])

    def tell(self, setting: Setting, result: dict[str, Any], done: int, of: int) -> None:
        verdict = result["error"] or f"{result['seconds']:.1f} s"
        elapsed = time.monotonic() - self.start
        print(
            f"[{done}/{of}, {elapsed:.0f} s] {setting.name}: {verdict}; "
            f"{self.held} of {self.claimed} claims hold so far",
            flush=True,
        )


def finish(options: argparse.Namespace, results: list[dict[str, Any]]) -> int:
    command = "ansatz sweep " + " ".join(
        [f"--seeds {options.seeds}", *(f"--parameter {text}" for text in options.parameter)]
        + ["--quick"] * options.quick
    )
    text = markdown(results, command)
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(text)
        content = [spread.as_dictionary for spread in spreads(results)]
        options.report.with_suffix(".json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    else:
        print(text)
    failed = [result for result in results if result["error"]]
    for result in failed:
        print(f"{Setting(**result['setting']).name}: {result['error']}", file=sys.stderr)
    return 1 if failed else 0


def refused(sentence: str) -> int:
    print(f"ansatz sweep: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
