"""The commands for reports of sales: to labels, and to societies."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from refrain.cli_dsr_sending import app as sending_app
from refrain.starting import run, settings_of

app = typer.Typer(help="Reports of sales (DSR), as DDEX has them.", no_args_is_help=True)
app.add_typer(sending_app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]


class Form(StrEnum):
    """In which profile a report is written."""

    BASIC_AUDIO = "basic-audio"


@app.callback()
def dsr() -> None:
    """Write reports of sales, and check them."""


@app.command()
def write(  # noqa: PLR0913 - what a report says of itself
    month: Annotated[str, typer.Argument(help="A month that is closed, as in 2026-11.")],
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder that it is put into.")],
    recipient: Annotated[str, typer.Option(help="The DPID of whom it is for.")],
    recipient_name: Annotated[str, typer.Option(help="What they are called.")] = "",
    sender_name: Annotated[str, typer.Option(help="What the co-operative is called.")] = "Refrain",
    account: Annotated[
        UUID | None, typer.Option(help="Of the music of this account; of all unless told.")
    ] = None,
    form: Annotated[Form, typer.Option(help="In which profile.")] = Form.BASIC_AUDIO,
    packed: Annotated[bool, typer.Option("--gzip", help="Packed files.")] = False,
    most_lines: Annotated[
        int | None, typer.Option(min=100, help="Several files, each of so many rows at most.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a month, once it was read back and agrees with the books."""
    from refrain import dsr as reports

    del form  # there is one
    wanted = reports.Wanted(
        month=month,
        account=account,
        recipient_id=recipient,
        recipient=recipient_name,
        sender=sender_name,
        out=out,
        is_packed=packed,
        most_lines=most_lines,
    )
    run(reports.write(settings_of(), wanted, as_json=as_json))


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="All files of a report.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a report, whoever wrote it: cells, references, counts, and sums.

    Exit status 0: all is right; 1: something is wrong.
    """
    from refrain import dsr as reports

    if not reports.check(files, as_json=as_json):
        raise typer.Exit(1)
