"""Reads the variables that a plain Swift cell declares, with the types that Swift gives them.

    >>> [(d.name, d.type) for d in declarations("let rate = 1e-3, layers = [64, 64] // sizes")]
    [('rate', 'Double'), ('layers', '[Int]')]

This is for cells of parameters: literals, collections of them, arithmetic, calls of a type. The
type of anything else is `None`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

OPEN, CLOSE = "([{", ")]}"


@dataclass(frozen=True)
class Declared:
    """One variable of a cell."""

    keyword: str
    name: str
    type: str | None
    value: str
    help: str = ""


def declarations(source: str) -> list[Declared]:
    """The variables that `source` declares at its top level, in order."""
    found: list[Declared] = []
    for statement, comment in statements(source):
        match = re.match(r"(?:@\w+\s+|nonisolated(?:\(unsafe\))?\s+)*(let|var)\b", statement)
        if not match:
            continue
        for binding in split(statement[match.end() :], ","):
            head, value = cut(binding, "=")
            name, kind = cut(head, ":")
            name = name.strip().strip("`")
            # Neither patterns nor computed variables.
            if not re.fullmatch(r"[^\W\d]\w*", name) or "{" in kind:
                continue
            known = {declared.name: declared.type for declared in found}
            stated = " ".join(kind.split()) or expression_type(value, known)
            found.append(Declared(match[1], name, stated, " ".join(value.split()), comment))
    return found


# Statements


def statements(source: str) -> Iterator[tuple[str, str]]:
    """Each statement with the comment behind it on its last line."""
    text, comment, depth = "", "", 0
    tokens = list(pieces(source))
    for index, token in enumerate(tokens):
        if token.startswith(("//", "/*")):
            comment = token.removeprefix("//").strip() if token.startswith("//") else comment
            continue
        ends = token == ";" or (token == "\n" and not goes_on(text, tokens[index + 1 :]))
        if depth == 0 and ends:
            if text.strip():
                yield text.strip(), comment
            text, comment = "", ""
            continue
        depth += (token in OPEN) - (token in CLOSE)
        text += token
    if text.strip():
        yield text.strip(), comment


def pieces(source: str) -> Iterator[str]:
    """The text in pieces: string literals and comments whole, everything else by characters."""
    index = 0
    while index < len(source):
        end = literal_end(source, index) or comment_end(source, index) or index + 1
        yield source[index:end]
        index = end


def literal_end(source: str, start: int) -> int | None:
    """Where the string literal that begins at `start` ends; `None` when none begins there."""
    match = re.compile(r'(#*)("""|")').match(source, start)
    if not match:
        return None
    closing, escape = match[2] + match[1], "\\" + match[1]
    index = match.end()
    while index < len(source):
        if source.startswith(closing, index):
            return index + len(closing)
        index += len(escape) + 1 if source.startswith(escape, index) else 1
    return len(source)


def comment_end(source: str, start: int) -> int | None:
    if source.startswith("//", start):
        end = source.find("\n", start)
        return len(source) if end < 0 else end
    if not source.startswith("/*", start):
        return None
    depth, index = 0, start
    while index < len(source):
        if source.startswith("/*", index):
            depth, index = depth + 1, index + 2
        elif source.startswith("*/", index):
            depth, index = depth - 1, index + 2
            if depth == 0:
                break
        else:
            index += 1
    return index


def goes_on(text: str, rest: list[str]) -> bool:
    """Whether a statement goes on behind the end of a line."""
    if re.search(r"[,:=]\s*$|\s[-+*/%<>=&|^?!.]+\s*$", text):
        return True
    after = "".join(rest[:200]).lstrip()
    return bool(re.match(r"\.|[-+*/%<>=&|^?]+\s", after))


# Expressions

NUMBERS = {
    "Int": re.compile(r"[+-]?(0x[\da-fA-F_]+|0b[01_]+|0o[0-7_]+|\d[\d_]*)"),
    "Double": re.compile(
        r"[+-]?(\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?|0x[\da-fA-F_.]+[pP][+-]?\d+)"
    ),
}
NUMBER = re.compile(r"Double|Float\d*|CGFloat|U?Int\d*")
FUNCTIONS = frozenset("sqrt exp exp2 log log2 log10 sin cos tan tanh pow".split())
CONSTANTS = frozenset(
    "pi infinity nan ulpOfOne greatestFiniteMagnitude leastNonzeroMagnitude max min zero".split()
)


def expression_type(text: str, known: dict[str, str | None] | None = None) -> str | None:
    """The type that Swift gives an expression without context; `None` when it is not evident."""
    known = known or {}
    text = "".join(
        " " if piece.startswith(("//", "/*")) else piece for piece in pieces(text)
    ).strip()
    if not text:
        return None
    return (
        literal_type(text)
        or operation_type(text, known)
        or collection_type(text, known)
        or call_type(text)
        or known.get(text.strip("`"))
    )


def literal_type(text: str) -> str | None:
    if text in ("true", "false"):
        return "Bool"
    if literal_end(text, 0) == len(text):
        return "String"
    matching = (name for name, pattern in NUMBERS.items() if pattern.fullmatch(text))
    return next(matching, None)


def operation_type(text: str, known: dict[str, str | None]) -> str | None:
    """The type of `a + b`, `-a`, `a < b`, `a ... b` and `a as T`."""
    if " as " in text:
        value, _, kind = text.rpartition(" as ")
        return kind.strip() if is_balanced(value) else None
    for pattern, make in [(r"\.\.\.", "ClosedRange<{}>"), (r"\.\.<", "Range<{}>")]:
        sides = split_at(text, pattern)
        if len(sides) == 2 and (kind := common([expression_type(side, known) for side in sides])):
            return make.format(kind)
    if len(split_at(text, r"\s(?:==|!=|<=|>=|<|>|&&|\|\|)\s")) > 1 or text.startswith("!"):
        return "Bool"
    operands = split_at(text, r"\s[-+*/%]\s")
    if len(operands) > 1:
        return common([expression_type(operand, known) for operand in operands])
    if text[0] in "+-" and len(text) > 1 and not text[1].isspace():
        return expression_type(text[1:], known)
    return None


def collection_type(text: str, known: dict[str, str | None]) -> str | None:
    """The type of a literal in brackets or parentheses."""
    if text[0] not in "[(" or not is_one_group(text):
        return None
    parts = [part for part in split(text[1:-1], ",") if part.strip()]
    if text[0] == "(":
        return tuple_type(parts, known)
    if not parts:
        return None
    pairs = [cut(part, ":") for part in parts]
    if all(value for _, value in pairs):
        key, value = (common([expression_type(p[i], known) for p in pairs]) for i in (0, 1))
        return f"[{key}: {value}]" if key and value else None
    plain = [part.strip() for part in parts]
    kind = common([expression_type(part, known) for part in plain if part != "nil"])
    return kind and (f"[{kind}?]" if "nil" in plain else f"[{kind}]")


def tuple_type(parts: list[str], known: dict[str, str | None]) -> str | None:
    kinds = []
    for part in parts:
        label, value = cut(part, ":")
        kind = expression_type(value or label, known)
        if not kind:
            return None
        kinds.append(f"{label.strip()}: {kind}" if value else kind)
    return kinds[0] if len(kinds) == 1 and ":" not in kinds[0] else f"({', '.join(kinds)})"


def call_type(text: str) -> str | None:
    """The type of `T(…)`, of a function that gives a Double, and of a constant such as `T.pi`."""
    kind, _, constant = text.partition(".")
    if NUMBER.fullmatch(kind) and constant in CONSTANTS:
        return kind
    match = re.match(r"(\w+(?:<[^()]*>)?|\[[^()]*\])\s*(?=\()", text)
    if not match or not is_one_group(text[match.end() :]):
        return None
    name, arguments = match[1], text[match.end() :].strip()[1:-1]
    if name in FUNCTIONS:
        return "Double"
    is_plain = not arguments.lstrip().startswith(('"', "#")) and not cut(arguments, ":")[1]
    # Conversions of texts and those with labels may fail.
    if NUMBER.fullmatch(name) or name == "String":
        return name if is_plain else None
    return name if name == "Tensor" or name[0] == "[" or name[-1] == ">" else None


def common(kinds: list[str | None]) -> str | None:
    """The one type of several operands, where literals of integers become what the others are."""
    present = set(kinds)
    if not present or None in present:
        return None
    if len(present) > 1:
        present.discard("Int")
    if len(present) == 1:
        return present.pop()
    if all(kind.startswith("[") and ":" not in kind for kind in present):  # type: ignore[union-attr]
        inner = common([kind[1:-1] for kind in present])  # type: ignore[index]
        return f"[{inner}]" if inner else None
    return None


# Cutting


def split(text: str, separator: str) -> list[str]:
    """Cuts at `separator` outside of brackets and strings."""
    parts, depth, angles = [""], 0, 0
    in_type = False
    for piece in pieces(text):
        if piece == ":" and depth == 0:
            in_type = True
        elif piece == "=" and depth == 0:
            in_type = False
        # Angle brackets are brackets in a type, and operators elsewhere.
        angles += ((piece == "<") - (piece == ">")) if in_type else 0
        depth += (piece in OPEN) - (piece in CLOSE)
        if piece == separator and depth == 0 and angles <= 0:
            parts.append("")
            in_type, angles = False, 0
        else:
            parts[-1] += piece
    return parts


def cut(text: str, separator: str) -> tuple[str, str]:
    """The texts before and behind the first `separator` outside of brackets and strings."""
    depth, before = 0, ""
    for piece in pieces(text):
        if piece == separator and depth == 0:
            return before, text[len(before) + len(piece) :]
        depth += (piece in OPEN) - (piece in CLOSE)
        before += piece
    return text, ""


def split_at(text: str, pattern: str) -> list[str]:
    """Cuts at each match of `pattern` outside of brackets and strings."""
    inside = [False] * (len(text) + 1)
    depth, index = 0, 0
    for piece in pieces(text):
        depth += (piece in OPEN) - (piece in CLOSE)
        whole = len(piece) > 1 or depth > 0
        inside[index : index + len(piece)] = [whole] * len(piece)
        index += len(piece)
    parts, start = [], 0
    for match in re.finditer(pattern, text):
        if not inside[match.start()]:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def is_balanced(text: str) -> bool:
    marks = [piece for piece in pieces(text) if len(piece) == 1]
    return sum((mark in OPEN) - (mark in CLOSE) for mark in marks) == 0


def is_one_group(text: str) -> bool:
    """Whether the bracket that opens `text` closes at its end."""
    text, depth, index = text.strip(), 0, 0
    for piece in pieces(text):
        depth += (piece in OPEN) - (piece in CLOSE)
        index += len(piece)
        if depth == 0:
            return index == len(text)
    return False
