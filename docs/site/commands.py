"""The command line as a page: each command with its arguments and options, as the code has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from refrain.cli import app


def commands() -> str:
    """Answer all commands as Markdown, in the order of `refrain --help`."""
    return "\n".join(line for path, command in every() for line in _told(path, command))


def tree() -> Any:  # noqa: ANN401 - click's own, which typer brings along
    """Answer the command line as click has it."""
    return typer.main.get_command(app)


def every() -> Iterator[tuple[str, Any]]:
    """Answer each command and group with the words that call it."""
    yield from _below("refrain", tree())


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - see above
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        # What is hidden is what a group does unless told, and has options all the same.
        yield from _below(f"{path} {name}", inner)


def _told(path: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - see above
    depth = min(path.count(" "), 1) + 2
    yield f"\n{'#' * depth} `{path}`\n"
    yield _plain(command.help or "")
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if hasattr(command, "commands"):
        return
    words = [path, *(_word(one) for one in arguments), *(["[OPTIONS]"] if options else [])]
    yield f"\n```text\n{' '.join(words)}\n```\n"
    rows = [_row(_word(one), one) for one in arguments]
    rows += [_row(", ".join((*one.opts, *one.secondary_opts)), one) for one in options]
    if rows:
        yield "| argument or option | what it is |\n|---|---|"
        yield from rows


def _word(argument: Any) -> str:  # noqa: ANN401 - see above
    word = (argument.metavar or argument.name).upper()
    word += "…" if argument.nargs == -1 else ""
    return word if argument.required else f"[{word}]"


def _row(name: str, one: Any) -> str:  # noqa: ANN401 - see above
    said = _plain(getattr(one, "help", None) or "").replace("|", "\\|")
    heard = f" Read from `{one.envvar}`, too." if getattr(one, "envvar", None) else ""
    needed = " Required." if one.required and one.param_type_name == "option" else ""
    return f"| `{name}` | {said}{heard}{needed} |"


def _plain(text: str) -> str:
    """Answer a help text as one paragraph each, with nothing that Markdown would take for tags."""
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return "\n\n".join(paragraphs).replace("<", "&lt;")
