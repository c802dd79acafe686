from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from accounting.charging import Purse
from accounting.ledger import Account, AccountKind
from accounting.lots import Lot, LotKind
from accounting.pricing import MICROS_PER_MILLICREDIT, Terms
from accounting.settlement import (
    Count,
    Due,
    Outcome,
    Pair,
    PlayKind,
    Rules,
    Settlement,
    settle_all,
)
from accounting.splits import timeline_of
from catalog.states import PlayState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADA, BEN, EVA = (UUID(int=number) for number in range(1, 4))
SONGS = [UUID(int=10), UUID(int=11)]
ARTIST = {SONGS[0]: EVA, SONGS[1]: ADA}
PRICES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
TERMS = Terms(
    id=1,
    valid_from=datetime(1970, 1, 1, tzinfo=UTC),
    currency="EUR",
    prices=PRICES,
    credit_value_micros=1_200_000,
    artist_ppm=700_000,
)
RULES = Rules(terms=[TERMS], timelines={song: timeline_of(ARTIST[song]) for song in SONGS})


def due(listener: UUID, song: UUID, *, is_free: bool = False) -> Due:
    return Due(
        session_id=uuid4(),
        listener_id=listener,
        recording_id=song,
        track_id=song,
        payee_id=ARTIST[song],
        occurred_at=NOON,
        is_free=is_free,
    )


def lot(  # noqa: PLR0913 - all that credit is
    number: int,
    credits_: int,
    *,
    amount: int | None = None,
    kind: LotKind = LotKind.PAID,
    vat: int = 0,
    whose: UUID = BEN,
) -> Lot:
    return Lot(
        id=number,
        listener_id=whose,
        kind=kind,
        currency="EUR",
        country="DE",
        acquired_at=NOON,
        credits=credits_,
        amount=TERMS.value_of(credits_) if amount is None else amount,
        vat=vat,
    )


def purse(*lots: Lot, is_frozen: bool = False) -> Purse:
    return Purse(lots=lots, is_frozen=is_frozen)


def settled(
    dues: list[Due],
    purses: dict[UUID, Purse],
    *,
    counts: dict[Pair, Count] | None = None,
    rules: Rules = RULES,
) -> Outcome:
    return settle_all(dues, counts=counts or {}, purses=purses, rules=rules)


def credits_in(purses: dict[UUID, Purse]) -> int:
    return sum(one.credits for held in purses.values() for one in held.lots)


def booked(outcome: Outcome, account: Account) -> int:
    """Answer what was credited to an account."""
    return -sum(
        entry.amount
        for one in outcome.settlements
        for entry in (one.transaction.entries if one.transaction else ())
        if entry.account == account
    )


dues = st.lists(
    st.builds(due, st.sampled_from([ADA, BEN, EVA]), st.sampled_from(SONGS)), max_size=40
)
some_lots = st.lists(
    st.builds(
        lambda number, credits_, amount, kind, vat: lot(
            number, credits_, amount=amount, kind=kind, vat=min(vat, amount)
        ),
        st.integers(1, 10**6),
        st.integers(1, 1_500_000),
        st.integers(0, 2_000_000),
        st.sampled_from(LotKind),
        st.integers(0, 100_000),
    ),
    max_size=3,
    unique_by=lambda one: one.id,
)
purses = st.dictionaries(st.sampled_from([ADA, BEN, EVA]), some_lots.map(lambda some: purse(*some)))
rooms = st.dictionaries(st.sampled_from([ADA, EVA]), st.integers(0, 500_000))


@given(dues=dues, purses=purses, rooms=rooms)
def test_a_batch_comes_to_what_one_at_a_time_comes_to(
    dues: list[Due], purses: dict[UUID, Purse], rooms: dict[UUID, int]
) -> None:
    rules = Rules(terms=RULES.terms, timelines=RULES.timelines, promo_rooms=rooms)
    together = settled(dues, purses, rules=rules)

    counts: dict[Pair, Count] = {}
    left, one_by_one = dict(purses), list[Settlement]()
    for one in dues:
        rules = Rules(terms=RULES.terms, timelines=RULES.timelines, promo_rooms=rooms)
        outcome = settled([one], left, counts=counts, rules=rules)
        counts, left = dict(outcome.counts), dict(outcome.purses)
        rooms = {who: room - outcome.promo.get(who, 0) for who, room in rooms.items()}
        one_by_one += outcome.settlements
    assert list(together.settlements) == one_by_one
    assert (together.counts, together.purses) == (counts, left)


@given(dues=dues, purses=purses)
def test_nothing_vanishes_and_nobody_owes(dues: list[Due], purses: dict[UUID, Purse]) -> None:
    outcome = settled(dues, purses)

    paid = sum(one.price_millicredits for one in outcome.settlements) * MICROS_PER_MILLICREDIT
    assert credits_in(purses) - paid == credits_in(dict(outcome.purses))
    for one in outcome.settlements:
        assert one.state in {PlayState.SETTLED, PlayState.REJECTED}
        assert (one.price_millicredits > 0) == (one.step > 0) == (one.transaction is not None)
    for (listener, song), count in outcome.counts.items():
        prices = [
            one.price_millicredits
            for one in outcome.settlements
            if one.due.pair == (listener, song) and one.price_millicredits
        ]
        assert prices == list(PRICES[: count.plays])
        assert count.is_owned == (count.plays == 9)


def test_mistake_02_nine_plays_pay_what_outright_purchase_pays() -> None:
    outcome = settled([due(BEN, SONGS[0])] * 9, {BEN: purse(lot(1, 2_000_000))})

    artist = booked(outcome, Account(AccountKind.PAYABLE, str(EVA)))
    coop = booked(outcome, Account(AccountKind.COOP_SHARE))
    assert (artist, coop) == (858_480, 367_920)
    assert artist + coop == TERMS.value_of(TERMS.remainder_after(0) * MICROS_PER_MILLICREDIT)


def test_mistake_02_the_first_play_pays_the_artist_a_sixth_of_a_cent_and_no_whole_one() -> None:
    outcome = settled([due(BEN, SONGS[0])], {BEN: purse(lot(1, 2_000_000))})

    assert booked(outcome, Account(AccountKind.PAYABLE, str(EVA))) == 1_680
    assert booked(outcome, Account(AccountKind.COOP_SHARE)) == 720


@given(amount=st.integers(0, 10**8), vat_ppm=st.integers(0, 250_000))
def test_mistake_02_at_any_price_all_that_is_left_is_divided(amount: int, vat_ppm: int) -> None:
    vat = amount * vat_ppm // 1_000_000
    whole = purse(lot(1, 1_022_000, amount=amount, vat=vat))
    outcome = settled([due(BEN, SONGS[0])] * 9, {BEN: whole})

    artist = booked(outcome, Account(AccountKind.PAYABLE, str(EVA)))
    coop = booked(outcome, Account(AccountKind.COOP_SHARE))
    assert booked(outcome, Account(AccountKind.VAT, "DE")) == vat
    assert artist + coop == amount - vat
    # Each of nine divisions is off by less than half a millionth.
    assert abs(2 * (artist * 10 - (amount - vat) * 7)) <= 9 * 10


def test_mistake_03_who_has_too_little_gets_no_free_play() -> None:
    outcome = settled([due(BEN, SONGS[0])], {BEN: purse(lot(1, 1_999))})

    [one] = outcome.settlements
    assert (one.state, one.reason) == (PlayState.REJECTED, "rejected:insufficient-credit")
    assert (one.transaction, one.takes, one.step) == (None, (), 0)
    assert outcome.counts == {}


def test_mistake_10_artists_pay_nothing_for_their_own_and_it_counts_for_nothing() -> None:
    outcome = settled([due(EVA, SONGS[0])], {EVA: purse(lot(1, 2_000_000, whose=EVA))})

    [one] = outcome.settlements
    assert (one.kind, one.price_millicredits, one.transaction) == (PlayKind.OWN, 0, None)
    assert outcome.counts == {}


def test_scenario_wallet_one_micro_short_at_step_7() -> None:
    enough = sum(PRICES[:7]) * MICROS_PER_MILLICREDIT - 1

    outcome = settled([due(BEN, SONGS[0])] * 9, {BEN: purse(lot(1, enough))})

    paid = [one.step for one in outcome.settlements if one.state is PlayState.SETTLED]
    assert paid == [1, 2, 3, 4, 5, 6]
    refused = {one.reason for one in outcome.settlements[6:]}
    assert refused == {"rejected:insufficient-credit"}
    assert credits_in(dict(outcome.purses)) == 128 * MICROS_PER_MILLICREDIT - 1


def test_own_owned_and_free_plays_are_told_apart_and_cost_nothing() -> None:
    owned = {(BEN, SONGS[0]): Count(plays=9, is_owned=True)}
    plays = [due(BEN, SONGS[0]), due(EVA, SONGS[0]), due(BEN, SONGS[1], is_free=True)]

    outcome = settled(plays, {}, counts=owned)

    kinds = [one.kind for one in outcome.settlements]
    assert kinds == [PlayKind.OWNED, PlayKind.OWN, PlayKind.FREE]
    assert {one.price_millicredits for one in outcome.settlements} == {0}
    assert {one.state for one in outcome.settlements} == {PlayState.SETTLED}
    assert outcome.counts == owned


def test_what_was_given_is_spent_first_and_the_play_says_so() -> None:
    lots = (lot(2, 2_000, kind=LotKind.PROMO), lot(1, 10_000))

    outcome = settled([due(BEN, SONGS[0])] * 2, {BEN: purse(*lots)})

    assert [one.kind for one in outcome.settlements] == [PlayKind.PROMO, PlayKind.PAID]
    assert outcome.promo == {EVA: 2_400}
    assert booked(outcome, Account(AccountKind.WALLET_PROMO, str(BEN))) == -2_400
    assert booked(outcome, Account(AccountKind.WALLET, str(BEN))) == -4_800


def test_what_was_given_is_left_where_its_payee_had_as_much_as_may_be() -> None:
    lots = (lot(2, 100_000, kind=LotKind.PROMO), lot(1, 5_000))
    rules = Rules(terms=RULES.terms, timelines=RULES.timelines, promo_rooms={EVA: 2_400})

    outcome = settled([due(BEN, SONGS[0])] * 3, {BEN: purse(*lots)}, rules=rules)

    kinds = [one.kind for one in outcome.settlements]
    assert kinds == [PlayKind.PROMO, PlayKind.PAID, PlayKind.PAID]
    assert outcome.settlements[2].reason == "rejected:insufficient-credit"
    assert outcome.promo == {EVA: 2_400}


def test_a_frozen_wallet_is_not_charged_and_its_plays_are_held() -> None:
    held = {BEN: purse(lot(1, 2_000_000), is_frozen=True)}

    [one] = settled([due(BEN, SONGS[0])], held).settlements

    assert (one.state, one.reason) == (PlayState.HELD, "held:wallet-frozen")
    assert (one.takes, one.transaction) == ((), None)


def test_a_play_keeps_the_terms_of_its_time_and_says_what_explains_it() -> None:
    later = Terms(
        id=2,
        valid_from=NOON,
        currency="EUR",
        prices=(10, 20),
        credit_value_micros=1_000_000,
        artist_ppm=850_000,
    )
    rules = Rules(terms=[TERMS, later], timelines=RULES.timelines)

    outcome = settled([due(BEN, SONGS[0])] * 3, {BEN: purse(lot(1, 2_000_000))}, rules=rules)

    assert [one.price_millicredits for one in outcome.settlements] == [10, 20, 0]
    [first, *_] = outcome.settlements
    assert first.transaction is not None
    assert first.transaction.key == f"play:{first.due.session_id}"
    assert first.transaction.facts == {
        "play": str(first.due.session_id),
        "listener": str(BEN),
        "recording": str(SONGS[0]),
        "track": str(SONGS[0]),
        "payee": str(EVA),
        "kind": "paid",
        "step": 1,
        "price": 10,
        "terms": 2,
    }
    assert booked(outcome, Account(AccountKind.PAYABLE, str(EVA))) == 36_000 * 85 // 100
