"""Registers Swift with papermill, so that `papermill in.ipynb out.ipynb -p alpha 0.6` works.

Importing this module is enough. papermill does so by itself: the module is the entry point of an
engine, and papermill loads all engines before it translates parameters.
"""

from __future__ import annotations

import sys
from typing import Any

from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators
from papermill.utils import find_first_tagged_cell_index

from ansatz_jupyter.swift_declarations import Declared, declarations
from ansatz_jupyter.swift_literals import (
    fitted_literal,
    quoted_name,
    swift_literal,
    swift_type,
)


class SwiftTranslator(Translator):
    """Writes parameters as Swift declarations: `var alpha: Double = 0.6`.

    A parameter has the type that the notebook's own cell of parameters gives it: `-p alpha 1` does
    not make an `Int` of `var alpha = 0.5`.
    """

    @classmethod
    def translate(cls, val: Any) -> str:
        return swift_literal(val, swift_type(val))

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return f"// {cmt_str}"

    @classmethod
    def codify(cls, parameters: dict[str, Any], comment: str = "Parameters") -> str:
        declared = parameters_of(notebook_being_parameterized())
        lines = [cls.comment(comment)]
        lines += [declaration(name, value, declared) for name, value in parameters.items()]
        return "\n".join(lines) + "\n"

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """The variables of a cell tagged `parameters`, for `papermill --help-notebook`."""
        return [
            Parameter(
                name=found.name,
                inferred_type_name=found.type or "None",
                default=found.value,
                help=found.help,
            )
            for found in declarations(parameters_cell["source"])
        ]


class SwiftEngine(NBClientEngine):
    """papermill's usual engine, under the name of the language."""


def declaration(name: str, value: Any, declared: dict[str, Declared]) -> str:
    found = declared.get(name)
    if found and found.type:
        literal = fitted_literal(value, found.type)
        return f"{found.keyword} {quoted_name(name)}: {found.type} = {literal}"
    if found:
        logger.warning(
            f"The type of '{name}' is not evident in the cell of parameters; state it there"
            f" ('{found.keyword} {name}: … = {found.value}') to keep it"
        )
    kind = swift_type(value)
    return f"var {quoted_name(name)}: {kind} = {swift_literal(value, kind)}"


def parameters_of(notebook: Any) -> dict[str, Declared]:
    """What the cell tagged `parameters` declares."""
    if notebook is None:
        return {}
    index = find_first_tagged_cell_index(notebook, "parameters")
    source = notebook.cells[index].source if index >= 0 else ""
    return {declared.name: declared for declared in declarations(source)}


def notebook_being_parameterized() -> Any:
    """The notebook that papermill asks for, which it does not hand to translators."""
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_code.co_name == "parameterize_notebook":
            return frame.f_locals.get("nb")
    return None


papermill_translators.register("swift", SwiftTranslator)
