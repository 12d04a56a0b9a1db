"""Attacks the exercises of a page, in the kernel that ran it: no wrong answer may be called right.

Every exercise is tried with answers that its signature alone suggests (zero, one, NaN, infinity, an
argument given back), and with the plausible wrong ones in `Tests/Exercises/<page>.swift`, where each
begins with a line `// exercise: what is wrong` and is an argument of `exercise.check(…)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from without_answers import Failure, shown

FOLDER = Path(__file__).parents[2] / "Tests" / "Exercises"
DECLARATION = re.compile(r"^(?:let|var)\s+(\w+)\s*=\s*Exercise<(.*)>\s*\(", re.MULTILINE)
WRONG_ANSWER = re.compile(r"^// (\w+): (.*)$", re.MULTILINE)
NUMBERS = ["0", "1", "-1", "0.5", "1e30", ".nan", ".infinity", "-.infinity"]


@dataclass
class Attack:
    """An answer, as Swift, to the exercise that a variable of the page holds."""

    exercise: str
    what: str
    answer: str


def attack(client: NotebookClient, notebook: nbformat.NotebookNode, page: Path) -> Failure | None:
    """Tries all wrong answers; the page's own outputs stay as they are."""
    exercises = declared(notebook)
    attacks = [
        Attack(name, f"answers {answer}", answer)
        for name, (_, kind) in exercises.items()
        for answer in suggested(kind)
    ]
    attacks += written(FOLDER / f"{page.stem}.swift")
    accepted = []
    for name in sorted({attack.exercise for attack in attacks}):
        if name not in exercises:
            return Failure(None, "", f"{page.stem}.swift attacks {name!r}, which is no exercise")
        accepted += taken(client, [attack for attack in attacks if attack.exercise == name])
    if not accepted:
        return None
    index = exercises[accepted[0].exercise][0]
    lines = [f"{attack.exercise}: {attack.what}\n  {attack.answer}" for attack in accepted]
    text = "wrong answers are taken for right:\n" + "\n".join(lines)
    return Failure(index, notebook.cells[index].source, text)


def declared(notebook: nbformat.NotebookNode) -> dict[str, tuple[int, str]]:
    """The cells and the types of answers of all exercises, by the variables that hold them."""
    return {
        match[1]: (index, match[2])
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        for match in DECLARATION.finditer(cell.source)
    }


def suggested(kind: str) -> list[str]:
    """Wrong answers of a type: functions that do not look, values that are extreme."""
    function = re.fullmatch(r"\((.*)\)\s*(?:throws\s*)?->\s*(.+)", kind)
    if not function:
        return []
    arguments, result = split(function[1]), function[2].strip().rstrip("?")
    names = [f"a{place}" for place in range(len(arguments))]
    same = [name for name, type in zip(names, arguments) if type == result]
    if result == "Double":
        bodies = NUMBERS + same
    elif result == "Tensor":
        bodies = ["Tensor(0.0)", "Tensor([Double]())"] + [
            form.format(name)
            for name in same
            for form in ("{}", "{}.zerosLike()", "{}.onesLike()", "{} * Double.nan", "{} + Double.infinity")
        ]
    elif result == "Int":
        bodies = ["0", "1", "-1", "1000"] + same
    elif result == "[Double]":
        bodies = ["[]", "[0]", "[.nan]"] + same
    else:
        bodies = same
    head = ", ".join(names)
    return [f"{{ ({head}) -> {result}{'?' if '?' in kind else ''} in {body} }}" for body in bodies]


def split(types: str) -> list[str]:
    """The types of a parameter list, at commas outside of brackets."""
    depth, parts, part = 0, [], ""
    for character in types:
        depth += (character in "([<") - (character in ")]" or character == ">" and part[-1:] != "-")
        if character == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += character
    return [*parts, part.strip()] if part.strip() else parts


def written(file: Path) -> list[Attack]:
    """The wrong answers of a page's own file."""
    if not file.exists():
        return []
    text = file.read_text()
    heads = list(WRONG_ANSWER.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        Attack(head[1], head[2], text[head.end() : end].strip()) for head, end in zip(heads, ends)
    ]


def taken(client: NotebookClient, attacks: list[Attack]) -> list[Attack]:
    """Those that count as correct. All run in one cell; one by one where that cell stops."""
    places = answers_shown(client, attacks)
    if places is None and len(attacks) > 1:
        return [found for attack in attacks for found in taken(client, [attack])]
    return [attacks[place] for place in places or []]


def answers_shown(client: NotebookClient, attacks: list[Attack]) -> list[int] | None:
    """The places of accepted answers, or nothing where the cell stops (an answer that traps)."""
    lines = [
        f"if {attack.exercise}.check({attack.answer}).state == .correct {{ print(\"right:\", {place}) }}"
        for place, attack in enumerate(attacks)
    ]
    cell = nbformat.v4.new_code_cell("\n".join(lines))
    page, client.nb = client.nb, nbformat.v4.new_notebook(cells=[cell])
    try:
        client.execute_cell(cell, 0)
    except CellExecutionError as error:
        if error.ename == "CompileError" and len(attacks) == 1:
            raise
        return None
    finally:
        client.nb = page
    return [int(place) for place in re.findall(r"^right: (\d+)$", shown(cell), re.MULTILINE)]
