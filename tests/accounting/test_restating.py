from datetime import timedelta
from uuid import UUID

import pytest

from accounting.closing import close
from accounting.journal import post, reversal_of
from accounting.months import month_named
from accounting.restating import Restating, restate, told_anew
from accounting.statements import Section, Statement
from accounting.told import Which, statement_of, summaries
from base.database import Database, Session
from base.errors import Refused
from tests.support.books import Song, artists_part, book_play, song

ZONE = "Europe/Berlin"
MARCH = month_named("2026-03", ZONE)
EARLY = MARCH.starts_at + timedelta(days=3)
LATER = MARCH.ends_at + timedelta(days=5)


async def restated(
    database: Database, why: str = "A farm.", *, by: UUID | None = None
) -> list[Statement]:
    asked = Restating(period="2026-03", why=why)
    return await database.run(lambda session: restate(session, asked, now=LATER, by=by))


async def told(database: Database, of: Song, version: int | None = None) -> Statement:
    async with database.read() as session:
        which = Which(payee_id=str(of.artist.id), period="2026-03", version=version)
        return await statement_of(session, which)


async def test_a_later_version_tells_what_changed_and_the_first_stays(database: Database) -> None:
    of, other = await song(database), await song(database, content=b"another")
    false_one = await database.run(lambda s: book_play(s, of, step=3, at=EARLY))
    await database.run(lambda s: book_play(s, other, step=1, at=EARLY))
    await close(database, "2026-03", zone=ZONE, clock=lambda: MARCH.ends_at)
    first = await told(database, of)

    async def undo(session: Session) -> None:
        one = await reversal_of(session, false_one, key="farm", occurred_at=LATER, facts={})
        await post(session, [one], now=LATER)

    await database.run(undo)
    await database.run(lambda s: book_play(s, of, step=1, at=EARLY, now=LATER))
    [second] = await restated(database, by=of.artist.id)
    async with database.read() as session:
        whose = (of.artist, other.artist)
        asked = [Restating(period="2026-03", why="A farm.", payee_id=str(one.id)) for one in whose]
        assert [await told_anew(session, one, by=of.artist.id) for one in asked] == [[second], []]

    assert await told(database, of, version=1) == first
    assert await told(database, of) == second
    assert (second.version, second.why, second.made_at) == (2, "A farm.", LATER)
    assert {(line.section, line.month, line.amount) for line in second.corrections} == {
        (Section.REFUNDS, "2026-03", -artists_part(3)),
        (Section.PLAYS, "2026-03", artists_part(1)),
    }
    assert (second.closing, second.restated) == (first.closing, artists_part(1))
    assert (await told(database, other)).version == 1
    async with database.read() as session:
        assert [one.version for one in await summaries(session, str(of.artist.id))] == [2, 1]


async def test_who_was_told_nothing_can_be_told_of_late_plays(database: Database) -> None:
    of, other = await song(database), await song(database, content=b"another")
    await database.run(lambda s: book_play(s, other, step=1, at=EARLY))
    await close(database, "2026-03", zone=ZONE, clock=lambda: MARCH.ends_at)
    await database.run(lambda s: book_play(s, of, step=2, at=EARLY, now=LATER))

    await restated(database)

    made = await told(database, of)
    assert (made.version, made.closing, made.restated) == (2, 0, artists_part(2))


async def test_what_did_not_change_is_not_told_anew(database: Database) -> None:
    of = await song(database)
    await database.run(lambda s: book_play(s, of, step=1, at=EARLY))
    with pytest.raises(Refused, match="period-not-closed"):
        await restated(database)
    await close(database, "2026-03", zone=ZONE, clock=lambda: MARCH.ends_at)

    with pytest.raises(Refused, match="nothing-to-restate"):
        await restated(database)
    await database.run(lambda s: book_play(s, of, step=2, at=EARLY, now=LATER))
    await restated(database)
    with pytest.raises(Refused, match="nothing-to-restate"):
        await restated(database)
