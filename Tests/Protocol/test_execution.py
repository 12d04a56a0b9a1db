"""Cells: the order of messages, counts, silence, errors, aborted cells."""

import pytest

FAIL = 'struct Oops: Error {}\nthrow Oops()'


def test_messages_come_in_strict_order(kernel):
    run = kernel.run('print("hello")\n6 * 7')
    assert run.types == ["busy", "execute_input", "stream", "execute_result", "idle"]
    assert run.stream() == "hello\n"
    assert run.result == "42"


def test_every_message_names_its_request(kernel):
    message_id = kernel.client.execute('print("x")')
    run = kernel.finish(message_id)
    for message in [run.reply, *run.messages]:
        assert message["parent_header"]["msg_id"] == message_id
        assert message["parent_header"]["msg_type"] == "execute_request"
        assert message["header"]["version"] == "5.5"
        assert message["header"]["session"]
    identifiers = [m["header"]["msg_id"] for m in run.messages]
    assert len(set(identifiers)) == len(identifiers)


def test_reply_is_complete(kernel):
    run = kernel.run("let replyIsComplete = 1")
    assert run.status == "ok"
    assert run.content["payload"] == []
    assert run.content["user_expressions"] == {}
    assert isinstance(run.content["execution_count"], int)
    assert "started" in run.reply["metadata"]


def test_counts_increase(kernel):
    first = kernel.run("1").content["execution_count"]
    second = kernel.run("2")
    assert second.content["execution_count"] == first + 1
    assert second.of("execute_input")[0]["execution_count"] == first + 1
    assert second.of("execute_result")[0]["execution_count"] == first + 1


def test_execute_input_repeats_the_code(kernel):
    code = "let thisCode = 1 // ünïcödé 🚀"
    assert kernel.run(code).of("execute_input")[0]["code"] == code


def test_silent_cell_says_nothing(kernel):
    count = kernel.run("1").content["execution_count"]
    run = kernel.run('print("unheard")\n5', silent=True)
    assert run.types == ["busy", "idle"]
    assert run.content["execution_count"] == count
    assert kernel.run("1").content["execution_count"] == count + 1


def test_silent_failure_does_not_abort(kernel):
    first = kernel.client.execute(FAIL, silent=True)
    second = kernel.client.execute("3 + 4")
    assert kernel.finish(first).types == ["busy", "idle"]
    assert kernel.finish(second).result == "7"


def test_store_history_false_does_not_count(kernel):
    count = kernel.run("1").content["execution_count"]
    run = kernel.run("2 + 2", store_history=False)
    assert run.result == "4"
    assert kernel.run("1").content["execution_count"] == count + 1


def test_empty_cells(kernel):
    for code in ["", "   \n", "// nothing but a remark"]:
        run = kernel.run(code)
        assert run.status == "ok"
        assert run.types == ["busy", "execute_input", "idle"]


def test_user_expressions(kernel):
    run = kernel.run(
        "let expressed = 20", user_expressions={"good": "expressed + 1", "bad": "noSuchName"}
    )
    expressions = run.content["user_expressions"]
    assert expressions["good"]["status"] == "ok"
    assert expressions["good"]["data"]["text/plain"] == "21"
    assert expressions["good"]["metadata"] == {}
    assert expressions["bad"]["status"] == "error"
    assert {"ename", "evalue", "traceback"} <= set(expressions["bad"])
    assert "execute_result" not in run.types
    assert "error" not in run.types


def test_error_message_and_reply_agree(kernel):
    run = kernel.run(FAIL)
    assert run.status == "error"
    assert run.types == ["busy", "execute_input", "error", "idle"]
    (error,) = run.of("error")
    for key in ["ename", "evalue", "traceback"]:
        assert run.content[key] == error[key]
    assert error["ename"] == "Oops"
    assert all(isinstance(line, str) for line in error["traceback"]) and error["traceback"]
    assert run.content["user_expressions"] == {}


@pytest.mark.parametrize(
    "code, ename",
    [
        ("let a = [1, 2, 3]\nlet i = a.count\na[i]", "IndexOutOfRange"),
        ("let nothing: Int? = nil\nnothing!", "UnwrappedNil"),
        ("let notANumber: Int = \"text\"", "CompileError"),
    ],
)
def test_failures_are_named_and_survived(kernel, code, ename):
    kernel.run("var survivor = 41")
    run = kernel.run(code)
    assert run.status == "error"
    assert run.content["ename"] == ename
    assert run.types.count("error") == 1
    assert kernel.run("survivor + 1").result == "42"


def test_output_before_an_error_comes_before_it(kernel):
    run = kernel.run(f'print("before")\n{FAIL}')
    assert run.types == ["busy", "execute_input", "stream", "error", "idle"]


def test_failure_aborts_waiting_cells_only(kernel):
    failing = kernel.client.execute("import Glibc\nusleep(200_000)\n" + FAIL)
    waiting = [kernel.client.execute(f'print("unheard {i}")') for i in range(3)]
    info = kernel.client.kernel_info()
    history = kernel.client.comm_info()
    assert kernel.finish(failing).status == "error"
    for message_id in waiting:
        run = kernel.finish(message_id)
        assert run.content["status"] == "aborted"
        assert run.types == ["busy", "idle"]
    assert kernel.reply(info)["content"]["status"] == "ok"
    assert kernel.reply(history)["content"]["status"] == "ok"
    assert kernel.run("5 + 5").result == "10"


def test_stop_on_error_false_goes_on(kernel):
    failing = kernel.client.execute(FAIL, stop_on_error=False)
    waiting = kernel.client.execute("10 + 1")
    assert kernel.finish(failing).status == "error"
    assert kernel.finish(waiting).result == "11"


def test_payload_page(kernel):
    run = kernel.run("?print")
    assert run.status == "ok"
    (payload,) = run.content["payload"]
    assert payload["source"] == "page"
    assert "print" in payload["data"]["text/plain"]
    assert payload["start"] == 0


def test_wrong_types_are_answered_with_an_error(kernel):
    for content in [{}, {"code": 5}, {"code": None}, {"code": ["1"]}]:
        reply = kernel.request("execute_request", content)
        assert reply["content"]["status"] == "error"
        assert reply["content"]["ename"] == "InvalidRequest"
        assert reply["content"]["traceback"]
    assert kernel.run("1 + 1").result == "2"


def test_nulls_take_defaults(kernel):
    reply = kernel.request(
        "execute_request",
        {"code": "1", "silent": None, "store_history": None, "user_expressions": None},
    )
    assert reply["content"]["status"] == "ok"
