"""Payments that a treasurer confirms: bank transfers, and what developers wish for.

Its reference is a creditor reference (ISO 11649), which payers write into their transfer and banks
check for slips of the pen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from accounting.payments.amounts import Money
from accounting.payments.port import Checkout, Notice, Order, Report
from base.errors import Refused

#: Of whom nobody can ask, and who sends nothing by itself.
BY_HAND = "manual"
_DIGITS = 15


class Manual:
    """Payments by hand."""

    name = BY_HAND

    async def create(self, order: Order) -> Checkout:
        """Answer what to write into the transfer; there is no page."""
        return Checkout(provider_id=creditor_reference(order.reference), url="")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Refuse: no bank calls."""
        del body, headers
        raise _by_hand()

    async def fetch(self, provider_id: str) -> Report:
        """Refuse: nobody knows but the treasurer."""
        del provider_id
        raise _by_hand()

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        """Refuse: a treasurer transfers it back, and says so."""
        del provider_id, amount, key
        raise _by_hand()


def creditor_reference(reference: str) -> str:
    """Answer an ISO 11649 reference for one of ours: digits, in which every slip shows."""
    digest = hashlib.sha256(reference.encode()).digest()
    body = f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"
    return f"RF{98 - _mod_97(f'{body}RF00'):02d}{body}"


def _mod_97(text: str) -> int:
    # Letters stand for 10 to 35 (ISO 7064, MOD 97-10).
    return int("".join(str(int(one, 36)) for one in text)) % 97


def _by_hand() -> Refused:
    return Refused(
        "confirmed-by-hand", "A transfer is confirmed by a treasurer, not by a message.", status=404
    )
