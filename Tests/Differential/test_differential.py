"""Programs cut into cells print what swiftc prints for the whole, also with cells run twice.

The compiler's answers are kept in `expected.json`, made by `make_expected.py`; each run asks swiftc
itself for some of them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from programs import HERE, cut, fingerprint, programs, reference, rerun
from session import Session

EXPECTED = json.loads((HERE / "expected.json").read_text())
PROGRAMS = programs()


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


def check(session: Session, cells: list[str], whole: str) -> None:
    expected = EXPECTED[fingerprint(whole)]
    output, error = session.run_program(cells)
    assert error is None, error
    assert output.rstrip() == expected.rstrip()


def test_there_are_enough_programs() -> None:
    assert len([name for name, text in PROGRAMS.items() if fingerprint(text) in EXPECTED]) >= 150
    # Those that were written for this test are programs.
    own = [path.stem for path in (HERE / "programs").glob("*.swift")]
    assert own and not [name for name in own if fingerprint(PROGRAMS[name]) not in EXPECTED]


@pytest.mark.parametrize("name", PROGRAMS)
def test_cells_mean_what_the_program_means(session: Session, name: str) -> None:
    text = PROGRAMS[name]
    if fingerprint(text) not in EXPECTED:
        pytest.skip("swiftc does not compile it, or it prints something else each time")
    check(session, cut(text), text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_third_cell_runs_twice(session: Session, name: str) -> None:
    cells = cut(PROGRAMS[name])
    script = rerun(cells, set(range(2, len(cells), 3)))
    if fingerprint(script.whole) not in EXPECTED:
        pytest.skip("swiftc does not compile its whole form")
    check(session, script.cells, script.whole)


@pytest.mark.parametrize("name", sorted(PROGRAMS)[::25])
def test_the_expected_outputs_are_those_of_the_compiler(name: str) -> None:
    text = PROGRAMS[name]
    assert reference(text) == EXPECTED.get(fingerprint(text))
