"""The command that lets money of a restored house leave again."""

from __future__ import annotations

from typing import Annotated

import typer

from refrain.starting import run, settings_of


def resume(
    compared: Annotated[
        str, typer.Option(help="What was compared with what, and until when; it is kept.")
    ],
    token: Annotated[
        str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of a treasurer.")
    ] = "",
) -> None:
    """Let payout runs and refunds of a restored house leave: bank and providers were compared."""
    from refrain.resuming import resume_money

    number = run(resume_money(settings_of(), compared=compared, token=token))
    typer.echo("money may leave again" if number else "nothing was held")
