"""The books themselves, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.books import (
    get_adjustments,
    get_countries,
    post_adjustment,
    post_approval,
    post_settlement,
    post_vat_payment,
)
from stream.api.books_documents import (
    AdjustmentDocument,
    AdjustmentList,
    Booked,
    DifferingCountries,
    NewAdjustment,
    NewSettlement,
    NewVatPayment,
)
from stream.api.openapi import Route

_ADJUSTMENTS = "/api/v1/adjustments"
_PROBLEMS = (400, 401, 403, 409, 422)


def books_routes() -> list[Route]:
    """Answer every operation on the books themselves."""
    return [*_of_own_money(), *_of_adjustments()]


def _of_own_money() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/settlements",
            handler=post_settlement,
            needs=Permission.BOOKS_KEEP,
            summary="Book a provider's payout, for treasurers; needs `Idempotency-Key`.",
            body=NewSettlement,
            answers={201: Booked},
            is_keyed=True,
            problems=_PROBLEMS,
        ),
        Route(
            method="POST",
            path="/api/v1/vat-payments",
            handler=post_vat_payment,
            needs=Permission.BOOKS_KEEP,
            summary="Book tax that was paid, for treasurers; needs `Idempotency-Key`.",
            body=NewVatPayment,
            answers={201: Booked},
            is_keyed=True,
            problems=_PROBLEMS,
        ),
        Route(
            method="GET",
            path="/api/v1/topup-countries",
            handler=get_countries,
            needs=Permission.BOOKS_READ,
            summary="Top-ups whose evidence of the country differs, for treasurers.",
            answers={200: DifferingCountries},
            problems=(401, 403),
        ),
    ]


def _of_adjustments() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_ADJUSTMENTS,
            handler=post_adjustment,
            needs=Permission.BOOKS_KEEP,
            summary="Propose to put something right, for treasurers; needs `Idempotency-Key`.",
            body=NewAdjustment,
            answers={201: AdjustmentDocument},
            is_keyed=True,
            problems=_PROBLEMS,
        ),
        Route(
            method="GET",
            path=_ADJUSTMENTS,
            handler=get_adjustments,
            needs=Permission.BOOKS_READ,
            summary="What was proposed to be put right, for treasurers.",
            answers={200: AdjustmentList},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path=f"{_ADJUSTMENTS}/{{adjustment}}/approval",
            handler=post_approval,
            needs=Permission.BOOKS_KEEP,
            summary="Book what another treasurer proposed; needs `Idempotency-Key`.",
            answers={200: AdjustmentDocument},
            is_keyed=True,
            problems=(*_PROBLEMS, 404),
        ),
    ]
