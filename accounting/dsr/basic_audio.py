"""The Basic Audio profile, version 1.2: what was streamed and sold, for societies and labels.

Of the records that it knows these are used: SY01.01 sums up what was used in one way and territory;
a block is of one track, with the release that it was heard from (RE01), the recording (AS02.02),
streams by unit price (SU02), and downloads and whatever was given back (SU01).
"""

from __future__ import annotations

import re

from accounting.dsr.cells import Cell, CellKind
from accounting.dsr.profiles import (
    BLOCK_ID,
    DPID,
    FOOT,
    HEAD,
    NAMESPACED,
    SUMMARY_ID,
    Figures,
    Profile,
    Record,
    Shape,
)
from accounting.dsr.words import COUNTRIES, EVERYWHERE, USES

#: Countries, parts of them, CISAC's numbers (TIS), or all.
_TERRITORY = re.compile(
    rf"(?:{'|'.join(sorted(COUNTRIES))})(?:-[A-Z0-9]{{1,3}})?|[0-9]{{1,4}}|{EVERYWHERE}", re.ASCII
)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
ISRC = re.compile(r"[a-zA-Z]{2}[a-zA-Z0-9]{3}[0-9]{7}", re.ASCII)
ICPN = re.compile(r"[0-9]{12,14}", re.ASCII)
ISWC = re.compile(r"T[0-9]{10}", re.ASCII)
_MODEL = re.compile(
    "AdvertisementSupportedModel|AsPerContract|DeviceFeeModel|FreeOfChargeModel|PayAsYouGoModel|"
    "PerformanceRoyaltiesModel|RightsClaimModel|SubscriptionModel|Unknown|UserDefined"
)
_RESOURCE = re.compile(
    "Image|MIDI|SheetMusic|Software|SoundRecording|Text|UserDefinedResource|Video"
)
_USE = re.compile("|".join(sorted(USES)))
_WORD = re.compile(r"[A-Za-z]+", re.ASCII)

SUMMARY = Shape(
    "SY01.01",
    (
        Cell(name=SUMMARY_ID, needed=True),
        Cell(name="DistributionChannel"),
        Cell(name="DistributionChannelDPID", form=DPID),
        Cell(name="CommercialModel", needed=True, form=_MODEL),
        Cell(name="UseType", needed=True, form=_USE),
        Cell(name="Territory", needed=True, form=_TERRITORY),
        Cell(name="ServiceDescription", form=re.compile(r"[^ _]+")),
        Cell(name="Usages", kind=CellKind.WHOLE, needed=True),
        Cell(name="Subscribers", kind=CellKind.DECIMAL),
        Cell(name="CurrencyOfReporting", needed=True, form=_CURRENCY),
        Cell(name="NetRevenue", kind=CellKind.DECIMAL, needed=True),
        Cell(name="IndirectNetRevenue", kind=CellKind.DECIMAL),
        Cell(name="CurrencyOfTransaction", form=_CURRENCY),
        Cell(name="ExchangeRate", kind=CellKind.DECIMAL),
    ),
)
RELEASE = Shape(
    "RE01",
    (
        Cell(name=BLOCK_ID, needed=True),
        Cell(name="ReleaseReference", needed=True),
        Cell(name="DspReleaseId", needed=True),
        Cell(name="ProprietaryReleaseId", many=True, form=NAMESPACED),
        Cell(name="CatalogNumber"),
        Cell(name="ICPN", form=ICPN),
        Cell(name="DisplayArtistName", needed=True),
        Cell(name="DisplayArtistPartyId", form=NAMESPACED),
        Cell(name="Title", needed=True),
        Cell(name="SubTitle"),
        Cell(name="ReleaseType", form=_WORD),
        Cell(name="Label"),
        Cell(name="PLine"),
        Cell(name="DataProvider"),
    ),
)
RECORDING = Shape(
    "AS02.02",
    (
        Cell(name=BLOCK_ID, needed=True),
        Cell(name="ResourceReference", needed=True),
        Cell(name="DspResourceId", needed=True),
        Cell(name="ISRC", many=True, form=ISRC),
        Cell(name="Title", needed=True),
        Cell(name="SubTitle"),
        Cell(name="DisplayArtistName", needed=True),
        Cell(name="DisplayArtistPartyId", form=NAMESPACED),
        Cell(name="Duration", kind=CellKind.DURATION),
        Cell(name="ResourceType", needed=True, form=_RESOURCE),
        Cell(name="ISWC", form=ISWC),
        Cell(name="ComposerAuthor", many=True),
        Cell(name="ComposerAuthorPartyId", many=True, form=NAMESPACED),
        Cell(name="Arranger", many=True),
        Cell(name="ArrangerPartyId", many=True, form=NAMESPACED),
        Cell(name="MusicPublisher", many=True),
        Cell(name="MusicPublisherPartyId", many=True, form=NAMESPACED),
        Cell(name="WorkContributor", many=True),
        Cell(name="WorkContributorPartyId", many=True, form=NAMESPACED),
        Cell(name="ProprietaryWorkId", form=NAMESPACED),
        Cell(name="IsMasterRecording", kind=CellKind.FLAG),
    ),
)
_SALE = (
    Cell(name=BLOCK_ID, needed=True),
    Cell(name=SUMMARY_ID, needed=True),
    Cell(name="SalesTransactionId", needed=True),
    Cell(name="TransactedRelease"),
    Cell(name="TransactedResource"),
)
_PRICE = (
    Cell(name="PriceConsumerPaidExcSalesTax", kind=CellKind.DECIMAL),
    Cell(name="PromotionalActivity"),
)
SALES = Shape(
    "SU01",
    (
        *_SALE,
        Cell(name="IsRoyaltyBearing", kind=CellKind.FLAG, needed=True),
        Cell(name="SalesUpgrade", kind=CellKind.FLAG, needed=True),
        Cell(name="Usages", kind=CellKind.WHOLE, needed=True),
        Cell(name="Returns", kind=CellKind.WHOLE, needed=True),
        *_PRICE,
    ),
)
STREAMS = Shape(
    "SU02",
    (
        *_SALE,
        Cell(name="IsRoyaltyBearing", kind=CellKind.FLAG),
        Cell(name="NumberOfStreams", kind=CellKind.WHOLE, needed=True),
        *_PRICE,
    ),
)


def _told(summary: Record) -> Figures:
    return {"Usages": summary.whole("Usages"), "NetRevenue": summary.micros("NetRevenue")}


def _adds(row: Record) -> Figures | None:
    """Answer what a row adds: a use counts though it was given back, its price does not."""
    if row.shape is STREAMS:
        usages, returns = row.whole("NumberOfStreams"), 0
    elif row.shape is SALES:
        usages, returns = row.whole("Usages"), row.whole("Returns")
    else:
        return None
    price = row.micros("PriceConsumerPaidExcSalesTax")
    return {"Usages": usages, "NetRevenue": price * (usages - returns)}


BASIC_AUDIO = Profile(
    name="BasicAudioProfile",
    version="1.2",
    head=HEAD,
    summaries=(SUMMARY,),
    rows=(RELEASE, RECORDING, SALES, STREAMS),
    foot=FOOT,
    has_blocks=True,
    told=_told,
    adds=_adds,
    orders={RELEASE.kind: 0, RECORDING.kind: 1, SALES.kind: 2, STREAMS.kind: 2},
)
