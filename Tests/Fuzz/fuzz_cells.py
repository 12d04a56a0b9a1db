"""Runs randomly edited cells in a real kernel and checks that it goes on.

    python Tests/Fuzz/fuzz_cells.py --count 5000 --seed 1
    python Tests/Fuzz/fuzz_cells.py --seed 1 --only 137   # one cell again, shown with its outcome

Every cell is a valid one of `corpus/`, edited by tokens or by characters. What must hold:

- every request is answered by a well-formed reply and an idle status;
- a cell that takes too long can be interrupted;
- after each batch, `1+1` is 2, and the kernel's processes hold no more descriptors than before;
- neither the kernel nor the process that runs cells is lost (cells that use memory unsafely may
  cost the latter, which the kernel then has to say).

The cells neither delete files nor start processes, so no edit of them can; the kernel runs in a
folder of its own that is removed afterwards. The exit status is 0 if everything held.
"""

import argparse
import collections
import os
import queue
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

CORPUS = Path(__file__).parent / "corpus"

TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"|\w+|\s+|[-+*/%&|^~<>=!?.]+|[^\w\s]', re.UNICODE)

KEYWORDS = """
    let var func struct class enum protocol actor extension init deinit subscript import typealias
    if else guard switch case default for in where while repeat break continue return throw throws
    rethrows try do catch defer async await some any inout static mutating private is as nil true
    false self Self super #if #else #endif #line @ ! ? -> => { } ( ) [ ] < > : ; , . .. ... ..< = ==
    & && | || + - * / % ~ ^ \\ \\( " \"\"\" #" "# // /* */ _ $0 0 1 -1 0x 1e9 .self .Type each repeat
""".split()

CHARACTERS = list("abcXYZ_019 \n\t(){}[]<>\"'`\\#@!?.,:;=+-*/%&|^~$") + [
    "\0", "\r", "\u00e9", "\u202e", "\u2028", "\ufeff", "\U0001f600", "e\u0301", "\ud7ff"]

# Long numbers could ask for all of the machine's memory.
LONG_NUMBER = re.compile(r"\d[\d_]{6,}")

# What may corrupt memory when it is edited.
UNSAFE = re.compile(r"[Uu]nsafe|allocate|Unmanaged")


# MARK: Edits

def token_class(token):
    if token[0] == '"':
        return "string"
    if token[0].isdigit():
        return "number"
    if token[0].isalnum() or token[0] == "_":
        return "word"
    return "space" if token.isspace() else "operator"


def edit_likely(random, text, cells):
    """Exchanges a token for one of its kind: such cells often compile, and then misbehave."""
    tokens = TOKEN.findall(text)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(tokens)) if tokens else 0
        if not tokens or token_class(tokens[at]) == "space":
            continue
        pool = tokens if random.random() < 0.8 else TOKEN.findall(random.choice(cells))
        alike = [token for token in pool if token_class(token) == token_class(tokens[at])]
        if token_class(tokens[at]) == "number":
            alike += ["0", "1", "-1", "7", "255", "1.5"]
        if alike:
            tokens[at] = random.choice(alike)
    return "".join(tokens)


def edit_tokens(random, text, cells):
    tokens = TOKEN.findall(text)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        if not tokens:
            return ""
        at = random.randrange(len(tokens))
        kind = random.randrange(9)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, tokens[at])
        elif kind == 2:
            other = random.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = random.choice(tokens)
        elif kind == 4:
            tokens[at] = random.choice(TOKEN.findall(random.choice(cells)))
        elif kind == 5:
            tokens.insert(at, " " + random.choice(KEYWORDS) + " ")
        elif kind == 6:
            tokens[at] = random.choice(KEYWORDS)
        elif kind == 7:
            del tokens[at:at + random.randint(1, 12)]
        else:
            tokens[at:at] = tokens[at:at + random.randint(1, 12)]
    return "".join(tokens)


def edit_lines(random, text, cells):
    lines = text.split("\n")
    at = random.randrange(len(lines))
    kind = random.randrange(7)
    other = random.choice(cells).split("\n")
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        random.shuffle(lines)
    elif kind == 3:
        lines[at:at] = other[random.randrange(len(other)):]
    elif kind == 4:
        lines[at:] = other[random.randrange(len(other)):]
    else:
        lines += other
    return "\n".join(lines)


def edit_characters(random, text, cells):
    for _ in range(random.choice([1, 1, 2, 5])):
        if not text:
            return text
        at = random.randrange(len(text))
        kind = random.randrange(5)
        if kind == 0:
            text = text[:at] + text[at + 1:]
        elif kind == 1:
            text = text[:at] + random.choice(CHARACTERS) + text[at:]
        elif kind == 2:
            text = text[:at] + random.choice(CHARACTERS) + text[at + 1:]
        elif kind == 3:
            end = at + random.randint(1, 20)
            text = text[:end] + text[at:end] + text[end:]
        else:
            text = text[:at]
    return text


def edited_cell(seed, index, cells):
    """Cell number `index` of the run with `seed`; the same on every machine."""
    source = random.Random(f"{seed}:{index}")
    while True:
        text = source.choice(cells)
        edits = [edit_likely, edit_likely, edit_likely, edit_lines, edit_tokens, edit_characters]
        for _ in range(source.choice([1, 1, 1, 2])):
            text = source.choice(edits)(source, text, cells)
        if not LONG_NUMBER.search(text):
            return text


# MARK: The kernel

class Finding(Exception):
    """Something that must not happen."""


class Kernel:
    def __init__(self, name, folder, timeout):
        self.timeout = timeout
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(cwd=folder)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code):
        """The reply to a cell, its outputs, and whether it had to be interrupted."""
        request = self.client.execute(code, allow_stdin=False, stop_on_error=False)
        deadline = time.monotonic() + self.timeout
        interrupted = False
        outputs, idle, reply = [], False, None
        while not (idle and reply):
            message = None
            if not idle:
                message = self.next(self.client.iopub_channel)
            elif reply is None:
                message = self.next(self.client.shell_channel)
            if message and message["parent_header"].get("msg_id") == request:
                kind, content = message["msg_type"], message["content"]
                if kind == "execute_reply":
                    reply = content
                elif kind == "status":
                    idle = content["execution_state"] == "idle"
                else:
                    # A flood need not be kept.
                    outputs = outputs[-1000:] + [(kind, content)]
            if time.monotonic() < deadline:
                continue
            if not self.manager.is_alive():
                raise Finding("the kernel died")
            if interrupted:
                raise Finding("hang: no end after an interrupt")
            self.manager.interrupt_kernel()
            interrupted = True
            deadline = time.monotonic() + self.timeout
        return reply, outputs, interrupted

    @staticmethod
    def next(channel):
        try:
            return channel.get_msg(timeout=0.25)
        except queue.Empty:
            return None

    def processes(self):
        """The kernel's process and all that descend from it."""
        parents = collections.defaultdict(list)
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    status = (entry / "stat").read_text()
                except OSError:
                    continue
                parents[int(status.rpartition(")")[2].split()[1])].append(int(entry.name))
        found = [self.manager.provisioner.pid]
        for process in found:
            found.extend(parents[process])
        return found

    def descriptors(self):
        """How many descriptors of which kind each process holds."""
        counts = collections.Counter()
        for process in self.processes():
            try:
                command = Path(f"/proc/{process}/cmdline").read_text().split("\0")[1:2]
                for entry in os.scandir(f"/proc/{process}/fd"):
                    kind = re.sub(r"\d+", "N", os.readlink(entry.path))
                    counts[" ".join(command), kind] += 1
            except OSError:
                pass
        return counts

    def memory(self):
        """Resident megabytes of all processes."""
        pages = 0
        for process in self.processes():
            try:
                pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
            except OSError:
                pass
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20


# MARK: Checks

def check_reply(reply, outputs):
    """What the protocol says about an answer, whatever the cell was."""
    status = reply.get("status")
    errors = [content for kind, content in outputs if kind == "error"]
    if not isinstance(reply.get("execution_count"), int):
        raise Finding(f"reply without execution_count: {reply}")
    if status == "ok":
        if not isinstance(reply.get("user_expressions"), dict):
            raise Finding(f"reply without user_expressions: {reply}")
        if errors:
            raise Finding(f"an error was shown, but the reply is ok: {errors[0]}")
    elif status == "error":
        for content in [reply] + errors:
            if not (isinstance(content.get("ename"), str) and content["ename"]
                    and isinstance(content.get("evalue"), str)
                    and isinstance(content.get("traceback"), list)
                    and all(isinstance(line, str) for line in content["traceback"])):
                raise Finding(f"incomplete error: {content}")
        if len(errors) != 1 or errors[0]["ename"] != reply["ename"]:
            raise Finding(f"the reply's error {reply['ename']} was shown {len(errors)} times")
    else:
        raise Finding(f"unexpected status: {reply}")


def check_sum(kernel):
    reply, outputs, _ = kernel.run("1+1")
    shown = [content["data"].get("text/plain") for kind, content in outputs
             if kind == "execute_result"]
    if reply["status"] != "ok" or shown != ["2"]:
        raise Finding(f"1+1 is {shown or reply}")


def run_cell(kernel, text, outcomes):
    reply, outputs, interrupted = kernel.run(text)
    check_reply(reply, outputs)
    outcome = reply.get("ename", "ok")
    outcomes[outcome] += 1
    if interrupted:
        outcomes["(interrupted by us)"] += 1
    if outcome == "SessionLost" and not UNSAFE.search(text):
        raise Finding(f"the process that runs cells was lost: {reply['evalue']}")
    return outcome, reply, outputs


# MARK: The run

class Run:
    def __init__(self, options, paths, folder):
        self.options, self.paths, self.folder = options, paths, folder
        self.cells = [path.read_text() for path in paths]
        self.outcomes = collections.Counter()
        self.examples = collections.defaultdict(list)
        self.findings = []
        self.kernel = None
        self.first_descriptors = None
        self.last_descriptors = collections.Counter()
        self.slowest = (0.0, -1)

    def start(self):
        if self.kernel:
            self.kernel.close()
        self.kernel = Kernel(self.options.kernel, self.folder, self.options.timeout)
        self.first_descriptors = None

    def record(self, index, text, finding):
        print(f"\ncell {index}: {finding}", flush=True)
        self.findings.append((index, str(finding)))
        if self.options.findings:
            folder = Path(self.options.findings)
            folder.mkdir(parents=True, exist_ok=True)
            name = f"seed{self.options.seed}-{index}.swift"
            (folder / name).write_text(text, errors="surrogatepass")
        self.start()

    def cell(self, index):
        text = edited_cell(self.options.seed, index, self.cells)
        began = time.monotonic()
        try:
            outcome, _, _ = run_cell(self.kernel, text, self.outcomes)
            self.examples[outcome].append(index)
        except Finding as finding:
            self.record(index, text, finding)
        self.slowest = max(self.slowest, (time.monotonic() - began, index))

    def check_batch(self, index):
        try:
            check_sum(self.kernel)
            last = self.last_descriptors = self.kernel.descriptors()
            first = self.first_descriptors = self.first_descriptors or last
            if last.total() > first.total() + self.options.descriptors:
                raise Finding(
                    f"descriptors grew from {first.total()} to {last.total()}: {last - first}")
        except Finding as finding:
            self.record(index, "", finding)

    def unedited(self):
        """Every cell of the corpus has to run as it is."""
        self.start()
        for path, text in zip(self.paths, self.cells):
            try:
                outcome, reply, _ = run_cell(self.kernel, text, collections.Counter())
                if outcome != "ok":
                    raise Finding(f"{path.name} fails: {outcome}: {reply['evalue']}")
            except Finding as finding:
                self.record(path.stem, text, finding)
        print(f"{len(self.cells)} cells unedited, {len(self.findings)} findings", flush=True)

    def all(self):
        self.unedited()
        self.start()
        began = time.monotonic()
        for index in range(self.options.count):
            if index and index % self.options.session == 0:
                self.start()
            self.cell(index)
            if (index + 1) % self.options.batch == 0 or index + 1 == self.options.count:
                self.check_batch(index)
                print(
                    f"{index + 1} cells, {time.monotonic() - began:.0f} s, "
                    f"{self.outcomes['ok']} ok, {len(self.findings)} findings, "
                    f"{self.last_descriptors.total()} descriptors, {self.kernel.memory()} MB", flush=True)
            if len(self.findings) >= self.options.findings_limit:
                print("too many findings; stopping")
                break
        self.kernel.close()

    def summary(self):
        print("\noutcomes:")
        for name, count in self.outcomes.most_common():
            examples = ", ".join(map(str, self.examples[name][:5]))
            print(f"  {count:6}  {name}" + (f" (cells {examples})" if examples else ""))
        seconds, index = self.slowest
        print(f"slowest: cell {index}, {seconds:.1f} s")
        print(f"findings: {len(self.findings)}")
        for index, finding in self.findings:
            print(f"  cell {index}: {finding}")


def show(run, index):
    """Runs one cell and prints it with all that came of it."""
    text = edited_cell(run.options.seed, index, run.cells)
    print(text)
    print("-" * 40)
    run.start()
    try:
        outcome, reply, outputs = run_cell(run.kernel, text, run.outcomes)
        for kind, content in outputs:
            print(kind, content)
        print(outcome, reply)
        check_sum(run.kernel)
    except Finding as finding:
        print(finding)
        run.findings.append((index, str(finding)))
    run.kernel.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=5000, help="cells to run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kernel", default="swift", help="name of the kernelspec")
    parser.add_argument("--batch", type=int, default=50, help="cells between two checks")
    parser.add_argument("--session", type=int, default=500, help="cells in one kernel")
    parser.add_argument("--timeout", type=float, default=20, help="seconds until an interrupt")
    parser.add_argument(
        "--descriptors", type=int, default=128,
        help="growth in one kernel that is no leak yet: the compiler keeps modules it read open")
    parser.add_argument("--findings", help="folder for the cells that broke something")
    parser.add_argument("--findings-limit", type=int, default=20, help="findings to stop at")
    parser.add_argument("--only", type=int, help="run this one cell and show it")
    options = parser.parse_args()

    folder = tempfile.mkdtemp(prefix="fuzz-cells-")
    run = Run(options, sorted(CORPUS.glob("*.swift")), folder)
    try:
        if options.only is not None:
            show(run, options.only)
        else:
            run.all()
            run.summary()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if run.findings else 0


if __name__ == "__main__":
    sys.exit(main())
