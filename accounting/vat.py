"""Value added tax: which rate holds where and when, and what of a price it is.

Prices include it. Days are days of UTC. Credits are vouchers (Directive 2006/112/EC, articles 30a
and 30b): of a single-purpose one the tax is due when it is sold, of a multi-purpose one when it is
redeemed; which of both they are, the terms of top-ups say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from base.errors import Refused

_PPM = 1_000_000


class VatMode(StrEnum):
    """When the tax on credits is due."""

    TOPUP = "topup"
    REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRate:
    """The standard rate of a country (ISO 3166) from a day on, in millionths of the net price."""

    country: str
    valid_from: date
    ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusive:
    """A price and what it is made of; they sum to it exactly."""

    net: int
    vat: int

    @property
    def gross(self) -> int:
        """The price."""
        return self.net + self.vat


def rate_on(rates: Iterable[VatRate], country: str, day: date) -> VatRate:
    """Answer the rate that holds in a country on a day.

    Raises:
        Refused: `vat-rate-unknown`, 422: nothing may be sold where nobody knows the tax.

    """
    found = [one for one in rates if one.country == country and one.valid_from <= day]
    if not found:
        raise Refused(
            "vat-rate-unknown",
            f"We do not know the tax in {country}, and so cannot sell credits there yet.",
            status=422,
        )
    return max(found, key=lambda one: one.valid_from)


def inclusive(gross: int, ppm: int) -> Inclusive:
    """Take the tax out of a price, rounded to the nearest micro-unit, halves up."""
    whole = _PPM + ppm
    vat = (2 * gross * ppm + whole) // (2 * whole)
    return Inclusive(net=gross - vat, vat=vat)


def part_of(whole: int, *, taken: int, of: int) -> int:
    """Answer the part of an amount that goes with `taken` of `of`; all of it, if that is all."""
    return whole if taken == of else whole * taken // of
