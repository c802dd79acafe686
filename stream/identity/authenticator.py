"""Codes of an app (TOTP, RFC 6238): what it counts from, the picture it reads, and which is right.

The clock of a phone may be half a minute off either way, and no code is good twice.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
import segno
from pyotp.utils import strings_equal

#: What every app does, whatever else is asked of it.
_DIGITS, _STEP_S, _WINDOW = 6, 30, 1
_ISSUER = "Refrain"


def new_secret() -> str:
    """Answer what an app counts from, in the letters that can be typed in: 160 bits."""
    return pyotp.random_base32()


def uri_of(secret: str, *, called: str) -> str:
    """Answer what an app reads; it shows the account as it is `called`."""
    return pyotp.TOTP(secret).provisioning_uri(name=called, issuer_name=_ISSUER)


def picture_of(uri: str, *, title: str) -> str:
    """Draw what an app reads by its camera, as a part of a page: black on white in any light."""
    drawn: str = segno.make(uri, error="m", micro=False).svg_inline(
        scale=5,
        border=4,
        dark="#000",
        light="#fff",
        title=title,
        svgclass="qr",
        lineclass=None,
        omitsize=False,
    )
    return drawn


def step_of(secret: str, said: str, *, now: datetime, after: int = -1) -> int | None:
    """Answer which step a code is of, if it is one of now and none that was used before."""
    code = digits_of(said)
    at = int(now.timestamp()) // _STEP_S
    totp = pyotp.TOTP(secret, digits=_DIGITS, interval=_STEP_S)
    right = [
        step
        for step in range(at - _WINDOW, at + _WINDOW + 1)
        if strings_equal(totp.generate_otp(step), code)
    ]
    return next((step for step in right if step > after), None)


def digits_of(said: str) -> str:
    """Answer the digits of what was typed in."""
    return "".join(one for one in said if one.isascii() and one.isdigit())


def is_like_one(said: str) -> bool:
    """Whether what was typed in may be the code of an app, and no code on paper."""
    bare = said.replace(" ", "").replace("-", "")
    return len(bare) == _DIGITS and len(digits_of(said)) == _DIGITS
