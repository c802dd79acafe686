"""The pages of accounts, once each: how one comes in, and one's own."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.pages.account import (
    confirming,
    entry,
    person,
    players,
    scrobbling,
    second,
    security,
)
from stream.pages.account.invitation import get_invitation_page, post_invitation_page
from stream.pages.account.own_data import get_data_page, post_data_page
from stream.pages.account.quality import get_quality_page
from stream.pages.pages import Page

_INVITATION = "/invitations/{secret:[A-Za-z0-9_-]+}"


def account_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        Page(path="/tracks/{track}/quality", handler=get_quality_page, needs=Permission.MUSIC_READ),
        Page(path="/account/data", handler=get_data_page, needs=Permission.ACCOUNT_CLOSE),
        _taking("/account/data", post_data_page, needs=Permission.ACCOUNT_CLOSE),
        Page(path=_INVITATION, handler=get_invitation_page, needs=Permission.SIGN_IN),
        _taking(_INVITATION, post_invitation_page, needs=Permission.MEMBERSHIPS),
        *_both("/join", entry.get_join, entry.post_join),
        *_both("/sign-in", entry.get_sign_in, entry.post_sign_in),
        *_both("/sign-in/second", second.get_second, second.post_second),
        _taking("/sign-in/token", entry.post_token),
        _taking("/sign-out", entry.post_sign_out),
        *_both("/forgot", entry.get_forgot, entry.post_forgot),
        *_both("/reset", entry.get_reset, entry.post_reset),
        *_both("/verify", confirming.get_verify, confirming.post_verify),
        _taking("/verify/again", confirming.post_verify_again),
        Page(path="/account", handler=person.get_account_page, needs=Permission.CREDENTIALS_KEEP),
        _own("/account/name", person.post_name),
        _own("/account/email", person.post_email),
        _own("/account/password", person.post_password),
        _own("/account/sign-ins", person.post_end),
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
        _taking("/account/security/players", players.post_player, needs=Permission.TOKENS_KEEP),
        *_scrobbling(),
    ]


def _scrobbling() -> Sequence[Page]:
    here, needs = "/account/scrobbling", Permission.LISTENS_SEND
    return [
        Page(path=here, handler=scrobbling.get_scrobbling_page, needs=needs),
        _taking(f"{here}/listenbrainz", scrobbling.post_listenbrainz_page, needs=needs),
        _taking(f"{here}/lastfm", scrobbling.post_lastfm_page, needs=needs),
        _taking(f"{here}/{{link:[0-9a-f-]{{36}}}}", scrobbling.post_link_page, needs=needs),
    ]


def _both(path: str, shown: Handler, taken: Handler) -> Sequence[Page]:
    return [Page(path=path, handler=shown, needs=Permission.SIGN_IN), _taking(path, taken)]


def _taking(path: str, handler: Handler, *, needs: Permission = Permission.SIGN_IN) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)


def _own(path: str, handler: Handler) -> Page:
    return _taking(path, handler, needs=Permission.CREDENTIALS_KEEP)
