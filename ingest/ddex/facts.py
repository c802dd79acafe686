"""What a message says of its release, its recordings and its deals, as texts with names.

It is what people compare: who is meant is a name and no reference, and what a list has no order in
is sorted. Two messages of different versions that say the same have the same facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NewType

from ingest.ddex.canonical import (
    Credit,
    DealTerms,
    DeliveredFile,
    Identifier,
    IdKind,
    Message,
    Period,
    Price,
    Release,
    Resource,
    ResourceKind,
    RightsLine,
    Standing,
    Title,
    Use,
)
from ingest.ddex.territories import Territories

Facts = Mapping[str, str]
#: What a recording, or a track that is released by itself, is known by from message to message.
Name = NewType("Name", str)
RELEASE = Name("release")
_KNOWN_BY = (IdKind.ISRC, IdKind.CATALOG_NUMBER, IdKind.PROPRIETARY)
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered, or taken back, of one thing: a use, under which model, when, at what price.

    Where it is to be had is told beside it: that is what changes most.
    """

    use: str
    model: str
    period: str
    price: str
    notes: str


def release_facts(message: Message, release: Release) -> Facts:
    """Answer what is said of a release."""
    return _said(
        {
            "identifiers": _listed(_identifier(one) for one in release.identifiers),
            "type": ", ".join(release.types),
            **_titles(release.titles),
            "artist": release.display_artist,
            "artists": _credits(message, release.artists),
            "label": ", ".join(_party(message, one) for one in release.labels),
            "(P)": _lines(release.p_lines),
            "(C)": _lines(release.c_lines),
            "genre": ", ".join(release.genres),
            "released on": _day(release.released_on),
            "first released on": _day(release.first_released_on),
            "advisory": release.advisory,
        }
    )


def recordings(message: Message) -> dict[Name, tuple[Resource, str]]:
    """Answer all recordings, pictures and such by what they are known by, and where they stand."""
    main = message.main_release
    places = dict[str, str]()
    for item in main.items if main else ():
        at = f"{item.disc}.{item.sequence}" if item.sequence is not None else str(item.disc)
        places.setdefault(item.resource, item.link or at)
    return {name_of(one): (one, places.get(one.reference, "")) for one in message.resources}


def name_of(resource: Resource) -> Name:
    """Answer by what a recording is known: its ISRC, else another number, else its reference."""
    ranked = sorted(
        (one for one in resource.identifiers if one.kind in _KNOWN_BY),
        key=lambda one: (_KNOWN_BY.index(one.kind), one),
    )
    return Name(_identifier(ranked[0]) if ranked else f"{resource.kind} {resource.reference}")


def resource_facts(message: Message, resource: Resource, place: str) -> Facts:
    """Answer what is said of a recording, or of what else comes with a release."""
    return _said(
        {
            "place": place,
            "type": resource.type if resource.kind is ResourceKind.SOUND_RECORDING else "",
            "identifiers": _listed(_identifier(one) for one in resource.identifiers),
            **_titles(resource.titles),
            "artist": resource.display_artist,
            "artists": _credits(message, resource.artists),
            "contributors": _credits(message, resource.contributors),
            "(P)": _lines(resource.p_lines),
            "duration": _clock(resource.duration_s),
            "advisory": resource.advisory,
            "language": resource.language,
            "contains AI": resource.contains_ai,
            "files": _listed(_file(one) for one in resource.files),
        }
    )


def label_of(titles: Iterable[Title], name: str) -> str:
    """Answer what people call it: its first title, with what it is known by."""
    title = next((one.text for one in titles), "")
    return f"{title} ({name})" if title else name


def deal_names(message: Message) -> dict[str, Name]:
    """Answer what each release is known by that deals are about, by its reference."""
    by_reference = {one.reference: name_of(one) for one in message.resources}
    return {
        one.reference: by_reference.get(one.items[0].resource, Name(one.reference))
        if one.is_track and one.items
        else RELEASE
        for one in message.releases
    }


def offers_of(terms: DealTerms) -> Iterator[Offer]:
    """Answer what terms offer, for each use, model and period."""
    notes = _listed(_notes(terms))
    price = _listed(_price(one) for one in terms.prices)
    for use in terms.uses or (Use(value=""),):
        for model in terms.models or (Use(value=""),):
            for period in terms.periods or (Period(),):
                yield Offer(
                    use=_use(use),
                    model=_use(model),
                    period=_period(period),
                    price=price,
                    notes=notes,
                )


def places_of(many: Iterable[Territories]) -> str:
    """Write down where, of several sets of places: those that are named plainly are one."""
    plain, others = set[str](), set[str]()
    for one in many:
        if one.is_all_but or one.excluded:
            but = ", ".join(sorted(one.codes if one.is_all_but else one.excluded))
            some = "Worldwide" if one.is_all_but else ", ".join(sorted(one.codes))
            others.add(f"{some} \N{MINUS SIGN} {but}" if but else some)
        else:
            plain |= one.codes
    return "; ".join([*sorted(others), *([", ".join(sorted(plain))] if plain else [])])


def _said(facts: Facts) -> Facts:
    return {name: text for name, text in facts.items() if text}


def _titles(titles: Iterable[Title]) -> Facts:
    told = dict[str, str]()
    for one in titles:
        name = f"title ({one.language})" if one.language else "title"
        name = name if one.kind == "DisplayTitle" else f"{one.kind} {name}"
        told.setdefault(name, f"{one.text} ({one.subtitle})" if one.subtitle else one.text)
    return told


def _credits(message: Message, credits_: Iterable[Credit]) -> str:
    return "; ".join(
        f"{_party(message, one.party) if one.party else _first(one.names)}"
        + (f" ({', '.join(one.roles)})" if one.roles else "")
        for one in credits_
    )


def _party(message: Message, reference: str) -> str:
    party = message.parties.get(reference)
    return party.name if party and party.name else reference


def _first(names: Iterable[tuple[str, str]]) -> str:
    return next((name for _, name in names), "?")


def _identifier(one: Identifier) -> str:
    return f"{one.kind} {one.namespace}:{one.value}" if one.namespace else f"{one.kind} {one.value}"


def _lines(lines: Iterable[RightsLine]) -> str:
    return "; ".join(f"{one.year} {one.text}" if one.year else one.text for one in lines)


def _file(one: DeliveredFile) -> str:
    sums = ", ".join(f"{each.algorithm} {each.value}" for each in one.hashes)
    return f"{one.uri}{' (clip)' if one.is_clip else ''}{f' {sums}' if sums else ''}"


def _use(use: Use) -> str:
    return f"{use.own_value} of {use.namespace}" if use.own_value else use.value


def _period(period: Period) -> str:
    return f"{_day(period.starts) or '?'}/{_day(period.ends) or '…'}"


def _price(price: Price) -> str:
    amount = f"{price.amount} {price.currency}" if price.amount is not None else ""
    return " ".join(filter(None, (price.code, amount)))


def _notes(terms: DealTerms) -> Iterator[str]:
    if terms.standing is not Standing.OFFERED:
        yield str(terms.standing)
    if terms.is_pre_order:
        yield "pre-order"
    if terms.shown_from:
        yield f"shown from {_day(terms.shown_from)}"
    if terms.previewed_from:
        yield f"previewed from {_day(terms.previewed_from)}"
    if terms.channels:
        yield f"through {_listed(terms.channels)}"
    if terms.excluded_channels:
        yield f"not through {_listed(terms.excluded_channels)}"
    if terms.given_at_once:
        yield f"given at once: {_listed(terms.given_at_once)}"
    if terms.restrictions:
        yield f"only {_listed(terms.restrictions)}"
    if terms.rights_claims:
        yield f"claims: {_listed(terms.rights_claims)}"


def _day(at: date | None) -> str:
    return at.isoformat() if at else ""


def _clock(seconds: Fraction | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, _MINUTE)
    return f"{minutes}:{'0' if rest < 10 else ''}{float(rest):g}"  # noqa: PLR2004


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(sorted(filter(None, texts)))
