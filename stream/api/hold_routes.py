"""The part of the table that is about plays that wait, and about ways of payout."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.comparison import (
    CompareQuery,
    ComparisonDocument,
    get_comparison,
    get_comparison_picture,
)
from stream.api.holds import (
    HeldPlays,
    HoldExplained,
    HoldQuery,
    NewReversal,
    Reversal,
    WhyDecided,
    get_hold,
    get_holds,
    post_reversal,
    reject_hold,
    release_hold,
)
from stream.api.openapi import Route


def hold_routes() -> list[Route]:
    """Answer every operation on plays that wait, and the comparison that members may ask for."""
    return [*_decisions(), *_comparison()]


def _decisions() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/holds",
            handler=get_holds,
            needs=Permission.HOLDS_KEEP,
            summary="For who keeps the books: plays that are suspicious, and wait for a person.",
            query=HoldQuery,
            answers={200: HeldPlays},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/holds/{play}",
            handler=get_hold,
            needs=Permission.HOLDS_KEEP,
            summary="For who keeps the books: why a play is held, with the figures.",
            answers={200: HoldExplained},
            problems=(401, 403, 404),
        ),
        Route(
            method="POST",
            path="/api/v1/holds/{play}/release",
            handler=release_hold,
            needs=Permission.HOLDS_KEEP,
            summary="For who keeps the books: let a held play be settled.",
            body=WhyDecided,
            hears_key=True,
            answers={200: HoldExplained},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/holds/{play}/reject",
            handler=reject_hold,
            needs=Permission.HOLDS_KEEP,
            summary="For who keeps the books: let a held play come to nothing.",
            body=WhyDecided,
            hears_key=True,
            answers={200: HoldExplained},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/reversals",
            handler=post_reversal,
            needs=Permission.HOLDS_KEEP,
            summary="For who keeps the books: undo what an account was charged in a time.",
            body=NewReversal,
            is_keyed=True,
            answers={200: Reversal},
            problems=(400, 401, 403, 409, 422),
        ),
    ]


def _comparison() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/comparison",
            handler=get_comparison,
            needs=Permission.EARNINGS_READ,
            summary="For members: what the plays of a month pay in three ways.",
            query=CompareQuery,
            answers={200: ComparisonDocument},
            problems=(401, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/comparison.svg",
            handler=get_comparison_picture,
            needs=Permission.EARNINGS_READ,
            summary="The same, drawn.",
            query=CompareQuery,
            answers={200: "image/svg+xml"},
            problems=(401, 422),
        ),
    ]
