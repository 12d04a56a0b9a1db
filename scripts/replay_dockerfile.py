"""Replays the steps of a Dockerfile where no container engine runs.

Each step does what an engine does, with the same owners and accounts, in a copy-on-write view of
this machine's files that is gone at the end; the view stands for the base image. Needs root.

    sudo python3 scripts/replay_dockerfile.py Dockerfile
    sudo python3 scripts/replay_dockerfile.py binder/Dockerfile --argument NB_UID=1234 \
        --instead 'apt-get update' true --check 'jupyterhub-singleuser --version'

Without `--instead` everything is really done: packages are fetched, and the kernel is built.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Image:
    """What the steps so far have set."""

    view: Path
    replacements: list[tuple[str, str]]
    user: str = "root"
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        known = {**os.environ, **self.arguments, **self.variables}
        return re.sub(
            r"\$\{(\w+)\}|\$(\w+)", lambda match: known.get(match[1] or match[2], ""), text
        )

    def run(self, command: str) -> int:
        """Runs a command in the view as the present account; the number of its status."""
        for pattern, replacement in self.replacements:
            if re.search(pattern, command):
                command = re.sub(rf"[^&|;]*(?:{pattern})[^&|;]*", f" {replacement} ", command)
        settings = {"PATH": os.environ["PATH"], "HOME": self.home(), **self.arguments, **self.variables}
        assignments = [f"{name}={value}" for name, value in settings.items()]
        inside = ["chroot", f"--userspec={self.user}", str(self.view), "env", "-i", *assignments]
        script = f"cd '{self.folder}' && {command}"
        return subprocess.run([*inside, "/bin/sh", "-c", script]).returncode

    def home(self) -> str:
        rows = (line.split(":") for line in (self.view / "etc/passwd").read_text().splitlines())
        return next((row[5] for row in rows if self.user in (row[0], row[2])), "/")

    def root(self, command: list[str]) -> None:
        subprocess.run(["chroot", str(self.view), *command], check=True)


def steps(dockerfile: Path) -> list[tuple[str, str]]:
    lines = [line for line in dockerfile.read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    words = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [(word.upper(), rest.strip()) for word, _, rest in words]


def replay(image: Image, step: str, rest: str) -> int:
    if step == "ARG":
        name, _, value = rest.partition("=")
        image.arguments.setdefault(name, image.filled(value))
    elif step == "ENV":
        for name, value in re.findall(r'(\w+)=("[^"]*"|\S+)', rest):
            image.variables[name] = image.filled(value.strip('"'))
    elif step == "USER":
        image.user = image.filled(rest)
    elif step == "WORKDIR":
        # An engine makes a missing folder, and makes it root's, whatever USER says.
        image.folder = image.filled(rest)
        image.root(["mkdir", "-p", image.folder])
    elif step == "COPY":
        copy(image, rest)
    elif step == "RUN":
        return image.run(rest)
    elif step not in ("FROM", "EXPOSE", "CMD"):
        raise SystemExit(f"{step} is not among the steps that can be replayed")
    return 0


def copy(image: Image, rest: str) -> None:
    """Copies the repository, as `.dockerignore` leaves it; owned by root unless `--chown` says more."""
    owner = re.search(r"--chown=(\S+)", rest)
    _, target = [image.filled(word) for word in rest.split() if not word.startswith("--")]
    place = os.path.normpath(os.path.join(image.folder, target))
    ignored = (ROOT / ".dockerignore").read_text().split()
    excluded = [f"--exclude=./{name}" for name in ignored]
    archive = ["tar", "--create", *excluded, "--directory", str(ROOT), "."]
    written = subprocess.run(archive, stdout=subprocess.PIPE, check=True).stdout
    image.root(["mkdir", "-p", place])
    # The folder itself keeps the owner that it has.
    unpack = ["tar", "--extract", "--no-overwrite-dir", "--no-same-owner", "--directory", place]
    subprocess.run(["chroot", str(image.view), *unpack], input=written, check=True)
    if owner:
        named = image.filled(owner[1])
        image.root(["find", place, "-mindepth", "1", "-exec", "chown", "-h", named, "{}", "+"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dockerfile", type=Path)
    parser.add_argument("--argument", action="append", default=[], help="NAME=VALUE for an ARG")
    parser.add_argument(
        "--instead", nargs=2, action="append", default=[], metavar=("PATTERN", "COMMAND"),
        help="what to do for a command that matches a pattern",
    )
    parser.add_argument("--check", action="append", default=[], help="a command for the finished image")
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("replaying needs root: accounts are made and folders mounted")
    if "ANSATZ_REPLAY" not in os.environ:
        os.environ["ANSATZ_REPLAY"] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    place = Path(tempfile.mkdtemp(prefix="replay-"))
    subprocess.run(["mount", "-t", "tmpfs", "replay", str(place)], check=True)
    upper, work, view = (place / name for name in ("upper", "work", "view"))
    for folder in (upper, work, view):
        folder.mkdir()
    layers = f"lowerdir=/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(view)], check=True)
    subprocess.run(["mount", "--rbind", "/dev", str(view / "dev")], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", str(view / "proc")], check=True)
    image = Image(view, [tuple(pair) for pair in options.instead])
    image.arguments.update(text.split("=", 1) for text in options.argument)
    forget_people(image)
    for step, rest in steps(options.dockerfile):
        print(f"== {step} {rest}", flush=True)
        if status := replay(image, step, rest):
            print(f"failed with status {status}", flush=True)
            return 1
    for command in options.check:
        print(f"== check {command}", flush=True)
        if image.run(command):
            print("failed", flush=True)
            return 1
    return 0


def forget_people(image: Image) -> None:
    """The base image has no accounts of people, and nothing in /home."""
    for line in (image.view / "etc/passwd").read_text().splitlines():
        name, _, number, *_ = line.split(":")
        if 1000 <= int(number) < 65000:
            subprocess.run(["chroot", str(image.view), "userdel", name], capture_output=True)
    subprocess.run(["chroot", str(image.view), "sh", "-c", "rm -rf /home/*"], check=True)


if __name__ == "__main__":
    sys.exit(main())
