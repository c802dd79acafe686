from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from accounting.deal_rows import deals_of
from accounting.deals import is_had_somewhere
from catalog.ern_states import MessageState
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage, SuppliedRelease, SuppliedTrack
from catalog.models.releases import Release
from catalog.releases import standing_on
from catalog.states import ReleaseState, TrackState
from catalog.versions import versions_of
from ingest.ddex.reading import MOST_BYTES
from tests.support.delivering import (
    a_partner,
    bring_late,
    deliver,
    message_of,
    statuses_of,
    taken,
)
from tests.support.ern import SENDER, US
from tests.support.ern_album import Album, Song, purge
from tests.support.projected import examine
from tests.support.working import do, workshop
from workers.holding import Holding

ONE, TWO = Song(number=1, data=b"1"), Song(number=2, data=b"2", title="Another")
ICPN = "<ICPN>4006381333931</ICPN>"


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, ddex_party_id=US) as opened:
        yield opened


async def out(holding: Holding) -> None:
    """Let all masters be looked into, and what waits for that be done."""
    await examine(holding)
    await do(holding, Kind.INGEST)


async def releases(holding: Holding) -> dict[str, tuple[str, list[str]]]:
    """Answer the state of each release, and which of its tracks can be heard, by their titles."""
    found = {}
    async with holding.tools.database.read() as session:
        for row in list(await session.scalars(select(Release.id))):
            release = await session.get_one(Release, row)
            tracks = await standing_on(session, release.id)
            heard = [one.track.title for one in tracks if one.track.state == TrackState.COMPLETE]
            found[release.title] = release.state, heard
    return found


async def test_an_album_is_out_once_its_masters_were_looked_into_and_then_it_is_answered(
    holding: Holding,
) -> None:
    partner = await a_partner(holding)

    message = await taken(holding, partner, Album(songs=(ONE, TWO)))

    assert (message.state, message.acknowledgement_key) == (MessageState.WAITING, None)
    await out(holding)
    message = await message_of(holding, message.id)
    assert message.state == MessageState.TAKEN
    assert message.acknowledgement_key is not None
    assert await releases(holding) == {"An Album": (ReleaseState.PUBLISHED, ["A Song", "Another"])}


async def test_the_same_message_is_nothing_new_and_other_bytes_under_its_number_are_a_conflict(
    holding: Holding,
) -> None:
    partner, album = await a_partner(holding), Album(songs=(ONE,))
    first = await taken(holding, partner, album)
    await out(holding)

    again = await taken(holding, partner, album)
    other = await taken(holding, partner, Album(songs=(ONE,), title="Something Else"))

    assert again.state == MessageState.TAKEN
    assert again.supplied_id == (await message_of(holding, first.id)).supplied_id
    assert again.acknowledgement_key is not None
    assert other.state == MessageState.CONFLICT
    assert list(await releases(holding)) == ["An Album"]


async def test_a_file_that_is_missing_or_hurt_lets_the_rest_be_taken_and_completes_it_later(
    holding: Holding,
) -> None:
    partner, album = await a_partner(holding), Album(songs=(ONE, TWO))

    message_id = await deliver(
        holding, partner, album.xml(), {ONE.path: b"1", TWO.path: b"hurt on its way"}
    )
    await do(holding, Kind.INGEST)
    await out(holding)

    assert await statuses_of(holding, message_id) == ["SignatureOrHashSumWrongOrMissing"]
    assert await releases(holding) == {"An Album": (ReleaseState.DRAFT, ["A Song"])}
    await bring_late(holding, message_id, TWO.path, b"2")
    await do(holding, Kind.INGEST)
    await out(holding)
    assert await statuses_of(holding, message_id) == []
    assert await releases(holding) == {"An Album": (ReleaseState.PUBLISHED, ["A Song", "Another"])}


async def test_an_update_by_xml_alone_keeps_the_files_and_takes_off_what_it_lists_no_more(
    holding: Holding,
) -> None:
    partner = await a_partner(holding)
    await taken(holding, partner, Album(songs=(ONE, TWO)))
    await out(holding)
    newer = Album(songs=(TWO,), message_id="M-2", created="2024-03-02T10:00:00Z", title="Shorter")

    message_id = await deliver(holding, partner, newer.xml())
    await do(holding, Kind.INGEST)

    assert (await message_of(holding, message_id)).state == MessageState.TAKEN
    assert await releases(holding) == {"Shorter": (ReleaseState.PUBLISHED, ["Another"])}
    async with holding.tools.database.read() as session:
        query = select(SuppliedTrack.track_id).where(SuppliedTrack.key == ONE.isrc)
        alone = (await session.scalars(query)).one()
        assert alone is not None
        deals = (await deals_of(session, [alone]))[alone]
    assert not is_had_somewhere(deals, at=holding.tools.clock())


async def test_another_file_of_a_track_is_a_version_of_its_master(holding: Holding) -> None:
    partner = await a_partner(holding)
    await taken(holding, partner, Album(songs=(ONE,)))
    await out(holding)

    song = Song(number=1, data=b"mastered anew")
    message = await taken(
        holding,
        partner,
        Album(songs=(song,), message_id="M-2", created="2024-03-02T10:00:00Z"),
    )

    assert message.state == MessageState.WAITING
    await out(holding)
    async with holding.tools.database.read() as session:
        release = await session.get_one(
            Release, (await session.get_one(SuppliedRelease, message.supplied_id)).release_id
        )
        (track,) = [one.track for one in await standing_on(session, release.id)]
        versions = [(one.number, one.state) for one, _ in await versions_of(session, track.id)]
    assert versions == [(2, "current"), (1, "former")]
    assert (await message_of(holding, message.id)).state == MessageState.TAKEN


async def test_who_did_not_deliver_a_release_cannot_purge_it_and_who_did_can(
    holding: Holding,
) -> None:
    partner, stranger = await a_partner(holding), await a_partner(holding, "PADPIDA9")
    await taken(holding, partner, Album(songs=(ONE,)))
    await out(holding)
    theirs = purge(ICPN, message_id="P", created="2024-04-01T10:00:00Z", sender="PADPIDA9")
    ours = purge(ICPN, message_id="P", created="2024-04-01T10:00:00Z")

    refused = await deliver(holding, stranger, theirs)
    await do(holding, Kind.INGEST)

    assert await statuses_of(holding, refused) == ["RightsConflict"]
    assert (await message_of(holding, refused)).state == MessageState.REFUSED
    assert await releases(holding) == {"An Album": (ReleaseState.PUBLISHED, ["A Song"])}
    await deliver(holding, partner, ours)
    await do(holding, Kind.INGEST)
    assert await releases(holding) == {"An Album": (ReleaseState.WITHDRAWN, [])}


async def test_a_purge_by_an_icpn_leaves_what_only_shares_a_catalogue_number(
    holding: Holding,
) -> None:
    partner = await a_partner(holding)
    number = f'<CatalogNumber Namespace="{SENDER}">CAT 1</CatalogNumber>'
    other = "<ICPN>5901234123457</ICPN>"
    await taken(holding, partner, Album(songs=(ONE,), names=ICPN + number))
    await taken(
        holding, partner, Album(songs=(TWO,), names=other + number, message_id="M-2", title="Other")
    )
    await out(holding)

    await deliver(
        holding, partner, purge(ICPN + number, message_id="P", created="2024-04-01T10:00:00Z")
    )
    await do(holding, Kind.INGEST)

    assert await releases(holding) == {
        "An Album": (ReleaseState.WITHDRAWN, []),
        "Other": (ReleaseState.PUBLISHED, ["Another"]),
    }


async def test_a_message_that_is_longer_than_any_is_refused_without_being_read(
    holding: Holding,
) -> None:
    partner = await a_partner(holding)
    message_id = await deliver(holding, partner, Album(songs=(ONE,)).xml())
    async with holding.tools.database.begin() as session:
        row = await session.get_one(ErnMessage, message_id)
        row.size_bytes, row.storage_key = MOST_BYTES + 1, f"ddex/{'0' * 64}.xml"  # nothing is there

    await do(holding, Kind.INGEST)

    assert await statuses_of(holding, message_id) == ["ErnMissing"]
    assert (await message_of(holding, message_id)).state == MessageState.REFUSED


async def test_a_message_from_tomorrow_does_not_hold_up_those_of_today(holding: Holding) -> None:
    partner = await a_partner(holding)
    ahead = holding.tools.clock() + timedelta(days=400)
    late = Album(
        songs=(ONE,), message_id="M-9", created=f"{ahead:%Y-%m-%dT%H:%M:%SZ}", title="Late"
    )

    refused = await taken(holding, partner, late)
    await taken(holding, partner, Album(songs=(ONE,)))
    await out(holding)

    assert refused.state == MessageState.REFUSED
    assert [one["rule"] for one in refused.findings] == ["created-in-future"]
    assert await releases(holding) == {"An Album": (ReleaseState.PUBLISHED, ["A Song"])}


async def test_a_message_without_a_main_release_is_no_purge_whatever_its_partner_weighs(
    holding: Holding,
) -> None:
    partner = await a_partner(holding, severities={"main-release-missing": "note"})
    text = Album(songs=(ONE,)).xml().decode()
    begin, end = text.index("<Release>"), text.index("</Release>") + len("</Release>")

    message_id = await deliver(holding, partner, (text[:begin] + text[end:]).encode())
    await do(holding, Kind.INGEST)

    assert (await message_of(holding, message_id)).state == MessageState.REFUSED


async def test_what_comes_in_a_batch_that_is_a_test_comes_to_nothing(holding: Holding) -> None:
    partner = await a_partner(holding)
    message_id = await deliver(holding, partner, Album(songs=(ONE,)).xml())
    async with holding.tools.database.begin() as session:
        row = await session.get_one(ErnMessage, message_id)
        (await session.get_one(Delivery, row.delivery_id)).is_test = True

    await do(holding, Kind.INGEST)

    message = await message_of(holding, message_id)
    assert (message.state, message.is_test) == (MessageState.TESTED, True)
    assert "test" in [one["rule"] for one in message.findings]
    assert await releases(holding) == {}


async def test_tests_and_what_is_others_are_judged_answered_and_come_to_nothing(
    holding: Holding,
) -> None:
    partner, other = await a_partner(holding), await a_partner(holding, "PADPIDA9")
    await taken(holding, partner, Album(songs=(ONE,)))
    await out(holding)

    tested = await taken(
        holding, partner, Album(songs=(TWO,), message_id="T", control="TestMessage", title="Test")
    )
    forged = await taken(holding, other, Album(songs=(TWO,), title="Forged"))
    behalf = await taken(
        holding, other, Album(songs=(TWO,), behalf="PADPIDA9", sender="PADPIDA8", title="Ours")
    )
    claimed = await taken(
        holding, other, Album(songs=(ONE,), sender="PADPIDA9", message_id="C", title="Claimed")
    )

    assert tested.state == MessageState.TESTED
    assert forged.state == MessageState.REFUSED
    assert behalf.state == MessageState.WAITING
    assert claimed.state == MessageState.REFUSED
    assert "RightsConflict" in await statuses_of(holding, claimed.id)
    assert all(one.acknowledgement_key for one in (tested, forged, claimed))
    assert set(await releases(holding)) == {"An Album", "Ours"}
