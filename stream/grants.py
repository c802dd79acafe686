"""What tickets open, remembered, so that serving audio does not wait for the database.

A session's rights never change but by being revoked, which is asked for once a second for all of
them; what a track has to offer grows until it is complete, and is looked up again while it may.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from base.database import Session
from base.errors import Refused, Unavailable
from base.tools import Tools
from catalog.growth import growth_of, parts_of
from catalog.models.files import GrowingRendition, Rendition
from catalog.models.plays import Grant, PlaySession
from catalog.music import renditions_of, track_of
from catalog.periods import covers
from catalog.plays import play_session, revoked_since
from catalog.states import TrackState
from stream import manifests
from stream.growing import is_heard_by, part_name
from stream.objects import Served, part, whole
from stream.tickets import Terms, open_ticket, require_fresh

log = structlog.get_logger()

#: Sessions that are remembered; what there is to hear is remembered once for all of a track.
_MOST = 20_000
#: How long what a track offers is believed: while it is made, and when it is complete.
_GROWING_S = 1.0
_COMPLETE_S = 300.0
_PART = 12
_TURN_S = 1.0
#: What clocks of machines may differ by; to forget a session twice does no harm.
_OVERLAP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What there is for a session to hear: `objects` by the last part of their address."""

    renditions: Sequence[Rendition]
    growth: GrowingRendition | None
    objects: Mapping[str, Served] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a ticket opens."""

    session_id: UUID
    listener_id: UUID
    master_id: UUID
    track_id: UUID
    ends_at: datetime
    offered: Offered = field(repr=False)

    @property
    def renditions(self) -> Sequence[Rendition]:
        """The finished renditions that it may have."""
        return self.offered.renditions

    @property
    def growth(self) -> GrowingRendition | None:
        """The growing rendition, if it began with that."""
        return self.offered.growth

    @property
    def objects(self) -> Mapping[str, Served]:
        """The objects by the last part of their address."""
        return self.offered.objects

    def grows(self, name: str) -> GrowingRendition | None:
        """Answer the growing rendition if it is of this rung and the session began with it."""
        return self.growth if self.growth is not None and self.growth.rung == name else None

    def rung(self, name: str) -> Rendition:
        """Answer the rendition of a rung.

        Raises:
            Refused: `rung-unknown`, 404.

        """
        for rendition in self.renditions:
            if rendition.rung == name:
                return rendition
        raise Refused("rung-unknown", f"The track has no rendition {name}.", status=404)

    def served(self, name: str) -> Served:
        """Answer an object by the last part of its address.

        Raises:
            Refused: `object-unknown`, 404.

        """
        found = self.objects.get(name)
        if found is None:
            raise Refused("object-unknown", f"The track has no {name}.", status=404)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    granted: Granted
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    offered: Offered
    until_s: float


class Grants:
    """What the tickets open that this process has seen lately."""

    def __init__(self, tools: Tools, secrets: Sequence[bytes]) -> None:
        """Remember nothing yet; any of the secrets may have sealed a ticket."""
        self._tools = tools
        self._secrets = secrets
        self._terms = Terms(
            lifetime=timedelta(seconds=tools.settings.ticket_lifetime_s),
            age=timedelta(seconds=tools.settings.ticket_age_s),
        )
        # What is believed of a session lasts less than its address does.
        self._complete_s = min(_COMPLETE_S, tools.settings.ticket_lifetime_s / _PART)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        #: What is complete, by master, grant and generation.
        self._shared: dict[tuple[UUID, str, int | None], _Shared] = {}

    def known(self, ticket: str, now_s: float) -> Granted | None:
        """Answer what a ticket opens if that is known and fresh; otherwise ask `opened`."""
        known = self._known.get(ticket)
        if known is None or known.until_s < now_s:
            return None
        return known.granted

    async def opened(self, ticket: str) -> Granted:
        """Answer what a ticket opens.

        Raises:
            Refused: it is not ours, was revoked, or its session was not active for very long.

        """
        granted = self.known(ticket, asyncio.get_running_loop().time())
        if granted is None or granted.ends_at < self._tools.clock():
            granted = await self._load(ticket)
        return granted

    async def run(self) -> None:
        """Forget what was revoked, until cancelled."""
        since = self._tools.clock() - _OVERLAP
        while True:
            await asyncio.sleep(_TURN_S)
            self.let_go(asyncio.get_running_loop().time())
            now = self._tools.clock()
            if not self._known:
                since = now - _OVERLAP
                continue
            try:
                async with self._tools.database.read() as session:
                    sessions, tracks = await revoked_since(session, since)
            except Unavailable as error:
                log.warning("revocations wait", error=str(error))
                continue
            self._forget(sessions, tracks)
            since = now - _OVERLAP

    def let_go(self, now_s: float) -> None:
        """Forget what is believed no longer; who asks again has it looked up."""
        for ticket in [one for one, known in self._known.items() if known.until_s < now_s]:
            del self._known[ticket]
        for key in [one for one, shared in self._shared.items() if shared.until_s < now_s]:
            del self._shared[key]

    def _forget(self, sessions: set[UUID], tracks: set[UUID]) -> None:
        gone = [
            ticket
            for ticket, known in self._known.items()
            if known.granted.session_id in sessions or known.granted.track_id in tracks
        ]
        for ticket in gone:
            del self._known[ticket]

    async def _load(self, ticket: str) -> Granted:
        session_id = open_ticket(ticket, self._secrets)
        async with self._tools.database.read() as session:
            play = await play_session(session, session_id)
            # In this order: what has ended, or is complete, has renditions.
            growth = await growth_of(session, play.master_id)
            found = await track_of(session, play.track_id)
            track, renditions = found.track, await _kept(session, play, found.renditions)
            is_complete = track.state == TrackState.COMPLETE
            offered = self._offered(play, renditions, growth, is_complete=is_complete)
        require_granted(play, TrackState(track.state))
        ends_at = self._terms.end(opened_at=play.opened_at, active_at=play.active_at)
        require_fresh(ends_at, self._tools.clock())
        granted = _granted(play, offered, ends_at)
        lasts_s = self._complete_s if is_complete else _GROWING_S
        until_s = asyncio.get_running_loop().time() + lasts_s
        self._known[ticket] = _Known(granted=granted, until_s=until_s)
        self._known.move_to_end(ticket)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return granted

    def _offered(
        self,
        play: PlaySession,
        renditions: Sequence[Rendition],
        growth: GrowingRendition | None,
        *,
        is_complete: bool,
    ) -> Offered:
        """Answer what a session may hear: the same value for all, where nothing grows any more."""
        generation = renditions[0].generation if renditions else None
        key = play.master_id, play.grant, generation
        now_s = asyncio.get_running_loop().time()
        is_shared = is_complete and not _is_growing(play, growth)
        shared = self._shared.get(key)
        if is_shared and shared is not None and shared.until_s >= now_s:
            return shared.offered
        offered = offered_to(play, renditions, growth)
        if is_shared:
            self._shared[key] = _Shared(offered=offered, until_s=now_s + self._complete_s)
        return offered


async def _kept(
    session: Session, play: PlaySession, current: Sequence[Rendition]
) -> Sequence[Rendition]:
    """Answer the renditions that a session began with, which may have been made anew since."""
    if all(covers(one, play.opened_at) for one in current):
        return current
    return await renditions_of(session, play.master_id, at=play.opened_at)


def _is_growing(play: PlaySession, growth: GrowingRendition | None) -> bool:
    return play.grant != Grant.PREVIEW and is_heard_by(growth, opened_at=play.opened_at)


def require_granted(play: PlaySession, state: TrackState) -> None:
    """See that a session may still be heard.

    Raises:
        Refused: `ticket-revoked`, 403; `track-withdrawn`, 410.

    """
    if play.revoked_at is not None:
        raise Refused("ticket-revoked", "This address was taken back.", status=403)
    if state is TrackState.WITHDRAWN and play.grant != Grant.OWNED:
        raise Refused(
            "track-withdrawn", "The track was taken down and can no longer be played.", status=410
        )


def offered_to(
    play: PlaySession, renditions: Sequence[Rendition], growth: GrowingRendition | None
) -> Offered:
    """Answer what a session may hear of what there is."""
    is_growing = _is_growing(play, growth)
    offered = manifests.offered(renditions, Grant(play.grant))
    objects = {f"{one.rung}.mp4": whole(one) for one in offered}
    if growth is not None and is_growing:
        parts = enumerate(parts_of(growth))
        objects |= {part_name(growth, number): part(growth, grown) for number, grown in parts}
    return Offered(renditions=offered, growth=growth if is_growing else None, objects=objects)


def _granted(play: PlaySession, offered: Offered, ends_at: datetime) -> Granted:
    return Granted(
        session_id=play.id,
        listener_id=play.listener_id,
        master_id=play.master_id,
        track_id=play.track_id,
        ends_at=ends_at,
        offered=offered,
    )
