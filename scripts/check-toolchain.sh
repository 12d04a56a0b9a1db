#!/bin/sh
# Checks that a Swift toolchain of the right version is on PATH; says what to do when it is not.
# Usage: check-toolchain.sh [--quiet]
set -eu
wanted=6.3

if ! command -v swift >/dev/null 2>&1; then
  cat >&2 <<TEXT
toolchain: no 'swift' on PATH.
  1. Get Swift $wanted for this system: https://www.swift.org/install/linux
  2. Put its 'usr/bin' first on PATH, for example:
       export PATH="\$HOME/swift-$wanted-RELEASE-debian12/usr/bin:\$PATH"
  3. Run the command again.
TEXT
  exit 1
fi

banner=$(swift --version 2>/dev/null | grep -o 'Swift version [0-9][0-9.]*' | head -n 1 || true)
version=${banner#Swift version }
case "$version" in
  "$wanted" | "$wanted".*) ;;
  *)
    cat >&2 <<TEXT
toolchain: $(command -v swift) is Swift ${version:-of an unknown version}, but Ansatz needs Swift $wanted.
  Get Swift $wanted (https://www.swift.org/install/linux), put its 'usr/bin' first on PATH,
  then run the command again. With swiftly: swiftly install $wanted && swiftly use $wanted
TEXT
    exit 1
    ;;
esac
[ "${1:-}" = --quiet ] || echo "toolchain: ok, Swift $version at $(command -v swift)"
