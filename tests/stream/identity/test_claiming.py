from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from catalog.email_addresses import Claimant
from stream.identity.claiming import TRIED, worth_trying
from tests.support.catalog import NOON


def claimant(number: int, *, is_verified: bool = False) -> Claimant:
    at = NOON + timedelta(hours=number)
    return Claimant(
        account_id=UUID(int=number), name="A", hash="h", is_verified=is_verified, claimed_at=at
    )


CLAIMANTS = [claimant(number) for number in range(1, 6)]
NUMBERS = st.integers(min_value=0, max_value=5)


def numbers(found: object) -> list[int]:
    assert isinstance(found, list)
    return [one.account_id.int for one in found]


def test_newcomers_displace_neither_the_oldest_nor_whoever_the_device_knows() -> None:
    assert numbers(worth_trying(CLAIMANTS, None)) == [1, 2]
    assert numbers(worth_trying(CLAIMANTS, UUID(int=5))) == [5, 1]


@given(count=NUMBERS, known=NUMBERS)
def test_whether_somebody_has_the_address_changes_nothing_of_who_else_is_tried(
    count: int, known: int
) -> None:
    owner, others = claimant(9, is_verified=True), CLAIMANTS[:count]

    alone = numbers(worth_trying(others, UUID(int=known)))

    assert numbers(worth_trying([owner, *others], UUID(int=known))) == [9, *alone]
    assert len(alone) < TRIED
