"""The commands for what labels deliver, and for what others are told of our own releases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from base.log import escaped
from refrain.output import say
from refrain.starting import run, settings_of

if TYPE_CHECKING:
    from ingest.ddex.findings import MessageFinding
    from ingest.ddex.judging import Judgement

app = typer.Typer(help="Messages of DDEX, and what comes of them.", no_args_is_help=True)

_MARKS = {"error": "error  ", "warning": "warning", "note": "note   "}


@app.callback()
def ddex() -> None:
    """Look at what labels deliver, and tell others of what is ours."""


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
    from ingest.ddex.judging import judge
    from ingest.ddex.reading import MOST_BYTES

    settings = settings_of()
    judged = judge(
        file.read(MOST_BYTES + 1), us=settings.ddex_party_id or None, schemas=settings.ddex_xsd_dir
    )
    # A title must not move the cursor of who reads it.
    say(json.dumps(_document(judged)) if as_json else escaped(_text(judged), but="\n"))
    raise typer.Exit(0 if judged.is_acceptable else 1)


@app.command()
def export(
    releases: Annotated[list[UUID], typer.Argument(help="Ids of our own releases.")],
    to: Annotated[
        str | None, typer.Option(help="Whom it is for, by their DPID; ourselves, if not told.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where to put a delivery with all files; several are a batch."),
    ] = None,
    *,
    purge: Annotated[
        bool, typer.Option("--purge", help="That a release which was withdrawn is to be forgotten.")
    ] = False,
    test: Annotated[bool, typer.Option("--test", help="A test: nothing goes live of it.")] = False,
) -> None:
    """Write a message of ERN 4.3 of a release, or a whole delivery into a folder.

    What is missing of it is said beside; without a folder the message itself is printed.
    """
    from ingest.ddex.export.telling import Wanted
    from refrain.ddex_export import export_to, message_of

    if len(releases) > 1 and (folder is None or purge):
        raise typer.BadParameter("Several releases are a batch: name a --folder, and no --purge.")
    settings = settings_of()
    wanted = [
        Wanted(release_id=one, recipient=to, is_purge=purge, is_test=test) for one in releases
    ]
    if folder is None:
        telling = run(message_of(settings, wanted[0]))
        _say_findings(telling.findings)
        typer.echo(telling.content, nl=False)
    else:
        put = run(export_to(settings, wanted, folder))
        _say_findings(put.findings)
        say(json.dumps(put.as_json()))


def _say_findings(findings: Sequence[MessageFinding]) -> None:
    """Say what is found where errors go, so that a message can be piped on."""
    for one in findings:
        typer.echo(escaped(_line(one)), err=True)


def _document(judged: Judgement) -> dict[str, Any]:
    message = judged.message
    told = None
    if message is not None:
        main = message.main_release
        told = {
            "kind": message.kind,
            "version": message.version,
            "id": message.header.message_id,
            "sender": message.header.sender,
            "created_at": message.header.created_at.isoformat(),
            "title": main.titles[0].text if main and main.titles else None,
            "recordings": sum(one.kind == "SoundRecording" for one in message.resources),
            "deals": sum(len(one.terms) for one in message.deals),
        }
    return {
        "acceptable": judged.is_acceptable,
        "message": told,
        "findings": [_finding(one) for one in judged.findings],
    }


def _finding(one: MessageFinding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "status": one.status,
        "severity": one.severity,
        "text": one.text,
        "line": one.line,
        "path": one.path,
    }


def _text(judged: Judgement) -> str:
    document = _document(judged)
    lines = []
    if told := document["message"]:
        lines.append(
            f"{told['kind']} {told['version']} {told['id']} of {told['sender']}: "
            f"{told['title'] or 'no release'}, {told['recordings']} recordings, "
            f"{told['deals']} deals"
        )
    lines += [_line(one) for one in judged.findings]
    lines.append("It could be taken." if judged.is_acceptable else "It could not be taken.")
    return "\n".join(lines)


def _line(one: MessageFinding) -> str:
    where = f"line {one.line}: " if one.line else ""
    return f"{_MARKS[one.severity]}  {where}{one.text} ({one.status}: {one.rule})"
