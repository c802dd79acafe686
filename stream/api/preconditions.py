"""Tags of documents (ETag), and what is asked only if a document is still, or no longer, that.

A tag is strong: it is of the canonical bytes of the whole document as its reader is told it, so
it is another as soon as anything in there is (RFC 9110, sections 8.8 and 13).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable

from aiohttp import ETag, web
from pydantic import BaseModel

from base.errors import Refused

_ANY = "*"


#: A list of entity tags, or any (RFC 9110, section 8.8.3).
TAGS = re.compile(r'\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*')


def require_tags(headers: Mapping[str, str]) -> None:
    """Let a change go on that names no tags, or names them well.

    Raises:
        Refused: `bad-precondition`, 400.

    """
    said = headers.get("If-Match")
    if said is not None and not TAGS.fullmatch(said.strip()):
        raise Refused("bad-precondition", "If-Match holds an ETag in its quotes, as it was sent.")


def etag_of(body: BaseModel) -> str:
    """Answer the tag of a document, without its quotes."""
    return tag_of_bytes(body.model_dump_json(by_alias=True).encode())


def tag_of_bytes(canonical: bytes) -> str:
    """Answer the tag of canonical bytes, without its quotes."""
    return hashlib.sha256(canonical).hexdigest()[:32]


def is_known(request: web.Request, tag: str) -> bool:
    """Tell whether who fetches has exactly this: `If-None-Match`, compared weakly."""
    said = request.if_none_match or ()
    return request.method in {"GET", "HEAD"} and any(one.value in {tag, _ANY} for one in said)


async def require_match(
    request: web.Request, current: Callable[[], BaseModel | Awaitable[BaseModel]]
) -> None:
    """Let a change go on if it is of what the document is now: `If-Match`, compared strongly.

    Without the header nothing is compared. `current` answers the document as GET would, from
    within the transaction that holds it, after it was locked.

    Raises:
        Refused: `changed-meanwhile`, 412.

    """
    said = request.if_match
    if said is None:
        return
    found = current()
    tag = etag_of(await found if isawaitable(found) else found)
    if not any(_is_strongly(one, tag) for one in said):
        raise Refused(
            "changed-meanwhile",
            "Somebody changed this since you fetched it. Fetch it again, see what is different, "
            "and send your change with the new ETag.",
            status=412,
        )


def _is_strongly(one: ETag, tag: str) -> bool:
    return one.value == _ANY or (one.value == tag and not one.is_weak)
