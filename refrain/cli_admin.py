"""The commands of who runs a house, about people: find them, and help those who are locked out.

Roles are `refrain roles`, tokens `refrain tokens`, members `refrain members`.
"""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

import typer

from catalog.account_list import AccountState
from catalog.roles import AccountKind, Role
from refrain.starting import run, settings_of

admin_app = typer.Typer(
    help="Find accounts, and help who is locked out; roles, tokens and members have their own.",
    no_args_is_help=True,
)

Account = Annotated[UUID, typer.Argument(help="The number of an account.")]


@admin_app.command()
def find(
    called: Annotated[
        str | None, typer.Argument(help="How a name begins, a whole address, or a number.")
    ] = None,
    role: Annotated[Role | None, typer.Option(help="Who has it.")] = None,
    kind: Annotated[AccountKind | None, typer.Option(help="Persons, or others.")] = None,
    state: Annotated[AccountState | None, typer.Option(help="Whether they are there.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest of them.")] = 50,
) -> None:
    """List accounts, the newest first, a JSON line each."""
    from catalog.account_list import Asked
    from refrain.admin import find_accounts

    asked = Asked(q=called, role=role, kind=kind, state=state)
    for one in run(find_accounts(settings_of(), asked, limit=limit)):
        typer.echo(json.dumps(one))


@admin_app.command()
def show(account: Account) -> None:
    """Say what is known of an account, as a JSON line."""
    from refrain.admin import show_account

    typer.echo(json.dumps(run(show_account(settings_of(), account))))


@admin_app.command()
def sign_out(account: Account) -> None:
    """Sign an account out everywhere: sessions, tokens and applications end; it is written down."""
    from refrain.admin import sign_out_everywhere

    run(sign_out_everywhere(settings_of(), account))


@admin_app.command()
def link(account: Account) -> None:
    """Print a link by which somebody chooses a password; whoever has it, is in.

    Where they have no address yet, they choose that as well. For who gets no mail. It is written
    down that it was made.
    """
    from refrain.admin import link_for

    typer.echo(run(link_for(settings_of(), account)))
