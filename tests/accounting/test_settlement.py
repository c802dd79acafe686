from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from accounting.pricing import STEP_PRICES_MILLICREDITS
from accounting.settlement import (
    MICROS_PER_MILLICREDIT,
    Count,
    Due,
    PlayKind,
    Settlement,
    settle_all,
)
from catalog.states import PlayState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADA, BEN, EVA = (UUID(int=number) for number in range(1, 4))
SONGS = [UUID(int=10), UUID(int=11)]
ARTIST = {SONGS[0]: EVA, SONGS[1]: ADA}


def due(listener: UUID, song: UUID) -> Due:
    return Due(
        session_id=uuid4(),
        listener_id=listener,
        recording_id=song,
        track_id=song,
        payee_id=ARTIST[song],
        occurred_at=NOON,
    )


dues = st.lists(
    st.builds(due, st.sampled_from([ADA, BEN, EVA]), st.sampled_from(SONGS)), max_size=40
)
balances = st.dictionaries(
    st.sampled_from([ADA, BEN, EVA]), st.integers(0, 1_500).map(lambda n: n * 1_000 - n % 2 * 1)
)
balances = balances.map(lambda some: {one: max(0, has) for one, has in some.items()})


@given(dues=dues, balances=balances)
def test_a_batch_comes_to_what_one_at_a_time_comes_to(
    dues: list[Due], balances: dict[UUID, int]
) -> None:
    together = settle_all(dues, counts={}, balances=balances)

    counts: dict[tuple[UUID, UUID], Count] = {}
    left, one_by_one = dict(balances), list[Settlement]()
    for one in dues:
        outcome = settle_all([one], counts=counts, balances=left)
        counts, left = dict(outcome.counts), dict(outcome.balances)
        one_by_one += outcome.settlements
    assert list(together.settlements) == one_by_one
    assert (together.counts, together.balances) == (counts, left)


@given(dues=dues, balances=balances)
def test_nothing_vanishes_and_nobody_owes(dues: list[Due], balances: dict[UUID, int]) -> None:
    outcome = settle_all(dues, counts={}, balances=balances)

    paid = sum(one.price_millicredits for one in outcome.settlements) * MICROS_PER_MILLICREDIT
    assert sum(balances.values()) - paid == sum(outcome.balances.values())
    assert all(left >= 0 for left in outcome.balances.values())
    for one in outcome.settlements:
        assert one.state in {PlayState.SETTLED, PlayState.REJECTED}
        assert (one.price_millicredits > 0) == (one.step > 0)
    for (listener, song), count in outcome.counts.items():
        prices = [
            one.price_millicredits
            for one in outcome.settlements
            if one.due.pair == (listener, song) and one.price_millicredits
        ]
        assert prices == list(STEP_PRICES_MILLICREDITS[: count.plays])
        assert count.is_owned == (count.plays == 9)


def test_own_and_owned_plays_are_told_apart_and_are_free() -> None:
    owned = {(BEN, SONGS[0]): Count(plays=9, is_owned=True)}

    outcome = settle_all([due(BEN, SONGS[0]), due(EVA, SONGS[0])], counts=owned, balances={})

    assert [one.kind for one in outcome.settlements] == [PlayKind.OWNED, PlayKind.OWN]
    assert {one.price_millicredits for one in outcome.settlements} == {0}
    assert {one.state for one in outcome.settlements} == {PlayState.SETTLED}


def test_a_wallet_one_short_at_step_seven_pays_six_times_and_no_more() -> None:
    enough = sum(STEP_PRICES_MILLICREDITS[:7]) * MICROS_PER_MILLICREDIT - 1

    outcome = settle_all([due(BEN, SONGS[0])] * 9, counts={}, balances={BEN: enough})

    settled = [one.step for one in outcome.settlements if one.state is PlayState.SETTLED]
    assert settled == [1, 2, 3, 4, 5, 6]
    refused = {one.reason for one in outcome.settlements[6:]}
    assert refused == {"rejected:insufficient-credit"}
    assert outcome.balances[BEN] == 128 * MICROS_PER_MILLICREDIT - 1
