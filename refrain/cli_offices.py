"""The commands about roles and tokens."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

import typer

from catalog.callers import Caller
from catalog.roles import Role
from refrain.starting import run, settings_of

roles_app = typer.Typer(help="What accounts may be to the house.", no_args_is_help=True)
tokens_app = typer.Typer(help="What programs of an account are known by.", no_args_is_help=True)

Account = Annotated[UUID, typer.Argument(help="The number of an account.")]
Which = Annotated[Role, typer.Argument(help="A role.")]


@roles_app.command("show")
def show_roles(account: Account) -> None:
    """Say which roles an account has."""
    from refrain.offices import show_roles as show

    _say(run(show(settings_of(), account)))


@roles_app.command("grant")
def grant_role(account: Account, role: Which) -> None:
    """Give an account a role; it is written down."""
    from refrain.offices import grant_one

    _say(run(grant_one(settings_of(), account, role)))


@roles_app.command("revoke")
def revoke_role(account: Account, role: Which) -> None:
    """Take a role from an account; it is written down."""
    from refrain.offices import revoke_one

    _say(run(revoke_one(settings_of(), account, role)))


@tokens_app.command("make")
def make_token(
    account: Account,
    label: Annotated[str, typer.Option(help="What it is for.")],
    scopes: Annotated[
        str | None, typer.Option(help="What it may, with blanks between; all, without.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="For how many days it is good.")] = None,
) -> None:
    """Make a token and print it, this once."""
    from refrain.offices import make_one_token

    made = run(make_one_token(settings_of(), account, label=label, scopes=scopes, days=days))
    typer.echo(json.dumps({"id": str(made.id), "token": made.secret}))


@tokens_app.command("list")
def list_tokens(account: Account) -> None:
    """List the tokens of an account, a JSON line each."""
    from refrain.offices import list_tokens as found

    for one in run(found(settings_of(), account)):
        times = (one.created_at, one.expires_at, one.last_used_at)
        made, until, used = (None if at is None else at.isoformat() for at in times)
        scopes = None if one.scopes is None else sorted(one.scopes)
        facts = {"id": str(one.id), "label": one.label, "scopes": scopes}
        typer.echo(json.dumps({**facts, "made": made, "until": until, "used": used}))


@tokens_app.command("end")
def end_token(
    account: Account, token: Annotated[UUID, typer.Argument(help="The id of a token.")]
) -> None:
    """End a token at once."""
    from refrain.offices import end_one_token

    run(end_one_token(settings_of(), account, token))


def _say(found: Caller) -> None:
    typer.echo(json.dumps({"account": str(found.id), "roles": sorted(found.roles)}))
