"""What of a message's deals is offered here, and what is not, and why.

Here a track is heard on demand and paid for each time until it is owned, or is for nothing. What
may be done with a track, the deals of its track release say: albums are not streamed, and what is
said of a release of several tracks does not let these be had alone. Of a release of one recording
its own deals say it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from accounting.deals import DealModel, DealUse, Subject, SuppliedDeal
from base.errors import Refused
from ingest.ddex.canonical import (
    DealTerms,
    Message,
    Period,
    Price,
    Release,
    ReleaseDeal,
    ResourceKind,
    Standing,
    Use,
)
from ingest.ddex.deals import begun
from ingest.ddex.territories import unclear_in
from ingest.ddex.words import (
    DOWNLOADS,
    FREE,
    PAID_PER_USE,
    STREAM_TO_OWN,
    STREAMS,
    USER_DEFINED,
)

#: Terms times the releases that they are for: a message of a large album has some thousands.
_MOST = 200_000


class NotOffered(StrEnum):
    """Why nothing is made of terms."""

    USE = "use"
    MODEL = "model"
    CHANNEL = "channel"
    TERRITORY = "territory"
    START = "start"
    PRE_ORDER = "pre-order"
    RELEASE = "release"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Terms of which nothing is made here, and why."""

    why: NotOffered
    releases: tuple[str, ...]
    terms: DealTerms

    def as_json(self) -> dict[str, object]:
        """Answer it as it is kept with a release."""
        terms = self.terms
        return {
            "why": self.why,
            "line": terms.place.line,
            "releases": list(self.releases[:50]),
            "models": [one.own_value or one.value for one in terms.models],
            "uses": [one.own_value or one.value for one in terms.uses],
            **({"restrictions": list(terms.restrictions[:50])} if terms.restrictions else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a message offers; from when on it may be shown, where that is before it is to be had.

    `prices` are what it asks, each once: none of them is charged, as the house has one list.
    """

    deals: tuple[SuppliedDeal, ...]
    kept: tuple[Kept, ...] = ()
    shown_from: datetime | None = None
    prices: tuple[Price, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Answer what is kept of it with a release, beside its deals."""
        shown = self.shown_from
        return {
            "shown_from": None if shown is None else shown.isoformat(),
            "not_offered": [one.as_json() for one in self.kept[:500]],
            "prices": [
                {
                    "code": one.code,
                    "amount": None if one.amount is None else str(one.amount),
                    "currency": one.currency,
                }
                for one in self.prices[:500]
            ],
        }


def offered(
    message: Message, *, release_id: UUID, tracks: Mapping[str, UUID], party_id: str = ""
) -> Offered:
    """Answer what a message offers of what its main release became.

    `tracks` are by the references of their recordings (resources). `party_id` is who we are, where
    deals are for some services only.

    Raises:
        Refused: `too-many-deals`, 422.

    """
    _require_few(message)
    sounds = _sounds(message)
    about = dict(_recordings(message, sounds))
    main = message.main_release
    # What stands on the release and is no release by itself is not to be had by others' deals.
    listed = _heard(main, sounds) if main is not None else []
    by_recording: dict[str, list[_Terms]] = {one: [] for one in (*listed, *about.values())}
    kept = list[Kept]()
    for deal in message.deals:
        recordings = list(dict.fromkeys(about[one] for one in deal.releases if one in about))
        for terms in deal.terms:
            read = _read(message, deal, terms, party_id=party_id)
            why = read if isinstance(read, NotOffered) else None
            if why is None and not recordings:
                why = NotOffered.RELEASE
            if why is not None:
                kept.append(Kept(why=why, releases=deal.releases, terms=terms))
            elif not isinstance(read, NotOffered):
                for one in recordings:
                    by_recording[one] += read
    deals = tuple(_deals(by_recording, release_id=release_id, tracks=tracks))
    every = (terms for deal in message.deals for terms in deal.terms)
    return Offered(
        deals=deals,
        kept=tuple(kept),
        shown_from=_shown_from(message),
        prices=tuple(dict.fromkeys(price for terms in every for price in terms.prices)),
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """Of one deal what is offered, or taken away, in one period; of whichever track."""

    model: DealModel
    territories: frozenset[str] | None
    excluded: frozenset[str]
    starts: date | datetime
    ends: date | datetime | None
    uses: frozenset[DealUse]

    def of(self, subject: Subject, subject_id: UUID) -> SuppliedDeal:
        """Say it of something."""
        return SuppliedDeal(
            subject=subject,
            subject_id=subject_id,
            model=self.model,
            territories=self.territories,
            excluded=self.excluded,
            starts=self.starts,
            ends=self.ends,
            uses=None if len(self.uses) == len(DealUse) else self.uses,
        )


def _require_few(message: Message) -> None:
    pairs = sum(
        (1 + len(set(deal.releases))) * (1 + len(terms.periods))
        for deal in message.deals
        for terms in deal.terms
    )
    if pairs > _MOST:
        raise Refused(
            "too-many-deals",
            "The message has more deals than any album has: put those together that say the same.",
            status=422,
        )


def _sounds(message: Message) -> set[str]:
    return {one.reference for one in message.resources if one.kind is ResourceKind.SOUND_RECORDING}


def _recordings(message: Message, sounds: set[str]) -> Iterator[tuple[str, str]]:
    """Answer releases of one recording, each with it."""
    main = message.main_release
    for release in message.releases:
        heard = _heard(release, sounds)
        if len(heard) == 1 and (release.is_track or release is main):
            yield release.reference, heard[0]


def _heard(release: Release, sounds: set[str]) -> list[str]:
    return list(
        dict.fromkeys(
            one.resource for one in release.items if one.resource in sounds and not one.link
        )
    )


def _read(
    message: Message, deal: ReleaseDeal, terms: DealTerms, *, party_id: str
) -> list[_Terms] | NotOffered:
    """Answer what terms offer or take away; or why that is nothing here."""
    if why := _unfit(terms, party_id=party_id):
        return why
    if terms.standing is Standing.OFFERED:
        offers, periods = _offers(terms), terms.periods
    else:  # what does not say when it takes away does so at once
        offers = {DealModel.UNAVAILABLE: frozenset(DealUse)}
        told = terms.periods or (Period(),)
        at_once = message.header.created_at
        periods = tuple(replace(one, starts=one.starts or at_once) for one in told)
    if not offers:
        return NotOffered.MODEL if _uses(terms) else NotOffered.USE
    where = terms.territories
    found = [
        _Terms(
            model=model,
            territories=None if where.is_all_but else where.codes,
            excluded=where.codes if where.is_all_but else where.excluded,
            starts=starts,
            ends=period.ends,
            uses=uses,
        )
        for model, uses in offers.items()
        for period in periods
        if (starts := _later(period.starts, deal.effective)) is not None
    ]
    return found or NotOffered.START


def _unfit(terms: DealTerms, *, party_id: str) -> NotOffered | None:
    """Answer why terms are not for us, or not for plays."""
    others = terms.excluded_channels
    if (terms.channels and party_id not in terms.channels) or (
        others and (not party_id or party_id in others)
    ):
        return NotOffered.CHANNEL
    if terms.is_pre_order:
        return NotOffered.PRE_ORDER
    if terms.standing is Standing.OFFERED and terms.restrictions:
        return NotOffered.RESTRICTED
    if terms.standing is Standing.OFFERED and unclear_in(terms.territories):
        return NotOffered.TERRITORY
    return None


def _offers(terms: DealTerms) -> dict[DealModel, frozenset[DealUse]]:
    """Answer what terms offer: of several models that are known here, the one that allows least."""
    uses = _uses(terms)
    if not uses:
        return {}
    if any(_is_stream_to_own(one) for one in terms.models) and DealUse.STREAM in uses:
        return {DealModel.PAID: frozenset(DealUse)}
    models = {one.value for one in terms.models}
    if PAID_PER_USE in models:
        return {DealModel.PAID: uses}
    return {DealModel.FREE: uses} if FREE in models else {}


def _uses(terms: DealTerms) -> frozenset[DealUse]:
    return frozenset(use for one in terms.uses for use in _uses_of(one))


def _uses_of(told: Use) -> Iterator[DealUse]:
    if told.value in STREAMS or _is_stream_to_own(told):
        yield DealUse.STREAM
    if told.value in DOWNLOADS or _is_stream_to_own(told):
        yield DealUse.DOWNLOAD


def _is_stream_to_own(told: Use) -> bool:
    """Answer whether somebody says in their own words that plays lead to owning."""
    return told.value == USER_DEFINED and told.own_value == STREAM_TO_OWN


def _later(one: date | datetime | None, other: date | datetime | None) -> date | datetime | None:
    if one is None or other is None:
        return one
    return max(one, other, key=begun)


def _deals(
    by_recording: Mapping[str, Sequence[_Terms]],
    *,
    release_id: UUID,
    tracks: Mapping[str, UUID],
) -> Iterator[SuppliedDeal]:
    """Answer deals: of the release where all of its recordings are had alike."""
    found = {one: _put_together(terms) for one, terms in by_recording.items()}
    alike = {frozenset(terms) for terms in found.values()}
    for recording, terms in found.items():
        if len(alike) == 1:
            yield from (one.of(Subject.RELEASE, release_id) for one in terms)
            return
        if recording in tracks:
            yield from (one.of(Subject.TRACK, tracks[recording]) for one in terms)


def _put_together(terms: Iterable[_Terms]) -> list[_Terms]:
    """Answer the same in as few terms as may be; what only takes away from nothing is left out."""
    uses: dict[_Terms, frozenset[DealUse]] = defaultdict(frozenset)
    for one in terms:
        uses[replace(one, uses=frozenset())] |= one.uses
    places: dict[_Terms, frozenset[str] | None] = {}
    for bare, used in uses.items():
        one = replace(bare, uses=used)
        key = replace(one, territories=None if one.territories is None else frozenset())
        before = places.get(key)
        places[key] = one.territories if before is None else before | (one.territories or set())
    found = [replace(one, territories=codes) for one, codes in places.items()]
    is_offered = any(one.model is not DealModel.UNAVAILABLE for one in found)
    return found if is_offered else []


def _shown_from(message: Message) -> datetime | None:
    """Answer from when on a release may be shown before it is out: when all have said so."""
    main = message.main_release
    shown = message.shown_from.get(main.visibility) if main else None
    told = [] if shown is None else [begun(shown)]
    for terms in (terms for deal in message.deals for terms in deal.terms):
        if terms.standing is not Standing.OFFERED:
            continue
        if terms.shown_from is not None:
            told.append(begun(terms.shown_from))
        elif terms.is_pre_order:
            told += [begun(one.starts) for one in terms.periods if one.starts is not None]
    return max(told, default=None)
