"""The commands `refrain ddex partners …`: who delivers."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from refrain.output import say_table
from refrain.starting import run, settings_of

app = typer.Typer(help="Who delivers by DDEX.", no_args_is_help=True)

Dpid = Annotated[str, typer.Argument(help="The DPID by which it sends, PADPIDA…")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line each, for scripts.")]
Keys = Annotated[
    typer.FileText | None,
    typer.Option(
        "--keys", help="A file of public keys of SSH, a line each; - for what is piped in."
    ),
]
SeveritiesSaid = Annotated[
    list[str] | None, typer.Option("--severity", help="A rule and its weight: grid-check=note.")
]
Prefix = Annotated[
    str | None, typer.Option(help="Where its deliveries lie in a bucket; '' for nowhere.")
]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List partners, by name."""
    from refrain.partners import list_partners, table_of

    found = run(list_partners(settings_of()))
    if as_json:
        for one in found:
            typer.echo(json.dumps(one))
    else:
        say_table(table_of(found))


@app.command()
def add(  # noqa: PLR0913 - what a partner is
    dpid: Dpid,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    account: Annotated[str, typer.Option(help="Whose music it is: an account, by name or id.")],
    keys: Keys = None,
    severity: SeveritiesSaid = None,
    prefix: Prefix = None,
) -> None:
    """Let somebody deliver."""
    from refrain.partners import add_one, keys_in, severities_in

    said = {
        "dpid": dpid,
        "name": name,
        "keys": keys_in(keys.read()) if keys else [],
        "severities": severities_in(severity or []),
        "prefix": prefix or None,
    }
    typer.echo(json.dumps(run(add_one(settings_of(), said, owner=account))))


@app.command()
def change(  # noqa: PLR0913 - what a partner is
    dpid: Dpid,
    *,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    account: Annotated[str | None, typer.Option(help="Whose music it is: name or id.")] = None,
    is_paused: Annotated[
        bool | None, typer.Option("--pause/--resume", help="Of who is paused, deliveries wait.")
    ] = None,
    keys: Keys = None,
    severity: SeveritiesSaid = None,
    prefix: Prefix = None,
) -> None:
    """Say anew what is otherwise of a partner: keys and severities all of them, what else alone."""
    from refrain.partners import change_one, keys_in, severities_in

    said: dict[str, Any] = {
        "name": name,
        "state": {None: None, True: "paused", False: "active"}[is_paused],
        "keys": keys_in(keys.read()) if keys else None,
        "severities": severities_in(severity) if severity else None,
    }
    told = {key: value for key, value in said.items() if value is not None}
    where = {} if prefix is None else {"prefix": prefix or None}
    changed = run(change_one(settings_of(), dpid, {**told, **where}, owner=account))
    typer.echo(json.dumps(changed))
