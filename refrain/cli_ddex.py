"""The commands for what labels deliver."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from base.clock import system_clock
from base.log import escaped
from catalog.ern_states import DeliveryState
from refrain.cli_ddex_export import export
from refrain.cli_partners import app as partners_app
from refrain.output import say, say_table
from refrain.starting import run, settings_of

if TYPE_CHECKING:
    from ingest.ddex.judging import Judgement

app = typer.Typer(help="Messages of DDEX, and what comes of them.", no_args_is_help=True)
app.command()(export)
app.add_typer(partners_app, name="partners")

Message = Annotated[
    str, typer.Argument(help="The id of a message, or its beginning, or what its sender calls it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for scripts.")]

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
        file.read(MOST_BYTES + 1),
        us=settings.ddex_party_id or None,
        schemas=settings.ddex_xsd_dir,
        came_at=system_clock(),
    )
    # A title must not move the cursor of who reads it.
    say(json.dumps(judgement_told(judged)) if as_json else escaped(_text(judged), but="\n"))
    raise typer.Exit(0 if judged.is_acceptable else 1)


@app.command()
def deliveries(
    *,
    partner: Annotated[str | None, typer.Option(help="Only of this DPID.")] = None,
    state: Annotated[DeliveryState | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was delivered, the newest first."""
    from refrain.delivered import list_deliveries, table_of

    found = run(list_deliveries(settings_of(), partner=partner, state=state, limit=limit))
    if as_json:
        for one in found:
            say(json.dumps(one))
    else:
        say_table(table_of(found))


@app.command()
def show(
    message: Message,
    *,
    as_json: AsJson = False,
    raw: Annotated[bool, typer.Option("--raw", help="The message as it came.")] = False,
) -> None:
    """Show a message: what became of it, and all that was found in it."""
    from refrain.delivered import raw_message, show_message, text_of

    if raw:
        sys.stdout.buffer.write(run(raw_message(settings_of(), message)))
        return
    found = run(show_message(settings_of(), message))
    say(json.dumps(found) if as_json else text_of(found))


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A file, or what a message is called.")],
    new: Annotated[
        str | None, typer.Argument(help="The same; without it, OLD and the one before it.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two messages by what they say of a release: titles, recordings, deals."""
    from ingest.ddex.differing import difference_text, difference_told
    from refrain.delivered import compare

    found = run(compare(settings_of(), new or old, old if new else None))
    say(
        json.dumps(difference_told(found)) if as_json else escaped(difference_text(found), but="\n")
    )


@app.command()
def replay(
    messages: Annotated[list[str] | None, typer.Argument(help="Messages, by their ids.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that ever came.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be found otherwise.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take messages once more, as they are kept; those that say nothing new change nothing."""
    from refrain.delivered import looked_at_again, taken_again, text_of_replay

    if every == bool(messages):
        raise typer.BadParameter("Say which messages, or --all.")
    work = looked_at_again if dry_run else taken_again

    async def each() -> None:
        async for one in work(settings_of(), None if every else messages):
            say(json.dumps(one) if as_json else text_of_replay(one))

    run(each())


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
