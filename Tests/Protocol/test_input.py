"""Questions to the reader."""

import time

ASK = 'let answer = try readLine(prompt: "Name? ")\nprint("got \\(answer)")'


def question(kernel, message_id):
    message = kernel.client.get_stdin_msg(timeout=30)
    assert message["msg_type"] == "input_request"
    assert message["parent_header"]["msg_id"] == message_id
    return message["content"]


def test_answer_reaches_the_cell(kernel):
    message_id = kernel.client.execute(ASK, allow_stdin=True)
    assert question(kernel, message_id) == {"prompt": "Name? ", "password": False}
    kernel.client.input("Ada Löveläce 🚀")
    assert kernel.finish(message_id).stream() == "got Ada Löveläce 🚀\n"


def test_standard_read_line_asks_too(kernel):
    message_id = kernel.client.execute('print(readLine() ?? "nothing")', allow_stdin=True)
    question(kernel, message_id)
    kernel.client.input("plain")
    assert "plain\n" in kernel.finish(message_id).stream()


def test_password(kernel):
    message_id = kernel.client.execute(
        'print(try readSecret(prompt: "Key: ").count)', allow_stdin=True
    )
    assert question(kernel, message_id) == {"prompt": "Key: ", "password": True}
    kernel.client.input("hidden")
    assert kernel.finish(message_id).stream() == "6\n"


def test_output_comes_before_the_question(kernel):
    message_id = kernel.client.execute(f'print("first")\n{ASK}', allow_stdin=True)
    question(kernel, message_id)
    assert kernel.outputs(message_id, until="stream", timeout=2)[-1]["content"]["text"] == "first\n"
    kernel.client.input("x")
    assert kernel.finish(message_id).status == "ok"


def test_several_questions(kernel):
    message_id = kernel.client.execute(
        'for i in 0..<3 { print(try readLine(prompt: "\\(i)")) }', allow_stdin=True
    )
    for i in range(3):
        assert question(kernel, message_id)["prompt"] == str(i)
        kernel.client.input(f"answer {i}")
    assert kernel.finish(message_id).stream() == "answer 0\nanswer 1\nanswer 2\n"


def test_without_a_reader_the_question_fails(kernel):
    began = time.monotonic()
    run = kernel.run(ASK, allow_stdin=False)
    assert run.status == "error"
    assert run.content["ename"] == "InputUnavailable"
    assert time.monotonic() - began < 10
    assert kernel.run("1").status == "ok"


def test_interrupt_while_waiting(kernel):
    message_id = kernel.client.execute(ASK, allow_stdin=True)
    question(kernel, message_id)
    kernel.manager.interrupt_kernel()
    run = kernel.finish(message_id, timeout=10)
    assert run.status == "error"
    assert run.content["ename"] == "Interrupted"

    # The answer comes too late; the next question must not take it for its own.
    kernel.client.input("stale")
    time.sleep(0.2)
    message_id = kernel.client.execute(ASK, allow_stdin=True)
    question(kernel, message_id)
    kernel.client.input("fresh")
    assert kernel.finish(message_id).stream() == "got fresh\n"


def test_answers_nobody_asked_for_are_ignored(kernel):
    kernel.client.input("unasked")
    message = kernel.client.session.msg("bogus_reply", {})
    kernel.client.session.send(kernel.client.stdin_channel.socket, message)
    assert kernel.run("1 + 1").result == "2"
