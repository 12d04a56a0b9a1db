#!/bin/sh
# Draws twelve figures with Ansatz and with matplotlib: build/figures/twelve.png shows the pairs.
# Needs a built kernel and a Python with matplotlib (PYTHON, else the project's .venv).
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
"$python" "$here/twelve.py"
"$root/.build/release/ansatz" run "$here/twelve.swift"
"$python" "$here/twelve.py" contact
