from pathlib import Path
from uuid import uuid4

from structlog.testing import capture_logs

from base.clock import ManualClock
from catalog.models.plays import Play
from catalog.plays import counted_plays, play_session
from catalog.roles import Role
from catalog.states import PlayState
from tests.support.catalog import NOON, accepted, person, qualified
from tests.support.working import workshop
from workers.plays import settle_some


async def test_one_that_cannot_be_settled_is_held_and_the_others_are_settled(
    tmp_path: Path,
) -> None:
    async with workshop(tmp_path) as holding:
        database = holding.tools.database
        artist = await person(database, Role.ARTIST)
        listener = await person(database, Role.LISTENER, millicredits=100)
        track = (await accepted(database, artist)).track_id
        plays = [
            await qualified(database, ManualClock(NOON), listener=listener, track_id=track)
            for _ in range(3)
        ]
        async with database.begin() as session:
            # A play of a session that is still due: what must not be, and so is looked at.
            broken = await play_session(session, plays[1])
            session.add(
                Play(
                    id=uuid4(),
                    session_id=broken.id,
                    listener_id=broken.listener_id,
                    recording_id=broken.recording_id,
                    track_id=broken.track_id,
                    payee_id=artist.id,
                    kind="paid",
                    step=1,
                    price_millicredits=2,
                    occurred_at=NOON,
                    settled_at=NOON,
                )
            )

        with capture_logs() as logs:
            assert await settle_some(holding.tools) == 3
        assert [one["play"] for one in logs if one["event"] == "play held"] == [str(plays[1])]
        assert await settle_some(holding.tools) == 0

        async with database.read() as session:
            states = [(await play_session(session, play)).state for play in plays]
            assert await counted_plays(session) == 3
        assert states == [PlayState.SETTLED, PlayState.HELD, PlayState.SETTLED]
