"""The pages of accounts, once each: how one comes in, and one's own."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.pages import account, confirming, entry, second, security
from stream.pages.pages import Page


def account_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        *_both("/join", entry.get_join, entry.post_join),
        *_both("/sign-in", entry.get_sign_in, entry.post_sign_in),
        *_both("/sign-in/second", second.get_second, second.post_second),
        _taking("/sign-in/token", entry.post_token),
        _taking("/sign-out", entry.post_sign_out),
        *_both("/forgot", entry.get_forgot, entry.post_forgot),
        *_both("/reset", entry.get_reset, entry.post_reset),
        *_both("/verify", confirming.get_verify, confirming.post_verify),
        _taking("/verify/again", confirming.post_verify_again),
        Page(path="/account", handler=account.get_account_page, needs=Permission.CREDENTIALS_KEEP),
        _own("/account/name", account.post_name),
        _own("/account/email", account.post_email),
        _own("/account/password", account.post_password),
        _own("/account/sign-ins", account.post_end),
        Page(
            path="/account/security",
            handler=security.get_security,
            needs=Permission.CREDENTIALS_KEEP,
        ),
        _own("/account/security/app", security.post_app),
        _own("/account/security/app/code", security.post_code),
        _own("/account/security/app/end", security.post_end),
        _own("/account/security/passkeys", security.post_passkey_end),
        _own("/account/security/codes", security.post_codes),
    ]


def _both(path: str, shown: Handler, taken: Handler) -> Sequence[Page]:
    return [Page(path=path, handler=shown, needs=Permission.SIGN_IN), _taking(path, taken)]


def _taking(path: str, handler: Handler) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=Permission.SIGN_IN)


def _own(path: str, handler: Handler) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=Permission.CREDENTIALS_KEEP)
