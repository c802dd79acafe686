"""Amounts as providers write them and as the books do: micro-units of a currency, exactly.

Stripe counts the smallest units of a currency, Mollie writes decimals with as many places. Only
currencies stand here whose places both agree on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from base.errors import Refused

#: Micro-units of one unit.
UNIT = 1_000_000
_USUAL = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "RON", "CAD", "AUD", "NZD")
#: How many decimal places a currency has.
PLACES = {**dict.fromkeys(_USUAL, 2), "JPY": 0}
_DECIMAL = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in micro-units of a currency."""

    micros: int
    currency: str


def smallest(currency: str) -> int:
    """Answer the micro-units of the smallest coin of a currency.

    Raises:
        Refused: `currency-unsupported`, 422.

    """
    try:
        micros: int = UNIT // 10 ** PLACES[currency]
    except KeyError:
        raise Refused(
            "currency-unsupported", f"We take no payments in {currency}.", status=422
        ) from None
    return micros


def to_minor(money: Money) -> int:
    """Count the smallest units of an amount.

    Raises:
        Refused: `amount-too-fine`, 422: it is no whole number of them.

    """
    count, rest = divmod(money.micros, smallest(money.currency))
    if rest:
        raise Refused("amount-too-fine", "No provider moves parts of a cent.", status=422)
    return count


def from_minor(count: int, currency: str) -> Money:
    """Answer so many of the smallest units as an amount."""
    code = currency.upper()
    return Money(micros=count * smallest(code), currency=code)


def printed(money: Money) -> str:
    """Write an amount as a decimal with all places of its currency, as in `12.50`."""
    places = PLACES[money.currency]
    whole, rest = divmod(to_minor(money), 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def parsed(text: str, currency: str) -> Money:
    """Read a decimal that is not negative.

    Raises:
        Refused: `amount-unreadable`, 422.

    """
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise Refused("amount-unreadable", "An amount is written as in 12.50.", status=422)
    whole, places = found[1], (found[2] or "").ljust(6, "0")
    return Money(micros=int(whole) * UNIT + int(places), currency=currency.upper())


def rounded_down(money: Money) -> Money:
    """Answer the whole cents of an amount, or whatever is smallest in its currency."""
    fine = money.micros % smallest(money.currency)
    return Money(micros=money.micros - fine, currency=money.currency)
