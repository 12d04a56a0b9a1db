"""The commands `ansatz install`, `uninstall` and `doctor`."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from house import ANSATZ, ansatz, run, tool


def install(*arguments: object, **options: object) -> None:
    result = ansatz("install", "--no-warm-up", *arguments, **options)
    assert result.returncode == 0, result.stderr


def test_a_prefix_with_spaces_holds_a_kernel_that_runs(tmp_path: Path) -> None:
    prefix = tmp_path / "a folder, with spaces"
    install("--prefix", prefix)
    kernels = prefix / "share" / "jupyter" / "kernels"
    spec = KernelSpecManager(kernel_dirs=[str(kernels)]).get_kernel_spec("swift")
    assert spec.display_name == "Swift" and spec.language == "swift"
    assert spec.argv[0] == str(ANSATZ.resolve())
    manager = KernelManager(
        kernel_name="swift", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernels)])
    )
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        reply = client.execute_interactive("1 + 1", timeout=60, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_logos_are_pictures_of_the_right_size(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    folder = tmp_path / "share/jupyter/kernels/swift"
    for side in (32, 64):
        content = (folder / f"logo-{side}x{side}.png").read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", content[16:24]) == (side, side)
    assert (folder / "logo-svg.svg").read_text().startswith("<svg")


def test_for_the_user_in_jupyters_own_folders(tmp_path: Path) -> None:
    install("--user", variables={"HOME": str(tmp_path)})
    assert (tmp_path / ".local/share/jupyter/kernels/swift/kernel.json").exists()
    elsewhere = {"HOME": str(tmp_path), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    install("--user", variables=elsewhere)
    assert (tmp_path / "data/kernels/swift/kernel.json").exists()


def test_sys_prefix_is_the_active_environment(tmp_path: Path) -> None:
    install("--sys-prefix", variables={"VIRTUAL_ENV": str(tmp_path)})
    assert (tmp_path / "share/jupyter/kernels/swift/kernel.json").exists()


def test_a_second_install_replaces_the_first(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    install("--prefix", tmp_path, "--display-name", "Swift, again")
    folder = tmp_path / "share/jupyter/kernels"
    assert [item.name for item in folder.iterdir()] == ["swift"]
    spec = json.loads((folder / "swift/kernel.json").read_text())
    assert spec["display_name"] == "Swift, again"


def test_jupyter_lists_it_under_its_name(tmp_path: Path) -> None:
    install("--prefix", tmp_path, "--name", "swift-mine", "--display-name", "Mine")
    path = {"JUPYTER_PATH": str(tmp_path / "share/jupyter")}
    listed = json.loads(tool("jupyter", "kernelspec", "list", "--json", variables=path).stdout)
    assert listed["kernelspecs"]["swift-mine"]["spec"]["display_name"] == "Mine"


def test_uninstall_removes_only_what_install_wrote(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    folder = tmp_path / "share/jupyter/kernels"
    other = folder / "other"
    other.mkdir()
    (other / "kernel.json").write_text('{"argv": ["x"], "language": "swift"}')
    refused = ansatz("uninstall", "--prefix", tmp_path, "--name", "other")
    assert refused.returncode != 0 and "was not written by" in refused.stderr
    assert ansatz("uninstall", "--prefix", tmp_path).returncode == 0
    assert [item.name for item in folder.iterdir()] == ["other"]
    again = ansatz("uninstall", "--prefix", tmp_path)
    assert again.returncode != 0 and "no kernel named 'swift'" in again.stderr


@pytest.mark.parametrize("name", ["a b", "../x", "", ".."])
def test_a_name_that_jupyter_would_refuse_is_refused(tmp_path: Path, name: str) -> None:
    result = ansatz("install", "--prefix", tmp_path, "--name", name)
    assert result.returncode != 0
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    result = ansatz("install", "--no-warm-up", "--prefix", blocker)
    assert result.returncode != 0
    assert str(blocker) in result.stderr and "--prefix" in result.stderr


def test_doctor_finds_everything_well(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    result = ansatz("doctor", "--prefix", tmp_path, variables={"HOME": str(tmp_path)})
    assert result.returncode == 0, result.stdout
    parts = [line.split(":")[0] for line in result.stdout.splitlines()]
    assert parts[:5] == ["ansatz", "toolchain", "compiler", "libraries", "caches"]
    assert "20 + 22 is 42" in result.stdout


def test_doctor_names_a_kernelspec_whose_program_is_gone(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    file = tmp_path / "share/jupyter/kernels/swift/kernel.json"
    spec = json.loads(file.read_text())
    spec["argv"][0] = "/nowhere/ansatz"
    file.write_text(json.dumps(spec))
    result = ansatz("doctor", "--no-trial", "--prefix", tmp_path)
    assert result.returncode == 1
    assert "/nowhere/ansatz, which is gone" in result.stdout


def test_doctor_says_when_the_toolchain_moved(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    file = tmp_path / "share/jupyter/kernels/swift/kernel.json"
    spec = json.loads(file.read_text())
    spec["metadata"]["ansatz"]["toolchain"] = "/opt/gone/usr"
    file.write_text(json.dumps(spec))
    result = ansatz("doctor", "--no-trial", "--prefix", tmp_path)
    assert result.returncode == 1 and "/opt/gone/usr, which has moved" in result.stdout


def test_doctor_tells_of_a_path_without_swift(tmp_path: Path) -> None:
    result = ansatz("doctor", "--no-trial", "--prefix", tmp_path, variables={"PATH": "/usr/bin:/bin"})
    assert "no swiftc on PATH" in result.stdout


def toolchain() -> str:
    info = run(Path("/usr/bin/env"), "swiftc", "-print-target-info").stdout
    return str(Path(json.loads(info)["paths"]["runtimeResourcePath"]).parents[1])


def without_swift() -> str:
    """A PATH with all programs but those of the toolchain."""
    return os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep)
        if not (Path(folder) / "swiftc").exists()
    )


def test_cells_run_without_swift_on_path(tmp_path: Path) -> None:
    file = tmp_path / "cell.swift"
    file.write_text("print(6 * 7)\n")
    result = ansatz("run", file, variables={"PATH": without_swift()})
    assert (result.returncode, result.stdout) == (0, "42\n"), result.stderr
    variables = {"PATH": without_swift()}
    result = ansatz("install", "--no-warm-up", "--prefix", tmp_path, variables=variables)
    assert result.returncode == 0, result.stderr
    spec = json.loads((tmp_path / "share/jupyter/kernels/swift/kernel.json").read_text())
    assert spec["metadata"]["ansatz"]["toolchain"] == toolchain()


def moved(script: str, place: Path) -> object:
    """Runs a shell script where the toolchain has gone to `place`."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    root = toolchain()
    (place / "empty").mkdir(parents=True)
    (place / "usr").mkdir()
    move = f'mount --bind "{root}" "{place}/usr" && mount --bind "{place}/empty" "{root}" && {script}'
    return run(
        Path("/usr/bin/env"), "unshare", "--mount", "sh", "-c", move,
        variables={"PATH": without_swift()},
    )


def test_doctor_speaks_when_the_toolchain_is_gone(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    result = moved(f'"{ANSATZ}" doctor --no-trial --prefix "{tmp_path}"', tmp_path / "new")
    assert result.returncode == 1, result.stderr
    assert f"{toolchain()} (Swift" in result.stdout and "is gone" in result.stdout
    assert "put the usr/bin of Swift" in result.stdout
    cell = tmp_path / "cell.swift"
    cell.write_text("1 + 1")
    result = moved(f'"{ANSATZ}" run "{cell}"', tmp_path / "newer")
    assert result.returncode == 1 and "is gone: put the usr/bin" in result.stderr


def test_a_toolchain_in_another_place_serves(tmp_path: Path) -> None:
    install("--prefix", tmp_path)
    cell = tmp_path / "cell.swift"
    cell.write_text('import Foundation\nprint(sqrt(49.0), "a,b".components(separatedBy: ","))')
    place = tmp_path / "new"
    result = moved(f'PATH="{place}/usr/bin:$PATH" "{ANSATZ}" run "{cell}"', place)
    assert (result.returncode, result.stdout) == (0, '7.0 ["a", "b"]\n'), result.stderr


def test_a_kernel_of_somebody_else_is_not_replaced_silently(tmp_path: Path) -> None:
    folder = tmp_path / "share/jupyter/kernels/swift"
    folder.mkdir(parents=True)
    foreign = '{"argv": ["/opt/other/swift-kernel"], "display_name": "Other", "language": "swift"}'
    (folder / "kernel.json").write_text(foreign)
    refused = ansatz("install", "--no-warm-up", "--prefix", tmp_path)
    assert refused.returncode == 1
    assert "/opt/other/swift-kernel" in refused.stderr and "--replace" in refused.stderr
    assert (folder / "kernel.json").read_text() == foreign
    install("--prefix", tmp_path, "--replace")
    assert json.loads((folder / "kernel.json").read_text())["display_name"] == "Swift"


def test_doctor_tells_how_papermill_learns_swift(tmp_path: Path) -> None:
    packages = tmp_path / "lib/python3.11/site-packages"
    (packages / "papermill").mkdir(parents=True)
    install("--prefix", tmp_path)
    result = ansatz("doctor", "--no-trial", "--prefix", tmp_path)
    assert "papermill" in result.stdout and "python/ansatz_jupyter" in result.stdout
    (packages / "ansatz_jupyter").mkdir()
    result = ansatz("doctor", "--no-trial", "--prefix", tmp_path)
    assert "pip install" not in result.stdout


def test_the_version_is_printed() -> None:
    assert ansatz("--version").stdout.strip()[0].isdigit()


def test_a_home_that_cannot_be_written_still_runs_cells(tmp_path: Path) -> None:
    file = tmp_path / "cell.swift"
    file.write_text("print(6 * 7)\n")
    locked = tmp_path / "home"
    locked.mkdir()
    variables = {"HOME": str(locked), "XDG_CACHE_HOME": "", "TMPDIR": str(tmp_path)}
    # Root writes anywhere, so the folder is shown read-only to it where that can be done.
    program = [ANSATZ, "run", file]
    if os.geteuid() == 0:
        mount = f'mount --bind "{locked}" "{locked}" && mount -o remount,bind,ro "{locked}"'
        script = f'{mount} 2>/dev/null; exec "$@"'
        program = ["unshare", "--mount", "sh", "-c", script, "sh", *program]
    else:
        locked.chmod(0o500)
    result = run(Path("/usr/bin/env"), *program, variables=variables)
    assert result.stdout == "42\n", result.stderr
