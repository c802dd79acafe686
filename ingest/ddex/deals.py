"""Deals, as an element says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from base.local_days import begins_everywhere, instant_everywhere, instant_somewhere
from base.places import zones_of
from ingest.ddex.canonical import (
    DealTerms,
    Period,
    Price,
    ReleaseDeal,
    Standing,
    Use,
)
from ingest.ddex.lexical import amount_of, day_of, instant_of, truth_of
from ingest.ddex.nodes import Node
from ingest.ddex.paths import DealPaths, Paths
from ingest.ddex.territories import Territories, territories_of

_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)
#: What narrows a use, wherever in terms a version says it.
_RESTRICTIONS = ("NumberOfUsages", "ConsumerRentalPeriod", "CarrierType", "UserInterfaceType")
_LETTERS = 200
_STARTS, _ENDS = ("StartDateTime", "StartDate"), ("EndDateTime", "EndDate")


def release_deal_of(node: Node, paths: Paths) -> ReleaseDeal:
    """Read an item of a list of deals: terms, for some releases."""
    # A deal without terms is one that was told elsewhere; nothing is known of it here.
    return ReleaseDeal(
        releases=node.texts("DealReleaseReference"),
        terms=tuple(_terms(one, paths.deal) for one in node.all("Deal/DealTerms")),
        effective=moment_of(node.text("EffectiveDate")),
        place=node.place,
    )


def _terms(node: Node, paths: DealPaths) -> DealTerms:
    where = territories_of(node.texts("TerritoryCode"), node.texts("ExcludedTerritoryCode"))
    zones, standing = _zones(where), _standing(node, paths)
    period = _period if standing is Standing.OFFERED else _period_of_none
    return DealTerms(
        standing=standing,
        territories=where,
        periods=tuple(period(one, zones) for one in node.all("ValidityPeriod")),
        models=tuple(_use(one) for one in node.all("CommercialModelType")),
        uses=tuple(_use(one) for one in node.all(*paths.uses)),
        channels=node.texts("DistributionChannel/PartyId", "DistributionChannel/PartyId/DPID"),
        excluded_channels=node.texts(
            "ExcludedDistributionChannel/PartyId", "ExcludedDistributionChannel/PartyId/DPID"
        ),
        prices=tuple(_prices(node, paths)),
        is_pre_order=truth_of(node.text("IsPreOrderDeal")),
        shown_from=shown_from(node, paths),
        previewed_from=moment_of(node.text(*paths.previewed_from)),
        given_at_once=node.texts("InstantGratificationResourceList/DealResourceReference"),
        rights_claims=node.texts("RightsClaimPolicy/RightsClaimPolicyType"),
        restrictions=tuple(
            f"{one.tag} {_value(one)}".strip()[:_LETTERS]
            for one in node.all(*(f".//{name}" for name in _RESTRICTIONS))
        ),
        place=node.place,
    )


def shown_from(node: Node, paths: DealPaths) -> date | datetime | None:
    """Answer from when all of a release may be shown: its title, its cover and its tracks."""
    told = (moment_of(text) for text in node.texts(*paths.shown_from))
    return max((one for one in told if one is not None), key=begun, default=None)


def begun(told: date | datetime) -> datetime:
    """Answer when a day has begun everywhere, or an instant."""
    return told if isinstance(told, datetime) else begins_everywhere(told)


def _standing(node: Node, paths: DealPaths) -> Standing:
    if paths.taken_down and truth_of(node.text(paths.taken_down)):
        return Standing.TAKEN_DOWN
    if paths.cancelled and truth_of(node.text(paths.cancelled)):
        return Standing.CANCELLED
    return Standing.OFFERED


def _use(node: Node) -> Use:
    return Use(
        value=node.own_text,
        namespace=node.attribute("Namespace"),
        own_value=node.attribute("UserDefinedValue"),
    )


def _value(node: Node) -> str:
    return node.own_text or " ".join(node.texts("*"))


def _zones(where: Territories) -> tuple[ZoneInfo, ...]:
    """Answer the time zones of a list of places; none, where they are the world."""
    there = [zones_of(one) for one in sorted(where.codes)]
    if where.is_all_but or not all(there):
        return ()
    return tuple(dict.fromkeys(zone for zones in there for zone in zones))


def _period(node: Node, zones: Sequence[ZoneInfo]) -> Period:
    starts, ends = node.text(*_STARTS), node.text(*_ENDS)
    return Period(
        starts=_start_of(starts, zones),
        ends=_end_of(ends, zones),
        is_time_assumed=any(_local(one) is not None for one in (starts, ends)),
    )


def _period_of_none(node: Node, zones: Sequence[ZoneInfo]) -> Period:
    """Read when nothing is to be had: without offsets, for as long as may be meant."""
    period = _period(node, zones)
    starts, ends = (_local(node.text(*names)) for names in (_STARTS, _ENDS))
    if starts is not None and isinstance(period.starts, datetime):
        period = replace(period, starts=instant_somewhere(starts, zones))
    if ends is not None and isinstance(period.ends, datetime):
        period = replace(period, ends=instant_everywhere(ends, zones))
    return period


def _local(text: str) -> datetime | None:
    """Answer an instant that says no offset, as a clock on the wall shows it."""
    found = instant_of(text)
    return None if found is None or found[1] else found[0].replace(tzinfo=None)


def _start_of(text: str, zones: Sequence[ZoneInfo]) -> date | datetime | None:
    """Read when something starts: without an offset, when it is so late in all of its place.

    What starts with its day is a day.
    """
    local = _local(text)
    if local is None:
        return moment_of(text)
    return local.date() if local.time() == time.min else instant_everywhere(local, zones)


def _end_of(text: str, zones: Sequence[ZoneInfo]) -> date | datetime | None:
    """Read when something ends: without an offset, when it is so late anywhere in its place.

    What ends as a day begins, or in its last second, has a last day.
    """
    local = _local(text)
    if local is None:
        return moment_of(text)
    if local.time() == time.min and local.date() > date.min:
        return local.date() - _DAY
    if local.time() >= _LAST_SECOND:
        return local.date()
    return instant_somewhere(local, zones)


def _prices(node: Node, paths: DealPaths) -> list[Price]:
    prices = [Price(code=code) for code in node.texts(*paths.price_code)]
    for one in node.all("PriceInformation/WholesalePricePerUnit"):
        amount = amount_of(one.own_text)
        if amount is not None:
            prices.append(Price(amount=amount, currency=one.attribute("CurrencyCode")))
    return prices


def moment_of(text: str) -> date | datetime | None:
    """Read a day, or an instant: without an offset, when it is so late everywhere."""
    local = _local(text)
    if local is not None:
        return instant_everywhere(local)
    found = instant_of(text)
    return found[0] if found else day_of(text)
