"""What every answer tells a browser to refuse, whatever was asked for.

Pages say by themselves which scripts may run (`stream.pages.render`, `stream.pages.embed`); sound
has headers of its own (`stream.media_headers`), as it is meant for players on any page.
"""

from __future__ import annotations

from aiohttp import hdrs, web

from stream.keys import TOOLS

_NO_PAGE_OF_OURS = ("/media/", "/edge/")
_ANYWHERE = ("/embed/", "/oembed")
#: Where applications send people to sign in, often in a window that they opened for it and that
#: must still know them when it comes back to them.
_ON_THE_WAY = ("/oauth/", "/sign-in", "/join")
_YEAR_S = 31_536_000
_POWERS = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb"),
)
PERMISSIONS = ", ".join(f"{power}=()" for power in _POWERS)
#: What others may show among their own things: pictures, and what is made to stand in frames.
_OURS = ("text/html", "application/json", "application/problem+json")


async def shield(request: web.Request, response: web.StreamResponse) -> None:
    """Add what the answer does not say yet."""
    if request.path.startswith(_NO_PAGE_OF_OURS):
        return
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.app[TOOLS].settings.public_url.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_S}")
    kind = headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0]
    is_anywhere = request.path.startswith(_ANYWHERE)
    if kind in _OURS and not is_anywhere:
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if kind == "text/html":
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Referrer-Policy", "same-origin")
        if not request.path.startswith((*_ANYWHERE, *_ON_THE_WAY)):
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
