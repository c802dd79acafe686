"""Who had signed up here before an earlier house moved in goes on with the account they have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from accounting.books import balance_of
from accounting.plays import settle
from base.clock import ManualClock
from base.tools import Tools
from catalog.callers import Caller
from catalog.earlier_music import numbered
from catalog.email_addresses import claim, confirm
from catalog.erasing import erase
from catalog.folding import parse_email
from catalog.liking import Kind
from catalog.models.earlier import EarlierPerson
from catalog.models.listening import Favourite
from catalog.models.people import Account, AccountRole, Member
from catalog.models.playlists import Playlist
from catalog.models.sign_in import EmailAddress
from catalog.plays import standing_of
from catalog.roles import Role
from tests.house.test_moving_in import Said, brought, is_sound, moved, number_of
from tests.support.catalog import person, qualified
from tests.support.earlier_export import OPENED, Export, album, group, track, user
from tests.support.served import wave

ADDRESS = "Ada@Example.org"


def a_house() -> Export:
    """Tell of an artist with two songs, and of nobody who listens."""
    made = Export()
    artist = made.user(6, role_id=None, email_confirmed=True)
    made.add("user_groups", id=group(1), ownerId=artist, displayName="Larks", created_at=OPENED)
    for index in (1, 2):
        made.song(index, group(1))
    return made


def with_ada(made: Export, *, is_confirmed: bool) -> Export:
    """Tell of one more, who listened, and of all that is hers."""
    ada = made.user(1, email=ADDRESS.upper(), email_confirmed=is_confirmed, role_id="admin")
    made.play(ada, track(1), times=6)
    made.play(ada, track(2), times=9)
    made.add("credits", user_id=ada, total=40_000)
    made.add("favorites", id=1, user_id=ada, track_id=track(2), created_at=OPENED)
    made.add("playlists", id=album(9), creatorId=ada, title="Mornings", created_at=OPENED)
    made.add("user_group_members", user_group_id=group(1), user_id=ada)
    made.song(3, ada)
    return made


@asynccontextmanager
async def with_music(
    house: Export, folder: Path, database_url: str, capsys: Said
) -> AsyncIterator[Tools]:
    """Bring a house over whose first song sounds."""
    media = folder / "media"
    media.mkdir()
    (media / f"{track(1)}.wav").write_bytes(wave(1))
    async with moved(folder, database_url) as client:
        tools = client.holding.tools
        await brought(tools, house.dump(folder / "first.sql"), capsys, media=str(media))
        await client.play()
        yield tools


async def signed_up(tools: Tools, *, is_shown: bool, millicredits: int = 1_000) -> Caller:
    """Let somebody sign up here by the address that Ada has there."""
    ada = await person(tools.database, Role.LISTENER, millicredits=millicredits)
    email = parse_email(ADDRESS)
    async with tools.database.begin() as session:
        write = confirm if is_shown else claim
        await write(session, ada.id, email, now=tools.clock())
    return ada


async def played(tools: Tools, listener: UUID, *, times: int) -> list[int]:
    """Answer as which steps plays of the first song are settled, one after the other."""
    caller = Caller(id=listener, name="", roles=frozenset())
    steps = []
    for _ in range(times):
        clock = ManualClock(tools.clock())
        heard = await qualified(tools.database, clock, listener=caller, track_id=track(1))
        async with tools.database.begin() as session:
            [settled] = await settle(session, [heard], now=tools.clock())
        steps.append(settled.step)
    return steps


async def test_all_that_was_theirs_comes_to_the_account_they_have(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    async with with_music(house, tmp_path, database_url, capsys) as tools:
        ada = await signed_up(tools, is_shown=True)
        assert await played(tools, ada.id, times=2) == [1, 2]

        export = with_ada(house, is_confirmed=True).dump(tmp_path / "export.sql")
        _, plan, _ = await brought(tools, export, capsys, applies=False)
        _, done, told = await brought(tools, export, capsys)
        async with tools.database.begin() as session:  # what it is known by changes afterwards
            email = await session.get_one(EmailAddress, ada.id)
            email.address = email.folded = "other@example.org"
        _, again, _ = await brought(tools, export, capsys)

        assert {name: one for name, one in done.items() if name != "counters"} == plan
        assert {one["came"] for one in again.values()} == {0}
        codes = [one["code"] for one in told if "code" in one]
        assert codes.count("joined") == 1
        assert codes.count("paid-in-both") == 1
        async with tools.database.read() as session:
            assert await session.get(Account, user(1)) is None
            assert (await session.get_one(EarlierPerson, user(1))).account_id == ada.id
            one, two = [
                await standing_of(session, listener_id=ada.id, recording_id=track(index))
                for index in (1, 2)
            ]
            assert (one.plays, one.owned_at) == (6, None)
            assert (two.plays, two.owned_at is not None) == (9, True)
            assert await balance_of(session, ada.id, now=tools.clock()) == 40_994
            assert (await session.scalars(select(Favourite.account_id))).all() == [ada.id]
            assert (await session.get_one(Playlist, album(9))).owner_id == ada.id
            assert await session.get(Member, (group(1), ada.id)) is not None
            roles = select(AccountRole.role).where(AccountRole.account_id == ada.id)
            assert set(await session.scalars(roles)) <= {Role.ARTIST, Role.LISTENER}
        await is_sound(tools)
        assert await played(tools, ada.id, times=2) == [7, 8]
        await is_sound(tools)
        _, once_more, _ = await brought(tools, export, capsys)
        assert {one["came"] for one in once_more.values()} == {0}


async def test_counters_go_on_from_the_higher_of_both(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    async with with_music(house, tmp_path, database_url, capsys) as tools:
        ada = await signed_up(tools, is_shown=True)
        assert await played(tools, ada.id, times=5) == [1, 2, 3, 4, 5]
        with_ada(house, is_confirmed=True)

        await brought(tools, house.dump(tmp_path / "export.sql"), capsys)
        house.play(user(1), track(1))
        _, newer, told = await brought(tools, house.dump(tmp_path / "newer.sql"), capsys)
        _, again, _ = await brought(tools, house.dump(tmp_path / "newer.sql"), capsys)

        assert newer["plays"]["came"] == 1
        assert {one["came"] for one in again.values()} == {0}
        [steps] = [one for one in told if one.get("sum") == "steps paid for"]
        assert steps["of plays"] == steps["carried"] == 16
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=ada.id, recording_id=track(1))
            assert (one.plays, one.owned_at) == (7, None)
        await is_sound(tools)


@pytest.mark.parametrize(("there", "here"), [(False, True), (True, False)])
async def test_who_only_says_that_an_address_is_theirs_is_given_nothing_of_another(
    tmp_path: Path, database_url: str, capsys: Said, *, there: bool, here: bool
) -> None:
    export = with_ada(a_house(), is_confirmed=there).dump(tmp_path / "export.sql")
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        ada = await signed_up(tools, is_shown=here, millicredits=0)

        await brought(tools, export, capsys)
        async with tools.database.begin() as session:  # and shows it too late
            await session.execute(delete(EmailAddress).where(EmailAddress.account_id == user(1)))
            await confirm(session, ada.id, parse_email(ADDRESS), now=tools.clock())
        await brought(tools, export, capsys)

        async with tools.database.read() as session:
            assert await number_of(session, EarlierPerson) == 0
            assert await balance_of(session, ada.id, now=tools.clock()) == 0
            assert await balance_of(session, user(1), now=tools.clock()) == 40_000
        await is_sound(tools)


async def test_who_was_erased_here_since_explains_what_differs(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    for index in (1, 2):
        house.play(house.user(index, email_confirmed=True), track(index), times=index)
        house.add("credits", user_id=user(index), total=1_000)
        house.add("favorites", id=index, user_id=user(index), track_id=track(3), created_at=OPENED)
    house.play(user(1), house.song(3, house.user(7)), times=3)
    house.add("track_groups", id=album(1), creatorId=user(7), title="Gone", type="lp")
    house.add("track_group_items", track_group_id=album(1), track_id=track(3), index=0)
    bought = {"user_id": user(1), "track_group_id": album(1), "created_at": OPENED}
    house.add("user_track_group_purchases", id=1, **bought)
    path = house.dump(tmp_path / "export.sql")
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        is_well, _, _ = await brought(tools, path, capsys)
        assert is_well

        async with tools.database.begin() as session:
            for index in (2, 7):
                await erase(session, user(index), now=tools.clock())
        is_well, tables, told = await brought(tools, path, capsys)

        codes = {one["code"] for one in told if "code" in one}
        assert codes == {"gone-here", "not-brought"}
        assert is_well
        assert (tables["plays"]["there"], tables["plays"]["left"]) == (4, 2)
        house.rows["plays"].pop(0)
        is_well, _, told = await brought(tools, house.dump(tmp_path / "less.sql"), capsys)
        assert not is_well
        assert "plays-elsewhere" in {one.get("code") for one in told}
        await is_sound(tools)


async def test_a_number_that_two_tracks_have_is_told_of_and_stays_where_it_is(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    house.song(5, group(1), legacyId=1_001)
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        for name in ("one.sql", "two.sql"):
            is_well, _, told = await brought(tools, house.dump(tmp_path / name), capsys)
            house.rows["tracks"].reverse()

            said = [one for one in told if one.get("code") == "number-twice"]
            assert is_well
            assert [one["about"] for one in said] == [f"track {track(5)}"]
            async with tools.database.read() as session:
                assert await numbered(session, Kind.TRACK, 1_001) == track(1)
