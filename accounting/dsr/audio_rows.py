"""Lines of the Basic Audio profile: blocks of what was used of a track, and their summaries.

| used | summed up as | row |
|---|---|---|
| plays that were paid for, or with credit that was given | PayAsYouGoModel, OnDemandStream | SU02 |
| the play that makes a track its listener's | PayAsYouGoModel, PermanentDownload | SU01 besides |
| bought outright, or for somebody else | PayAsYouGoModel, PermanentDownload | SU01 |
| plays of what is owned, free, or one's own | FreeOfChargeModel, OnDemandStream | SU02 |
| given back | as what it was | SU01 with Returns |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounting.dsr.basic_audio import (
    ICPN,
    ISRC,
    ISWC,
    RECORDING,
    RELEASE,
    SALES,
    STREAMS,
    SUMMARY,
)
from accounting.dsr.cells import Value, decimal_of
from accounting.dsr.profiles import BLOCK_ID, SUMMARY_ID
from accounting.dsr.usage import CHARGED, PURCHASES, Used, UseKind
from accounting.dsr.words import EVERYWHERE, territory_of
from catalog.credit_roles import RoleKind
from catalog.described import Person, TrackDescribed

#: What the whole report is of, and each of its summaries; no blanks, no underscores.
SERVICE = "StreamToOwn"
_SERVICES: Mapping[UseKind, str] = {
    UseKind.PAID: SERVICE,
    UseKind.BOUGHT: SERVICE,
    UseKind.GIFT: SERVICE,
    UseKind.PROMO: f"{SERVICE}-GivenCredit",
    UseKind.OWNED: f"{SERVICE}-Owned",
    UseKind.FREE: f"{SERVICE}-Free",
    UseKind.OWN: f"{SERVICE}-OwnMusic",
}
_PROMOTION: Mapping[UseKind, str] = {
    UseKind.PROMO: "Credit that the service gave",
    UseKind.GIFT: "Gift from a listener to another",
}
_RELEASE_TYPES: Mapping[str, str] = {
    "album": "Album",
    "ep": "EP",
    "single": "Single",
    "compilation": "Album",
    "live": "Album",
    "dj-mix": "DjMix",
}
#: In which cells somebody is told who did something.
_WRITERS = frozenset({RoleKind.COMPOSER, RoleKind.LYRICIST, RoleKind.WRITER})
_NAMELESS = "Unknown"
_MILLISECONDS, _MINUTE, _HOUR = 1_000, 60, 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is summed up together: one way of use, in one territory, in one currency."""

    model: str
    use: str
    territory: str
    service: str
    currency: str


def context_of_nothing(currency: str) -> Context:
    """Answer the summary of a month in which nothing was used: there must be one."""
    return Context(
        model="PayAsYouGoModel",
        use="OnDemandStream",
        territory=EVERYWHERE,
        service=SERVICE,
        currency=currency,
    )


class Summaries:
    """Summaries while rows are written: each has its number from when it was first met."""

    def __init__(self) -> None:
        """Begin without any."""
        self._numbers: dict[Context, int] = {}
        self._usages: dict[Context, int] = defaultdict(int)
        self._revenue: dict[Context, int] = defaultdict(int)

    def add(self, context: Context, *, usages: int, revenue: int) -> int:
        """Add a row; answer the number of its summary."""
        self._usages[context] += usages
        self._revenue[context] += revenue
        return self._numbers.setdefault(context, len(self._numbers) + 1)

    def revenue_by_currency(self) -> dict[str, int]:
        """Answer what all of them come to, in micro-units."""
        found: dict[str, int] = defaultdict(int)
        for context, amount in self._revenue.items():
            found[context.currency] += amount
        return found

    def territories(self) -> set[str]:
        """Answer of where they are."""
        return {one.territory for one in self._numbers}

    def lines(self) -> list[str]:
        """Answer them, in the order of their numbers."""
        return [
            SUMMARY.line(
                {
                    SUMMARY_ID: number,
                    "CommercialModel": one.model,
                    "UseType": one.use,
                    "Territory": one.territory,
                    "ServiceDescription": one.service,
                    "Usages": self._usages[one],
                    "CurrencyOfReporting": one.currency,
                    "NetRevenue": decimal_of(self._revenue[one]),
                }
            )
            for one, number in self._numbers.items()
        ]


def block_of(
    number: int, track: TrackDescribed, uses: Iterable[Used], summaries: Summaries
) -> list[str]:
    """Answer the block of a track, and add its rows to their summaries."""
    lines = [_release(number, track), _recording(number, track)]
    for used in uses:
        for row in _rows(used):
            lines.append(row.line(number, len(lines) - 1, summaries))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of what was used."""

    used: Used
    use: str
    usages: int = 0
    returns: int = 0
    price: int = 0

    def line(self, block: int, number: int, summaries: Summaries) -> str:
        used = self.used
        context = Context(
            model="PayAsYouGoModel" if used.kind in CHARGED else "FreeOfChargeModel",
            use=self.use,
            territory=territory_of(used.territory),
            service=_SERVICES[used.kind],
            currency=used.currency,
        )
        revenue = self.price * (self.usages - self.returns)
        values: dict[str, Value] = {
            BLOCK_ID: block,
            SUMMARY_ID: summaries.add(context, usages=self.usages, revenue=revenue),
            "SalesTransactionId": f"{block}-{number}",
            "TransactedResource": 1,
            "IsRoyaltyBearing": used.kind in CHARGED,
            "PriceConsumerPaidExcSalesTax": decimal_of(self.price),
            "PromotionalActivity": _PROMOTION.get(used.kind),
        }
        if self.use == "OnDemandStream" and not used.is_return:
            return STREAMS.line({**values, "NumberOfStreams": self.usages})
        counts = {"Usages": self.usages, "Returns": self.returns}
        is_upgrade = self.use == "PermanentDownload" and _is_upgrade(used)
        return SALES.line({**values, **counts, "SalesUpgrade": is_upgrade})


def _rows(used: Used) -> Sequence[_Row]:
    counts = {"returns" if used.is_return else "usages": used.number}
    if used.kind in PURCHASES:
        return [_Row(used=used, use="PermanentDownload", price=used.price, **counts)]
    stream = _Row(used=used, use="OnDemandStream", price=used.price, **counts)
    if not used.gives_it:
        return [stream]
    return [stream, _Row(used=used, use="PermanentDownload", **counts)]


def _is_upgrade(used: Used) -> bool:
    """Whether plays had been paid for before."""
    return used.first_step > 1


def _release(number: int, track: TrackDescribed) -> str:
    release = track.release
    values: dict[str, Value] = {
        BLOCK_ID: number,
        "ReleaseReference": 1,
        "DspReleaseId": str(release.id if release else track.id),
        "DisplayArtistName": (release.artist if release else track.artist) or _NAMELESS,
        "Title": (release.title if release else track.title) or _NAMELESS,
    }
    if release is None:
        return RELEASE.line({**values, "ReleaseType": "SingleResourceRelease"})
    return RELEASE.line(
        {
            **values,
            "ProprietaryReleaseId": f"GRid::{release.grid}" if release.grid else None,
            "CatalogNumber": release.catalogue_number or None,
            "ICPN": _like(ICPN, release.upc),
            "ReleaseType": _RELEASE_TYPES.get(release.type or ""),
            "Label": release.label or None,
            "PLine": release.p_line or None,
        }
    )


def _recording(number: int, track: TrackDescribed) -> str:
    return RECORDING.line(
        {
            BLOCK_ID: number,
            "ResourceReference": 1,
            "DspResourceId": str(track.recording_id),
            "ISRC": _like(ISRC, track.isrc),
            "Title": track.title or _NAMELESS,
            "DisplayArtistName": track.artist or _NAMELESS,
            "Duration": None if track.duration_ms is None else duration_of(track.duration_ms),
            "ResourceType": "SoundRecording",
            "ISWC": _like(ISWC, track.iswc),
            **_credited(track, "ComposerAuthor", _WRITERS),
            **_credited(track, "Arranger", {RoleKind.ARRANGER}),
            **_credited(track, "MusicPublisher", {RoleKind.PUBLISHER}),
        }
    )


def _credited(
    track: TrackDescribed, name: str, roles: Iterable[RoleKind]
) -> dict[str, tuple[str, ...]]:
    """Answer names, each once, and their numbers where all have one: both are told in one order."""
    persons: dict[str, Person] = {}
    for one in track.credits:
        if one.role in roles and one.name:
            persons.setdefault(one.name, one)
    isnis = [one.isni for one in persons.values()]
    numbers = tuple([f"ISNI::{one}" for one in isnis]) if all(isnis) else ()
    return {name: tuple(persons), f"{name}PartyId": numbers}


def duration_of(milliseconds: int) -> str:
    """Answer a duration as in `PT1H2M3.5S`."""
    seconds, rest = divmod(milliseconds, _MILLISECONDS)
    hours, seconds = divmod(seconds, _HOUR)
    minutes, seconds = divmod(seconds, _MINUTE)
    part = f".{rest:03}".rstrip("0") if rest else ""
    told = (f"{hours}H" if hours else "") + (f"{minutes}M" if hours or minutes else "")
    return f"PT{told}{seconds}{part}S"


def _like(form: re.Pattern[str], text: str | None) -> str | None:
    """Answer a number, unless it is none of its kind: a cell would rather be empty."""
    return text if text and form.fullmatch(text) else None
