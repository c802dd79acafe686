"""What the rooms below say to people, as when they refuse: the sentences that their source has.

They know no languages: a sentence comes from them in English, with its values in it. So what is
translated is the form of it, and `stream.pages.told` finds the form again by what is fixed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_SPEAKERS = frozenset(
    {"Refused", "Unavailable", "Unfit", "Fault", "Finding", "Flaw", "Notice", "Obstacle"}
)
#: What is for those who build or run it.
_NOT_FOR_PEOPLE = frozenset({"help", "description", "summary", "event"})
_SENTENCE = re.compile(r"(?:[A-Z0-9]|%\().* .*(?:[.!?…]|\)s)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACE = re.compile(r"%\(\w+\)s")
_LEAST_WORDS = 2


def spoken_in(source: str, *, is_all: bool = False) -> Iterator[str]:
    """Answer the forms of all sentences that a module says to people; values are `%(name)s`.

    Of a module that says anything to them, or of which all is asked for, whatever reads like a
    sentence counts: what is said comes from a table as often, or from a function.
    """
    if not is_all and not any(f"{name}(" in source for name in _SPEAKERS):
        return  # most say nothing, and to parse takes time
    tree = ast.parse(source)
    if is_all or any(_name_of(node) in _SPEAKERS for node in ast.walk(tree)):
        yield from _sentences(tree)


def _name_of(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _sentences(node: ast.AST) -> Iterator[str]:
    form = _form(node)
    if form is not None:
        yield from [form] if _is_sentence(form) else []
        return
    for child in ast.iter_child_nodes(node):
        if not _is_for_builders(child):
            yield from _sentences(child)


def _is_sentence(form: str) -> bool:
    """Answer whether it is one; what is put together of values only fits whatever is said."""
    is_whole = _SENTENCE.fullmatch(form) is not None
    return is_whole and len(_WORD.findall(_PLACE.sub("", form))) >= _LEAST_WORDS


def _is_for_builders(node: ast.AST) -> bool:
    """Answer whether it is a docstring, or words of the command line or of the description."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.keyword) and node.arg in _NOT_FOR_PEOPLE


def _form(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    names: list[str] = []
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names.append(_value_name(part.value, names))
            parts.append(f"%({names[-1]})s")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("%", "%%"))
    return "".join(parts)


def _value_name(value: ast.expr, taken: list[str]) -> str:
    """Answer what a translator reads for a value: its name, if it has one that is still free."""
    named = getattr(value, "id", getattr(value, "attr", "value")).strip("_").lower()
    return named if named not in taken else f"{named}{len(taken)}"
