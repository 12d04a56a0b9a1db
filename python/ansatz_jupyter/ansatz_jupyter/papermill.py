"""Registers Swift with papermill, so that `papermill in.ipynb out.ipynb -p alpha 0.6` works.

Importing this module is enough. papermill does so by itself: the module is the entry point of an
engine, and papermill loads all engines before it translates parameters.
"""

from __future__ import annotations

import re
from typing import Any

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

from ansatz_jupyter.swift_literals import quoted_name, swift_literal, swift_type


class SwiftTranslator(Translator):
    """Writes parameters as Swift declarations: `var alpha: Double = 0.6`."""

    @classmethod
    def translate(cls, val: Any) -> str:
        return swift_literal(val, swift_type(val))

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return f"// {cmt_str}"

    @classmethod
    def codify(cls, parameters: dict[str, Any], comment: str = "Parameters") -> str:
        lines = [cls.comment(comment)]
        lines += [declaration(name, value) for name, value in parameters.items()]
        return "\n".join(lines) + "\n"

    @classmethod
    def inspect(cls, parameters_cell: Any) -> list[Parameter]:
        """The variables of a cell tagged `parameters`, for `papermill --help-notebook`."""
        lines = parameters_cell["source"].splitlines()
        return [found for line in lines if (found := declared_parameter(line))]


class SwiftEngine(NBClientEngine):
    """papermill's usual engine, under the name of the language."""


def declaration(name: str, value: Any) -> str:
    kind = swift_type(value)
    return f"var {quoted_name(name)}: {kind} = {swift_literal(value, kind)}"


DECLARATION = re.compile(
    r"""^(?:let|var)\s+`?(?P<name>\w+)`?\s*
        (?::\s*(?P<type>[^=]+?)\s*)?
        =\s*(?P<value>"(?:[^"\\]|\\.)*"|.*?)\s*
        (?://\s*(?P<help>.*))?$""",
    re.VERBOSE,
)


def declared_parameter(line: str) -> Parameter | None:
    match = DECLARATION.match(line.strip())
    if not match:
        return None
    value = match["value"].rstrip(";")
    return Parameter(
        name=match["name"],
        inferred_type_name=match["type"] or literal_type(value),
        default=value,
        help=match["help"] or "",
    )


def literal_type(text: str) -> str:
    """The type that Swift gives a literal, or "None" when the text is no plain literal."""
    patterns = {
        "Bool": r"true|false",
        "Int": r"[+-]?\d[\d_]*",
        "Double": r"[+-]?\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?",
        "String": r'".*"',
    }
    matching = (name for name, pattern in patterns.items() if re.fullmatch(pattern, text))
    return next(matching, "None")


papermill_translators.register("swift", SwiftTranslator)
