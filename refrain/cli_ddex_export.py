"""The command that tells others of our own releases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from base.log import escaped
from refrain.output import say
from refrain.starting import run, settings_of

if TYPE_CHECKING:
    from ingest.ddex.findings import MessageFinding


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
        typer.echo(escaped(f"{one.severity}: {one.text} ({one.rule})"), err=True)
