"""Offers as deals.

What is played is paid for each time (`PayAsYouGoModel`), and after enough of that it is owned:
this is told beside it as a model in our namespace, `StreamToOwn`. Whoever does not know it has the
standard one. What each play costs is told as a suggested retail price, by which nobody has to sell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from ingest.ddex.export.elements import element, instant
from ingest.ddex.export.facts import Model, Offer, Prices, Release
from ingest.ddex.export.values import USER_DEFINED
from ingest.ddex.territories import WORLDWIDE
from ingest.ddex.words import FREE, PAID_PER_USE, STREAM_TO_OWN

_STREAM, _DOWNLOAD = "OnDemandStream", "PermanentDownload"


def deal_elements(release: Release, prices: Prices | None, us: str) -> Iterator[etree._Element]:
    """Write the deals of a release and of its tracks: what has the same ones has them together."""
    by_offers = defaultdict[tuple[Offer, ...], list[str]](list)
    by_offers[tuple(release.offers)].append("R0")
    for number, track in enumerate(release.tracks, 1):
        by_offers[tuple(track.offers)].append(f"R{number}")
    for offers, references in by_offers.items():
        if offers:
            yield element(
                "ReleaseDeal",
                [element("DealReleaseReference", one) for one in references],
                [element("Deal", _terms(one, prices, us)) for one in offers],
            )


def _terms(offer: Offer, prices: Prices | None, us: str) -> etree._Element:
    return element(
        "DealTerms",
        _places(offer),
        element(
            "ValidityPeriod",
            element("StartDateTime", instant(offer.starts_at)),
            element("EndDateTime", instant(offer.ends_at)) if offer.ends_at else None,
        ),
        *(_paid(prices, us) if offer.model is Model.PAID else _free()),
    )


def _free() -> Iterator[etree._Element]:
    """Write what is heard for nothing; nobody comes to own it by that."""
    yield element("CommercialModelType", FREE)
    yield element("UseType", _STREAM)


def _paid(prices: Prices | None, us: str) -> Iterator[etree._Element]:
    yield element("CommercialModelType", PAID_PER_USE)
    yield element("CommercialModelType", USER_DEFINED, Namespace=us, UserDefinedValue=STREAM_TO_OWN)
    yield element("UseType", _STREAM)
    yield element("UseType", _DOWNLOAD)
    if prices:
        yield from _prices(prices, us)


def _prices(prices: Prices, us: str) -> Iterator[etree._Element]:
    for number, price in enumerate(prices.steps, 1):
        yield element(
            "PriceInformation",
            element("SuggestedRetailPrice", f"{price:f}", CurrencyCode=prices.currency),
            PriceType=USER_DEFINED,
            Namespace=us,
            UserDefinedValue=f"{STREAM_TO_OWN}:{number}",
        )


def _places(offer: Offer) -> list[etree._Element]:
    if offer.is_all_but and not offer.territories:
        return [element("TerritoryCode", WORLDWIDE)]
    tag = "ExcludedTerritoryCode" if offer.is_all_but else "TerritoryCode"
    return [element(tag, one) for one in sorted(offer.territories)]
