from datetime import timedelta
from uuid import UUID

from accounting.articles import article_of
from accounting.books import balance_of
from accounting.library import begun_page, library_of, owned_page
from accounting.lots import LotKind
from accounting.wallet import contents_of, history_of
from base.database import Database
from catalog.callers import Caller
from catalog.models.ledger import Wallet
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.roles import Role
from catalog.states import TrackState
from tests.support.catalog import NOON, audible, person
from tests.support.credit import credited


async def shelf(database: Database, listener: Caller, *, owned: int, begun: int) -> list[UUID]:
    """Let a listener own some recordings, one a minute, and have begun others; answer them all."""
    artist, recordings = await person(database, Role.ARTIST), []
    for number in range(owned + begun):
        track = await audible(database, artist, f"song {number}".encode())
        async with database.begin() as session:
            recording = (await article_of(session, track)).recording_id
            is_owned = number < owned
            counter = Counter(listener_id=listener.id, recording_id=recording)
            counter.plays = 9 if is_owned else number - owned + 1
            counter.owned_at = NOON + timedelta(minutes=number) if is_owned else None
            session.add(counter)
            (await session.get_one(Track, track)).title = f"Song {number}"
        recordings.append(recording)
    return recordings


async def test_a_library_is_whole_or_comes_in_pages(database: Database) -> None:
    listener, other = [await person(database, Role.LISTENER) for _ in range(2)]
    recordings = await shelf(database, listener, owned=5, begun=3)
    newest = recordings[4::-1]

    async with database.read() as session:
        whole = await library_of(session, listener.id)
        first = await owned_page(session, listener.id, after=None, limit=3)
        last = first[-1]
        assert last.owned_at is not None
        after = last.owned_at, last.recording_id
        rest = await owned_page(session, listener.id, after=after, limit=3)
        begun = await begun_page(session, listener.id, after=None, limit=2)
        more = await begun_page(session, listener.id, after=begun[-1].recording_id, limit=2)
        nothing = await library_of(session, other.id)

    assert whole.owned == [str(one) for one in newest]
    assert whole.begun == sorted(
        (str(one), number) for number, one in enumerate(recordings[5:], start=1)
    )
    assert [one.recording_id for one in [*first, *rest]] == newest
    assert [one.title for one in first] == ["Song 4", "Song 3", "Song 2"]
    assert [(str(one.recording_id), one.plays) for one in [*begun, *more]] == whole.begun
    assert (list(nothing.owned), list(nothing.begun)) == ([], [])


async def test_of_several_tracks_that_one_is_named_that_can_be_heard(database: Database) -> None:
    listener, artist = [await person(database, role) for role in (Role.LISTENER, Role.ARTIST)]
    gone, there = [await audible(database, artist, one) for one in (b"1", b"2")]
    async with database.begin() as session:
        tracks = [await session.get_one(Track, one) for one in (gone, there)]
        tracks[1].recording_id = tracks[0].recording_id
        tracks[0].state, tracks[1].title = TrackState.WITHDRAWN, "Here"
        recording = tracks[0].recording_id
        session.add(Counter(listener_id=listener.id, recording_id=recording, plays=1))

    async with database.read() as session:
        [one] = await begun_page(session, listener.id, after=None, limit=9)

    assert (one.track_id, one.title) == (there, "Here")


async def test_a_frozen_wallet_holds_what_cannot_be_spent(database: Database) -> None:
    listener = await person(database, Role.LISTENER)
    lots = [await credited(database, listener, number) for number in (3, 4)]
    async with database.begin() as session:
        (await session.get_one(Wallet, listener.id)).frozen_at = NOON

    async with database.read() as session:
        found = await contents_of(session, listener.id, now=NOON)
        assert await balance_of(session, listener.id, now=NOON) == 7
        [last] = await history_of(session, listener.id, after=None, limit=1)
        [first] = await history_of(session, listener.id, after=last.txn_id, limit=9)

    assert (found.of(LotKind.PAID), found.of(LotKind.PROMO), found.frozen_at) == (7_000, 0, NOON)
    assert [(one.id, one.credits, one.amount) for one in found.lots] == [
        (lots[0], 3_000, 3_600),
        (lots[1], 4_000, 4_800),
    ]
    assert (first.credits, last.credits) == (3_000, 4_000)
    assert (last.sentence, last.amounts) == ("Credit was bought.", {"EUR": 4_800})
