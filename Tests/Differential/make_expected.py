"""Asks swiftc what every program prints and writes `expected.json`.

    python Tests/Differential/make_expected.py           # what is missing
    python Tests/Differential/make_expected.py --all     # everything anew
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from programs import HERE, cut, fingerprint, programs, reference, rerun


def main() -> None:
    file = HERE / "expected.json"
    known = json.loads(file.read_text()) if file.exists() and "--all" not in sys.argv else {}
    texts = []
    for text in programs().values():
        cells = cut(text)
        texts += [text, rerun(cells, set(range(2, len(cells), 3))).whole]
    missing = [text for text in dict.fromkeys(texts) if fingerprint(text) not in known]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = dict(zip(map(fingerprint, missing), pool.map(reference, missing)))
    kept = {fingerprint(text) for text in texts}
    known = {key: value for key, value in known.items() if key in kept}
    known |= {key: value for key, value in answers.items() if value is not None}
    file.write_text(json.dumps(dict(sorted(known.items())), indent=0, ensure_ascii=False) + "\n")
    print(f"{len(known)} programs, {sum(value is None for value in answers.values())} left out")


if __name__ == "__main__":
    main()
