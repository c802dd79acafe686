"""Payees, their shares, advances and claims, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.advances import approve, get_advances, post_advance
from stream.api.claims import get_claims, post_claim, put_decision
from stream.api.openapi import Route
from stream.api.paging import Paged
from stream.api.payees import get_payee, get_payees, post_payee, put_members
from stream.api.split_documents import (
    AdvanceDocument,
    AdvanceList,
    Answer,
    ClaimDocument,
    ClaimList,
    Decision,
    NewAdvance,
    NewClaim,
    NewContract,
    NewPayee,
    NewSplit,
    PayeeDocument,
    PayeeList,
    SheetDocument,
    SheetList,
    SplitQuery,
    WriteMembers,
)
from stream.api.splits import (
    get_sheet,
    get_splits,
    get_waiting,
    post_contract,
    post_split,
    put_answer,
)

_PAYEES = "/api/v1/payees"
_SPLITS = "/api/v1/splits"


def split_routes() -> list[Route]:
    """Answer every operation on payees, shares, advances and claims."""
    return [*_of_payees(), *_of_proposals(), *_of_sheets(), *_of_advances(), *_of_claims()]


def _of_payees() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_PAYEES,
            handler=post_payee,
            needs=Permission.SHARES_WRITE,
            summary="Make a label, a group, or somebody without an account; `Idempotency-Key`.",
            body=NewPayee,
            answers={201: PayeeDocument},
            is_keyed=True,
            problems=(400, 401, 409, 422),
        ),
        Route(
            method="GET",
            path=_PAYEES,
            handler=get_payees,
            needs=Permission.SHARES_READ,
            summary="Whom you speak for, yourself first; and whom you made.",
            answers={200: PayeeList},
            problems=(401,),
        ),
        Route(
            method="GET",
            path=f"{_PAYEES}/{{payee}}",
            handler=get_payee,
            needs=Permission.SHARES_READ,
            summary="Who a payee is; of a group who belongs to it.",
            answers={200: PayeeDocument},
        ),
        Route(
            method="PUT",
            path=f"{_PAYEES}/{{payee}}/members",
            handler=put_members,
            needs=Permission.SHARES_WRITE,
            summary="Say who a group of yours is, for shares that are proposed from then on.",
            body=WriteMembers,
            answers={200: PayeeDocument},
            problems=(401, 404, 409, 422),
            is_conditional=True,
        ),
    ]


def _of_proposals() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_SPLITS,
            handler=post_split,
            needs=Permission.SHARES_WRITE,
            summary="Propose who shares a track of yours, or all of your music; `Idempotency-Key`.",
            body=NewSplit,
            answers={201: SheetDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/contracts",
            handler=post_contract,
            needs=Permission.SHARES_WRITE,
            summary="Propose what a label takes before it is divided; `Idempotency-Key`.",
            body=NewContract,
            answers={201: SheetDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
    ]


def _of_sheets() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_SPLITS,
            handler=get_splits,
            needs=Permission.SHARES_READ,
            summary="Sheets on which you stand, the newest first; with `track` all of yours.",
            query=SplitQuery,
            answers={200: SheetList},
        ),
        Route(
            method="GET",
            path=f"{_SPLITS}/waiting",
            handler=get_waiting,
            needs=Permission.SHARES_READ,
            summary="Sheets that wait for you to accept or decline.",
            answers={200: SheetList},
            problems=(401,),
        ),
        Route(
            method="GET",
            path=f"{_SPLITS}/{{sheet}}",
            handler=get_sheet,
            needs=Permission.SHARES_READ,
            summary="A sheet of shares, and who said what to it.",
            answers={200: SheetDocument},
        ),
        Route(
            method="PUT",
            path=f"{_SPLITS}/{{sheet}}/answer",
            handler=put_answer,
            needs=Permission.SHARES_WRITE,
            summary="Accept or decline; what waited for you is yours, or goes back.",
            body=Answer,
            answers={200: SheetDocument},
            problems=(401, 404, 409, 422),
        ),
    ]


def _of_advances() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/advances",
            handler=post_advance,
            needs=Permission.PAYOUTS_KEEP,
            summary="For treasurers: propose to give a payee an advance; `Idempotency-Key`.",
            body=NewAdvance,
            answers={201: AdvanceDocument},
            is_keyed=True,
            problems=(400, 401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/advances/{advance}/approve",
            handler=approve,
            needs=Permission.PAYOUTS_KEEP,
            summary="For treasurers: let an advance be paid that somebody else proposed.",
            hears_key=True,
            answers={200: AdvanceDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path="/api/v1/advances",
            handler=get_advances,
            needs=Permission.EARNINGS_READ,
            summary="Your advances and what is left of them; to treasurers everyone's.",
            answers={200: AdvanceList},
            problems=(401,),
        ),
    ]


def _of_claims() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/claims",
            handler=post_claim,
            needs=Permission.SHARES_WRITE,
            summary="Claim a payee, or what a track earned for nobody known; `Idempotency-Key`.",
            body=NewClaim,
            answers={201: ClaimDocument},
            is_keyed=True,
            problems=(400, 401, 404, 409, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/claims",
            handler=get_claims,
            needs=Permission.SHARES_READ,
            summary="Your claims; to treasurers and operators all that are open.",
            query=Paged,
            answers={200: ClaimList},
            problems=(401, 422),
        ),
        Route(
            method="PUT",
            path="/api/v1/claims/{claim}/decision",
            handler=put_decision,
            needs=Permission.PAYOUTS_KEEP,
            summary="For treasurers and operators: decide about somebody else's claim.",
            body=Decision,
            hears_key=True,
            answers={200: ClaimDocument},
            problems=(401, 403, 404, 409, 422),
        ),
    ]
