"""How a top-up is booked, and what part of it goes with a part of what was paid.

A sale has three sides: what the listener paid, what the provider owes us for it, perhaps in
another currency, and what it is worth in the currency of the books. The rate between them is that
of the sale, and stays so for all that comes back later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounting.ledger import Account, AccountKind, Entry, Facts, Transaction, TxnKind
from accounting.payments.amounts import Money
from accounting.payments.manual import BY_HAND
from accounting.vat import VatMode, part_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Credits that were paid for: `gross` with the tax `vat` in it is in `currency`, the books'."""

    payment: str
    listener: str
    provider: str
    credits: int
    paid: Money
    received: Money
    currency: str
    gross: int
    vat: int
    mode: VatMode
    country: str

    @property
    def held(self) -> int:
        """What the lot is worth: without the tax, where that is due at once."""
        return self.gross - self.vat if self.mode is VatMode.TOPUP else self.gross

    @property
    def vat_of_lot(self) -> int:
        """The tax that is due when the credits are spent."""
        return 0 if self.mode is VatMode.TOPUP else self.vat

    @property
    def cash(self) -> Account:
        """Where what was paid is: what a treasurer found there, at the bank."""
        return Account(AccountKind.BANK) if self.provider == BY_HAND else self.outgoing

    @property
    def outgoing(self) -> Account:
        """Where what goes back is taken from: of transfers, until they have left the bank."""
        return Account(AccountKind.PSP, self.provider)

    @property
    def tax(self) -> Account:
        """Where the tax is owed."""
        return Account(AccountKind.VAT, self.country)

    @property
    def wallet(self) -> Account:
        """Whose credit it is."""
        return Account(AccountKind.WALLET, self.listener)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a sale on all its sides."""

    paid: int
    received: int
    gross: int
    vat: int


def part_between(sale: Sale, before: int, after: int) -> Part:
    """Answer the part of a sale between two sums of what was paid.

    Parts that follow one another sum to the whole, whatever was rounded. Beyond what was paid,
    which a refund and a dispute can come to together, there is no more tax.
    """
    of = sale.paid.micros

    def between(whole: int, low: int, high: int) -> int:
        return part_of(whole, taken=high, of=of) - part_of(whole, taken=low, of=of)

    return Part(
        paid=after - before,
        received=between(sale.received.micros, before, after),
        gross=between(sale.gross, before, after),
        vat=between(sale.vat, min(before, of), min(after, of)),
    )


def sold(sale: Sale, *, lot: int, at: datetime, facts: Facts) -> Transaction:
    """Book a sale: money at the provider, credit of the listener, tax if it is due now."""
    tax = [Entry(sale.tax, -sale.vat, sale.currency)] if sale.mode is VatMode.TOPUP else []
    return Transaction(
        kind=TxnKind.TOPUP,
        key=f"topup:{sale.payment}",
        occurred_at=at,
        entries=without_nothing(
            *moved(sale, sale.cash, received=sale.received.micros, gross=sale.gross),
            Entry(sale.wallet, -sale.held, sale.currency, lot=lot, credits=-sale.credits),
            *tax,
        ),
        facts=facts,
    )


def moved(sale: Sale, cash: Account, *, received: int, gross: int) -> tuple[Entry, ...]:
    """Debit where money is, through the exchange where its currency is not that of the books.

    Of what goes out, both are less than nothing.
    """
    foreign = sale.received.currency
    if foreign == sale.currency:
        # The provider's side is the worth: there is nothing to exchange.
        return (Entry(cash, gross, sale.currency),)
    exchange = Account(AccountKind.EXCHANGE)
    return (
        Entry(cash, received, foreign),
        Entry(exchange, -received, foreign),
        Entry(exchange, gross, sale.currency),
    )


def fee_of(  # noqa: PLR0913 - what it is for, and how much of it is new
    provider: str, *, key: str, total: Money, before: int, at: datetime, facts: Facts
) -> Transaction | None:
    """Book what a provider took, as far as it was not booked before; it may give some back."""
    more = total.micros - before
    if not more:
        return None
    return Transaction(
        kind=TxnKind.FEE,
        key=f"{key}:{total.micros}",
        occurred_at=at,
        entries=(
            Entry(Account(AccountKind.PSP_FEES), more, total.currency),
            Entry(Account(AccountKind.PSP, provider), -more, total.currency),
        ),
        facts={**facts, "total": total.micros},
    )


def invoiced_fee(provider: str, *, reference: str, amount: Money, at: datetime) -> Transaction:
    """Book what a provider kept and tells on an invoice only, once for each."""
    return Transaction(
        kind=TxnKind.FEE,
        key=f"fee:{provider}:{reference}",
        occurred_at=at,
        entries=(
            Entry(Account(AccountKind.PSP_FEES), amount.micros, amount.currency),
            Entry(Account(AccountKind.PSP, provider), -amount.micros, amount.currency),
        ),
        facts={"provider": provider, "reference": reference},
    )


def without_nothing(*entries: Entry) -> tuple[Entry, ...]:
    """Leave out entries that say nothing."""
    return tuple(one for one in entries if one.amount or one.credits)
