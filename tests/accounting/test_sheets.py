import asyncio
import random
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from accounting.agreeing import Proposal, accept, decline, propose
from accounting.consent import Wanted
from accounting.journal import post, reversal_of
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.month_end import settle_month
from accounting.months import Span
from accounting.payee_locks import lock_payees
from accounting.payees import add_payee, payee_of, write_members
from accounting.plays import settle
from accounting.sheets import Subject, history, shares_of, sharings, waiting_for
from accounting.splits import Sharing, payable_to, suspense_of
from accounting.waiting import release_waiting, waiting_in
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused
from base.money import allocate
from base.units import Micros
from catalog.callers import Caller
from catalog.models.rights import PayeeKind, SheetKind, SplitSheet
from catalog.roles import Role
from catalog.states import SheetState
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.shares import SOON, band_of, earn, owed, proposed, recording

LATER = NOON + timedelta(days=1)

#: What no database does in a way of its own.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ada(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def ben(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


@pytest.fixture
async def eva(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


@pytest.fixture
async def song(database: Database, ada: Caller) -> UUID:
    return await recording(database, ada)


async def sharing(database: Database, owner: Caller, about: UUID) -> Sharing:
    async with database.read() as session:
        return (await sharings(session, {about: owner.id}))[about].at(LATER)


async def answered(
    database: Database, sheet: SplitSheet, by: Caller, *, says: str = "accept"
) -> SplitSheet:
    act = {"accept": accept, "decline": decline}[says]
    return await database.run(lambda session: act(session, sheet.id, by, now=SOON))


async def test_an_owner_shares_and_who_is_new_is_waited_for_by_their_money_alone(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    sheet = await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})
    await earn(database, ada, song, 1_000, at=NOON)
    await earn(database, ada, song, 1_000)
    assert (sheet.state, sheet.in_force_from) == (SheetState.AGREED, SOON)
    assert await owed(database, ada.id) == (1_700, 0)
    assert await owed(database, ben.id) == (0, 300)

    await answered(database, sheet, ben)
    await earn(database, ada, song, 1_000)

    assert await owed(database, ben.id) == (600, 0)
    assert await owed(database, ada.id) == (2_400, 0)
    await answered(database, sheet, ben)
    assert await owed(database, ben.id) == (600, 0)


async def test_what_is_refused_goes_back_and_nobody_elses_share_changes(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    first = await proposed(database, ada, song, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, first, ben)
    wanted: dict[UUID | None, int] = {ada.id: 100_000, ben.id: 600_000, eva.id: 300_000}
    second = await proposed(database, ada, song, wanted, now=SOON)
    await answered(database, second, ben)
    await earn(database, ada, song, 1_000, at=LATER)
    assert await owed(database, eva.id) == (0, 300)

    assert (await answered(database, second, eva, says="decline")).state == SheetState.AGREED
    await earn(database, ada, song, 1_000, at=LATER)

    assert await owed(database, eva.id) == (0, 0)
    assert await owed(database, ada.id) == (800, 0)
    assert await owed(database, ben.id) == (1_200, 0)
    assert (await sharing(database, ada, song)).facts == {"sheet": str(second.id)}
    with pytest.raises(Refused, match="share-declined"):
        await answered(database, second, eva)


@ON_SQLITE
async def test_nobodys_share_shrinks_unasked(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    halves = await proposed(database, ada, song, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, halves, ben)

    greedy = await proposed(database, ada, song, {ada.id: 1_000_000}, now=SOON)

    assert (greedy.state, greedy.in_force_from) == (SheetState.PROPOSED, None)
    assert (await sharing(database, ada, song)).facts == {"sheet": str(halves.id)}
    async with database.read() as session:
        assert [one.id for one in await waiting_for(session, [ben.id])] == [greedy.id]
        rows = (await shares_of(session, [greedy.id]))[greedy.id]
    assert [(row.payee_id, row.ppm, row.is_asked) for row in rows] == [
        (ada.id, 1_000_000, True),
        (ben.id, 0, True),
    ]
    await answered(database, greedy, ben, says="decline")
    with pytest.raises(Refused, match="sheet-closed"):
        await answered(database, greedy, ben)


@ON_SQLITE
async def test_a_proposal_takes_the_place_of_one_that_nobody_agreed_to(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    halves = await proposed(database, ada, song, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, halves, ben)

    one = await proposed(database, ada, song, {ada.id: 600_000, ben.id: 400_000}, now=SOON)
    other = await proposed(database, ada, song, {ada.id: 550_000, ben.id: 450_000}, now=SOON)

    with pytest.raises(Refused, match="sheet-closed"):
        await answered(database, one, ben)
    assert (await answered(database, other, ben)).state == SheetState.AGREED
    async with database.read() as session:
        states = [each.state for each in await history(session, ada.id, song)]
    assert states == [SheetState.AGREED, SheetState.REPLACED, SheetState.AGREED]


@ON_SQLITE
async def test_what_was_agreed_meanwhile_for_all_of_an_owners_is_not_passed_over(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    every = await proposed(database, ada, None, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, every, ben)
    own = await proposed(database, ada, song, {ada.id: 900_000, ben.id: 100_000}, now=SOON)
    newer = await proposed(database, ada, None, {ben.id: 500_000, eva.id: 500_000}, now=SOON)
    await answered(database, newer, ben)

    assert (await answered(database, own, ben)).state == SheetState.REPLACED
    assert (await sharing(database, ada, song)).facts == {"sheet": str(newer.id)}


async def test_a_proposal_that_comes_twice_is_one(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    shares: dict[UUID | None, int] = {ada.id: 700_000, ben.id: 300_000}

    twice = await asyncio.gather(
        *(proposed(database, ada, song, shares, key="once") for _ in range(2))
    )

    assert len({one.id for one in twice}) == 1
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await proposed(database, ada, song, {ada.id: 1_000_000}, key="once")


@ON_SQLITE
@pytest.mark.parametrize("shares", [{"nobody": 1_000_000}, {"me": 999_999}])
async def test_a_proposal_that_cannot_be_is_refused_and_changes_nothing(
    database: Database, ada: Caller, song: UUID, shares: dict[str, int]
) -> None:
    payees = {"nobody": uuid4(), "me": ada.id}

    with pytest.raises(Refused):
        await proposed(database, ada, song, {payees[who]: ppm for who, ppm in shares.items()})

    async with database.read() as session:
        assert await history(session, ada.id, song) == []


@ON_SQLITE
async def test_a_play_is_shared_by_what_held_when_it_was_heard_however_late_it_comes(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    sheet = await proposed(database, ada, song, {ben.id: 1_000_000}, valid_from=LATER)
    await answered(database, sheet, ben)
    moment = timedelta(microseconds=1)

    await earn(database, ada, song, 10, at=LATER, now=LATER)
    await earn(database, ada, song, 7, at=LATER - moment, now=LATER + timedelta(days=40))

    assert (await owed(database, ada.id), await owed(database, ben.id)) == ((7, 0), (10, 0))
    with pytest.raises(Refused, match="sheet-before-another"):
        await proposed(database, ada, song, {ada.id: 1_000_000})
    with pytest.raises(Refused, match="valid-from-passed"):
        await proposed(database, ada, song, {ada.id: 1_000_000}, valid_from=NOON - moment)


@ON_SQLITE
async def test_only_who_has_the_music_may_share_it(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    subject = Subject(kind=SheetKind.SPLIT, owner_id=ada.id, recording_id=song)
    said = Proposal(subject=subject, shares=(Wanted(payee_id=ben.id, ppm=1_000_000),), key="k")

    with pytest.raises(Refused, match="not-yours"):
        await database.run(lambda session: propose(session, said, ben, now=NOON))


@ON_SQLITE
async def test_a_group_is_its_members_each_of_whom_is_asked(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    members = {ben.id: 500_000, eva.id: 500_000}
    band = await band_of(database, ada, members)

    sheet = await proposed(database, ada, song, {ada.id: 500_001, band.id: 499_999})
    await answered(database, sheet, eva)
    await earn(database, ada, song, 1_000_000)

    sums = {who.id: await owed(database, who.id) for who in (ada, ben, eva)}
    assert sums[ada.id] == (500_001, 0)
    assert sorted([sums[ben.id][1], sums[eva.id][0]]) == [249_999, 250_000]
    async with database.read() as session:
        rows = (await shares_of(session, [sheet.id]))[sheet.id]
        assert {row.through_id for row in rows} == {None, band.id}
        assert (await payee_of(session, eva.id)).kind is PayeeKind.MEMBER


async def test_a_contract_holds_when_both_have_said_so_and_takes_its_part_first(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    subject = Subject(kind=SheetKind.CONTRACT, owner_id=ada.id, recording_id=None)
    said = Proposal(subject=subject, shares=(Wanted(payee_id=ben.id, ppm=200_000),), key="k")
    contract = await database.run(lambda session: propose(session, said, ben, now=NOON))
    await earn(database, ada, song, 1_000)
    assert await owed(database, ada.id) == (1_000, 0)

    await answered(database, contract, ada)
    await earn(database, ada, song, 1_000, at=LATER)

    assert await owed(database, ada.id) == (1_800, 0)
    assert await owed(database, ben.id) == (200, 0)
    assert (await sharing(database, ada, song)).facts == {"contract": str(contract.id)}


async def contracted(  # noqa: PLR0913 - what is said of it
    database: Database,
    owner: Caller,
    about: UUID | None,
    label: UUID,
    ppm: int,
    *,
    by: Caller | None = None,
    now: datetime = NOON,
    **times: datetime,
) -> SplitSheet:
    said = Proposal(
        subject=Subject(kind=SheetKind.CONTRACT, owner_id=owner.id, recording_id=about),
        shares=(Wanted(payee_id=label, ppm=ppm),),
        key=str(uuid4()),
        **times,
    )
    return await database.run(lambda session: propose(session, said, by or owner, now=now))


async def own_label(database: Database, ada: Caller) -> UUID:
    async with database.begin() as session:
        made = await add_payee(
            session,
            ada,
            kind=PayeeKind.LABEL,
            name="Ada's Records",
            country=None,
            is_spoken_for=True,
            now=NOON,
        )
    return made.id


async def asked_for(database: Database, who: Caller) -> list[UUID]:
    async with database.read() as session:
        return [one.id for one in await waiting_for(session, [who.id])]


@ON_SQLITE
@pytest.mark.parametrize("is_own_sheet", [False, True])
@pytest.mark.parametrize("is_own_contract", [False, True])
async def test_no_contract_with_oneself_takes_what_others_have_accepted(  # noqa: PLR0913 - all
    database: Database,
    ada: Caller,
    ben: Caller,
    song: UUID,
    *,
    is_own_sheet: bool,
    is_own_contract: bool,
) -> None:
    shares: dict[UUID | None, int] = {ada.id: 500_000, ben.id: 500_000}
    halves = await proposed(database, ada, song if is_own_sheet else None, shares)
    await answered(database, halves, ben)
    label = await own_label(database, ada)

    about = song if is_own_contract else None
    greedy = await contracted(database, ada, about, label, 1_000_000, now=SOON)

    assert greedy.state == SheetState.PROPOSED
    assert await asked_for(database, ben) == [greedy.id]
    await earn(database, ada, song, 1_000, at=LATER)
    assert await owed(database, ben.id) == (500, 0)
    assert (await answered(database, greedy, ben, says="decline")).state == SheetState.DECLINED


@ON_SQLITE
async def test_who_accepts_a_share_meanwhile_is_asked_before_a_contract_holds(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    contract = await contracted(database, ada, None, eva.id, 900_000)
    halves = await proposed(database, ada, song, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, halves, ben)

    assert (await answered(database, contract, eva)).state == SheetState.PROPOSED
    assert await asked_for(database, ben) == [contract.id]

    assert (await answered(database, contract, ben)).state == SheetState.AGREED
    await earn(database, ada, song, 1_000, at=LATER)
    assert (await owed(database, ben.id), await owed(database, eva.id)) == ((50, 0), (900, 0))


@ON_SQLITE
async def test_who_accepts_late_what_holds_is_asked_about_what_is_to_follow(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    thirds = {ada.id: 300_000, ben.id: 300_000, eva.id: 400_000}
    first = await proposed(database, ada, song, {**thirds})
    await answered(database, first, ben)
    less = {ada.id: 600_000, ben.id: 300_000, eva.id: 100_000}
    second = await proposed(database, ada, song, {**less}, now=SOON)
    await answered(database, first, eva)

    assert (await answered(database, second, ben)).state == SheetState.PROPOSED

    await earn(database, ada, song, 1_000, at=LATER)
    assert await owed(database, eva.id) == (400, 0)


@ON_SQLITE
async def test_a_label_keeps_what_it_has_agreed_on_whatever_comes_before_and_after(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    """A short contract does not hide the long one that holds again when it has ended."""
    long = await contracted(database, ada, None, ben.id, 200_000)
    await answered(database, long, ben)
    end = NOON + timedelta(days=9)
    short = await contracted(database, ada, None, eva.id, 100_000, now=SOON, valid_until=end)
    for who in (ben, eva):
        await answered(database, short, who)
    label = await own_label(database, ada)

    after = await contracted(database, ada, None, label, 0, now=LATER, valid_from=end)
    own = await contracted(database, ada, song, label, 0, now=LATER)

    assert (after.state, own.state) == (SheetState.PROPOSED, SheetState.PROPOSED)
    assert set(await asked_for(database, ben)) == {after.id, own.id}


@ON_SQLITE
async def test_a_sheet_of_its_own_takes_nothing_unasked_that_a_general_one_gives(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    every = await proposed(database, ada, None, {ada.id: 500_000, ben.id: 500_000})
    await answered(database, every, ben)

    own = await proposed(database, ada, song, {ada.id: 1_000_000}, now=SOON)

    assert own.state == SheetState.PROPOSED
    assert await asked_for(database, ben) == [own.id]


@ON_SQLITE
async def test_whoever_writes_the_members_of_a_group_takes_nothing_from_them(
    database: Database, ada: Caller, ben: Caller, eva: Caller, song: UUID
) -> None:
    members = {ben.id: 500_000, eva.id: 500_000}
    band = await band_of(database, ben, members)
    sheet = await proposed(database, ada, song, {band.id: 1_000_000})
    for who in (ben, eva):
        await answered(database, sheet, who)
    async with database.begin() as session:
        await write_members(session, band.id, {ben.id: 1_000_000}, by=ben, now=SOON)

    await earn(database, ada, song, 1_000, at=LATER)
    again = await proposed(database, ada, song, {band.id: 1_000_000}, now=LATER)
    await answered(database, again, ben)

    assert await owed(database, eva.id) == (500, 0)
    assert await asked_for(database, eva) == [again.id]


@ON_SQLITE
async def test_only_the_owners_proposal_takes_the_place_of_somebody_elses(
    database: Database, ada: Caller, ben: Caller, eva: Caller
) -> None:
    labels = await contracted(database, ada, None, ben.id, 200_000, by=ben)
    strangers = [await contracted(database, ada, None, eva.id, 999_999, by=eva) for _ in range(2)]

    assert set(await asked_for(database, ada)) == {labels.id, strangers[1].id}

    owners = await contracted(database, ada, None, ben.id, 100_000)
    assert await asked_for(database, ben) == [owners.id]
    with pytest.raises(Refused, match="sheet-closed"):
        await answered(database, labels, ada)


@ON_SQLITE
async def test_nobody_has_more_proposals_open_than_can_be_answered(
    database: Database, ada: Caller, ben: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounting.agreeing._MOST_PROPOSED", 1)
    eva = await person(database, Role.ARTIST)
    await contracted(database, ada, None, ben.id, 1, by=ben)

    with pytest.raises(Refused, match="proposals-too-many"):
        await contracted(database, eva, None, ben.id, 1, by=ben)
    await contracted(database, ada, None, ben.id, 2, by=ben)


@ON_SQLITE
async def test_a_share_counts_each_member_of_a_group(
    database: Database, ada: Caller, song: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounting.consent._MOST_SHARES", 2)
    people = [await person(database, Role.LISTENER) for _ in range(2)]
    halves = {one.id: 500_000 for one in people}
    band = await band_of(database, ada, halves)

    await proposed(database, ada, song, {band.id: 1_000_000})
    with pytest.raises(Refused, match="shares-too-many"):
        await proposed(database, ada, song, {ada.id: 500_000, band.id: 500_000})


async def test_a_refund_after_the_release_is_taken_from_who_was_paid(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    sheet = await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})
    play = await earn(database, ada, song, 1_000)
    await earn(database, ada, song, 100)
    await answered(database, sheet, ben)
    async with database.begin() as session:
        undone = await reversal_of(session, play, key="undo", occurred_at=LATER, facts={})
        await post(session, [undone], now=LATER)
    assert await owed(database, ben.id) == (330, -300)

    async with database.begin() as session:
        assert len(await release_waiting(session, now=LATER)) == 1
    async with database.begin() as session:
        assert await release_waiting(session, now=LATER) == []

    assert await owed(database, ben.id) == (30, 0)


async def taken_back(database: Database, payee: Caller, amount: int) -> None:
    """Take from what waits for a payee, as a chargeback does; or give it back."""
    entries = (
        Entry(suspense_of(payee.id), amount, "EUR"),
        Entry(Account(AccountKind.CHARGEBACK), -amount, "EUR"),
    )
    txn = Transaction(kind=TxnKind.CHARGEBACK, key=str(amount), occurred_at=LATER, entries=entries)
    async with database.begin() as session:
        await post(session, [txn], now=LATER)


async def test_what_a_chargeback_took_is_not_let_go_until_it_is_back(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    sheet = await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})
    await earn(database, ada, song, 1_000)

    await taken_back(database, ben, 120)
    await answered(database, sheet, ben)
    assert await owed(database, ben.id) == (180, 0)
    async with database.begin() as session:
        assert await release_waiting(session, now=LATER) == []

    await taken_back(database, ben, -120)
    async with database.begin() as session:
        assert len(await release_waiting(session, now=LATER)) == 1
    assert await owed(database, ben.id) == (300, 0)


async def test_two_sheets_of_one_payee_let_go_together_of_what_is_there(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    other = await recording(database, ada, b"another song")
    for one in (song, other):
        sheet = await proposed(database, ada, one, {ada.id: 700_000, ben.id: 300_000})
        await answered(database, sheet, ben)
        # Settled while it was accepted.
        async with database.begin() as session:
            entries = (
                Entry(suspense_of(ben.id), -300, "EUR"),
                Entry(Account(AccountKind.PROMO), 300, "EUR"),
            )
            late = Transaction(
                kind=TxnKind.PLAY,
                key=str(one),
                occurred_at=NOON,
                entries=entries,
                facts={"recording": str(one), "sheet": str(sheet.id)},
            )
            await post(session, [late], now=NOON)
    await taken_back(database, ben, 120)

    async with database.begin() as session:
        assert len(await release_waiting(session, now=LATER)) == 2

    assert await owed(database, ben.id) == (480, 0)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_month_is_closed_while_shares_are_accepted_and_money_is_taken_back(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    cleo, songs = await person(database, Role.ARTIST), [song]
    songs += [await recording(database, ada, f"song {one}".encode()) for one in range(4)]
    shares: dict[UUID | None, int] = {ada.id: 400_000, ben.id: 300_000, cleo.id: 300_000}
    sheets = [await proposed(database, ada, one, shares) for one in songs]
    for one in songs:
        await earn(database, ada, one, 1_000)

    async def close_it() -> None:
        await database.run(
            lambda session: settle_month(
                session, Span(name="2026-03", starts_at=NOON, ends_at=LATER), LATER
            )
        )

    async def take() -> None:
        async def taking(session: Session) -> None:
            await lock_payees(session, [str(ben.id), str(cleo.id)])

        await database.run(taking)

    await asyncio.gather(
        *(answered(database, sheet, who) for sheet in sheets for who in (ben, cleo)),
        *(close_it() for _ in range(3)),
        *(take() for _ in range(6)),
    )
    await close_it()

    assert [await owed(database, one.id) for one in (ben, cleo)] == [(1_500, 0)] * 2


async def test_many_recordings_are_asked_for_at_once(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})
    others = {uuid4(): uuid4() for _ in range(1_000)}

    async with database.read() as session:
        found = await sharings(session, {**others, song: ada.id})

    assert len(found) == 1_001
    assert all(found[one].at(LATER).shares[0][0] == payable_to(who) for one, who in others.items())
    assert len(found[song].at(LATER).shares) == 2


async def test_what_is_settled_while_its_payee_accepts_is_theirs_by_the_next_closing(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    sheet = await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})

    async def accepting() -> None:
        await answered(database, sheet, ben)

    await asyncio.gather(
        *(earn(database, ada, song, 100) for _ in range(4)),
        accepting(),
        *(earn(database, ada, song, 100) for _ in range(4)),
        accepting(),
    )
    async with database.begin() as session:
        await release_waiting(session, now=LATER)

    assert await owed(database, ben.id) == (240, 0)
    assert await owed(database, ada.id) == (560, 0)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_payees_say_nothing_vanishes_and_nothing_waits_in_vain(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    payees = [await person(database, Role.ARTIST) for _ in range(4)]
    owner, now, earned = payees[0], NOON, 0
    song = await recording(database, owner)
    sheets: list[SplitSheet] = []
    plays: list[int] = []

    async def say() -> None:
        says = chance.choice(["accept", "accept", "decline"])
        act = {"accept": accept, "decline": decline}[says]
        sheet, who = chance.choice(sheets), chance.choice(payees)
        await database.run(lambda session: act(session, sheet.id, who, now=now))

    async def ask() -> None:
        who = chance.sample(payees, chance.randrange(1, 4))
        parts = allocate(Micros(1_000_000), [chance.randrange(1, 9) for _ in who])
        shares: dict[UUID | None, int] = {one.id: ppm for one, ppm in zip(who, parts, strict=True)}
        about = chance.choice([song, song, None])
        sheets.append(await proposed(database, owner, about, shares, now=now))

    await ask()
    for step in range(40):
        now += timedelta(seconds=chance.randrange(30))
        with suppress(Refused):
            await chance.choice([say, say, say, ask])()
        if step % 2:
            amount = chance.randrange(1, 1_000)
            plays.append(await earn(database, owner, song, amount, at=now))
            earned += amount
        elif len(plays) > 3 and chance.random() < 0.3:
            async with database.begin() as session:
                undone = plays.pop(chance.randrange(len(plays)))
                back = await reversal_of(
                    session, undone, key=f"undo:{undone}", occurred_at=now, facts={}
                )
                await post(session, [back], now=now)
                earned += back.entries[0].amount
    async with database.begin() as session:
        await release_waiting(session, now=now)
        assert await release_waiting(session, now=now) == []

    sums = [await owed(database, one.id) for one in payees]
    assert sum(paid + waits for paid, waits in sums) == earned
    async with database.read() as session:
        for one, (_, waits) in zip(payees, sums, strict=True):
            pending = 0
            for sheet in await waiting_for(session, [one.id]):
                booked = await waiting_in(session, sheet.id, one.id)
                pending -= booked.amounts.get("EUR", 0)
            assert waits == pending


async def test_plays_are_settled_by_the_sheet_that_held_when_they_were_heard(
    database: Database, ada: Caller, ben: Caller, song: UUID
) -> None:
    listener = await person(database, Role.LISTENER, millicredits=100)
    track, clock = (await accepted(database, ada)).track_id, ManualClock(NOON)
    sheet = await proposed(database, ada, song, {ada.id: 700_000, ben.id: 300_000})
    plays = [await qualified(database, clock, listener=listener, track_id=track)]
    clock.advance(timedelta(minutes=1))
    plays.append(await qualified(database, clock, listener=listener, track_id=track))

    await database.run(lambda session: settle(session, plays, now=clock()))

    first, second = 2_400 * 7 // 10, 4_800 * 7 // 10
    shared = second * 7 // 10
    assert await owed(database, ada.id) == (first + shared, 0)
    assert await owed(database, ben.id) == (0, second - shared)
    await answered(database, sheet, ben)
    assert await owed(database, ben.id) == (second - shared, 0)
