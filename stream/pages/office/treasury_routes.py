"""The pages of treasurers and moderators, once each; every deed is asked about where it is done."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.office import (
    adjustments,
    artists,
    claims,
    holds,
    members,
    month_deeds,
    months,
    payout_deeds,
    payouts,
    report_deeds,
    reports,
    review_deeds,
    reviews,
    topup_deeds,
    topups,
    transfer_deeds,
)
from stream.pages.office import prices as terms
from stream.pages.pages import Page


def treasury_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        *_months(),
        *_reports(),
        *_payouts(),
        *_transfers(),
        *_topups(),
        *_plays(),
        *_people(),
        *_reviews(),
    ]


def _months() -> Sequence[Page]:
    month, keep = "/office/months/{month}", Permission.BOOKS_KEEP
    return [
        _page("/office/months", months.get_months_page, Permission.BOOKS_READ),
        _page(month, months.get_month_page, Permission.BOOKS_READ),
        *_deed(f"{month}/close", month_deeds.get_close_page, month_deeds.post_close_page, keep),
        *_deed(
            f"{month}/restate", month_deeds.get_restate_page, month_deeds.post_restate_page, keep
        ),
    ]


def _reports() -> Sequence[Page]:
    here, keep, deeds = reports.HERE, Permission.BOOKS_KEEP, report_deeds
    recipient, report = f"{here}/recipients/{{recipient:{ID}}}", f"{here}/{{report:{ID}}}"
    return [
        _page(here, reports.get_reports_page, Permission.BOOKS_READ),
        *_deed(f"{recipient}/ask", deeds.get_ask_page, deeds.post_ask_page, keep),
        *_deed(f"{report}/send", deeds.get_send_page, deeds.post_send_page, keep),
    ]


def _payouts() -> Sequence[Page]:
    here, run, keep = "/office/payouts", f"/office/payouts/{{run:{ID}}}", Permission.PAYOUTS_KEEP
    deeds = payout_deeds
    return [
        _page(here, payouts.get_payouts_page, Permission.BOOKS_READ),
        *_deed(f"{here}/resume", deeds.get_resume_page, deeds.post_resume_page, keep),
        *_deed(f"{here}/new", deeds.get_plan_page, deeds.post_plan_page, keep),
        _page(run, payouts.get_run_page, Permission.BOOKS_READ),
        *_deed(f"{run}/approve", deeds.get_approve_page, deeds.post_approve_page, keep),
        *_deed(f"{run}/cancel", deeds.get_cancel_page, deeds.post_cancel_page, keep),
        *_deed(f"{run}/file", deeds.get_file_page, deeds.post_file_page, keep),
        *_deed(f"{run}/settle", deeds.get_settle_page, deeds.post_settle_page, keep),
    ]


def _transfers() -> Sequence[Page]:
    here, keep, deeds = "/office/payouts", Permission.PAYOUTS_KEEP, transfer_deeds
    one, hold = f"{here}/transfers/{{payout:{ID}}}", f"{here}/holds/{{hold:{ID}}}"
    statement = deeds.post_statement_page
    return [
        *_deed(f"{one}/left", deeds.get_left_page, deeds.post_left_page, keep),
        *_deed(f"{one}/back", deeds.get_back_page, deeds.post_back_page, keep),
        *_deed(f"{here}/holds/new", deeds.get_hold_page, deeds.post_hold_page, keep),
        *_deed(f"{hold}/lift", deeds.get_lift_page, deeds.post_lift_page, keep),
        Page(method="POST", path=f"{here}/statement", handler=statement, needs=keep),
    ]


def _topups() -> Sequence[Page]:
    here, keep, deeds = "/office/top-ups", Permission.WALLETS_KEEP, topup_deeds
    one, refund = f"{here}/{{topup:{ID}}}", f"{here}/refunds/{{refund:{ID}}}"
    sent = (deeds.get_transferred_page, deeds.post_transferred_page)
    return [
        _page(here, topups.get_topups_page, keep),
        _page(one, topups.get_topup_page, keep),
        *_deed(f"{one}/confirm", deeds.get_confirm_page, deeds.post_confirm_page, keep),
        *_deed(f"{one}/refund", deeds.get_refund_page, deeds.post_refund_page, keep),
        *_deed(f"{refund}/transferred", *sent, keep),
    ]


def _plays() -> Sequence[Page]:
    hold, read, keep = "/office/holds", Permission.BOOKS_READ, Permission.BOOKS_KEEP
    prices, adjust = "/office/prices", "/office/adjustments"
    one = f"{adjust}/{{adjustment:{ID}}}/approve"
    judge, decide = Permission.HOLDS_KEEP, f"{hold}/{{deed:release|reject}}"
    propose = (adjustments.get_propose_page, adjustments.post_propose_page)
    approve = (adjustments.get_approve_page, adjustments.post_approve_page)
    return [
        _page(hold, holds.get_holds_page, judge),
        _page(f"{hold}/{{play:{ID}}}", holds.get_hold_page, judge),
        *_deed(decide, holds.get_decide_page, holds.post_decide_page, judge),
        _page(prices, terms.get_prices_page, read),
        *_deed(f"{prices}/new", terms.get_new_page, terms.post_new_page, keep),
        _page(adjust, adjustments.get_adjustments_page, read),
        *_deed(f"{adjust}/new", *propose, keep),
        *_deed(one, *approve, keep),
    ]


def _people() -> Sequence[Page]:
    here, keep = "/office/members", Permission.MEMBERSHIP_KEEP
    one, claim = f"{here}/{{member:{ID}}}", f"/office/claims/{{claim:{ID}}}"
    decide = (members.get_decide_page, members.post_decide_page)
    judge = (claims.get_decide_page, claims.post_decide_page)
    return [
        _page(here, members.get_members_page, keep),
        _page(one, members.get_member_page, keep),
        *_deed(f"{one}/{{deed:admit|refuse|exclude}}", *decide, keep),
        _page("/office/claims", claims.get_claims_page, Permission.PAYOUTS_KEEP),
        *_deed(f"{claim}/{{deed:approve|deny}}", *judge, Permission.PAYOUTS_KEEP),
    ]


def _reviews() -> Sequence[Page]:
    here, needs, deeds = "/office/reviews", Permission.MODERATE, review_deeds
    release, track = f"{here}/{{release:{ID}}}", f"{here}/tracks/{{track:{ID}}}"
    ask = f"{artists.HERE}/{{request:{ID}}}/{{deed:approve|deny}}"
    version = f"{track}/versions/{{number:[0-9]{{1,6}}}}"
    decide = (deeds.get_decide_page, deeds.post_decide_page)
    judge = (deeds.get_version_page, deeds.post_version_page)
    return [
        _page(here, reviews.get_reviews_page, needs),
        _page(release, reviews.get_review_page, needs),
        *_deed(f"{release}/{{deed:take-up|approve|return|withdraw|reinstate}}", *decide, needs),
        _page(artists.HERE, artists.get_artists_page, needs),
        *_deed(ask, artists.get_decide_page, artists.post_decide_page, needs),
        _page(f"{track}/sound", deeds.get_sound, needs),
        _page(f"{version}/sound", deeds.get_version_sound, needs),
        *_deed(f"{version}/{{deed:approve|return}}", *judge, needs),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, asks: Handler, does: Handler, needs: Permission) -> Sequence[Page]:
    return [_page(path, asks, needs), Page(method="POST", path=path, handler=does, needs=needs)]
