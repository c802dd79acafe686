"""The commands for who gets reports of sales, and for what became of each: `refrain dsr …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from catalog.report_recipients import ReportForm
from refrain.starting import run, settings_of

app = typer.Typer()
recipients_app = typer.Typer(help="Who gets reports of sales, and how.", no_args_is_help=True)
app.add_typer(recipients_app, name="recipients")

Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of a treasurer.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line each, for scripts.")]
RecipientId = Annotated[UUID, typer.Argument(metavar="RECIPIENT", help="Who gets them: an id.")]
ReportId = Annotated[UUID, typer.Argument(metavar="REPORT", help="The id of a report.")]
Name = Annotated[str, typer.Option(help="What they are called.")]
Dpid = Annotated[str, typer.Option(help="Their DPID, PADPIDA….")]
Form = Annotated[ReportForm, typer.Option(help="What reports are written in.")]
Account = Annotated[
    UUID | None, typer.Option(help="Of the music of this account; of all unless told.")
]
Template = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A JSON file with the columns of a csv."),
]
Sftp = Annotated[
    str, typer.Option(help="Where they are sent to: USER@HOST[:PORT][/FOLDER]; else fetched.")
]
HostKey = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="The key of that host: a file as ssh-keyscan prints it."
    ),
]


@recipients_app.command("list")
def list_recipients(*, as_json: AsJson = False) -> None:
    """List who gets reports, the newest first."""
    from refrain import dsr_sending as sending

    sending.say_recipients(run(sending.list_recipients(settings_of())), as_json=as_json)


@recipients_app.command("add")
def add_recipient(  # noqa: PLR0913 - what is said of one
    *,
    name: Name,
    dpid: Dpid,
    form: Form,
    account: Account = None,
    template: Template = None,
    sftp: Sftp = "",
    host_key: HostKey = None,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Have somebody told of what is sold, from the month on that is closed next."""
    from refrain import dsr_sending as sending

    said = sending.Said(name, dpid, form, account, template, sftp, host_key)
    made = run(sending.add_one(settings_of(), said, token=token))
    sending.say_recipients([made], as_json=as_json)


@recipients_app.command("change")
def change_recipient(  # noqa: PLR0913 - what is said of one
    recipient: RecipientId,
    *,
    name: Name,
    dpid: Dpid,
    form: Form,
    account: Account = None,
    template: Template = None,
    sftp: Sftp = "",
    host_key: HostKey = None,
    off: Annotated[bool, typer.Option("--off", help="Tell them nothing for now.")] = False,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Tell somebody otherwise from now on: all of it is said anew."""
    from refrain import dsr_sending as sending

    said = sending.Said(name, dpid, form, account, template, sftp, host_key, is_active=not off)
    made = run(sending.change_one(settings_of(), recipient, said, token=token))
    sending.say_recipients([made], as_json=as_json)


@app.command("list")
def list_reports(
    *,
    recipient: Annotated[UUID | None, typer.Option(help="Of one who gets them.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List reports, the newest first, and what became of each."""
    from refrain import dsr_sending as sending

    found = run(sending.list_reports(settings_of(), recipient, limit=limit))
    sending.say_reports(found, as_json=as_json)


@app.command()
def ask(
    recipient: RecipientId,
    month: Annotated[str, typer.Argument(help="A month that is closed, as in 2026-11.")],
    token: Token = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Have a report of a closed month made, and sent: it replaces the one before."""
    from refrain import dsr_sending as sending

    made = run(sending.ask_for(settings_of(), recipient, month, token=token))
    sending.say_reports([made], as_json=as_json)


@app.command()
def send(report: ReportId, token: Token = "", *, as_json: AsJson = False) -> None:
    """Send a report once more; one that could not be made is made first."""
    from refrain import dsr_sending as sending

    sent = run(sending.send_one(settings_of(), report, token=token))
    sending.say_reports([sent], as_json=as_json)


@app.command()
def fetch(
    report: ReportId,
    *,
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder that it is put into.")],
) -> None:
    """Put the file of a report into a folder, under its own name."""
    from refrain import dsr_sending as sending

    run(sending.fetch_one(settings_of(), report, out))


@app.command()
def key() -> None:
    """Print our public key: who gets reports by SFTP lets its owner in."""
    from refrain import dsr_sending as sending

    run(sending.show_key(settings_of()))
