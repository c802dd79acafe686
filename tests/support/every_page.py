"""Every page of the site: who looks at it in the demo house, and by which address.

The table is compared with that of the site: a page that is missing here fails the tests.
"""

from __future__ import annotations

import re

from stream.pages.routes import page_routes

_PATTERN = re.compile(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
_CODE = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
_APP = "client_id={client}&redirect_uri=https%3A%2F%2Fradio.example%2Fback&response_type=code"

#: What answers no page: pictures, sound, tables, documents, and what only leads elsewhere.
NO_PAGES = frozenset(
    (
        "/covers/{key}.svg",
        "/language/{name}.json",
        "/oembed",
        "/embed/tracks/{track}/preview.mp4",
        "/artists/{artist}/feed.rss",
        "/artists/{artist}/feed.atom",
        "/feeds/tracks/{track}.mp4",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemaps/{shown}-{first}.xml",
        "/studio/insights.csv",
        "/studio/earnings.csv",
        "/office/reviews/tracks/{track}/sound",
        "/office/reviews/tracks/{track}/versions/{number}/sound",
        "/shares",
        "/oauth/resume",
        "/manifest.webmanifest",
        "/service-worker.js",
    )
)

#: Pages that nobody looks at yet: the demo house has nobody who asked to be an artist.
NOT_YET = frozenset(("/office/artists/{request}/{deed}",))

#: Pages by who looks at them, as the site's table has them, each with an address of it.
PAGES: dict[str, dict[str, str]] = {
    "": {
        "/": "/",
        "/join": "/join",
        "/sign-in": "/sign-in",
        "/forgot": "/forgot",
        "/reset": "/reset?token={reset}",
        "/invitations/{secret}": "/invitations/{invitation}",
        "/search": "/search?q=harbour",
        "/genres": "/genres",
        "/genres/{genre}": "/genres/{genre}",
        "/charts": "/charts",
        "/charts/{chart}": "/charts/trending",
        "/labels/{label}": "/labels/{label}",
        "/people/{person}": "/people/{person}",
        "/stream-to-own": "/stream-to-own",
        "/gifts/{code}": "/gifts/{gift}",
        "/embed/tracks/{track}": "/embed/tracks/{track}",
        "/embed/releases/{release}": "/embed/releases/{release}",
        "/docs": "/docs",
        "/offline": "/offline",
        "/style": "/style",
    },
    "noor": {
        "/artists/{artist}": "/artists/{artist}",
        "/releases/{release}": "/releases/{release}",
        "/tracks/{track}": "/tracks/{track}",
        "/library": "/library",
        "/library/owned": "/library/owned",
        "/library/begun": "/library/begun",
        "/library/near": "/library/near",
        "/library/favourites": "/library/favourites",
        "/following": "/following",
        "/history": "/history",
        "/playlists": "/playlists",
        "/playlists/add": "/playlists/add?track={track}",
        "/playlists/{playlist}": "/playlists/{playlist}",
        "/wallet": "/wallet",
        "/wallet/history": "/wallet/history",
        "/wallet/top-up": "/wallet/top-up",
        "/wallet/top-ups": "/wallet/top-ups",
        "/wallet/top-ups/{topup}": "/wallet/top-ups/{topup}",
        "/wallet/gifts": "/wallet/gifts",
        "/wallet/purchases/{purchase}/return": "/wallet/purchases/{purchase}/return",
        "/tracks/{track}/buy": "/tracks/{unowned_track}/buy",
        "/tracks/{track}/give": "/tracks/{unowned_track}/give",
        "/releases/{release}/buy": "/releases/{unowned}/buy",
        "/verify": "/verify",
        "/account": "/account",
        "/account/security": "/account/security",
        "/account/apps": "/account/apps",
        "/account/scrobbling": "/account/scrobbling",
        "/account/data": "/account/data",
        "/account/tokens": "/account/tokens",
        "/account/membership": "/account/membership",
        "/account/membership/certificate": "/account/membership/certificate",
        "/device": "/device",
        "/studio/join": "/studio/join",
        "/oauth/authorize": f"/oauth/authorize?{_APP}&scope=openid&{_CODE}",
        "/oauth/end-session": "/oauth/end-session?client_id={client}",
    },
    "a fan": {
        "/playlists/invitations/{code}": "/playlists/invitations/{joining}",
        "/studio/splits/claim/{payee}": "/studio/splits/claim/{payee}",
    },
    "mara": {
        "/tracks/{track}/quality": "/tracks/{track}/quality",
        "/account/acting": "/account/acting",
        "/account/members": "/account/members",
        "/account/artists/{account}": "/account/artists/{band}",
        "/studio": "/studio",
        "/studio/upload": "/studio/upload",
        "/studio/releases/{release}": "/studio/releases/{draft}",
        "/studio/releases/{release}/coming-out": "/studio/releases/{draft}/coming-out",
        "/studio/tracks/{track}": "/studio/tracks/{track}",
        "/studio/insights": "/studio/insights?days=28",
        "/studio/earnings": "/studio/earnings?days=28",
        "/studio/earnings/bank": "/studio/earnings/bank",
        "/studio/earnings/proof": "/studio/earnings/proof?period=2026-09",
        "/studio/splits": "/studio/splits",
        "/studio/splits/{subject}": "/studio/splits/{track}",
        "/studio/profile": "/studio/profile",
        "/studio/profile/artists/{artist}": "/studio/profile/artists/{artist}",
        "/studio/profile/labels/{label}": "/studio/profile/labels/{label}",
    },
    "olga": {
        "/office": "/office",
        "/office/fleet": "/office/fleet?live=no",
        "/office/jobs": "/office/jobs",
        "/office/jobs/{job}": "/office/jobs/{job}",
        "/office/uploads": "/office/uploads",
        "/office/storage": "/office/storage",
        "/office/findings": "/office/findings",
        "/office/accounts": "/office/accounts",
        "/office/accounts/{account}": "/office/accounts/{account}",
        "/office/applications": "/office/applications",
        "/office/audit": "/office/audit",
        "/office/artists": "/office/artists",
        "/office/deliveries": "/office/deliveries",
        "/office/deliveries/{delivery}": "/office/deliveries/{delivery}",
        "/office/deliveries/messages": "/office/deliveries/messages",
        "/office/deliveries/messages/{message}": "/office/deliveries/messages/{message}",
        "/office/partners": "/office/partners",
        "/office/partners/{dpid}": "/office/partners/{dpid}",
    },
    "bob": {
        "/office/months": "/office/months",
        "/office/months/{month}": "/office/months/2026-09",
        "/office/months/{month}/close": "/office/months/2026-10/close",
        "/office/months/{month}/restate": "/office/months/2026-09/restate",
        "/office/reports": "/office/reports",
        "/office/reports/recipients/{recipient}/ask": (
            "/office/reports/recipients/{told}/ask?month=2026-09"
        ),
        "/office/reports/{report}/send": "/office/reports/{report}/send",
        "/office/payouts": "/office/payouts",
        "/office/payouts/new": "/office/payouts/new",
        "/office/payouts/resume": "/office/payouts/resume",
        "/office/payouts/{run}": "/office/payouts/{run}",
        "/office/payouts/{run}/approve": "/office/payouts/{run}/approve",
        "/office/payouts/{run}/cancel": "/office/payouts/{run}/cancel",
        "/office/payouts/{run}/file": "/office/payouts/{run}/file",
        "/office/payouts/{run}/settle": "/office/payouts/{run}/settle",
        "/office/payouts/transfers/{payout}/left": "/office/payouts/transfers/{payout}/left",
        "/office/payouts/transfers/{payout}/back": "/office/payouts/transfers/{payout}/back",
        "/office/payouts/holds/new": "/office/payouts/holds/new?payee={account}",
        "/office/payouts/holds/{hold}/lift": "/office/payouts/holds/{hold}/lift",
        "/office/top-ups": "/office/top-ups",
        "/office/top-ups/{topup}": "/office/top-ups/{topup}",
        "/office/top-ups/{topup}/confirm": "/office/top-ups/{topup}/confirm?reference=A1&{arrived}",
        "/office/top-ups/{topup}/refund": "/office/top-ups/{paid}/refund",
        "/office/top-ups/refunds/{refund}/transferred": (
            "/office/top-ups/refunds/{refund}/transferred?reference=B7"
        ),
        "/office/holds": "/office/holds",
        "/office/holds/{play}": "/office/holds/{held}",
        "/office/holds/{deed}": "/office/holds/release?listener={listener}",
        "/office/prices": "/office/prices",
        "/office/prices/new": "/office/prices/new?day=2027-01-01&prices=2+4+8&artist=85&value=",
        "/office/adjustments": "/office/adjustments",
        "/office/adjustments/new": "/office/adjustments/new?{adjusted}",
        "/office/adjustments/{adjustment}/approve": "/office/adjustments/{adjustment}/approve",
        "/office/claims": "/office/claims",
        "/office/claims/{claim}/{deed}": "/office/claims/{claim}/approve",
        "/office/members": "/office/members",
        "/office/members/{member}": "/office/members/{member}",
        "/office/members/{member}/{deed}": "/office/members/{member}/admit",
    },
    "mo": {
        "/office/reviews": "/office/reviews",
        "/office/reviews/{release}": "/office/reviews/{review}",
        "/office/reviews/{release}/{deed}": "/office/reviews/{review}/take-up",
        "/office/reviews/tracks/{track}/versions/{number}/{deed}": (
            "/office/reviews/tracks/{versioned}/versions/2/approve"
        ),
    },
    "two-step": {"/sign-in/second": "/sign-in/second"},
}


def site() -> set[str]:
    """Answer the paths of all pages of the site's own table, their places without patterns."""
    found = {_PATTERN.sub(r"{\1}", one.path) for one in page_routes() if one.method == "GET"}
    return found - NO_PAGES - NOT_YET
