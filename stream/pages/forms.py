"""Forms: what was typed in, from a page of ours; and where one goes on to afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from base.errors import Refused
from stream.identity.faults import Unfit
from stream.identity.origins import require_same_origin
from stream.pages.language import saying, told
from stream.pages.render import show

_LONGEST_LABEL = 200


async def form_of(request: web.Request) -> Mapping[str, str]:
    """Answer what was typed in.

    Raises:
        Refused: `other-origin`, 403: into a form of somebody else's.

    """
    require_same_origin(request)
    return {name: said for name, said in (await request.post()).items() if isinstance(said, str)}


def label_in(form: Mapping[str, str]) -> str | None:
    """Answer what somebody calls a token of theirs, or nothing where that is no name for one."""
    label = " ".join(form.get("label", "").split())
    return label if 0 < len(label) <= _LONGEST_LABEL and label.isprintable() else None


def onward(said: str) -> str:
    """Answer a path of ours to go on to; what may lead elsewhere, leads home."""
    parts = urlsplit(said) if said.isprintable() and "\\" not in said else urlsplit("")
    is_own = said.startswith("/") and not said.startswith("//")
    return said if is_own and not parts.scheme and not parts.netloc and parts.path else "/"


def notice_of(request: web.Request, notices: Mapping[str, str]) -> str | None:
    """Answer what became of a form that led here, in the language of the page."""
    said = notices.get(request.query.get("notice", ""))
    return said and saying(request)(said)


def see_other(path: str) -> web.Response:
    """Have a browser go on to a page."""
    return web.Response(status=303, headers={hdrs.LOCATION: path})


def again_or_none(refused: Refused, path: str) -> web.Response | None:
    """Where one has to sign in again, have a browser do that, and come back to a page."""
    if refused.code != "sign-in-again":
        return None
    return see_other(f"/sign-in?again=1&notice=again&next={quote(path, safe='')}")


async def form_page(
    request: web.Request,
    template: str,
    context: Mapping[str, Any],
    *,
    refused: Refused | None = None,
) -> web.Response:
    """Show a form, with what was wrong beside its fields, or above where it is of no field."""
    faults = refused.faults if isinstance(refused, Unfit) else {}
    above = None if refused is None or isinstance(refused, Unfit) else refused.sentence
    said: dict[str, Any] = {
        "faults": {field: told(request, fault) for field, fault in faults.items()},
        "error": above and told(request, above),
        "notice": None,
        **context,
    }
    # Strict as templates are, they need not ask whether a field was sent at all.
    said["said"] = {"name": "", "email": "", "code": "", "label": "", **said.get("said", {})}
    answer = await show(request, template, said, status=refused.status if refused else 200)
    if refused is not None and refused.retry_after_s is not None:
        answer.headers["Retry-After"] = str(refused.retry_after_s)
    return answer
