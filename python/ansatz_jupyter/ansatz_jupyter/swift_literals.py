"""Python values as Swift literals with their types.

    >>> value = [1, 2.5, None]
    >>> swift_type(value), swift_literal(value, swift_type(value))
    ('[Double?]', '[1.0, 2.5, nil]')

    >>> fitted_literal([1, 2], "[Float]")
    '[1.0, 2.0]'
"""

from __future__ import annotations

import math
import re
from typing import Any, Iterable

# The words that cannot name a variable unless they stand in backticks.
KEYWORDS = frozenset(
    """Any Self as associatedtype break case catch class continue default defer deinit do else
    enum extension fallthrough false fileprivate for func guard if import in init inout internal
    is let nil operator precedencegroup private protocol public repeat rethrows return self
    static struct subscript super switch throw throws true try typealias var where while""".split()
)

ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\0": r"\0"}


def swift_type(value: Any) -> str:
    """The narrowest Swift type that holds `value`: `Any?` for `None`, `[Any]` for mixed lists."""
    if value is None:
        return "Any?"
    if isinstance(value, bool):
        return "Bool"
    if isinstance(value, int):
        return integer_type(value)
    if isinstance(value, float):
        return "Double"
    if isinstance(value, (list, tuple)):
        return f"[{common_type(value)}]"
    if isinstance(value, dict):
        return f"[String: {common_type(value.values())}]"
    return "String"


def integer_type(value: int) -> str:
    if -(2**63) <= value < 2**63:
        return "Int"
    if 0 <= value < 2**64:
        return "UInt64"
    if -(2**127) <= value < 2**127:
        return "Int128"
    raise ValueError(f"{value} has more than 128 bits; give it as a string")


def common_type(values: Iterable[Any]) -> str:
    """One element type for all values."""
    values = list(values)
    kinds = {swift_type(value) for value in values if value is not None}
    if kinds and kinds <= {"Int", "Double"}:
        kind = "Double" if "Double" in kinds else "Int"
    elif kinds and all(kind.startswith("[") for kind in kinds):
        kind = common_collection_type([value for value in values if value is not None])
    else:
        kind = kinds.pop() if len(kinds) == 1 else "Any"
    return kind if all(value is not None for value in values) else f"{kind}?"


def common_collection_type(values: list[Any]) -> str:
    """One type for lists (of lists …) or for dictionaries, whose elements share a type."""
    if all(isinstance(value, dict) for value in values):
        return swift_type({str(index): item for index, item in enumerate(all_items(values))})
    if all(isinstance(value, (list, tuple)) for value in values):
        return f"[{common_type([item for value in values for item in value])}]"
    return "Any"


def all_items(dictionaries: list[dict[Any, Any]]) -> list[Any]:
    return [item for dictionary in dictionaries for item in dictionary.values()]


def swift_literal(value: Any, kind: str) -> str:
    """`value` written as an expression of the type `kind`, which holds it."""
    if kind == "Any":
        own = swift_type(value)
        return swift_literal(value, own) if own in PLAIN else f"({swift_literal(value, own)} as {own})"
    if value is None:
        return "nil"
    kind = kind.removesuffix("?")
    if kind == "Any":
        return swift_literal(value, "Any")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return float_literal(float(value)) if kind == "Double" else str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(swift_literal(item, element(kind)) for item in value) + "]"
    if isinstance(value, dict):
        return dictionary_literal(value, element(kind))
    return string_literal(str(value))


# Types whose literals need no annotation where `Any` is expected.
PLAIN = {"Bool", "Int", "Double", "String"}


def element(kind: str) -> str:
    inside = kind[1:-1]
    return inside.removeprefix("String: ")


def dictionary_literal(value: dict[Any, Any], kind: str) -> str:
    if not value:
        return "[:]"
    entries = (
        f"{string_literal(str(key))}: {swift_literal(item, kind)}" for key, item in value.items()
    )
    return "[" + ", ".join(entries) + "]"


def float_literal(value: float) -> str:
    if math.isnan(value):
        return "Double.nan"
    if math.isinf(value):
        return "Double.infinity" if value > 0 else "-Double.infinity"
    return repr(value)


def string_literal(text: str) -> str:
    return '"' + "".join(escaped(character) for character in text) + '"'


def escaped(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{{{ord(character):X}}}"


# Declared types

FLOATS = frozenset("Double Float Float16 Float80 CGFloat Decimal".split())


def fitted_literal(value: Any, kind: str) -> str:
    """`value` as an expression where `kind` is expected, a type as it stands in a program.

    A value that does not fit is written as what it is, for the compiler to refuse.
    """
    kind = kind.strip().removeprefix("any ")
    if value is None:
        return "nil"
    if kind.endswith(("?", "!")):
        return fitted_literal(value, kind[:-1])
    if match := re.fullmatch(r"Optional<(.*)>", kind, re.DOTALL):
        return fitted_literal(value, match[1])
    if kind == "Any":
        return swift_literal(value, "Any")
    if kind == "Tensor" and isinstance(value, (int, float, list, tuple)):
        return f"Tensor({natural_literal(value)})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_literal(value, kind)
    if isinstance(value, dict):
        return fitted_dictionary(value, kind)
    if isinstance(value, (list, tuple)):
        return fitted_list(value, kind)
    return string_literal(str(value))


def number_literal(value: int | float, kind: str) -> str:
    if isinstance(value, float) and not math.isfinite(value) and kind in FLOATS:
        return ".nan" if math.isnan(value) else ".infinity" if value > 0 else "-.infinity"
    return natural_literal(float(value) if kind in FLOATS else value)


def fitted_list(value: list[Any] | tuple[Any, ...], kind: str) -> str:
    if kind.startswith("(") and kind.endswith(")"):
        parts = [part.rpartition(":")[2] for part in top_level(kind[1:-1])]
        if len(parts) == len(value):
            items = [fitted_literal(item, part) for item, part in zip(value, parts)]
            return f"({', '.join(items)})"
    match = re.fullmatch(r"\[(.*)\]|(?:Array|Set|ContiguousArray|ArraySlice)<(.*)>", kind, re.DOTALL)
    if not match or len(top_level(match[1] or match[2], ":")) > 1:
        return natural_literal(value)
    inner = match[1] or match[2]
    return "[" + ", ".join(fitted_literal(item, inner) for item in value) + "]"


def fitted_dictionary(value: dict[Any, Any], kind: str) -> str:
    match = re.fullmatch(r"\[(.*)\]|Dictionary<(.*)>", kind, re.DOTALL)
    parts = match and (top_level(match[1], ":") if match[1] else top_level(match[2]))
    if not parts or len(parts) != 2:
        return natural_literal(value)
    entries = (
        f"{fitted_literal(key, parts[0])}: {fitted_literal(item, parts[1])}"
        for key, item in value.items()
    )
    return "[" + (", ".join(entries) or ":") + "]"


def natural_literal(value: Any) -> str:
    return swift_literal(value, swift_type(value))


def top_level(kinds: str, separator: str = ",") -> list[str]:
    """The parts of a list of types, cut outside of brackets."""
    parts, depth = [""], 0
    for character in kinds:
        depth += (character in "([<") - (character in ")]>")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


# Names


def quoted_name(name: str) -> str:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise ValueError(f"parameter {name!r} is not a name that Swift can declare")
    return f"`{name}`" if name in KEYWORDS else name
