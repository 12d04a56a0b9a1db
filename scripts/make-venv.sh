#!/bin/sh
# Makes the project's Python environment with the pinned versions of a requirements file.
# Usage: make-venv.sh FOLDER REQUIREMENTS
set -eu
folder=$1
requirements=$2

usable() {
  command -v "$1" >/dev/null 2>&1 &&
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.14; do
  if usable "$candidate"; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  cat >&2 <<TEXT
python: found no Python 3.11 or newer with its venv module.
  On Debian: apt-get install python3 python3-venv
  then run the command again.
TEXT
  exit 1
fi

if ! [ -x "$folder/bin/python" ] || ! "$folder/bin/python" -c 'import pip' 2>/dev/null; then
  echo "python: making $folder with $("$python" --version)"
  rm -rf "$folder"
  "$python" -m venv "$folder"
fi
echo "python: installing the pinned packages of $requirements"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements"
