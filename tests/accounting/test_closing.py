import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from accounting.advances import Grant, approve_advance, grant
from accounting.agreeing import accept
from accounting.closing import Closed, close, due_month, outlook
from accounting.comparing_plays import verify_plays
from accounting.journal import balance_of, post, reversal_of
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.month_end import settle_month
from accounting.months import Month, Span, month_named
from accounting.plays import settle
from accounting.statements import Section, Statement, sum_of
from accounting.told import Which, statement_of, summaries
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Refused
from catalog.roles import Role
from tests.support.books import SERIES, Song, artists_part, book_play, song
from tests.support.catalog import accepted, person, qualified
from tests.support.meanwhile import meanwhile
from tests.support.shares import earn, owed, proposed, recording

ZONE = "Europe/Berlin"
MARCH, APRIL = month_named("2026-03", ZONE), month_named("2026-04", ZONE)
EARLY = MARCH.starts_at + timedelta(days=9)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
#: What no database does in a way of its own.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
#: Where who looks does not keep others from writing.
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def sung(database: Database) -> Song:
    return await song(database)


async def heard(
    database: Database, of: Song, *, step: int, at: datetime, now: datetime | None = None
) -> int:
    return await database.run(lambda session: book_play(session, of, step=step, at=at, now=now))


async def closed(database: Database, month: Month, *, days: int = 1) -> Closed:
    later = month.ends_at + timedelta(days=days)
    return await close(database, month.name, zone=ZONE, clock=lambda: later, settle=settle_month)


async def told(database: Database, of: Song, month: Month, **which: int) -> Statement:
    async with database.read() as session:
        asked = Which(payee_id=str(of.artist.id), period=month.name, **which)
        return await statement_of(session, asked)


def millicredits(statement: Statement) -> int:
    return sum(line.number * SERIES[line.step - 1] for line in statement.of(Section.PLAYS))


@pytest.mark.parametrize(
    ("in_march", "in_april", "first", "second"),
    [(4, 5, 30, 992), (0, 9, 0, 1022), (1, 8, 2, 1020), (8, 1, 510, 512)],
)
async def test_mistake_05_reports_recount_from_play_1(  # noqa: PLR0913 - two months
    database: Database, sung: Song, *, in_march: int, in_april: int, first: int, second: int
) -> None:
    for number in range(in_march + in_april):
        month = MARCH if number < in_march else APRIL
        at = month.starts_at + (number + 1) * HOUR
        await heard(database, sung, step=number + 1, at=at)
    if in_march:
        await closed(database, MARCH)
    await closed(database, APRIL)

    april = await told(database, sung, APRIL)

    assert millicredits(april) == second
    assert april.closing == (first + second) * 840 == 1022 * 840
    if in_march:
        march = await told(database, sung, MARCH)
        assert millicredits(march) == first
        assert april.opening == march.closing == first * 840


async def test_mistake_06_a_play_on_the_boundary_is_in_one_statement(
    database: Database, sung: Song
) -> None:
    for step, at in enumerate((MARCH.starts_at, APRIL.starts_at - INSTANT, APRIL.starts_at), 1):
        await heard(database, sung, step=step, at=at)

    await closed(database, MARCH)
    await closed(database, APRIL)

    march, april = await told(database, sung, MARCH), await told(database, sung, APRIL)
    assert [line.step for line in march.lines] == [1, 2]
    assert [line.step for line in april.lines] == [3]


async def test_scenario_nine_plays_over_a_month_end(database: Database, sung: Song) -> None:
    for step in range(1, 10):
        # Midnight in Berlin lies between the fifth and the sixth; in London all are in one month.
        await heard(database, sung, step=step, at=APRIL.starts_at + (step - 5.5) * HOUR)

    await closed(database, MARCH)
    await closed(database, APRIL)

    march, april = await told(database, sung, MARCH), await told(database, sung, APRIL)
    assert sorted(line.step for line in march.lines) == [1, 2, 3, 4, 5]
    assert sorted(line.step for line in april.lines) == [6, 7, 8, 9]
    assert march.closing + sum_of(april.lines) == april.closing == 858_480


async def test_what_is_settled_over_a_month_end_is_told_in_both(database: Database) -> None:
    artist = await person(database, Role.ARTIST)
    listener = await person(database, Role.LISTENER, millicredits=2000)
    track = (await accepted(database, artist)).track_id
    november = month_named("2026-11", ZONE)
    clock = ManualClock(november.ends_at - 4.5 * HOUR)
    for _ in range(9):
        play = await qualified(database, clock, listener=listener, track_id=track)
        await database.run(lambda session, play=play: settle(session, [play], now=clock()))
        clock.advance(HOUR)

    for month in (november, november.after(1)):
        await closed(database, month)

    async with database.read() as session:
        first, second = [
            await statement_of(session, Which(payee_id=str(artist.id), period=name))
            for name in ("2026-11", "2026-12")
        ]
    assert sorted(line.step for line in first.lines) == [1, 2, 3, 4, 5]
    assert sorted(line.step for line in second.lines) == [6, 7, 8, 9]
    assert (first.closing, second.closing) == (sum(map(artists_part, range(1, 6))), 858_480)


async def test_scenario_late_plays_after_closing(database: Database, sung: Song) -> None:
    await heard(database, sung, step=1, at=EARLY)
    await closed(database, MARCH)
    before = await told(database, sung, MARCH)
    # A phone comes home from the mountains. Its play was heard in March, and books are closed.
    await heard(database, sung, step=2, at=EARLY + HOUR, now=MARCH.ends_at - HOUR)
    await heard(database, sung, step=3, at=APRIL.starts_at + HOUR)

    await closed(database, APRIL)

    april = await told(database, sung, APRIL)
    late = {line.step: (line.month, april.is_late(line)) for line in april.lines}
    assert late == {2: ("2026-03", True), 3: ("2026-04", False)}
    assert april.closing == sum(map(artists_part, (1, 2, 3)))
    assert await told(database, sung, MARCH) == before


async def test_each_cent_is_explained_by_what_it_came_of(database: Database, sung: Song) -> None:
    first = await heard(database, sung, step=1, at=EARLY)
    await heard(database, sung, step=2, at=EARLY)
    payee, bank = sung.payable, Account(AccountKind.BANK)
    reserve, advance = (
        Account(kind, str(sung.artist.id)) for kind in (AccountKind.RESERVE, AccountKind.ADVANCE)
    )

    def moved(kind: TxnKind, to: Account, amount: int, **facts: str) -> Transaction:
        entries = (Entry(payee, amount, "EUR"), Entry(to, -amount, "EUR"))
        return Transaction(
            kind=kind, key=f"{kind}:1", occurred_at=EARLY, entries=entries, facts=facts
        )

    async def book(session: Session) -> None:
        bought = moved(
            TxnKind.PURCHASE, bank, -700, recording=str(sung.recording_id), territory="FR"
        )
        undone = await reversal_of(session, first, key="undone", occurred_at=EARLY, facts={})
        others = [
            moved(TxnKind.RECOUPMENT, advance, 300),
            moved(TxnKind.RESERVE, reserve, 20),
            moved(TxnKind.PAYOUT, bank, 1000),
        ]
        await post(session, [bought, undone, *others], now=EARLY)

    await database.run(book)
    await closed(database, MARCH)

    made = await told(database, sung, MARCH)
    recording = str(sung.recording_id)
    assert {
        (line.section, line.recording, line.step, line.territory, line.number, line.amount)
        for line in made.lines
    } == {
        (Section.PLAYS, recording, 1, "DE", 1, 1680),
        (Section.PLAYS, recording, 2, "DE", 1, 3360),
        (Section.REFUNDS, recording, 1, "DE", 1, -1680),
        (Section.PURCHASES, recording, 0, "FR", 1, 700),
        (Section.RECOUPMENT, "", 0, "", 1, -300),
        (Section.HOLDBACK, "", 0, "", 1, -20),
        (Section.PAYOUTS, "", 0, "", 1, -1000),
    }
    assert (made.beside.reserve, made.beside.advance) == (20, -300)
    assert made.title_of(recording) == "Song"
    async with database.read() as session:
        assert made.closing == -(await balance_of(session, payee))["EUR"] == 2740
        [summary] = await summaries(session, str(sung.artist.id))
    assert (summary.closing, summary.digest) == (2740, made.digest)


async def test_who_was_owed_and_earned_nothing_has_a_statement(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=9, at=EARLY)
    await closed(database, MARCH)

    [march, april] = [await closed(database, month) for month in (MARCH, APRIL)]

    assert march.statements == april.statements == 1
    made = await told(database, sung, APRIL)
    assert (made.opening, list(made.lines), made.closing) == (430_080, [], 430_080)


async def test_closing_again_answers_what_is_closed(database: Database, sung: Song) -> None:
    await heard(database, sung, step=1, at=EARLY)

    first, second = await closed(database, MARCH), await closed(database, MARCH, days=40)

    assert first == second
    assert (await told(database, sung, MARCH)).made_at == first.closed_at


async def test_what_is_booked_while_a_month_is_closed_is_in_one_of_both(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)
    # Machines whose clocks are late book, and two treasurers close.
    plays = (heard(database, sung, step=2, at=EARLY, now=APRIL.starts_at - INSTANT) for _ in "1234")

    first, second, *_ = await asyncio.gather(
        closed(database, MARCH), closed(database, MARCH), *plays
    )

    assert first == second
    await closed(database, APRIL)
    march, april = await told(database, sung, MARCH), await told(database, sung, APRIL)
    assert sum(line.number for line in (*march.lines, *april.lines)) == 5
    assert april.closing == artists_part(1) + 4 * artists_part(2)


@ON_POSTGRESQL
@pytest.mark.parametrize("looks", range(1, 4))
async def test_a_month_that_somebody_else_closes_between_two_looks_is_answered(
    database: Database, sung: Song, looks: int
) -> None:
    await heard(database, sung, step=1, at=EARLY)

    with meanwhile(database, looks, lambda: closed(database, MARCH)) as done:
        assert await closed(database, MARCH) in done


@ON_POSTGRESQL
@pytest.mark.parametrize("looks", range(1, 7))
async def test_what_a_month_would_come_to_is_never_what_the_next_has(
    database: Database, sung: Song, looks: int
) -> None:
    await heard(database, sung, step=1, at=EARLY)

    async with database.read() as session:
        with meanwhile(database, looks, lambda: closed(database, MARCH)):
            try:
                seen = (await outlook(session, MARCH.name, zone=ZONE, now=MARCH.ends_at)).payees
            except Refused as refused:
                seen = refused.code

    assert seen in {1, "period-closed"}


async def test_months_are_closed_in_order_and_when_they_are_over(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)

    with pytest.raises(Refused, match="period-out-of-order"):
        await closed(database, APRIL)
    with pytest.raises(Refused, match="period-not-over"):
        await close(database, MARCH.name, zone=ZONE, clock=lambda: MARCH.ends_at - INSTANT)
    async with database.read() as session:
        assert await due_month(session, ZONE) == MARCH
    await closed(database, MARCH)
    async with database.read() as session:
        assert await due_month(session, ZONE) == APRIL


@ON_SQLITE
async def test_nothing_is_closed_before_anything_was_booked(database: Database) -> None:
    with pytest.raises(Refused, match="nothing-booked"):
        await close(database, "1999-12", zone=ZONE, clock=lambda: MARCH.ends_at)
    of = await song(database)
    await heard(database, of, step=1, at=EARLY)
    with pytest.raises(Refused, match="nor before: close 2026-03 first"):
        await close(database, "1999-12", zone=ZONE, clock=lambda: MARCH.ends_at)
    treasurer = await person(database, Role.TREASURER)
    done = await close(
        database, MARCH.name, zone=ZONE, clock=lambda: MARCH.ends_at, by=treasurer.id
    )
    assert done.closed_by == treasurer.id
    async with database.read() as session:
        with pytest.raises(Refused, match="2026-03 is closed"):
            await outlook(session, MARCH.name, zone=ZONE, now=MARCH.ends_at)


async def test_an_outlook_tells_what_closing_would_and_changes_nothing(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)
    await heard(database, sung, step=2, at=EARLY)

    async with database.read() as session:
        seen = await outlook(session, MARCH.name, zone=ZONE, now=EARLY)

    assert (seen.is_over, seen.payees) == (False, 1)
    assert seen.sums == {("plays", "EUR"): (2, 5040)}
    assert (await closed(database, MARCH)).statements == 1


async def test_what_is_due_at_the_end_of_a_month_is_booked_into_it(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=5, at=EARLY)
    advance = Account(AccountKind.ADVANCE, str(sung.artist.id))
    entries = (Entry(sung.payable, 100, "EUR"), Entry(advance, -100, "EUR"))

    async def recoup(session: Session, month: Span, at: datetime) -> None:
        key = f"recoup:{month.name}"
        one = Transaction(kind=TxnKind.RECOUPMENT, key=key, occurred_at=at, entries=entries)
        await post(session, [one], now=at)

    later = MARCH.ends_at + timedelta(days=3)
    await close(database, MARCH.name, zone=ZONE, clock=lambda: later, settle=recoup)

    made = await told(database, sung, MARCH)
    assert sum_of(made.of(Section.RECOUPMENT)) == -100
    assert made.closing == artists_part(5) - 100


@ON_SQLITE
async def test_what_came_after_a_month_is_not_settled_in_it(database: Database, sung: Song) -> None:
    await heard(database, sung, step=9, at=EARLY)
    said = Grant(payee_id=sung.artist.id, currency="EUR", amount=500_000, key="advance")
    after = APRIL.starts_at + timedelta(days=4)
    lent = await database.run(lambda session: grant(session, said, sung.artist, now=after))
    other = await person(database, Role.TREASURER)
    await database.run(lambda session: approve_advance(session, lent.id, other, now=after))

    await closed(database, MARCH, days=9)
    await heard(database, sung, step=1, at=APRIL.starts_at + timedelta(days=20))
    await closed(database, APRIL)

    march, april = await told(database, sung, MARCH), await told(database, sung, APRIL)
    assert (march.of(Section.RECOUPMENT), march.beside.advance) == ([], 0)
    assert march.closing == artists_part(9)
    assert sum_of(april.of(Section.RECOUPMENT)) == -artists_part(1)


@ON_SQLITE
async def test_a_refund_after_a_month_of_what_was_released_waits_for_the_next(
    database: Database, sung: Song
) -> None:
    ada, ben = sung.artist, await person(database, Role.ARTIST)
    shares: dict[UUID | None, int] = {ada.id: 500_000, ben.id: 500_000}
    start = MARCH.starts_at
    sheet = await proposed(database, ada, sung.recording_id, shares, now=start)
    play = await earn(database, ada, sung.recording_id, 2_000_000, at=EARLY)
    await database.run(lambda session: accept(session, sheet.id, ben, now=EARLY + HOUR))
    after = APRIL.starts_at + timedelta(days=4)

    async def refund(session: Session) -> None:
        undone = await reversal_of(session, play, key="undone", occurred_at=after, facts={})
        await post(session, [undone], now=after)

    await database.run(refund)
    closings = []
    for month in (MARCH, APRIL):
        await closed(database, month, days=9)
        async with database.read() as session:
            which = Which(payee_id=str(ben.id), period=month.name)
            closings.append((await statement_of(session, which)).closing)

    assert closings == [1_000_000, 0]
    assert await owed(database, ben.id) == (0, 0)
    async with database.read() as session:
        told = [
            (await statement_of(session, Which(payee_id=str(ben.id), period=month.name))).lines
            for month in (MARCH, APRIL)
        ]
    assert [[(one.section, one.amount) for one in lines] for lines in told] == [
        [(Section.SHARES, 1_000_000)],
        [(Section.REFUNDS, -1_000_000)],
    ]


@ON_SQLITE
async def test_a_share_taken_back_in_the_month_of_its_release_has_a_line_of_its_own(
    database: Database, sung: Song
) -> None:
    ada, ben = sung.artist, await person(database, Role.ARTIST)
    shares: dict[UUID | None, int] = {ada.id: 500_000, ben.id: 500_000}
    sheet = await proposed(database, ada, sung.recording_id, shares, now=MARCH.starts_at)
    for amount in (2_000_000, 600_000):
        play = await earn(database, ada, sung.recording_id, amount, at=EARLY)
    await database.run(lambda session: accept(session, sheet.id, ben, now=EARLY + HOUR))

    async def refund(session: Session) -> None:
        undone = await reversal_of(session, play, key="undone", occurred_at=EARLY, facts={})
        await post(session, [undone], now=EARLY + 2 * HOUR)

    await database.run(refund)
    await closed(database, MARCH)

    async with database.read() as session:
        made = await statement_of(session, Which(payee_id=str(ben.id), period=MARCH.name))
    recording = str(sung.recording_id)
    assert {(one.section, one.recording, one.amount) for one in made.lines} == {
        (Section.SHARES, recording, 1_300_000),
        (Section.REFUNDS, recording, -300_000),
    }


@ON_SQLITE
async def test_what_is_released_of_all_music_is_told_by_its_recordings(
    database: Database, sung: Song
) -> None:
    ada, ben = sung.artist, await person(database, Role.ARTIST)
    another = await recording(database, ada, b"another song")
    shares: dict[UUID | None, int] = {ada.id: 500_000, ben.id: 500_000}
    sheet = await proposed(database, ada, None, shares, now=MARCH.starts_at)
    for about, amount in ((sung.recording_id, 600), (another, 2_000), (another, 20)):
        await earn(database, ada, about, amount, at=EARLY)
    await database.run(lambda session: accept(session, sheet.id, ben, now=EARLY + HOUR))

    await closed(database, MARCH)

    async with database.read() as session:
        made = await statement_of(session, Which(payee_id=str(ben.id), period=MARCH.name))
    assert {one.recording: one.amount for one in made.lines} == {
        str(sung.recording_id): 300,
        str(another): 1_010,
    }


@ON_SQLITE
async def test_who_has_statements_in_two_currencies_says_in_which(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)
    entries = (
        Entry(Account(AccountKind.BANK), 5, "CHF"),
        Entry(sung.payable, -5, "CHF"),
    )
    other = Transaction(kind=TxnKind.ADJUSTMENT, key="chf", occurred_at=EARLY, entries=entries)
    await database.run(lambda session: post(session, [other], now=EARLY))
    await closed(database, MARCH)

    with pytest.raises(Refused, match="CHF and EUR"):
        await told(database, sung, MARCH)
    async with database.read() as session:
        which = Which(payee_id=str(sung.artist.id), period=MARCH.name, currency="CHF")
        assert (await statement_of(session, which)).closing == 5


@ON_SQLITE
async def test_plays_of_the_support_are_what_settling_writes(
    database: Database, sung: Song
) -> None:
    for step in (9, 1):
        await heard(database, sung, step=step, at=EARLY)
    await closed(database, MARCH)
    await heard(database, sung, step=2, at=EARLY, now=EARLY)

    async with database.read() as session:
        assert [one async for one in verify_plays(session)] == []


@ON_SQLITE
async def test_who_has_only_what_waits_is_told_of_it(database: Database, sung: Song) -> None:
    ada, ben = sung.artist, await person(database, Role.ARTIST)
    shares: dict[UUID | None, int] = {ada.id: 500_000, ben.id: 300_000, None: 200_000}
    await proposed(database, ada, sung.recording_id, shares, now=MARCH.starts_at)
    await earn(database, ada, sung.recording_id, 1_000, at=EARLY)

    done = await closed(database, MARCH)

    async with database.read() as session:
        made = await statement_of(session, Which(payee_id=str(ben.id), period=MARCH.name))
    assert (list(made.lines), made.closing, made.beside.suspense) == ([], 0, 300)
    assert done.statements == 2


async def test_a_month_is_settled_from_where_the_one_before_ended(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)
    await closed(database, MARCH)
    seen = []

    async def settle_nothing(session: Session, month: Span, at: datetime) -> None:
        del session, at
        seen.append(month)

    await close(
        database, APRIL.name, zone="UTC", clock=lambda: APRIL.ends_at + 9 * HOUR,
        settle=settle_nothing,
    )  # fmt: skip

    [span] = seen
    assert span.starts_at == MARCH.ends_at < month_named("2026-04", "UTC").starts_at


class KilledError(Exception):
    """The process ends here."""


@asynccontextmanager
async def killed_after(database: Database, statements: int) -> AsyncIterator[Counter[str]]:
    """Let the process end before one of its statements."""
    done = Counter[str]()

    def count(*_: object) -> None:
        done["all"] += 1
        if done["all"] > statements:
            raise KilledError

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    try:
        yield done
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", count)


async def test_closing_that_is_killed_anywhere_is_finished_by_closing_again(
    database: Database, sung: Song
) -> None:
    for step in (1, 2, 3):
        await heard(database, sung, step=step, at=EARLY)
    said = Grant(payee_id=sung.artist.id, currency="EUR", amount=5_000, key="advance")
    made = await database.run(lambda session: grant(session, said, sung.artist, now=EARLY))
    other = await person(database, Role.TREASURER)
    await database.run(lambda session: approve_advance(session, made.id, other, now=EARLY))
    kills = 0
    while True:
        async with killed_after(database, kills):
            try:
                done = await closed(database, MARCH)
            except KilledError:
                kills += 1
            else:
                break

    assert kills > 10
    statement = await told(database, sung, MARCH)
    assert (len(statement.lines), statement.closing) == (5, 11_760)
    assert sum_of(statement.of(Section.ADVANCES)) == 5_000
    assert sum_of(statement.of(Section.RECOUPMENT)) == -5_000
    assert done.statements == 1
    async with database.read() as session:
        counts = [
            await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
            for table in ("ledger_periods", "statements", "statement_lines", "ledger_balances")
        ]
    assert counts == [1, 1, 5, 3]


FORBIDDEN = [
    "UPDATE ledger_periods SET closed_at = NULL",
    "UPDATE ledger_periods SET ends_at = starts_at",
    "DELETE FROM ledger_periods",
    "UPDATE statements SET closing = 0",
    "DELETE FROM statement_lines",
    "UPDATE ledger_balances SET amount = 0",
    """INSERT INTO statement_lines (period, account_id, currency, version, section, step,
    territory, month, number, amount) SELECT period, account_id, currency, version, 'other', step,
    territory, month, number, amount FROM statement_lines""",
    """INSERT INTO statements SELECT period, account_id, 'CHF', version, made_at, why, opening,
    closing, restated, reserve, advance, suspense, made_by, digest FROM statements""",
    """INSERT INTO ledger_balances SELECT period, account_id, 'CHF', amount, credits
    FROM ledger_balances""",
    """INSERT INTO ledger_periods (name, zone, starts_at, ends_at, closed_at)
    SELECT '2099-01', zone, closed_at, closed_at, closed_at FROM ledger_periods""",
]


async def test_what_is_closed_is_not_changed(database: Database, sung: Song) -> None:
    await heard(database, sung, step=1, at=EARLY)
    await closed(database, MARCH)

    for change in FORBIDDEN:
        with pytest.raises(DBAPIError, match=r"only ever added|stays so|only read|follows on"):
            async with database.begin() as session:
                await session.execute(text(change))


async def test_the_digest_of_a_month_is_of_all_that_was_frozen(
    database: Database, sung: Song
) -> None:
    await heard(database, sung, step=1, at=EARLY)
    await heard(database, sung, step=1, at=APRIL.starts_at)

    march, april = await closed(database, MARCH), await closed(database, APRIL)

    assert len(march.digest) == 32
    assert march.digest != april.digest
    made = await told(database, sung, MARCH)
    assert replace(made, lines=made.lines, payee="another").digest == made.digest
    assert made.made_at.tzinfo is UTC
