"""The commands about our own money on its way, and about what is put right."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from refrain.starting import run, settings_of

Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of a treasurer.")]
Amount = Annotated[str, typer.Argument(help="As in 12.50.")]
Reference = Annotated[str, typer.Argument(help="Its number, as the other side has it.")]
Currency = Annotated[str, typer.Option(help="Of the amounts.")]
On = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day it happened (UTC).")]


def add_to(app: typer.Typer) -> None:
    """Add them to the commands of the books."""
    for command in (settle_provider, pay_vat, adjust, adjust_approve):
        app.command()(command)


def settle_provider(  # noqa: PLR0913, PLR0917 - what the bank and the provider tell
    provider: Annotated[str, typer.Argument(help="Who paid out, as in stripe.")],
    reference: Reference,
    amount: Amount,
    on: On,
    fee: Annotated[str, typer.Option(help="What it kept besides, as in 0.25.")] = "0",
    currency: Currency = "EUR",
    token: Token = "",
) -> None:
    """Book that a provider's payout arrived at the bank."""
    from accounting.payments.amounts import parsed
    from refrain.own_money import settle_provider as work

    arrived, kept = parsed(amount, currency), parsed(fee, currency)
    run(
        work(
            settings_of(),
            provider,
            reference,
            amount=arrived,
            fee=kept,
            day=on.date(),
            token=token,
        )
    )


def pay_vat(  # noqa: PLR0913, PLR0917 - what the bank tells
    country: Annotated[str, typer.Argument(help="Two letters, ISO 3166.")],
    reference: Reference,
    amount: Amount,
    on: On,
    currency: Currency = "EUR",
    token: Token = "",
) -> None:
    """Book that tax of a country was paid from the bank."""
    from accounting.payments.amounts import parsed
    from refrain.own_money import pay_vat as work

    paid = parsed(amount, currency)
    run(work(settings_of(), country, reference, amount=paid, day=on.date(), token=token))


def adjust(
    lines: Annotated[list[str], typer.Argument(help="As in 'bank=-12.50 EUR'.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the books.")],
    key: Annotated[str, typer.Option(help="A name of your own, so that it is proposed once.")],
    on: On,
    token: Token = "",
) -> None:
    """Propose to put something right; debits are positive, and another treasurer approves."""
    from refrain.own_money import propose_adjustment

    day = on.date()
    run(propose_adjustment(settings_of(), lines, reason=reason, key=key, day=day, token=token))


def adjust_approve(
    adjustment: Annotated[UUID, typer.Argument(help="The id of an adjustment.")],
    token: Token = "",
) -> None:
    """Book what another treasurer proposed."""
    from refrain.own_money import approve_adjustment

    run(approve_adjustment(settings_of(), adjustment, token=token))
