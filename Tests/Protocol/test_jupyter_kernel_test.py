"""The public conformance suite, with every property filled in so that none of it is skipped."""

import os

import jupyter_kernel_test

KERNEL_NAME = os.environ.get("ANSATZ_KERNEL", "swift")


class SwiftKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL_NAME
    language_name = "swift"
    file_extension = ".swift"

    code_hello_world = 'print("hello, world")'
    code_stderr = 'import Glibc\nfputs("test\\n", stderr)'

    completion_samples = [
        {"text": "zip", "matches": ["zip"]},
        {"text": "Int.max.trailingZ", "matches": ["trailingZeroBitCount"]},
        {"text": "[1, 2].startI", "matches": ["startIndex"]},
    ]
    complete_code_samples = ["1", 'print("hello, world")', "func f(x: Int) -> Int {\n  x * 2\n}"]
    incomplete_code_samples = ["func f(x: Int) {", 'print("""\nhello', "let a = ["]
    invalid_code_samples = ["let = 7w", "}", "let a = )"]

    code_page_something = "?print"
    code_generate_error = "let never: Int? = nil\nnever!"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": '"text"', "result": '"text"'},
        {"code": "[1, 2, 3].map { $0 * $0 }", "result": "[1, 4, 9]"},
    ]
    code_display_data = [
        {"code": 'display(html: "<b>test</b>")', "mime": "text/html"},
        {"code": 'display(markdown: "*test*")', "mime": "text/markdown"},
        {"code": "display(5)", "mime": "text/plain"},
    ]

    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1 + 2*"
    code_inspect_sample = "zip"
    code_clear_output = "clearOutput()"


class SwiftIopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL_NAME
    support_iopub_welcome = True


# Only the subclasses are tests: pytest would also run what it finds in the module's namespace.
del jupyter_kernel_test
