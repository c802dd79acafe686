"""What is recommended, and why: mixed so that each reason, and what is new, has its share.

Every fifth place is for music that few have heard, as long as there is some: that is the part of
new artists. Nobody has more than two places, and nothing is told without its reason.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

#: Every how manieth place is for what few have heard: a fifth of all.
EXPLORED_EVERY = 5
#: Places of one artist, as their account goes.
MOST_OF_ONE = 2


class Why(StrEnum):
    """For what reason something is recommended."""

    OWNED = "because-you-own"
    FINISHED = "people-who-finished"
    HEARD = "because-you-listen-to"
    FOLLOWED = "you-follow"
    UNDISCOVERED = "undiscovered"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: what it is about, by whom that is, and how many people say so, if any do."""

    why: Why
    about_id: UUID | None = None
    about: str | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A recording that somebody might like, whose it is, and why."""

    recording_id: UUID
    owner_id: UUID
    reason: Reason


def sentence_of(reason: Reason) -> str:
    """Say why, to whoever it is recommended to."""
    match reason.why:
        case Why.OWNED:
            return f"Because you own “{reason.about}”: {reason.people} people hear both."
        case Why.FINISHED:
            return f"{reason.people} people who made “{reason.about}” theirs hear this, too."
        case Why.HEARD:
            return f"Because you listen to “{reason.about}”: {reason.people} people hear both."
        case Why.FOLLOWED:
            return f"New from {reason.about}, whom you follow."
        case Why.UNDISCOVERED:
            return "New, and heard by few so far."
        case Why.TRENDING:
            return "Many people listen to it these days."


def mixed(
    sources: Sequence[Sequence[Suggestion]], unheard: Sequence[Suggestion], *, limit: int
) -> list[Suggestion]:
    """Answer what to recommend: of each source in turn, and of what few have heard its share."""
    known, new = deque(_in_turn(sources)), deque(unheard)
    found: list[Suggestion] = []
    seen, places = set[UUID](), Counter[UUID]()
    while (known or new) and len(found) < limit:
        is_explored = len(found) % EXPLORED_EVERY == EXPLORED_EVERY - 1
        first, second = (new, known) if is_explored else (known, new)
        one = (first or second).popleft()
        if one.recording_id in seen or places[one.owner_id] >= MOST_OF_ONE:
            continue
        seen.add(one.recording_id)
        places[one.owner_id] += 1
        found.append(one)
    return found


def _in_turn(sources: Sequence[Sequence[Suggestion]]) -> list[Suggestion]:
    longest = max((len(one) for one in sources), default=0)
    return [one[at] for at in range(longest) for one in sources if at < len(one)]


def places_to_try(listener_id: UUID, day: date, *, of: int, number: int) -> list[int]:
    """Answer some places of a chart, the same for a listener all day and others for each.

    The last ones are the first places: a short chart has those alone.
    """
    chance = hashlib.sha256(listener_id.bytes + day.isoformat().encode())
    start = int.from_bytes(chance.digest()[:4])
    # A stride that is prime meets every place once.
    spread = [(start + at * 7919) % of + 1 for at in range(number)]
    return list(dict.fromkeys([*spread, *range(1, number + 1)]))


def near_reason(about_id: UUID, *, is_owned: bool, together: int, owners: int) -> Reason:
    """Answer why a neighbour of what somebody hears is recommended: the strongest thing to say.

    `owners` is 0 where they are too few to be told. What it is about is named when it is told.
    """
    if is_owned:
        return Reason(why=Why.OWNED, about_id=about_id, people=together)
    if owners:
        return Reason(why=Why.FINISHED, about_id=about_id, people=owners)
    return Reason(why=Why.HEARD, about_id=about_id, people=together)


def about_of(reasons: Iterable[Reason]) -> set[UUID]:
    """Answer what reasons are about that have no name yet."""
    return {one.about_id for one in reasons if one.about_id and one.about is None}


def named_by(reason: Reason, titles: Mapping[UUID, str]) -> Reason:
    """Answer a reason with the title of what it is about, unless it has one."""
    if reason.about_id is None or reason.about is not None:
        return reason
    return replace(reason, about=titles.get(reason.about_id, ""))
