"""Deals, as an element says them."""

from __future__ import annotations

from datetime import date, datetime

from base.local_days import begins_everywhere
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
from ingest.ddex.territories import territories_of


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
    return DealTerms(
        standing=_standing(node, paths),
        territories=territories_of(
            node.texts("TerritoryCode"), node.texts("ExcludedTerritoryCode")
        ),
        periods=tuple(_period(one) for one in node.all("ValidityPeriod")),
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


def _period(node: Node) -> Period:
    return Period(
        starts=moment_of(node.text("StartDateTime", "StartDate")),
        ends=moment_of(node.text("EndDateTime", "EndDate")),
    )


def _prices(node: Node, paths: DealPaths) -> list[Price]:
    prices = [Price(code=code) for code in node.texts(*paths.price_code)]
    for one in node.all("PriceInformation/WholesalePricePerUnit"):
        amount = amount_of(one.own_text)
        if amount is not None:
            prices.append(Price(amount=amount, currency=one.attribute("CurrencyCode")))
    return prices


def moment_of(text: str) -> date | datetime | None:
    """Read a day, or an instant: without an offset it is one of UTC."""
    found = instant_of(text)
    return found[0] if found else day_of(text)
