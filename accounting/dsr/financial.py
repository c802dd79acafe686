"""The financial profile for record companies, 1.0: what a label earned, one record for each sale.

`FinancialReportingToRecordCompaniesProfileSRB`: SY10 sums up a country and a way of use, SR08 is a
track at one step of its price, and DE01 after it says that its amounts were booked later than the
month that the report is of, and so are paid with a later one. What is deducted, and what is paid
that is of no sale, is in the SY10 of everywhere. Listeners pay in the currency in which is
accounted, so that there is nothing to convert.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.dsr.basic_audio import ICPN, ISRC
from accounting.dsr.cells import Cell, CellKind, Value, decimal_of
from accounting.dsr.profiles import (
    DPID,
    HEAD,
    NAMESPACED,
    SRFO,
    SUMMARY_ID,
    Figures,
    Profile,
    Record,
    Shape,
)
from accounting.dsr.sold import Context, Sale, Summary, shares_of_hundred
from accounting.statements import Section
from catalog.described import ReleaseDescribed

_TRANSACTION, _ACCOUNTING = "InCurrencyOfTransaction", "InCurrencyOfAccounting"
_WORD = re.compile(r"[A-Za-z]+", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TERRITORY = re.compile(r"[A-Z]{2}|Worldwide", re.ASCII)
_NO_BLANK = re.compile(r"[^ _]+")
#: What the deal-specific record after a row says.
BOOKED_LATER = "BookedLater"
#: How steps of the price are called in PriceType.
_STEP, _OUTRIGHT = "Step", "Outright"
#: What is taken, and what is paid, that is of no sale.
_KINDS: Mapping[Section, str] = {
    Section.RECOUPMENT: "AdvanceRecoupment",
    Section.HOLDBACK: "Holdback",
    Section.SHARES: "SharesReleased",
    Section.SURPLUS: "Surplus",
    Section.REFUNDS: "Chargebacks",
    Section.PLAYS: "Plays",
    Section.PURCHASES: "Purchases",
    Section.OTHER: "Other",
}
#: A mean of many is told to so many places beyond micro-units.
_MORE_PLACES = 4


def _both(name: str, *, needed: bool = True, many: bool = False) -> list[Cell]:
    """Answer the cells of an amount in both currencies."""
    return [
        Cell(name=f"{name}{currency}", kind=CellKind.DECIMAL, needed=needed, many=many)
        for currency in (_TRANSACTION, _ACCOUNTING)
    ]


SUMMARY = Shape(
    "SY10",
    (
        Cell(name=SUMMARY_ID, needed=True),
        Cell(name="DistributionChannelName"),
        Cell(name="DistributionChannelDPID", form=DPID),
        Cell(name="CommercialModel", needed=True, form=_WORD),
        Cell(name="UseType", needed=True, form=_WORD),
        Cell(name="ReportingPeriodStartDate", kind=CellKind.DAY, needed=True),
        Cell(name="ReportingPeriodEndDate", kind=CellKind.DAY, needed=True),
        Cell(name="SubscriberType"),
        Cell(name="Subscribers", kind=CellKind.DECIMAL),
        Cell(name="ActiveSubscribers", kind=CellKind.DECIMAL),
        Cell(name="PromotionalActivity"),
        Cell(name="Territory", needed=True, form=_TERRITORY),
        Cell(name="ServiceDescription", form=_NO_BLANK),
        Cell(name="OfferType"),
        Cell(name="Quality"),
        Cell(name="Usages", kind=CellKind.DECIMAL, needed=True),
        Cell(name="AllocatedUsages", kind=CellKind.DECIMAL, needed=True),
        Cell(name="Returns", kind=CellKind.DECIMAL, needed=True),
        Cell(name="MusicUsageRatio", kind=CellKind.DECIMAL, needed=True),
        Cell(name="CurrencyOfTransaction", needed=True, form=_CURRENCY),
        Cell(name="CurrencyOfAccounting", needed=True, form=_CURRENCY),
        Cell(name="ExchangeRate", kind=CellKind.DECIMAL, needed=True),
        Cell(name="ExchangeRateSource"),
        Cell(name="DateOfCurrencyExchange", kind=CellKind.INSTANT),
        *_both("GrossRevenue", needed=False),
        Cell(name="CalculationType", many=True),
        Cell(name="CalculationValue", kind=CellKind.DECIMAL, many=True),
        Cell(name="DeductionType", many=True),
        *_both("Deductions", many=True),
        *_both("NetRevenue"),
        *_both("AllocatedRevenue"),
        *_both("AllocatedNetRevenue"),
        Cell(name="RightsControllerMarketShare", kind=CellKind.DECIMAL),
        Cell(name=f"SubscriptionFee{_TRANSACTION}", kind=CellKind.DECIMAL),
        Cell(name=f"SubscriptionFee{_ACCOUNTING}", kind=CellKind.DECIMAL, needed=True),
        Cell(name="UsageIndependentFeeType", many=True),
        *_both("UsageIndependentFee", needed=False, many=True),
        *_both("FinalTotalAmount"),
    ),
)
SALE = Shape(
    "SR08",
    (
        Cell(name="SalesTransactionId", needed=True),
        Cell(name="ReleaseGRid"),
        Cell(name="ReleaseICPN"),
        Cell(name="DspReleaseId", needed=True),
        Cell(name="LabelReleaseId"),
        Cell(name="ProprietaryReleaseId", many=True, form=NAMESPACED),
        Cell(name="ReleaseContextReleaseGRid"),
        Cell(name="ReleaseType", form=_WORD),
        Cell(name="ReleaseTitle"),
        Cell(name="ReleaseSubTitle"),
        Cell(name="ReleaseDisplayArtistName"),
        Cell(name="ReleaseDisplayArtistPartyId", form=NAMESPACED),
        Cell(name="ResourceISRC", form=ISRC),
        Cell(name="ResourceISAN"),
        Cell(name="DspResourceId"),
        Cell(name="LabelResourceId"),
        Cell(name="ProprietaryResourceId", many=True, form=NAMESPACED),
        Cell(name="ResourceContextReleaseGRid"),
        Cell(name="ResourceType", form=_WORD),
        Cell(name="ResourceTitle"),
        Cell(name="ResourceSubTitle"),
        Cell(name="ResourceDisplayArtistName"),
        Cell(name="ResourceDisplayArtistPartyId", form=NAMESPACED),
        Cell(name=SUMMARY_ID, needed=True),
        Cell(name="SalesTransactionDate", kind=CellKind.DAY, needed=True),
        Cell(name="TotalUsages", kind=CellKind.DECIMAL, needed=True),
        Cell(name="Returns", kind=CellKind.WHOLE, needed=True),
        Cell(name="NetUsage", kind=CellKind.DECIMAL, needed=True),
        *_both("WholesalePrice", needed=False),
        *_both("SuggestedConsumerPrice", needed=False),
        Cell(name="PriceType"),
        Cell(name="PriceRangeType"),
        *_both("PriceConsumerPaidExcSalesTax", needed=False),
        Cell(name="DeductionType", many=True),
        *_both("Deductions", needed=False, many=True),
        Cell(name="RightSharePercentage", kind=CellKind.DECIMAL, needed=True),
        *_both("CalculatedUnitPrice"),
        *_both("AllocatedRevenue"),
        *_both("AllocatedNetRevenue"),
        Cell(name="CopyrightObligationWithDSP", kind=CellKind.FLAG, needed=True),
    ),
)
SPECIFIC = Shape("DE01", (Cell(name="DealSpecificCell", needed=True, many=True),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a summary is told with: the days that it is of, and what the house sold there.

    That is how much was used and what was paid for it, whosever music it is.
    """

    since: date
    until: date
    house: tuple[int, int] | None = None


def summary_line(number: int, context: Context, summary: Summary, around: Around) -> str:
    """Answer the SY10 of a context."""
    usages, revenue = around.house or (summary.usages, summary.price)
    fees, deductions = summary.fees, summary.deductions
    taken = [amount for _, amount in deductions] or [0]
    return SUMMARY.line(
        {
            SUMMARY_ID: summary_id(number),
            "CommercialModel": "PayAsYouGoModel",
            "UseType": "OnDemandStream" if context.is_stream else "PermanentDownload",
            "ReportingPeriodStartDate": around.since,
            "ReportingPeriodEndDate": around.until,
            "Territory": context.territory,
            "Usages": usages,
            "AllocatedUsages": summary.usages,
            "Returns": summary.returns,
            "MusicUsageRatio": 100,
            "CurrencyOfTransaction": context.currency,
            "CurrencyOfAccounting": context.currency,
            "ExchangeRate": 1,
            "CalculationType": (BOOKED_LATER,) if context.is_later else None,
            "CalculationValue": (decimal_of(summary.total),) if context.is_later else None,
            "DeductionType": tuple(_KINDS[one] for one, _ in deductions),
            **_amounts("Deductions", *taken),
            **_amounts("NetRevenue", revenue),
            **_amounts("AllocatedRevenue", summary.earned),
            **_amounts("AllocatedNetRevenue", summary.net),
            f"SubscriptionFee{_ACCOUNTING}": 0,
            "UsageIndependentFeeType": tuple(_KINDS[one] for one, _ in fees),
            **_amounts("UsageIndependentFee", *[amount for _, amount in fees]),
            **_amounts("FinalTotalAmount", summary.total),
        }
    )


def sale_lines(number: int, sale: Sale, summary: int) -> list[str]:
    """Answer the SR08 of a sale, and the DE01 that says that it is paid with a later month."""
    track, release = sale.track, sale.track.release
    line = SALE.line(
        {
            "SalesTransactionId": str(number),
            # A track that is on no release is one by itself.
            "DspReleaseId": str(release.id if release else track.id),
            **(_release(release) if release else {}),
            "ResourceISRC": _fit(ISRC, track.isrc),
            "DspResourceId": str(track.recording_id),
            "ResourceType": "SoundRecording",
            "ResourceTitle": track.title or None,
            "ResourceDisplayArtistName": track.artist or None,
            SUMMARY_ID: summary_id(summary),
            "SalesTransactionDate": sale.month,
            "TotalUsages": sale.usages,
            "Returns": sale.returns,
            "NetUsage": sale.usages - sale.returns,
            "PriceType": price_type(sale),
            **_means("PriceConsumerPaidExcSalesTax", unit_price(sale)),
            "RightSharePercentage": right_share(sale),
            **_means("CalculatedUnitPrice", unit_earned(sale)),
            **_amounts("AllocatedRevenue", sale.earned),
            **_amounts("AllocatedNetRevenue", sale.net),
            # Societies get reports of their own: the works are ours to report.
            "CopyrightObligationWithDSP": True,
        }
    )
    return [line, SPECIFIC.line({"DealSpecificCell": BOOKED_LATER})] if sale.is_later else [line]


def _release(release: ReleaseDescribed) -> Mapping[str, Value]:
    return {
        "ReleaseGRid": release.grid,
        "ReleaseICPN": _fit(ICPN, release.upc),
        "LabelReleaseId": release.catalogue_number,
        "ReleaseTitle": release.title or None,
        "ReleaseDisplayArtistName": release.artist or None,
    }


def _fit(form: re.Pattern[str], text: str | None) -> str | None:
    """Answer a number as it may stand in its cell; what is none is left out."""
    return text if text and form.fullmatch(text) else None


def summary_id(number: int) -> str:
    """Answer what a summary is called in its report."""
    return f"S{number}"


def price_type(sale: Sale) -> str:
    """Answer at which step of its price it was sold."""
    return f"{_STEP}{sale.step}" if sale.step else _OUTRIGHT


def unit_price(sale: Sale) -> Decimal:
    """Answer what was paid for one, without tax: the mean, where credit was bought at several."""
    return _mean(sale.price, sale.usages) if sale.usages else _mean(sale.returned, sale.returns)


def unit_earned(sale: Sale) -> Decimal:
    """Answer the label's part of one, as `unit_price`."""
    return _mean(sale.earned, sale.usages) if sale.usages else _mean(sale.taken_back, sale.returns)


def right_share(sale: Sale) -> Decimal:
    """Answer how many hundredths of what was paid are the label's."""
    if sale.usages:
        return decimal_of(shares_of_hundred(sale.earned, sale.price))
    return decimal_of(shares_of_hundred(sale.taken_back, sale.returned))


def _mean(total: int, number: int) -> Decimal:
    """Answer what is one of many, in units of the currency, towards nothing."""
    if not number:
        return Decimal(0)
    scaled = total * 10**_MORE_PLACES // number
    mean = decimal_of(scaled).scaleb(-_MORE_PLACES)
    return Decimal(0) if not mean else mean.normalize()


def _amounts(name: str, *micros: int) -> Mapping[str, Value]:
    return _in_both(name, tuple(decimal_of(one) for one in micros))


def _means(name: str, value: Decimal) -> Mapping[str, Value]:
    return _in_both(name, (value,))


def _in_both(name: str, values: tuple[Decimal, ...]) -> Mapping[str, Value]:
    return {f"{name}{_TRANSACTION}": values, f"{name}{_ACCOUNTING}": values}


def _told(summary: Record) -> Figures:
    return {
        "AllocatedUsages": summary.whole("AllocatedUsages"),
        "Returns": summary.whole("Returns"),
        "AllocatedRevenue": summary.micros(f"AllocatedRevenue{_ACCOUNTING}"),
        "AllocatedNetRevenue": summary.micros(f"AllocatedNetRevenue{_ACCOUNTING}"),
    }


def _adds(row: Record) -> Figures | None:
    if row.shape is not SALE:
        return None
    return {
        "AllocatedUsages": row.whole("TotalUsages"),
        "Returns": row.whole("Returns"),
        "AllocatedRevenue": row.micros(f"AllocatedRevenue{_ACCOUNTING}"),
        "AllocatedNetRevenue": row.micros(f"AllocatedNetRevenue{_ACCOUNTING}"),
    }


FINANCIAL = Profile(
    name="FinancialReportingToRecordCompaniesProfileSRB",
    version="1.0",
    head=HEAD,
    summaries=(SUMMARY,),
    rows=(SALE, SPECIFIC),
    foot=SRFO,
    has_blocks=False,
    told=_told,
    adds=_adds,
)
