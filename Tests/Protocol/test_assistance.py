"""Completion, inspection, completeness: shapes of replies and positions in code points."""

import pytest


def complete(kernel, code, position=None):
    position = len(code) if position is None else position
    return kernel.request("complete_request", {"code": code, "cursor_pos": position})["content"]


def test_completion(kernel):
    kernel.run("let completionCandidate = 5")
    content = complete(kernel, "completionCan")
    assert content["status"] == "ok"
    assert content["matches"][0] == "completionCandidate"
    assert (content["cursor_start"], content["cursor_end"]) == (0, 13)
    types = content["metadata"]["_jupyter_types_experimental"]
    assert [t["text"] for t in types] == content["matches"]
    assert all({"text", "type", "signature", "start", "end"} <= set(t) for t in types)


@pytest.mark.parametrize("before", ["é", "🚀", "👩\u200d👧", "e\u0301", "漢字", "𝒳𝒴"])
def test_positions_are_code_points(kernel, before):
    kernel.run("let pointCandidate = 5")
    prefix = f'let s = "{before}{before}"; '
    code = prefix + "pointCan"
    content = complete(kernel, code + ' + 1 // 🚀', position=len(code))
    assert content["matches"][0] == "pointCandidate"
    assert content["cursor_start"] == len(prefix)
    assert content["cursor_end"] == len(code)


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("how", ["user", "cell"])
def test_positions_are_utf16_units_for_vscode(kernel, how):
    """VS Code sends `document.offsetAt(position)` and reads replies the same way; it gives a random
    identifier as its user's name, and the address of its document as a cell's (its public source)."""
    kernel.run("let unitCandidate = 5")
    header = {"session": f"vscode-{how}"}
    if how == "user":
        header["username"] = "6f1d2c3b-0a4e-4c57-9b8a-1e2d3c4b5a69"
    else:
        header["username"] = ""
        metadata = {"cellId": "vscode-notebook-cell:/a/page.ipynb#W0sZmlsZQ=="}
        kernel.request("execute_request", {"code": "1"}, header=header, metadata=metadata)
    prefix = 'let s = "🚀𝒳é"; '
    code = prefix + "unitCan"
    content = kernel.request(
        "complete_request", {"code": code + " + 1", "cursor_pos": utf16(code)}, header=header
    )["content"]
    assert content["matches"][0] == "unitCandidate"
    assert (content["cursor_start"], content["cursor_end"]) == (utf16(prefix), utf16(code))
    found = kernel.request(
        "inspect_request", {"code": prefix + "unitCandidate", "cursor_pos": utf16(code)}, header=header
    )["content"]
    assert found["found"] and "unitCandidate" in found["data"]["text/plain"]


@pytest.mark.parametrize("position", [-5, 0, 3, 1000, None])
def test_positions_outside_the_text_are_survived(kernel, position):
    request = {"code": "🚀ab", "cursor_pos": position}
    content = kernel.request("complete_request", request)["content"]
    assert content["status"] == "ok"
    assert 0 <= content["cursor_start"] <= content["cursor_end"] <= 3


def test_inspection(kernel):
    kernel.run("/// Doubles its argument.\nfunc doubled(_ x: Int) -> Int { 2 * x }")
    code = "let a = doubled(4)"
    for detail in [0, 1]:
        content = kernel.request(
            "inspect_request", {"code": code, "cursor_pos": 10, "detail_level": detail}
        )["content"]
        assert content["status"] == "ok"
        assert content["found"] is True
        assert "doubled" in content["data"]["text/plain"]
        assert content["metadata"] == {}
    assert "2 * x" in content["data"]["text/plain"]


def test_inspection_of_nothing(kernel):
    content = kernel.request("inspect_request", {"code": "   ", "cursor_pos": 1})["content"]
    assert content == {"status": "ok", "found": False, "data": {}, "metadata": {}}


@pytest.mark.parametrize(
    "code, status",
    [
        ("let a = 1", "complete"),
        ("", "complete"),
        ("func f() {", "incomplete"),
        ('let s = """\nabc', "incomplete"),
        ("let a = )", "invalid"),
    ],
)
def test_completeness(kernel, code, status):
    content = kernel.request("is_complete_request", {"code": code})["content"]
    assert content["status"] == status
    assert ("indent" in content) == (status == "incomplete")


def test_indentation(kernel):
    content = kernel.request("is_complete_request", {"code": "func f() {"})["content"]
    assert content["indent"] == "  "


@pytest.mark.parametrize("request_type", ["complete", "inspect", "is_complete"])
def test_requests_without_code_are_refused(kernel, request_type):
    reply = kernel.request(f"{request_type}_request", {"cursor_pos": 0})
    assert reply["msg_type"] == f"{request_type}_reply"
    assert reply["content"]["status"] == "error"
