"""The commands of who keeps the books about money that comes in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from accounting.clawing import Bearer
from accounting.vat import VatMode
from refrain.starting import run, settings_of

Since = Annotated[
    datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Day from which it holds (UTC).")
]
Currency = Annotated[str, typer.Option(help="Of the amount.")]
Account = Annotated[str, typer.Argument(help="Id of an account.")]
Reason = Annotated[str, typer.Option(help="Why; it stays with the freeze.")]
Amount = Annotated[str, typer.Argument(help="As in 12.50.")]

rates_app = typer.Typer(help="Exchange rates.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add them to the commands of the books."""
    app.add_typer(rates_app, name="rates")
    for command in (topup_confirm, topup_terms, topup_product, grant, fee, vat):
        app.command()(command)
    for about_freezes in (freeze, freezes, unfreeze):
        app.command()(about_freezes)


@rates_app.callback()
def rates() -> None:
    """Keep the exchange rates of the books."""


@rates_app.command("import")
def rates_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="eurofxref*.csv")],
) -> None:
    """Import reference rates as the European Central Bank publishes them."""
    from refrain.topups import rates_from

    run(rates_from(settings_of(), file.read_text("utf-8")))


def topup_confirm(
    topup: Annotated[str, typer.Argument(help="Its id, or the reference of its transfer.")],
    amount: Amount,
    bank_reference: Annotated[str, typer.Option(help="Its number on the bank's statement.")],
    currency: Currency = "EUR",
) -> None:
    """Say that a transfer arrived: the listener gets the credits."""
    from accounting.payments.amounts import parsed
    from refrain.topups import confirm_transfer

    run(confirm_transfer(settings_of(), topup, parsed(amount, currency), reference=bank_reference))


def grant(
    account: Account,
    credits_: Annotated[str, typer.Argument(metavar="CREDITS", help="As in 2.5.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the books.")],
    key: Annotated[str, typer.Option(help="The same again gives nothing more.")] = "",
) -> None:
    """Give credits to an account, as the co-operative's expense."""
    from refrain.topups import give_credits

    run(give_credits(settings_of(), account, credits_, reason=reason, key=key))


def fee(
    provider: Annotated[str, typer.Argument(help="Who kept it, as in mollie.")],
    reference: Annotated[str, typer.Argument(help="Number of the invoice.")],
    amount: Amount,
    day: Annotated[
        datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the invoice (UTC).")
    ],
    currency: Currency = "EUR",
) -> None:
    """Book fees that a provider tells on its invoices only."""
    from accounting.payments.amounts import parsed
    from refrain.topups import book_fee

    kept = parsed(amount, currency)
    run(book_fee(settings_of(), provider, reference, amount=kept, day=day.date()))


def freeze(account: Account, reason: Reason) -> None:
    """Let nothing be spent from a wallet, until it is looked into; prints the freeze as JSON."""
    from refrain.freezing import freeze_wallet

    run(freeze_wallet(settings_of(), account, reason=reason))


def freezes(account: Account) -> None:
    """Say why a wallet is frozen, as a JSON line for each reason."""
    from refrain.freezing import list_freezes

    run(list_freezes(settings_of(), account))


def unfreeze(
    freeze_: Annotated[str, typer.Argument(metavar="FREEZE", help="Id of a freeze.")],
    reason: Reason,
) -> None:
    """Take one reason away; without any other the wallet is free, and what waited is settled."""
    from refrain.freezing import lift_freeze

    run(lift_freeze(settings_of(), freeze_, reason=reason))


def vat(
    country: Annotated[str, typer.Argument(help="Two letters, ISO 3166.")],
    percent: Annotated[str, typer.Argument(help="Of the net price, as in 25.5.")],
    since: Since,
) -> None:
    """Set the standard rate of tax in a country."""
    from refrain.topups import set_vat

    run(set_vat(settings_of(), country, percent, since.date()))


def topup_terms(vat_due: VatMode, chargebacks: Bearer, since: Since) -> None:
    """Decide when tax is due, and who bears chargebacks of what was spent."""
    from refrain.topups import set_terms

    run(set_terms(settings_of(), vat=vat_due, chargebacks=chargebacks, since=since.date()))


def topup_product(  # noqa: PLR0913, PLR0917 - a pack has as many sides
    name: Annotated[str, typer.Argument(help="What it is asked for by, as in credits-10.")],
    credits_: Annotated[str, typer.Argument(metavar="CREDITS", help="As in 10.")],
    price: Annotated[str, typer.Argument(help="With tax, as in 12.50.")],
    since: Since,
    currency: Currency = "EUR",
    title: Annotated[str, typer.Option(help="What listeners read.")] = "",
    *,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="No longer sold.")] = False,
) -> None:
    """Sell a pack of credits, at another price, or no longer."""
    from accounting.payments.amounts import parsed
    from catalog.models.payments import TopupProduct
    from refrain.topups import midnight, set_product

    row = TopupProduct(
        id=name,
        valid_from=midnight(since.date()),
        title=title or name,
        credits=parsed(credits_, "XXX").micros,
        price=parsed(price, currency).micros,
        currency=currency,
        is_sold=not withdrawn,
    )
    run(set_product(settings_of(), row))
