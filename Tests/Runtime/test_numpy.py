"""Hundreds of random operations, shapes, types and views give what NumPy gives, and files of both
can be read by the other."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from sweep import cases

CASES = cases()


@pytest.fixture(scope="module")
def results(cells: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("sweep")
    inputs = {f"i{n}_{k}": a for n, c in enumerate(CASES) for k, a in enumerate(c.inputs)}
    np.savez(folder / "in.npz", **inputs)
    lines = [f'let given = try loadNPZ("{folder}/in.npz")', "var found: [String: Tensor] = [:]"]
    for n, case in enumerate(CASES):
        if n % 40 == 0:
            lines.append("// %%")
        text = case.swift
        for k in range(len(case.inputs)):
            text = text.replace(f"#{k}", f'given["i{n}_{k}"]!')
        lines.append(f'found["c{n}"] = {text}')
    lines.append(f'// %%\ntry saveNPZ(found, "{folder}/out.npz")')
    cells("\n".join(lines))
    return dict(np.load(folder / "out.npz"))


@pytest.mark.parametrize("n", range(len(CASES)), ids=lambda n: f"{n}-{CASES[n].swift[:40]}")
def test_agrees(n: int, results: dict) -> None:
    case, found = CASES[n], results[f"c{n}"]
    expected = np.asarray(case.expected)
    assert found.shape == expected.shape
    if expected.dtype.kind in "biu" and found.dtype.kind in "biu":
        assert np.array_equal(found, expected)
        return
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(finite.max(initial=0))) if finite.max(initial=0) < 1e20 else 1.0
    assert np.allclose(found, expected, rtol=case.tolerance, atol=case.tolerance * scale,
                       equal_nan=True)


ARRAYS = {
    "f4": np.linspace(-1, 1, 12, dtype="<f4").reshape(3, 4),
    "f8": np.asfortranarray(np.linspace(-1, 1, 12).reshape(3, 4)),
    "i4": np.arange(6, dtype="<i4").reshape(1, 2, 3),
    "b1": np.array([True, False, True]),
    "i8": np.array([[2**62 + 1, -(2**53) - 1]], dtype="<i8"),
    "u1": np.arange(250, 256, dtype="u1"),
    "f2": np.linspace(-1, 1, 5, dtype="<f2"),
    "scalar": np.array(3.5, dtype="<f4"),
    "empty": np.zeros((0, 2), dtype="<f4"),
}


def safetensors(arrays: dict[str, np.ndarray]) -> bytes:
    codes, header, data = {"f4": "F32", "f8": "F64", "i4": "I32", "b1": "BOOL", "i8": "I64",
                            "u1": "U8", "f2": "F16"}, {}, b""
    for name, a in arrays.items():
        raw = np.ascontiguousarray(a).tobytes()
        header[name] = {"dtype": codes[a.dtype.str[1:]], "shape": list(a.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def parsed(data: bytes) -> dict[str, np.ndarray]:
    (length,) = struct.unpack("<Q", data[:8])
    types = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "BOOL": "?", "I64": "<i8", "U8": "u1",
             "F16": "<f2"}
    found = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            raw = data[8 + length + start:8 + length + end]
            found[name] = np.frombuffer(raw, types[entry["dtype"]]).reshape(entry["shape"])
    return found


def test_files_go_both_ways(cells: Callable[[str], str], tmp_path: Path) -> None:
    for name, a in ARRAYS.items():
        np.save(tmp_path / f"{name}.npy", a)
    np.savez(tmp_path / "plain.npz", **ARRAYS)
    np.savez_compressed(tmp_path / "packed.npz", **ARRAYS)
    (tmp_path / "theirs.safetensors").write_bytes(safetensors(ARRAYS))
    each = "\n".join(f'try Tensor(npy: "{tmp_path}/{n}.npy").save(npy: "{tmp_path}/{n}-ours.npy")'
                     for n in ARRAYS)
    cells(f"""{each}
try saveNPZ(loadNPZ("{tmp_path}/plain.npz"), "{tmp_path}/plain-ours.npz")
try saveNPZ(loadNPZ("{tmp_path}/packed.npz"), "{tmp_path}/packed-ours.npz")
try saveSafetensors(loadSafetensors("{tmp_path}/theirs.safetensors"), "{tmp_path}/ours.safetensors")
""")
    back = [{n: np.load(tmp_path / f"{n}-ours.npy") for n in ARRAYS},
            dict(np.load(tmp_path / "plain-ours.npz")), dict(np.load(tmp_path / "packed-ours.npz")),
            parsed((tmp_path / "ours.safetensors").read_bytes())]
    for arrays in back:
        assert arrays.keys() == ARRAYS.keys()
        for name, a in ARRAYS.items():
            assert arrays[name].dtype == a.dtype and np.array_equal(arrays[name], a), name
