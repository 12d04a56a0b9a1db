#!/bin/sh
# Installs those Debian packages of a list that are missing; does nothing, fast, when none is.
# Usage: install-packages.sh LIST
set -eu
names=$(sed -e 's/#.*//' -e '/^ *$/d' "$1")

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "packages: this system has no dpkg; make sure that it has the counterparts of:" $names >&2
  exit 0
fi

missing=
for name in $names; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=sudo
else
  cat >&2 <<TEXT
packages: missing:$missing
  They need root to be installed, which this account cannot become. Ask an administrator to run
    apt-get update && apt-get install --no-install-recommends$missing
  then run the command again.
TEXT
  exit 1
fi

echo "packages: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
  $as_root apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
} >"$log" 2>&1; then
  cat "$log" >&2
  echo "packages: apt-get could not install$missing (its messages are above)" >&2
  exit 1
fi
