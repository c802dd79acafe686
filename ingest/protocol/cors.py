"""What browsers are told about uploads from pages of other sites (CORS).

Anyone's page may speak to us, for who asks is told by a token that no browser adds by itself:
cookies are not let through.
"""

from __future__ import annotations

from collections.abc import Mapping

METHODS = ("OPTIONS", "POST", "HEAD", "GET", "PUT", "PATCH", "DELETE")

_ASKED = (
    *("Authorization", "Content-Type", "Content-Disposition", "Content-Digest", "Repr-Digest"),
    *("X-Requested-With", "X-Request-ID", "X-HTTP-Method-Override"),
    *("Tus-Resumable", "Upload-Metadata", "Upload-Defer-Length", "Upload-Concat"),
    *("Upload-Checksum", "Upload-Offset", "Upload-Length", "Upload-Complete"),
    "Upload-Draft-Interop-Version",
)
_TOLD = (
    *("Location", "Retry-After", "X-Request-Id", "Refrain-Track", "Repr-Digest"),
    "Refrain-Release",
    *("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"),
    *("Upload-Offset", "Upload-Length", "Upload-Defer-Length", "Upload-Metadata"),
    *("Upload-Concat", "Upload-Expires", "Upload-Complete", "Upload-Limit"),
    "Upload-Draft-Interop-Version",
)
_DAY_S = 86_400

#: Of every answer.
ANSWER: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(_TOLD),
}
#: Of the answer to OPTIONS, by which a browser asks beforehand.
PREFLIGHT: Mapping[str, str] = {
    **ANSWER,
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": ", ".join(_ASKED),
    "Access-Control-Max-Age": str(_DAY_S),
}
