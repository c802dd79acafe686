"""Top-ups and what becomes of them, as rows of the table of the interface."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.permissions import Permission
from stream.api.openapi import Route
from stream.api.topup_documents import (
    GrantDocument,
    NewGrant,
    NewTopup,
    ProductList,
    RefundDocument,
    RefundList,
    RefundTransferred,
    TopupDocument,
    TopupList,
    TransferFound,
    WhyRefund,
)
from stream.api.topup_giving import (
    get_refunds,
    post_grant,
    post_refund,
    post_transferred,
)
from stream.api.topups import (
    get_products,
    get_topup,
    get_topups,
    post_confirmation,
    post_message,
    post_topup,
)

_TOPUPS = "/api/v1/topups"
_TOPUP = f"{_TOPUPS}/{{topup}}"
#: Its id, or the reference of its transfer.
_NAMED = {"topup": Annotated[str, Field(pattern="^[0-9A-Za-z -]{1,64}$")]}


def topup_routes() -> list[Route]:
    """Answer every operation on money that comes in."""
    return [*_of_listeners(), *_of_keepers(), *_of_providers()]


def _of_listeners() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/topup-products",
            handler=get_products,
            needs=Permission.CATALOGUE_READ,
            summary="Packs of credits that are sold, and how they can be paid.",
            answers={200: ProductList},
            problems=(),
        ),
        Route(
            method="POST",
            path=_TOPUPS,
            handler=post_topup,
            needs=Permission.WALLET_SPEND,
            summary="Order a pack of credits; needs `Idempotency-Key`.",
            body=NewTopup,
            answers={201: TopupDocument},
            is_keyed=True,
            problems=(400, 401, 404, 409, 422, 503),
        ),
        Route(
            method="GET",
            path=_TOPUPS,
            handler=get_topups,
            needs=Permission.WALLET_READ,
            summary="Your top-ups, the newest first.",
            answers={200: TopupList},
            problems=(401,),
        ),
        Route(
            method="GET",
            path=_TOPUP,
            places=_NAMED,
            handler=get_topup,
            needs=Permission.WALLET_READ,
            summary="How a top-up stands; treasurers also ask by its transfer's reference.",
            answers={200: TopupDocument},
        ),
    ]


def _of_keepers() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_TOPUP}/confirmation",
            places=_NAMED,
            handler=post_confirmation,
            needs=Permission.WALLETS_KEEP,
            summary="Say that a transfer arrived, for treasurers; needs `Idempotency-Key`.",
            body=TransferFound,
            answers={200: TopupDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path=f"{_TOPUP}/refund",
            places=_NAMED,
            handler=post_refund,
            name="refund_topup",
            needs=Permission.WALLETS_KEEP,
            summary="Send back what is unspent, for treasurers; needs `Idempotency-Key`.",
            body=WhyRefund,
            answers={200: RefundDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422, 503),
        ),
        Route(
            method="GET",
            path="/api/v1/topup-refunds",
            handler=get_refunds,
            needs=Permission.BOOKS_READ,
            summary="Refunds that wait to be transferred, for treasurers.",
            answers={200: RefundList},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path="/api/v1/topup-refunds/{refund}/transfer",
            handler=post_transferred,
            needs=Permission.WALLETS_KEEP,
            summary="Say that a refund was transferred, for treasurers; needs `Idempotency-Key`.",
            body=RefundTransferred,
            answers={200: RefundDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/grants",
            handler=post_grant,
            needs=Permission.WALLETS_KEEP,
            summary="Give credits to an account, for treasurers; needs `Idempotency-Key`.",
            body=NewGrant,
            answers={201: GrantDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
    ]


def _of_providers() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/payments/{provider}/webhook",
            places={"provider": Annotated[str, Field(pattern="^[a-z-]{1,40}$")]},
            handler=post_message,
            needs=Permission.PAYMENTS_NOTIFY,
            summary="What a payment provider has to say, signed or worth a question.",
            body="application/octet-stream",
            answers={200: "text/plain"},
            problems=(400, 404, 409, 413, 503),
        ),
    ]
