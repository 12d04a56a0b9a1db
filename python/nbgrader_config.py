# nbgrader for courses in Swift. Put a copy into the folder of the course, or include it:
#     c = get_config(); load_subconfig("/path/to/python/nbgrader_config.py")
c = get_config()  # noqa: F821

# What stands in the place of a solution. It compiles in every function, whatever that returns, and
# the tests of a cell that was left as it is fail.
c.ClearSolutions.code_stub = {
    "swift": '// YOUR CODE HERE\nfatalError("not implemented")',
    "python": "# YOUR CODE HERE\nraise NotImplementedError()",
}

# The marks are found wherever they stand in a line, so they may be comments of any language:
# `// BEGIN SOLUTION` … `// END SOLUTION`, `// BEGIN HIDDEN TESTS` … `// END HIDDEN TESTS`.
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "END HIDDEN TESTS"

# The first cell of a session may wait for the compiler's caches.
c.Execute.startup_timeout = 120
c.Execute.timeout = 120
