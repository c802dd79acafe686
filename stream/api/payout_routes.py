"""Payouts, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.openapi import Handler, Route
from stream.api.payout_documents import (
    DetailsHistory,
    EnterDetails,
    OwnPayouts,
    PayoutList,
    ReturnPayout,
    RunDocument,
    RunList,
    StatementTaken,
)
from stream.api.payout_holds import (
    HoldDocument,
    HoldList,
    NewHold,
    delete_hold,
    get_holds,
    post_hold,
)
from stream.api.payout_runs import (
    approve_run,
    cancel_run,
    export_run,
    get_run,
    get_runs,
    post_run,
    post_statement,
    return_payout,
    settle_payout,
    settle_run,
)
from stream.api.payouts import PayeeQuery, get_bank_details, get_own_payouts, put_bank_details

_PAYOUTS = "/api/v1/payouts"
_RUNS = "/api/v1/payout-runs"
_RUN = f"{_RUNS}/{{run}}"
_HOLDS = "/api/v1/payout-holds"
_XML = "application/xml"


def payout_routes() -> list[Route]:
    """Answer every operation on payouts."""
    return [*_of_payees(), *_of_runs(), *_of_one_run(), *_of_transfers(), *_of_holds()]


def _of_payees() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_PAYOUTS,
            handler=get_own_payouts,
            needs=Permission.EARNINGS_READ,
            summary="What you are owed and were paid, and what stands in the way.",
            answers={200: OwnPayouts},
            problems=(401,),
        ),
        Route(
            method="PUT",
            path=f"{_PAYOUTS}/bank-details",
            handler=put_bank_details,
            needs=Permission.EARNINGS_WRITE,
            summary="Say where your money goes; new details wait some days.",
            body=EnterDetails,
            answers={200: DetailsHistory},
            problems=(401, 404, 422),
        ),
        Route(
            method="GET",
            path=f"{_PAYOUTS}/bank-details",
            handler=get_bank_details,
            needs=Permission.EARNINGS_READ,
            summary="Where your money goes and went, masked; of `payee`, if not of yourself.",
            query=PayeeQuery,
            answers={200: DetailsHistory},
            problems=(401, 404),
        ),
    ]


def _of_runs() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_RUNS,
            handler=post_run,
            needs=Permission.PAYOUTS_KEEP,
            summary="Plan to pay what closed months owe; another approves it. `Idempotency-Key`.",
            answers={201: RunDocument},
            is_keyed=True,
            problems=(400, 401, 403, 409),
        ),
        Route(
            method="GET",
            path=_RUNS,
            handler=get_runs,
            needs=Permission.BOOKS_READ,
            summary="Payout runs, the newest first.",
            answers={200: RunList},
            problems=(401, 403),
        ),
        Route(
            method="GET",
            path=_RUN,
            handler=get_run,
            needs=Permission.BOOKS_READ,
            summary="A run: who is paid what, who is not, and why.",
            answers={200: RunDocument},
            problems=(401, 403, 404),
        ),
    ]


def _of_one_run() -> list[Route]:
    return [
        _step("approve", approve_run, "Approve a run that somebody else planned."),
        _step("cancel", cancel_run, "Give up a run that was not sent to the bank."),
        _step("settle", settle_run, "Say that all of a run left the account."),
        Route(
            method="POST",
            path=f"{_RUN}/export",
            handler=export_run,
            needs=Permission.PAYOUTS_KEEP,
            summary="The run as a pain.001 file for the bank, the same each time.",
            hears_key=True,
            answers={200: _XML},
            problems=(401, 403, 404, 409, 422),
        ),
    ]


def _step(name: str, handler: Handler, summary: str) -> Route:
    return Route(
        method="POST",
        path=f"{_RUN}/{name}",
        handler=handler,
        needs=Permission.PAYOUTS_KEEP,
        summary=summary,
        hears_key=True,
        answers={200: RunDocument},
        problems=(401, 403, 404, 409),
    )


def _of_transfers() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_PAYOUTS}/{{payout}}/settle",
            handler=settle_payout,
            needs=Permission.PAYOUTS_KEEP,
            summary="Say that a transfer left the account.",
            hears_key=True,
            answers={200: PayoutList},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path=f"{_PAYOUTS}/{{payout}}/return",
            handler=return_payout,
            needs=Permission.PAYOUTS_KEEP,
            summary="Say that a transfer came back; once two have said so, it is owed again.",
            body=ReturnPayout,
            hears_key=True,
            answers={200: PayoutList},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/bank-statements",
            handler=post_statement,
            needs=Permission.PAYOUTS_KEEP,
            summary="Book what a camt.053 or camt.054 message tells of payouts.",
            body=_XML,
            answers={200: StatementTaken},
            problems=(401, 403, 422),
        ),
    ]


def _of_holds() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_HOLDS,
            handler=post_hold,
            needs=Permission.PAYOUTS_KEEP,
            summary="Let a payee not be paid until the hold is lifted.",
            body=NewHold,
            hears_key=True,
            answers={201: HoldDocument},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="GET",
            path=_HOLDS,
            handler=get_holds,
            name="get_payout_holds",
            needs=Permission.BOOKS_READ,
            summary="Whose payouts are on hold, and why.",
            answers={200: HoldList},
            problems=(401, 403),
        ),
        Route(
            method="DELETE",
            path=f"{_HOLDS}/{{hold}}",
            handler=delete_hold,
            needs=Permission.PAYOUTS_KEEP,
            summary="Lift a hold.",
            hears_key=True,
            answers={204: None},
            problems=(401, 403, 404),
        ),
    ]
