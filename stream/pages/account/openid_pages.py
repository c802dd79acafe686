"""The pages that people see while an application signs them in, or out."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.identity.oidc.devices import PAGE as DEVICE
from stream.identity.oidc.documents import AUTHORIZE, END_SESSION
from stream.pages.account.apps import get_apps_page, post_apps_page
from stream.pages.account.authorize import (
    CONSENT,
    RESUME,
    get_authorize,
    get_resume,
    post_authorize,
    post_consent,
)
from stream.pages.account.device import get_device, post_device
from stream.pages.account.end_session import (
    CONFIRM,
    get_end_session,
    post_end_session,
    post_signed_out,
)
from stream.pages.pages import Page

# Whoever comes may be nobody yet: each of them sees to who signed in.
_OPEN = Permission.SIGN_IN


def openid_pages() -> Sequence[Page]:
    """Answer all of them."""
    return [
        Page(path=AUTHORIZE, handler=get_authorize, needs=_OPEN),
        Page(method="POST", path=AUTHORIZE, handler=post_authorize, needs=_OPEN),
        Page(method="POST", path=CONSENT, handler=post_consent, needs=_OPEN),
        Page(path=RESUME, handler=get_resume, needs=_OPEN),
        Page(path=END_SESSION, handler=get_end_session, needs=_OPEN),
        Page(method="POST", path=END_SESSION, handler=post_end_session, needs=_OPEN),
        Page(method="POST", path=CONFIRM, handler=post_signed_out, needs=_OPEN),
        Page(path=DEVICE, handler=get_device, needs=Permission.CREDENTIALS_KEEP),
        Page(method="POST", path=DEVICE, handler=post_device, needs=Permission.CREDENTIALS_KEEP),
        Page(path="/account/apps", handler=get_apps_page, needs=Permission.CREDENTIALS_KEEP),
        Page(
            method="POST",
            path="/account/apps/{client:[a-z0-9]{1,60}}",
            handler=post_apps_page,
            needs=Permission.CREDENTIALS_KEEP,
        ),
    ]
