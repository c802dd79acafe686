"""The commands about whose releases are looked at before they come out."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from refrain.starting import run, settings_of

reviews_app = typer.Typer(help="Whose releases are looked at.", no_args_is_help=True)


class Rule(StrEnum):
    """Whether releases are looked at, always, never, or as `REFRAIN_REVIEW` says."""

    ALWAYS = "always"
    NEVER = "never"
    DEFAULT = "default"


@reviews_app.command("list")
def list_() -> None:
    """List the accounts that have a rule of their own, a JSON line each."""
    from refrain.review_rules import list_rules

    for one in run(list_rules(settings_of())):
        typer.echo(json.dumps(one))


@reviews_app.command("set")
def set_(
    account: Annotated[UUID, typer.Argument(help="The number of an account.")],
    rule: Annotated[Rule, typer.Argument(help="Always, never, or as the setting says.")],
) -> None:
    """Say whether an account's releases are looked at before they come out; it is written down."""
    from refrain.review_rules import set_rule

    is_reviewed = {Rule.ALWAYS: True, Rule.NEVER: False, Rule.DEFAULT: None}[rule]
    typer.echo(json.dumps(run(set_rule(settings_of(), account, is_reviewed=is_reviewed))))
