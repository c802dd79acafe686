"""The commands for what labels deliver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from base.log import escaped
from refrain.cli_ddex_export import export
from refrain.output import say
from refrain.starting import settings_of

if TYPE_CHECKING:
    from ingest.ddex.judging import Judgement

app = typer.Typer(help="Messages of DDEX, and what comes of them.", no_args_is_help=True)
app.command()(export)

_MARKS = {"error": "error  ", "warning": "warning", "note": "note   "}


@app.callback()
def ddex() -> None:
    """Look at what labels deliver."""


@app.command()
def validate(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(help="A message; - for what is piped in.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Judge a message of ERN as if it had been delivered; nothing is fetched and nothing written.

    Exit status 0: it could be taken; 1: it could not.
    """
    from ingest.ddex.documents import judgement_told
    from ingest.ddex.judging import judge
    from ingest.ddex.reading import MOST_BYTES

    settings = settings_of()
    judged = judge(
        file.read(MOST_BYTES + 1), us=settings.ddex_party_id or None, schemas=settings.ddex_xsd_dir
    )
    # A title must not move the cursor of who reads it.
    say(json.dumps(judgement_told(judged)) if as_json else escaped(_text(judged), but="\n"))
    raise typer.Exit(0 if judged.is_acceptable else 1)


def _text(judged: Judgement) -> str:
    from ingest.ddex.documents import judgement_told

    document = judgement_told(judged)
    lines = []
    if told := document["message"]:
        lines.append(
            f"{told['kind']} {told['version']} {told['id']} of {told['sender']}: "
            f"{told['title'] or 'no release'}, {told['recordings']} recordings, "
            f"{told['deals']} deals"
        )
    for one in judged.findings:
        where = f"line {one.line}: " if one.line else ""
        lines.append(f"{_MARKS[one.severity]}  {where}{one.text} ({one.status}: {one.rule})")
    lines.append("It could be taken." if judged.is_acceptable else "It could not be taken.")
    return "\n".join(lines)
