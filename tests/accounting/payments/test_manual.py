"""Transfers, and what is written into them."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.payments.amounts import Money
from accounting.payments.manual import Manual, creditor_reference
from accounting.payments.port import Order
from base.errors import Refused


def is_creditor_reference(text: str) -> bool:
    """Check a reference as a bank does (ISO 11649, by ISO 7064)."""
    plain = text.replace(" ", "")
    digits = "".join(str(int(one, 36)) for one in plain[4:] + plain[:4])
    return plain.startswith("RF") and int(digits) % 97 == 1


@given(st.uuids())
def test_a_reference_has_check_digits_that_find_a_slip(payment: UUID) -> None:
    made = creditor_reference(str(payment))

    assert is_creditor_reference(made)
    swapped = made[:8] + made[9] + made[8] + made[10:]
    assert swapped == made or not is_creditor_reference(swapped)


def test_the_example_of_the_standard_is_a_reference() -> None:
    assert is_creditor_reference("RF18 5390 0754 7034")
    assert not is_creditor_reference("RF19 5390 0754 7034")
    assert not is_creditor_reference("DE18539007547034")


async def test_nobody_pays_a_transfer_on_a_page_and_no_bank_calls() -> None:
    order = Order(
        reference="11111111-2222-4333-8444-555555555555",
        amount=Money(micros=12_500_000, currency="EUR"),
        description="10 credits",
        return_url="",
        webhook_url="",
    )

    made = await Manual().create(order)

    assert (made.provider_id[:2], made.url) == ("RF", "")
    with pytest.raises(Refused, match="confirmed-by-hand"):
        Manual().verify(b"", {})
    with pytest.raises(Refused, match="confirmed-by-hand"):
        await Manual().fetch(made.provider_id)
