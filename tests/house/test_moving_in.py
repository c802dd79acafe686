"""An earlier house moves in: planned first, done once however often, to the last millionth."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from accounting.books import balance_of
from accounting.journal import trial_balance
from accounting.plays import settle
from accounting.verifying import verify
from base.clock import ManualClock
from base.database import Session
from base.errors import Refused
from base.tools import Tools, open_foreign
from catalog.artworks import artwork_of
from catalog.callers import Caller
from catalog.kinds import Kind
from catalog.models.base import Model
from catalog.models.earlier import EarlierCounter, EarlierPlay
from catalog.models.music import Track
from catalog.models.people import Account, Member
from catalog.models.plays import Counter
from catalog.models.releases import Release
from catalog.models.sign_in import EmailAddress, Password
from catalog.plays import standing_of
from catalog.states import ArtworkState
from refrain.earlier.command import How, move_in_with
from refrain.earlier.listening import parted
from tests.support.catalog import qualified
from tests.support.earlier_export import OPENED, Export, album, group, seeded, track, user
from tests.support.served import Client, served, wave
from tests.support.shipment import picture
from tests.support.working import do
from workers.reconciling import compare_books

Said = pytest.CaptureFixture[str]
MILLION = 1_000_000
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$Xz8hF8y0o9QO0nq0H3vT5Yw2mJw4lZqk"


def a_house() -> Export:
    """Tell of one at play 6, who owns by nine, who by buying, and of somebody who left."""
    made = Export()
    for number, name in enumerate(("user", "artist", "admin"), 1):
        made.add("roles", id=number, name=name)
    made.add("user_group_types", id=7, name="band")
    ada, ben, cleo = (made.user(index, role_id=1) for index in (1, 2, 3))
    made.user(4, email="L1@Example.org", role_id=3)
    made.user(5, email="gone@example.org", deleted_at=OPENED)
    artist = made.user(6, role_id=2, password=HASH, email_confirmed=True, country="de")
    made.add(
        "user_groups",
        id=group(1),
        ownerId=artist,
        typeId=7,
        displayName="The Larks",
        created_at=OPENED,
    )
    made.add("user_group_members", user_group_id=group(1), user_id=ada)
    first, second, third = (made.song(index, group(1)) for index in (1, 2, 3))
    made.song(4, group(1), status=4)
    made.add("track_groups", id=album(1), creatorId=group(1), title="Dawn", type="ep")
    for index, one in enumerate((first, second)):
        made.add("track_group_items", track_group_id=album(1), track_id=one, index=index)
    made.play(ada, first, times=6)
    made.play(ada, first, times=2, event=0)
    made.play(ben, first, times=9)
    made.play(ben, track(4), times=3)
    made.play(user(5), first, times=4)
    made.add("user_track_purchases", id=1, user_id=cleo, track_id=third, created_at=OPENED)
    made.add(
        "user_track_group_purchases",
        id=1,
        user_id=user(4),
        track_group_id=album(1),
        created_at=OPENED,
    )
    for who, total in ((ada, 40_088), (ben, 0), (user(5), 777)):
        made.add("credits", user_id=who, total=total)
    made.add("favorites", id=1, user_id=ada, track_id=second, created_at=OPENED)
    made.add("orders", id=1, user_id=ada, amount=5)
    return made


@asynccontextmanager
async def moved(path: Path, url: str) -> AsyncIterator[Client]:
    async with served(path, database_url=url) as client:
        yield client


async def brought(
    tools: Tools, path: Path, capsys: Said, *, applies: bool = True, **how: object
) -> tuple[bool, dict[str, dict[str, int]], list[dict[str, Any]]]:
    """Answer whether nothing was wrong, what became of tables, and all else that was told."""
    plain = How(media=None, publishes=False, as_json=True, applies=applies)
    told = replace(plain, **how)  # type: ignore[arg-type] # by their names
    capsys.readouterr()
    is_well = await move_in_with(tools, path, told)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line[:1] == "{"]
    tables = {one["table"]: one for one in lines if "came" in one}
    return is_well, tables, [one for one in lines if "came" not in one]


async def is_sound(tools: Tools) -> None:
    """See that the books agree with themselves and with what they are compared to."""
    async with tools.database.snapshot() as session:
        assert [one.sentence async for one in verify(session, now=tools.clock())] == []
        balances = await trial_balance(session)
        assert sum(one.debits - one.credits for one in balances) == 0
    differences = [each.sentence for one in await compare_books(tools) for each in one.differences]
    assert differences == []


async def number_of(session: Session, model: type[Model]) -> int:
    return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_counters_and_credit_come_over_intact(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    path = a_house().dump(tmp_path / "export.sql")
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        planned, plan, _ = await brought(tools, path, capsys, applies=False)
        async with tools.database.read() as session:
            assert await number_of(session, Account) == 0
        is_well, done, told = await brought(tools, path, capsys)

        assert not planned
        assert not is_well
        assert {name: one for name, one in done.items() if name != "counters"} == plan
        assert done["plays"] == {"table": "plays", "came": 20, "there": 0, "left": 4}
        codes = {one["code"] for one in told if "code" in one}
        assert codes == {"deleted", "email-twice", "office", "listener-unknown", "not-brought"}
        async with tools.database.read() as session:
            standing = [
                await standing_of(session, listener_id=user(who), recording_id=track(what))
                for who, what in ((1, 1), (2, 1), (3, 3), (4, 1), (4, 2), (2, 4))
            ]
            assert [one.plays for one in standing] == [6, 9, 9, 9, 9, 3]
            assert [one.owned_at is not None for one in standing] == [False, *[True] * 4, False]
            assert await balance_of(session, user(1), now=tools.clock()) == 40_088
            assert await session.get(Account, user(5)) is None
            assert (await session.get_one(Password, user(6))).hash == HASH
            email = await session.get_one(EmailAddress, user(6))
            assert (email.folded, email.verified_at is not None) == ("l6@example.org", True)
            members = await session.scalars(select(Member.person_id).order_by(Member.person_id))
            assert list(members) == [user(1), user(6)]
        await is_sound(tools)


async def test_again_brings_nothing_and_a_newer_export_what_is_new(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        await brought(tools, house.dump(tmp_path / "export.sql"), capsys)

        _, again, _ = await brought(tools, house.sheets(tmp_path / "sheets"), capsys)
        house.play(user(1), track(1))
        house.play(user(1), track(2))
        house.rows["credits"][0][1] = 39_960
        house.rows["credits"][1][1] = 5_000
        _, newer, _ = await brought(tools, house.dump(tmp_path / "newer.sql"), capsys)

        assert {one["came"] for one in again.values()} == {0}
        came = {name: one["came"] for name, one in newer.items() if one["came"]}
        assert (came["plays"], came["counters"], came["credits"]) == (2, 2, 2)
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=user(1), recording_id=track(1))
            assert one.plays == 7
            assert await balance_of(session, user(1), now=tools.clock()) == 39_960
            assert await balance_of(session, user(2), now=tools.clock()) == 5_000
        await is_sound(tools)


async def test_a_house_by_chance_comes_to_the_same_sums(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    export, sums = seeded(11, users=30, tracks=8, plays=2_000)
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        is_well, _, told = await brought(tools, export.dump(tmp_path / "export.sql"), capsys)

        assert is_well
        [steps] = [one for one in told if one.get("sum") == "steps paid for"]
        [credit] = [one for one in told if one.get("sum") == "credit in millionths"]
        assert steps["of plays"] == steps["carried"] == sums["steps"]
        assert credit["here"] == credit["booked"] == credit["export"] == sums["credits"]
        async with tools.database.read() as session:
            owned = select(func.count()).where(Counter.owned_at.is_not(None))
            assert await session.scalar(owned) == sums["owned"] > 0
            assert await number_of(session, EarlierPlay) == 2_000
            assert await number_of(session, EarlierCounter) == await number_of(session, Counter)
        await is_sound(tools)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_masters_and_covers_of_a_bucket_and_tracks_on_two_releases(
    tmp_path: Path, database_url: str, s3_url: str, capsys: Said
) -> None:
    house = a_house()
    house.add(
        "track_groups", id=album(2), creatorId=group(1), title="Best of", type="lp", cover="b7"
    )
    house.add("track_groups", id=album(3), creatorId=user(1), title="Others", cover="c8")
    for on in (2, 3):
        house.add("track_group_items", track_group_id=album(on), track_id=track(1), index=0)
    house.add("playlists", id=album(9), creatorId=user(1), title="Mornings", private=False)
    for index, one in enumerate((track(2), track(1))):
        house.add("playlist_items", playlist_id=album(9), track_id=one, index=index)
    async with open_foreign(s3_url) as bucket:
        await bucket.put(f"masters/{track(1)}", wave(1))
        await bucket.put(f"masters/{track(2)}.txt", b"no music at all")
        await bucket.put("covers/b7.png", picture(7))
    path = house.dump(tmp_path / "export.sql")
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        _, first, told = await brought(tools, path, capsys, media=s3_url)
        await client.play()
        await do(client.holding, Kind.ARTWORK)
        _, second, _ = await brought(tools, path, capsys, media=s3_url, publishes=True)

        codes = {one["about"]: one["code"] for one in told if one.get("about", "")[:5] == "track"}
        assert codes[f"trackgroup {album(3)}"] == "item-of-other"
        assert codes[f"track {track(3)}"] == "master-missing"
        assert codes[f"track {track(2)}"] not in {"master-missing", "item-of-other"}
        assert (first["masters"]["came"], first["masters"]["left"]) == (1, 2)
        assert (second["masters"]["came"], second["masters"]["there"]) == (0, 1)
        codes = {one["about"]: one["code"] for one in told if one.get("about", "")[:7] == "release"}
        assert codes == {f"release {album(3)}": "cover-missing"}
        assert (first["covers"]["came"], second["covers"]["there"]) == (1, 1)
        assert second["published"]["came"] == 2
        assert second["entries of lists"]["came"] == 1
        async with tools.database.read() as session:
            release = await session.get_one(Release, album(2))
            assert (await artwork_of(session, release.artwork_id)).state == ArtworkState.READY  # type: ignore[union-attr]
            tracks = list(await session.scalars(select(Track).order_by(Track.id == track(1))))
            assert [one.recording_id for one in tracks] == [track(1), track(1)]
            assert tracks[-1].id == track(1)
            assert len({one.master_id for one in tracks}) == 1
        assert (await client.ask("GET", f"/api/v3/tracks/{track(1)}")).status == 200


async def test_who_paid_in_both_houses_is_told_of(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        (tmp_path / "media").mkdir()
        (tmp_path / "media" / f"{track(1)}.wav").write_bytes(wave(1))
        media = str(tmp_path / "media")
        await brought(tools, house.dump(tmp_path / "export.sql"), capsys, media=media)
        await client.play()
        listener = Caller(id=user(1), name="", roles=frozenset())
        heard = await qualified(
            tools.database, ManualClock(tools.clock()), listener=listener, track_id=track(1)
        )
        async with tools.database.begin() as session:
            [settled] = await settle(session, [heard], now=tools.clock())
        assert (settled.step, settled.price_millicredits) == (7, 128)

        house.play(user(1), track(1))
        house.rows["credits"][0][1] = 100
        _, _, told = await brought(tools, house.dump(tmp_path / "newer.sql"), capsys)

        assert {"paid-in-both", "credit-spent"} <= {one.get("code") for one in told}
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=user(1), recording_id=track(1))
            assert one.plays == 7
        await is_sound(tools)


async def test_what_was_bought_of_a_release_that_was_taken_down_stays(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    house.add("track_groups", id=album(5), creatorId=user(5), title="Gone", type="lp")
    house.add("track_group_items", track_group_id=album(5), track_id=track(2), index=0)
    bought = {"user_id": user(2), "created_at": OPENED}
    for index in (5, 6):
        house.add("user_track_group_purchases", id=index, track_group_id=album(index), **bought)
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        _, _, told = await brought(tools, house.dump(tmp_path / "export.sql"), capsys)

        assert [one.get("code") for one in told].count("album-unknown") == 1
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=user(2), recording_id=track(2))
            assert (one.plays, one.owned_at is not None) == (9, True)
        await is_sound(tools)


async def test_rows_that_are_there_twice_count_once_however_far_apart(
    tmp_path: Path, database_url: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refrain.earlier.moving._AT_ONCE", 2)
    house = a_house()
    for table in ("plays", "user_track_purchases", "user_track_group_purchases"):
        house.rows[table] += [house.rows[table][0]] * 2
    house.add("credits", user_id=user(2), total=5)
    house.add("credits", user_id=user(1), total=1)
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        first, *_ = [
            await brought(tools, house.sheets(tmp_path / name), capsys) for name in ("one", "two")
        ]

        _, tables, told = first
        assert tables["credits"]["left"] == 3
        assert {"plays", "credits line 6"} <= {o["about"] for o in told if o.get("code") == "twice"}
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=user(1), recording_id=track(1))
            assert one.plays == 6
            assert await balance_of(session, user(1), now=tools.clock()) == 40_088
            assert await balance_of(session, user(2), now=tools.clock()) == 0
        await is_sound(tools)


async def test_a_later_export_that_has_less_is_told_of(
    tmp_path: Path, database_url: str, capsys: Said
) -> None:
    house = a_house()
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools
        await brought(tools, house.dump(tmp_path / "export.sql"), capsys)

        house.rows["users"][2][-1] = OPENED
        del house.rows["credits"][0]
        house.rows["plays"][0][2] = user(2)
        sheets = house.sheets(tmp_path / "sheets")
        (sheets / "user_track_purchases.csv").unlink()
        _, _, told = await brought(tools, sheets, capsys)

        codes = {one["code"]: one for one in told if "code" in one}
        assert {"deleted-since", "credit-elsewhere", "play-differs", "table-missing"} <= {*codes}
        assert str(user(3)) in codes["deleted-since"]["text"]
        async with tools.database.read() as session:
            assert await balance_of(session, user(1), now=tools.clock()) == 40_088
            one = await standing_of(session, listener_id=user(1), recording_id=track(1))
            assert one.plays == 6
        await is_sound(tools)


async def test_what_was_broken_off_goes_on(tmp_path: Path, database_url: str, capsys: Said) -> None:
    sheets = a_house().sheets(tmp_path / "sheets")
    (sheets / "user_track_purchases.csv.gz").write_bytes(gzip.compress(b"id\n"))
    async with moved(tmp_path, database_url) as client:
        tools = client.holding.tools

        with pytest.raises(Refused, match="two tables user_track_purchases"):
            await brought(tools, sheets, capsys)
        async with tools.database.read() as session:
            assert await number_of(session, EarlierPlay) == 20
            assert await number_of(session, EarlierCounter) == 0
        (sheets / "user_track_purchases.csv.gz").unlink()
        _, tables, _ = await brought(tools, sheets, capsys)

        assert (tables["plays"]["came"], tables["plays"]["there"]) == (0, 20)
        async with tools.database.read() as session:
            one = await standing_of(session, listener_id=user(1), recording_id=track(1))
            assert one.plays == 6
            assert await balance_of(session, user(1), now=tools.clock()) == 40_088
        await is_sound(tools)


@given(st.dictionaries(st.uuids(), st.integers(1, 30), max_size=20))
def test_listeners_are_parted_by_how_much_they_paid_for(paying: dict[UUID, int]) -> None:
    parts = list(parted(paying, most=40))

    assert [one for part in parts for one in part] == sorted(paying)
    assert all(sum(paying[one] for one in part) <= 40 for part in parts)
