"""The pages of who somebody is to the house, and to others, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.pages import Page
from stream.pages.people import acting, ending, members, membership, tokens

_ENDING = f"/account/artists/{{account:{ID}}}"


def people_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        _page("/account/tokens", tokens.get_tokens_page, Permission.TOKENS_KEEP),
        _deed("/account/tokens", tokens.post_tokens_page, Permission.TOKENS_KEEP),
        _deed("/account/tokens/end", tokens.post_end_page, Permission.TOKENS_KEEP),
        _page("/account/acting", acting.get_acting_page, Permission.MEMBERSHIPS),
        _deed("/account/acting", acting.post_acting_page, Permission.MEMBERSHIPS),
        _deed("/account/acting/new", acting.post_new_page, Permission.ARTISTS_MAKE),
        _deed("/account/acting/leave", acting.post_leave_page, Permission.MEMBERSHIPS),
        _page("/account/members", members.get_members_page, Permission.MEMBERS_READ),
        _deed("/account/members/member", members.post_member_page, Permission.MEMBERS_KEEP),
        _deed("/account/members/invite", members.post_invite_page, Permission.MEMBERS_KEEP),
        _deed("/account/members/withdraw", members.post_withdraw_page, Permission.MEMBERS_KEEP),
        _page(_ENDING, ending.get_ending_page, Permission.ACCOUNT_CLOSE),
        _deed(f"{_ENDING}/hand-over", ending.post_hand_over_page, Permission.MEMBERSHIPS),
        _deed(f"{_ENDING}/close", ending.post_close_page, Permission.ACCOUNT_CLOSE),
        *_membership(),
    ]


def _membership() -> Sequence[Page]:
    here, read = "/account/membership", Permission.OWN_MEMBERSHIP_READ
    write = Permission.OWN_MEMBERSHIP_WRITE
    return [
        _page(here, membership.get_membership_page, read),
        _page(f"{here}/certificate", membership.get_certificate_page, read),
        _deed(here, membership.post_apply_page, write),
        _deed(f"{here}/payments", membership.post_pay_page, Permission.WALLET_SPEND),
        _deed(f"{here}/shown", membership.post_shown_page, write),
        _deed(f"{here}/leave", membership.post_leave_page, write),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
