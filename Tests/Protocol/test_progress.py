"""Progress bars as clients of each kind can show them, and how they end with their cell."""

import re

LOOP = """
import Foundation
for _ in progress(0..<4, label: "steps") { usleep(120_000) }
"""


def displays(run):
    return [c["data"]["text/plain"] for c in run.of("display_data") + run.of("update_display_data")]


def test_a_front_end_gets_a_display_and_its_updates(kernel):
    run = kernel.run(LOOP)
    assert len(run.of("display_data")) == 1 and run.of("update_display_data")
    assert displays(run)[-1].startswith("✓ steps: 4/4")
    assert run.stream("stderr") == ""


def test_a_console_gets_one_line_in_place(kernel):
    """Clients that ask their reader questions and speak Python are consoles: Jupyter's own, Qt's and
    euporie, which ignore or pile up updates."""
    run = kernel.run(LOOP, allow_stdin=True)
    assert displays(run) == []
    written = run.stream("stderr")
    states = written.split("\r")[1:]
    assert len(states) >= 3 and written.endswith("\n") and written.count("\n") == 1
    assert "steps:   0 %" in states[0] and states[-1].startswith("✓ steps: 4/4")
    assert max(map(len, states)) <= 80
    widths = {len(state.rstrip("\n")) for state in states}
    assert len(widths) == 1, "a shorter state would leave rests of a longer one"


def test_nested_bars_share_the_line_of_a_console(kernel):
    code = """
    import Foundation
    for _ in progress(0..<2, label: "outer") {
      for _ in progress(0..<2, label: "inner") { usleep(60_000) }
    }
    """
    written = kernel.run(code, allow_stdin=True).stream("stderr")
    assert "outer 1/2 › ✓ inner: 2/2" in written
    assert written.count("\n") == 1 and written.rstrip().split("\r")[-1].startswith("✓ outer: 2/2")


def test_an_interrupted_bar_says_so(kernel, eventually):
    message_id = kernel.start('for i in progress(0..<1_000_000, label: "long") { while i > 3 {} }')
    kernel.outputs(message_id, until="display_data")
    kernel.request("interrupt_request", {}, channel="control")
    run = kernel.finish(message_id)
    assert run.content["ename"] == "Interrupted"
    last = displays(run)[-1]
    assert re.match(r"■ long: \d/1\s?000\s?000 · interrupted after ", last), last


def test_a_bar_whose_loop_traps_says_that_it_stopped(kernel):
    run = kernel.run('let few = [1]\nfor i in progress(0..<10, label: "trap") { _ = few[i] }')
    assert run.content["ename"] == "IndexOutOfRange"
    assert displays(run)[-1].startswith("■ trap: 1/10 · stopped after ")


def test_a_bar_of_a_cell_that_ended_is_left_alone(kernel):
    kernel.run('let kept = ProgressBar(total: 3, label: "kept")\nkept.advance()')
    assert kernel.run("[Int]()[0]").of("update_display_data") == []
    run = kernel.run("kept.advance(by: 2)")
    assert displays(run)[-1].startswith("✓ kept: 3/3")
