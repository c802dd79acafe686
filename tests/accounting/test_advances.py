import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from accounting.advances import Grant, advances_of, approve_advance, grant, recoup
from accounting.claims import (
    Claimed,
    Place,
    approve,
    claim,
    claims_of,
    deny,
    open_claims,
    unclaimed_of,
)
from accounting.journal import balance_of
from accounting.ledger import Account, AccountKind
from accounting.payees import Payee, add_payee, members_of, payees_of_account, write_members
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.rights import Claim, PayeeKind
from catalog.roles import Role
from tests.support.catalog import NOON, person
from tests.support.shares import SOON, band_of, earn, owed, proposed, recording

MONTH = {"period": "2026-11", "starts_at": NOON, "ends_at": NOON + timedelta(days=6)}
NEXT = {
    "period": "2026-12",
    "starts_at": NOON + timedelta(days=6),
    "ends_at": NOON + timedelta(days=37),
}

#: What no database does in a way of its own.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ada(database: Database) -> Caller:
    return await person(database, Role.ARTIST)


@pytest.fixture
async def treasurer(database: Database) -> Caller:
    return await person(database, Role.TREASURER)


@pytest.fixture
async def song(database: Database, ada: Caller) -> UUID:
    return await recording(database, ada)


async def granted(database: Database, said: Grant, by: Caller, *, now: datetime = NOON) -> UUID:
    """Let an advance be granted by one, and approved by another."""
    made = (await database.run(lambda session: grant(session, said, by, now=now))).id
    other = await person(database, Role.TREASURER)
    for _ in range(2):
        await database.run(lambda session: approve_advance(session, made, other, now=now))
    return made


async def recouped(database: Database, **month: object) -> int:
    async with database.begin() as session:
        now = month["starts_at"]
        return len(await recoup(session, **month, now=now))  # type: ignore[arg-type]


async def left(database: Database, payee: UUID) -> list[int]:
    async with database.read() as session:
        found = await advances_of(session, [payee])
        ours = await balance_of(session, Account(AccountKind.ADVANCE, str(payee)))
    assert sum(rest for _, rest in found) == ours.get("EUR", 0)
    return [rest for _, rest in found]


async def test_an_advance_is_paid_back_month_by_month_until_nothing_is_left(
    database: Database, ada: Caller, treasurer: Caller, song: UUID
) -> None:
    said = Grant(payee_id=ada.id, currency="EUR", amount=1_500, key="a", recoup_ppm=500_000)
    await granted(database, said, treasurer)
    await granted(database, said, treasurer)
    assert await owed(database, ada.id) == (1_500, 0)

    await earn(database, ada, song, 2_000)
    assert await recouped(database, **MONTH) == 1
    assert await recouped(database, **MONTH) == 0
    assert (await left(database, ada.id), await owed(database, ada.id)) == ([500], (2_500, 0))
    await earn(database, ada, song, 100)
    assert await recouped(database, **MONTH) == 1
    assert await left(database, ada.id) == [450]

    await earn(database, ada, song, 9_000, at=NEXT["starts_at"])  # type: ignore[arg-type]
    assert await recouped(database, **NEXT) == 1
    assert await recouped(database, **NEXT) == 0
    assert (await left(database, ada.id), await owed(database, ada.id)) == ([0], (11_100, 0))


async def test_an_advance_on_a_recording_is_paid_back_by_what_that_one_earns(
    database: Database, ada: Caller, treasurer: Caller, song: UUID
) -> None:
    other = await recording(database, ada, b"another song")
    said = Grant(payee_id=ada.id, currency="EUR", amount=700, key="a", recordings=(song,))
    await granted(database, said, treasurer)
    other_said = Grant(payee_id=ada.id, currency="EUR", amount=90, key="b")
    await granted(database, other_said, treasurer, now=SOON)

    await earn(database, ada, song, 100)
    await earn(database, ada, other, 1_000)
    assert await recouped(database, **MONTH) == 2

    assert await left(database, ada.id) == [600, 0]
    assert await owed(database, ada.id) == (790 + 1_100 - 190, 0)


@ON_SQLITE
async def test_one_treasurer_alone_gives_no_advance(
    database: Database, ada: Caller, treasurer: Caller
) -> None:
    said = Grant(payee_id=ada.id, currency="EUR", amount=5_000_000_000, key="a")
    made = await database.run(lambda session: grant(session, said, treasurer, now=NOON))

    for who in (treasurer, ada):
        with pytest.raises(Refused, match="second-person-needed"):
            await database.run(
                lambda session, who=who: approve_advance(session, made.id, who, now=NOON)
            )
    with pytest.raises(Refused, match="advance-unknown"):
        await database.run(
            lambda session: approve_advance(session, UUID(int=1), treasurer, now=NOON)
        )

    assert (await left(database, ada.id), await owed(database, ada.id)) == ([0], (0, 0))
    async with database.read() as session:
        assert await balance_of(session, Account(AccountKind.BANK)) == {}


@ON_SQLITE
async def test_another_advance_under_the_same_key_is_refused(
    database: Database, ada: Caller, treasurer: Caller
) -> None:
    await granted(database, Grant(payee_id=ada.id, currency="EUR", amount=5, key="a"), treasurer)

    with pytest.raises(Refused, match="idempotency-mismatch"):
        other = Grant(payee_id=ada.id, currency="EUR", amount=6, key="a")
        await granted(database, other, treasurer)


async def test_what_is_unclaimed_goes_to_who_shows_that_it_is_theirs(
    database: Database, ada: Caller, treasurer: Caller, song: UUID
) -> None:
    ben = await person(database, Role.LISTENER)
    await proposed(database, ada, song, {ada.id: 600_000, None: 400_000})
    await earn(database, ada, song, 1_000)
    said = Claimed(payee_id=ben.id, recording_id=song, words="I drum on it.", key="c")

    mine = await database.run(lambda session: claim(session, said, ben, now=SOON))
    again = await database.run(lambda session: claim(session, said, ben, now=SOON))
    assert mine.id == again.id
    async with database.read() as session:
        asked = [song, uuid4()]
        assert await unclaimed_of(session, asked) == {song: {"EUR": 400}}
    with pytest.raises(Refused, match="own-claim"):
        await database.run(lambda session: approve(session, mine.id, ben, now=SOON))
    await database.run(lambda session: approve(session, mine.id, treasurer, now=SOON))

    assert await owed(database, ben.id) == (400, 0)
    async with database.read() as session:
        assert await unclaimed_of(session, [song]) == {}
    with pytest.raises(Refused, match="claim-decided"):
        await database.run(
            lambda session: deny(session, mine.id, treasurer, reason="No.", now=SOON)
        )


async def unknown_drummer(database: Database, ada: Caller) -> Payee:
    async with database.begin() as session:
        return await add_payee(
            session,
            ada,
            kind=PayeeKind.MEMBER,
            name="The drummer",
            country="DE",
            is_spoken_for=False,
            now=NOON,
        )


@ON_SQLITE
async def test_who_had_no_account_speaks_for_themselves_once_a_treasurer_agrees(
    database: Database, ada: Caller, treasurer: Caller
) -> None:
    drummer, ben = await unknown_drummer(database, ada), await person(database, Role.LISTENER)
    eva = await person(database, Role.LISTENER)
    claims = [
        await database.run(
            lambda session, who=who: claim(
                session,
                Claimed(payee_id=drummer.id, recording_id=None, words="Me.", key=str(who.id)),
                who,
                now=NOON,
            )
        )
        for who in (ben, eva)
    ]

    await database.run(lambda session: approve(session, claims[0].id, treasurer, now=NOON))
    with pytest.raises(Refused, match="payee-taken"):
        await database.run(lambda session: approve(session, claims[1].id, treasurer, now=NOON))

    async with database.read() as session:
        names = [one.name for one in await payees_of_account(session, ben.id)]
    assert names == ["A listener", "The drummer"]


async def test_what_is_asked_for_twice_at_once_is_done_once(
    database: Database, ada: Caller, treasurer: Caller, song: UUID
) -> None:
    band = await band_of(database, ada, {})
    said = Grant(payee_id=ada.id, currency="EUR", amount=5, key="a")
    mine = Claimed(payee_id=ada.id, recording_id=song, words="Me.", key="c")

    async def members() -> None:
        parts = {ada.id: 500_000, treasurer.id: 500_000}
        await database.run(lambda session: write_members(session, band.id, parts, by=ada, now=NOON))

    grants = await asyncio.gather(*(granted(database, said, treasurer) for _ in range(4)))
    claims = await asyncio.gather(
        *(database.run(lambda session: claim(session, mine, ada, now=NOON)) for _ in range(4))
    )
    await asyncio.gather(*(members() for _ in range(4)))

    assert (len(set(grants)), len({one.id for one in claims})) == (1, 1)
    assert await left(database, ada.id) == [5]
    async with database.read() as session:
        assert len((await members_of(session, [band.id]))[band.id]) == 2


@ON_SQLITE
async def test_nobody_makes_payees_or_claims_without_end(
    database: Database,
    ada: Caller,
    treasurer: Caller,
    song: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("accounting.payees._MOST_MADE", 1)
    monkeypatch.setattr("accounting.claims._MOST_OPEN", 1)
    first = await band_of(database, ada, {}, key="one")
    claims = [
        Claimed(payee_id=ada.id, recording_id=song, words="Me.", key=str(n)) for n in range(2)
    ]
    mine = await database.run(lambda session: claim(session, claims[0], ada, now=NOON))

    assert await band_of(database, ada, {}, key="one") == first
    with pytest.raises(Refused, match="payees-too-many"):
        await band_of(database, ada, {}, key="two")
    with pytest.raises(Refused, match="claims-too-many"):
        await database.run(lambda session: claim(session, claims[1], ada, now=NOON))
    await database.run(lambda session: deny(session, mine.id, treasurer, reason="No.", now=NOON))
    await database.run(lambda session: claim(session, claims[1], ada, now=NOON))


async def test_claims_are_answered_page_by_page(
    database: Database, ada: Caller, song: UUID
) -> None:
    made = [
        await database.run(
            lambda session, n=n: claim(
                session,
                Claimed(payee_id=ada.id, recording_id=song, words="Me.", key=str(n)),
                ada,
                now=NOON + timedelta(seconds=n // 2),
            )
        )
        for n in range(5)
    ]

    async def hers(session: Session, after: Place | None) -> list[Claim]:
        return await claims_of(session, ada.id, after=after, limit=2)

    async def everybodys(session: Session, after: Place | None) -> list[Claim]:
        return await open_claims(session, after=after, limit=2)

    for listed, order in ((everybodys, 1), (hers, -1)):
        found: list[tuple[datetime, UUID]] = []
        async with database.read() as session:
            while True:
                page = await listed(session, found[-1] if found else None)
                found += [(one.made_at, one.id) for one in page]
                if len(page) < 2:
                    break
        assert found == sorted(((one.made_at, one.id) for one in made), reverse=order < 0)
