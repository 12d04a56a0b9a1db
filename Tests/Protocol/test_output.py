"""Outputs: streams, displays, updates, clearing, floods."""

import base64
import time

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def test_small_prints_are_joined(kernel):
    run = kernel.run("for i in 0..<1000 { print(i) }")
    assert run.stream() == "".join(f"{i}\n" for i in range(1000))
    assert len(run.of("stream")) < 50


def test_output_streams_while_the_cell_runs(kernel):
    message_id = kernel.start(
        'import Glibc\nprint("early")\nfflush(stdout)\nsleep(5)\nprint("late")'
    )
    began = time.monotonic()
    early = kernel.outputs(message_id, until="stream")
    assert early[-1]["content"]["text"] == "early\n"
    assert time.monotonic() - began < 4.5
    kernel.reply(message_id)
    late = kernel.outputs(message_id)
    assert [m["content"]["text"] for m in late if m["msg_type"] == "stream"] == ["late\n"]


def test_streams_are_told_apart(kernel):
    run = kernel.run('import Glibc\nprint("out")\nfputs("err\\n", stderr)')
    assert run.stream("stdout") == "out\n"
    assert run.stream("stderr") == "err\n"


def test_carriage_returns_are_kept(kernel):
    run = kernel.run('for i in 0..<5 { print("\\rstep \\(i)", terminator: "") }')
    assert run.stream() == "".join(f"\rstep {i}" for i in range(5))


def test_output_and_displays_keep_their_order(kernel):
    run = kernel.run(
        'print("a")\ndisplay(html: "<b>1</b>")\nprint("b")\ndisplay(html: "<b>2</b>")\nprint("c")'
    )
    assert run.types == [
        "busy", "execute_input", "stream", "display_data", "stream", "display_data", "stream",
        "idle",
    ]  # fmt: skip


def test_display_carries_all_representations(kernel):
    run = kernel.run('display(html: "<b>bold</b>")\ndisplay(markdown: "*soft*")')
    html, markdown = run.of("display_data")
    assert html["data"]["text/html"] == "<b>bold</b>"
    assert "text/plain" in html["data"]
    assert html["transient"] == {}
    assert markdown["data"]["text/markdown"] == "*soft*"


def test_bytes_travel_as_base64(kernel):
    numbers = ", ".join(map(str, PIXEL))
    run = kernel.run(
        f"""
        var picture = MimeBundle(text: "a pixel")
        picture["image/png"] = .bytes([{numbers}])
        picture["application/vnd.test+json"] = .json(["a": [1, 2.5, nil, true]])
        picture.metadata["image/png"] = ["width": 10, "height": 10]
        display(picture)
        """
    )
    (display,) = run.of("display_data")
    assert base64.b64decode(display["data"]["image/png"]) == PIXEL
    assert display["data"]["application/vnd.test+json"] == {"a": [1, 2.5, None, True]}
    assert display["metadata"]["image/png"] == {"width": 10, "height": 10}


def test_update_display(kernel):
    run = kernel.run('display(1, id: "number")\nupdateDisplay(2, id: "number")')
    (display,) = run.of("display_data")
    (update,) = run.of("update_display_data")
    assert display["transient"]["display_id"] == "number"
    assert update["transient"]["display_id"] == "number"
    assert update["data"]["text/plain"] == "2"
    later = kernel.run('updateDisplay(3, id: "number")')
    assert later.of("update_display_data")[0]["data"]["text/plain"] == "3"


def test_only_the_last_of_many_updates_matters(kernel):
    run = kernel.run(
        'display(0, id: "fast")\nfor i in 1...20_000 { updateDisplay(i, id: "fast") }',
    )
    updates = run.of("update_display_data")
    assert updates[-1]["data"]["text/plain"] == "20000"
    assert len(updates) < 2000


def test_clear_output(kernel):
    run = kernel.run('print("gone")\nclearOutput(wait: true)\nprint("kept")\nclearOutput()')
    waits = [c["wait"] for c in run.of("clear_output")]
    assert waits[-1] is False
    run = kernel.run('print("gone")\nclearOutput(wait: true)\nprint("kept")')
    assert [c["wait"] for c in run.of("clear_output")] == [True]
    assert run.types[-3:] == ["clear_output", "stream", "idle"]
    assert run.stream().endswith("kept\n")


def test_late_output_belongs_to_its_cell(kernel):
    code = """
        import Foundation
        let late = Thread {
          Thread.sleep(forTimeInterval: 0.5)
          print("from the past")
        }
        late.start()
        """
    message_id = kernel.client.execute(code)
    kernel.finish(message_id)
    assert kernel.run("1 + 2").result == "3"
    late = kernel.outputs(message_id, until="stream", timeout=10)
    assert late[-1]["content"]["text"] == "from the past\n"


def test_flood_is_bounded(kernel):
    run = kernel.run(
        'for i in 0..<3_000_000 { print("line number \\(i)") }\nprint("the end")', timeout=120
    )
    text = run.stream()
    assert run.status == "ok"
    expected = "".join(f"line number {i}\n" for i in range(50_000))[: 1 << 20]
    assert text.startswith(expected[: (1 << 20) - 64])
    assert text.endswith("line number 2999999\nthe end\n")
    assert "left out" in text
    assert len(text) < 3 << 20
    assert len(run.of("stream")) < 500
    kernel.assert_alive()


def test_one_endless_line_is_bounded(kernel):
    run = kernel.run('print(String(repeating: "x", count: 100_000_000))', timeout=120)
    text = run.stream()
    assert run.status == "ok"
    assert 1 << 20 <= len(text) < 3 << 20
    assert "left out" in text


def test_display_flood_is_bounded(kernel):
    run = kernel.run("for i in 0..<10_000 { display(i) }", timeout=120)
    assert 2000 <= len(run.of("display_data")) < 6000
    assert "displays left out" in run.stream("stderr")


def test_animation_is_thinned(kernel):
    run = kernel.run("for i in 0..<5_000 {\n  clearOutput(wait: true)\n  display(i)\n}")
    displays = run.of("display_data")
    assert displays[-1]["data"]["text/plain"] == "4999"
    assert len(displays) < 1000
    assert len(displays) == len(run.of("clear_output"))
