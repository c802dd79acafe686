"""The part of the table that is about what listeners have, buy, give and give back."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.account import (
    AccountDocument,
    EditAccount,
    get_account,
    patch_account,
)
from stream.api.archives import ZIP, PartQuery, get_library_archive
from stream.api.buying_documents import (
    GiftDocument,
    GiftList,
    NewGift,
    NewPurchase,
    NewRefund,
    PriceDocument,
    Purchased,
    PurchaseFacts,
    RefundDocument,
)
from stream.api.deals import (
    DealDocument,
    DealList,
    DealQuery,
    NewDealDocument,
    delete_deal,
    get_deals,
    post_deal,
)
from stream.api.gifts import GiftCode, delete_gift, get_gifts, post_acceptance, post_gift
from stream.api.library import get_begun, get_library, get_near, get_owned
from stream.api.library_documents import LibraryPage, WholeLibrary
from stream.api.openapi import Route
from stream.api.paging import Paged
from stream.api.purchases import get_price, post_purchase
from stream.api.refunds import post_refund
from stream.api.wallet import (
    HistoryQuery,
    WalletDocument,
    WalletHistory,
    WalletQuery,
    get_history,
    get_wallet,
)


def buying_routes() -> list[Route]:
    """Answer every operation of who listens and pays."""
    return [*_buying(), *_having(), *_owning(), *_keeping(), *_giving(), *_dealing(), *_being()]


def _buying() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/tracks/{track}/price",
            handler=get_price,
            needs=Permission.WALLET_READ,
            summary="What a track costs you: the next play, and to own it.",
            answers={200: PriceDocument},
        ),
        Route(
            method="POST",
            path="/api/v1/purchases",
            handler=post_purchase,
            needs=Permission.WALLET_SPEND,
            summary="Buy a track outright, or what of a release you do not own; `Idempotency-Key`.",
            body=NewPurchase,
            answers={201: Purchased},
            is_keyed=True,
            problems=(400, 401, 402, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/refunds",
            handler=post_refund,
            needs=Permission.WALLET_SPEND,
            summary="Give a purchase back; for treasurers also a play. `Idempotency-Key`.",
            body=NewRefund,
            answers={201: RefundDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
    ]


def _having() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/wallet",
            handler=get_wallet,
            needs=Permission.WALLET_READ,
            summary="Your credit, lot by lot; for treasurers that of a `listener`.",
            query=WalletQuery,
            answers={200: WalletDocument},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/wallet/history",
            handler=get_history,
            needs=Permission.WALLET_READ,
            summary="What changed your credit, the last first.",
            query=HistoryQuery,
            answers={200: WalletHistory},
            problems=(401, 403, 422),
        ),
    ]


def _owning() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/library",
            handler=get_library,
            needs=Permission.LIBRARY_READ,
            asks_itself=True,
            summary="All that you own or have begun to pay for, by recording.",
            answers={200: WholeLibrary},
            problems=(401,),
        ),
        Route(
            method="GET",
            path="/api/v1/library/owned",
            handler=get_owned,
            needs=Permission.LIBRARY_READ,
            summary="What you own with titles, the newest first.",
            query=Paged,
            answers={200: LibraryPage},
            problems=(400, 401, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/library/begun",
            handler=get_begun,
            needs=Permission.LIBRARY_READ,
            summary="What you have paid for in part, with titles.",
            query=Paged,
            answers={200: LibraryPage},
            problems=(400, 401, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/library/near",
            handler=get_near,
            needs=Permission.LIBRARY_READ,
            summary="What you are a play or two away from owning, the nearest first.",
            query=Paged,
            answers={200: LibraryPage},
            problems=(400, 401, 422),
        ),
    ]


def _keeping() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/library/downloads.zip",
            handler=get_library_archive,
            needs=Permission.DOWNLOAD,
            summary=(
                "What you own as ZIPs of a hundred recordings, the oldest first, with a receipt: "
                "`part` 1, 2, …; later ones change only the last part."
            ),
            query=PartQuery,
            answers={200: ZIP, 206: ZIP},
            problems=(401, 403, 404, 409, 412, 416, 422),
        ),
    ]


def _giving() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/gifts",
            handler=post_gift,
            needs=Permission.WALLET_SPEND,
            summary="Give a track to whoever has its code, or credit; `Idempotency-Key`.",
            body=NewGift,
            answers={201: GiftDocument},
            is_keyed=True,
            problems=(400, 401, 402, 404, 409, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/gifts",
            handler=get_gifts,
            needs=Permission.WALLET_READ,
            summary="What you gave.",
            answers={200: GiftList},
            problems=(401,),
        ),
        Route(
            method="DELETE",
            path="/api/v1/gifts/{gift}",
            handler=delete_gift,
            needs=Permission.WALLET_SPEND,
            summary="Take a gift back that nobody has taken up.",
            answers={200: GiftDocument},
            problems=(401, 404, 410),
        ),
        Route(
            method="POST",
            path="/api/v1/gifts/{code}/acceptance",
            places={"code": GiftCode},
            handler=post_acceptance,
            needs=Permission.WALLET_SPEND,
            summary="Take a gift up: you own its track.",
            answers={201: PurchaseFacts},
            problems=(401, 404, 409, 410),
        ),
    ]


def _dealing() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/deals",
            handler=post_deal,
            needs=Permission.MUSIC_TERMS,
            summary="Say where your music may be had, when, and for what; `Idempotency-Key`.",
            body=NewDealDocument,
            answers={201: DealDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/deals",
            handler=get_deals,
            needs=Permission.MUSIC_READ,
            summary="What is said of a `track` of yours.",
            query=DealQuery,
            answers={200: DealList},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="DELETE",
            path="/api/v1/deals/{deal}",
            handler=delete_deal,
            needs=Permission.MUSIC_TERMS,
            summary="Let a deal end now.",
            answers={204: None},
            problems=(401, 403, 404),
        ),
    ]


def _being() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/account",
            handler=get_account,
            needs=Permission.ACCOUNT_READ,
            summary="Your account.",
            answers={200: AccountDocument},
            problems=(401,),
        ),
        Route(
            method="PATCH",
            path="/api/v1/account",
            handler=patch_account,
            needs=Permission.ACCOUNT_WRITE,
            summary="Say where you live.",
            body=EditAccount,
            is_conditional=True,
            answers={200: AccountDocument},
            problems=(401, 422),
        ),
    ]
