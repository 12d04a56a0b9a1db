"""What was typed, in this session and in earlier ones."""

import os
import stat
import uuid

import pytest


@pytest.fixture
def home(tmp_path):
    """An environment whose history begins empty."""
    return {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data home")}


def history(kernel, **content):
    content = {"output": False, "raw": True, "hist_access_type": "tail", "n": 10} | content
    return kernel.request("history_request", content)["content"]["history"]


def sources(entries):
    return [entry[2] for entry in entries]


def test_tail(new_kernel, home):
    kernel = new_kernel(env=home)
    assert history(kernel) == []
    codes = [f"let tail{i} = {i}" for i in range(4)]
    for code in codes:
        kernel.run(code)
    assert sources(history(kernel)) == codes
    assert sources(history(kernel, n=2)) == codes[-2:]
    assert history(kernel, n=0) == []
    session, line, _ = history(kernel)[0]
    assert (session, line) == (1, 1)


def test_output(new_kernel, home):
    kernel = new_kernel(env=home)
    kernel.run("6 * 7")
    kernel.run("let noResult = 1")
    entries = [entry[2] for entry in history(kernel, output=True)]
    assert entries == [["6 * 7", "42"], ["let noResult = 1", None]]


def test_what_is_not_stored(new_kernel, home):
    kernel = new_kernel(env=home)
    kernel.run("1")
    kernel.run("2", silent=True)
    kernel.run("3", store_history=False)
    assert sources(history(kernel)) == ["1"]


def test_range(new_kernel, home):
    kernel = new_kernel(env=home)
    for i in range(1, 6):
        kernel.run(str(i))
    arguments = {"hist_access_type": "range", "session": 0}
    assert sources(history(kernel, **arguments, start=2, stop=4)) == ["2", "3"]
    assert sources(history(kernel, **arguments, start=4)) == ["4", "5"]
    assert sources(history(kernel, **arguments, start=4, stop=None)) == ["4", "5"]
    assert history(kernel, **arguments, start=9, stop=4) == []
    assert sources(history(kernel, **arguments | {"session": 1}, start=1, stop=2)) == ["1"]
    assert history(kernel, **arguments | {"session": 99}, start=1, stop=2) == []


def test_search(new_kernel, home):
    kernel = new_kernel(env=home)
    for code in ["let needle = 1", "print(1)", "let noodle = 2", "print(1)", "print(2)"]:
        kernel.run(code)

    def search(pattern, **more):
        arguments = {"hist_access_type": "search", "pattern": pattern, "n": None}
        return sources(history(kernel, **arguments | more))

    assert search("let*") == ["let needle = 1", "let noodle = 2"]
    assert search("let n??dle*") == ["let needle = 1", "let noodle = 2"]
    assert search("*[12])") == ["print(1)", "print(1)", "print(2)"]
    assert search("*[12])", unique=True) == ["print(1)", "print(2)"]
    assert search("*", n=2) == ["print(1)", "print(2)"]
    assert search("print(1)", unique=True) == ["print(1)"]
    assert search("nothing like it") == []
    assert len(search("*")) == 5


def test_history_outlives_the_kernel(new_kernel, home):
    first = new_kernel(env=home)
    first.run("let early = 1")
    first.close()
    second = new_kernel(env=home)
    second.run("let later = 2")
    assert sources(history(second)) == ["let early = 1", "let later = 2"]
    (entry,) = history(second, hist_access_type="range", session=-1, start=1, stop=9)
    assert entry[2] == "let early = 1"
    assert [e[0] for e in history(second)] == [1, 2]


def test_kernels_share_the_history(new_kernel, home):
    kernels = [new_kernel(env=home) for _ in range(3)]
    token = uuid.uuid4().hex
    sent = []
    for kernel in kernels:
        sent += [(kernel, kernel.client.execute(f'"{token} {i}"')) for i in range(5)]
    for kernel, message_id in sent:
        assert kernel.finish(message_id).status == "ok"
    found = history(kernels[0], hist_access_type="search", n=None, pattern=f"*{token}*")
    assert len(found) == 15
    assert len({entry[0] for entry in found}) == 3


@pytest.mark.parametrize("obstacle", ["file", "read-only"])
def test_history_without_a_place_to_write(new_kernel, tmp_path, obstacle):
    place = tmp_path / "obstacle"
    if obstacle == "file":
        place.write_text("not a folder")
    else:
        place.mkdir()
        place.chmod(stat.S_IRUSR | stat.S_IXUSR)
    kernel = new_kernel(env={**os.environ, "XDG_DATA_HOME": str(place)})
    kernel.run("7 * 6")
    assert sources(history(kernel)) == ["7 * 6"]


def test_broken_database_is_survived(new_kernel, home):
    folder = os.path.join(home["XDG_DATA_HOME"], "ansatz")
    os.makedirs(folder)
    with open(os.path.join(folder, "history.sqlite"), "wb") as file:
        file.write(b"this is no database" * 1000)
    kernel = new_kernel(env=home)
    assert kernel.run("7 * 6").result == "42"
    assert sources(history(kernel)) == ["7 * 6"]
