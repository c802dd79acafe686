"""What a message says beyond what the catalogue has a place for: kept, and shown, as it was said.

Titles in other languages, claims of rights, whether a machine made it, prices (of which none is
charged: DDEX has wholesale prices, and codes that were agreed elsewhere), and uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ingest.ddex.canonical import DealTerms, Message, Release, Resource, Title
from ingest.ddex.taking.names import key_of_recording

#: Of what is told of deals, and of recordings: a message may have far more, and is kept itself.
_MOST_TERMS, _MOST_RESOURCES, _MOST_TITLES, _LETTERS = 200, 1_000, 20, 400
_TRAINING = "UseForTraining"


def told_of(message: Message, main: Release) -> dict[str, Any]:
    """Answer what is kept of a message, as a document."""
    about = {one.reference: _recording(one) for one in message.resources[:_MOST_RESOURCES]}
    terms = list(_distinct(_terms(one) for deal in message.deals for one in deal.terms))
    document = {
        "profile": message.profile,
        "titles": _titles(main.titles),
        "types": list(main.types),
        "genres": list(main.genres),
        "resources": {key: one for key, one in about.items() if one},
        "deals": terms[:_MOST_TERMS],
        "training": sorted({use for one in terms for use in one.get("uses", ()) if _trains(use)}),
        "claims": sorted({claim for one in terms for claim in one.get("claims", ())}),
        "on_behalf_of": message.header.on_behalf_of,
    }
    return {name: one for name, one in document.items() if one}


def _recording(one: Resource) -> dict[str, Any]:
    """Answer what is told of a resource and has no place of its own; nothing, of most."""
    titles = _titles(one.titles)
    document = {
        "key": key_of_recording(one),
        "kind": str(one.kind),
        "type": one.type,
        "titles": titles if len(titles) > 1 else [],
        "contains_ai": one.contains_ai,
    }
    is_plain = not (document["titles"] or one.contains_ai) and document["kind"] == "SoundRecording"
    return {} if is_plain else {name: said for name, said in document.items() if said}


def _titles(titles: Sequence[Title]) -> list[dict[str, str]]:
    return [
        {
            name: said[:_LETTERS]
            for name, said in (
                ("text", one.text),
                ("subtitle", one.subtitle),
                ("language", one.language),
                ("kind", one.kind),
            )
            if said
        }
        for one in titles[:_MOST_TITLES]
    ]


def _terms(one: DealTerms) -> dict[str, Any]:
    document = {
        "standing": str(one.standing),
        "models": [use.own_value or use.value for use in one.models],
        "uses": [use.own_value or use.value for use in one.uses],
        "prices": [
            {
                "code": price.code,
                "amount": str(price.amount) if price.amount is not None else "",
                "currency": price.currency,
            }
            for price in one.prices
        ],
        "claims": list(one.rights_claims),
        "restrictions": list(one.restrictions),
        "channels": [*one.channels, *(f"not {name}" for name in one.excluded_channels)],
    }
    return {name: said for name, said in document.items() if said}


def _distinct(documents: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    seen = set[str]()
    for one in documents:
        if (text := repr(one)) not in seen:
            seen.add(text)
            yield one


def _trains(use: str) -> bool:
    return use.startswith(_TRAINING)
