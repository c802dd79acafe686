"""The desk of treasurers and moderators: what is asked before a deed.

A deed has an address. Getting it tells what will happen, and changes nothing; posting it does it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import hdrs, web

from base.errors import Refused
from catalog.callers import Caller
from stream.idempotency import Keyed, bound
from stream.ids import id_in
from stream.pages.forms import see_other
from stream.pages.office.showing import again, office_page

_KEY = "key"
_MICROS, _MOST = Decimal(1_000_000), Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What will happen, said before it does; `said` goes along when it is answered.

    `back` is where one comes from, and goes if it shall not happen. A `reason` is asked for where
    it has a label.
    """

    title: str
    button: str
    back: str
    happens: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    warnings: Sequence[str] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    reason_hint: str = ""
    needs_reason: bool = True
    #: What cannot be undone.
    is_final: bool = False


async def ask(
    request: web.Request, question: Question, *, refused: Refused | None = None
) -> web.Response:
    """Ask whether something shall be done; again, with what stood in its way."""
    said = dict(question.said)
    key = said.pop(_KEY, "") or str(uuid4())
    reason = said.pop("reason", "")
    context = {"question": question, "hidden": said, "key": key, "said": {"reason": reason}}
    return await office_page(request, "office/question.html", context, refused=refused)


async def ask_again(request: web.Request, question: Question, refused: Refused) -> web.Response:
    """Say why it was not done; who has to show who they are does so, and is asked again."""
    said = {name: text for name, text in question.said.items() if name != _KEY}
    path = f"{request.path}?{urlencode(said)}" if said else request.path
    return again(request, refused, path) or await ask(request, question, refused=refused)


def keyed_form(request: web.Request, who: Caller, form: Mapping[str, str]) -> Keyed:
    """Answer the key of a question that was answered: it is done once, however often it is sent.

    Raises:
        Refused: `bad-form`, 422: it has none.

    """
    unkeyed = Refused("bad-form", "Please ask for it anew, from the page before.", status=422)
    key = str(id_in(form.get(_KEY, ""), unkeyed))
    said = json.dumps(sorted(form.items())).encode()
    operation = f"{request.method} {request.path}"
    return Keyed(
        key=bound(key, caller_id=str(who.id), operation=operation), digest=sha256(said).digest()
    )


def said_in(request: web.Request, form: Mapping[str, str], *names: str) -> dict[str, str]:
    """Answer what was said: in the address while it is asked, in the form once it is answered."""
    told = form if request.method == hdrs.METH_POST else request.query
    return {name: told[name].strip()[:1000] for name in (*names, _KEY) if name in told}


def money_in(text: str, fault: Refused) -> int:
    """Read an amount as somebody types it, in micro-units; both signs for decimals are taken.

    Raises:
        Refused: `fault`: it is none.

    """
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise fault from None
    if not value.is_finite() or not 0 <= value <= _MOST or value * _MICROS % 1:
        raise fault
    return int(value * _MICROS)


def done(path: str, notice: str, **more: str) -> web.Response:
    """Go on to a page, which says what happened."""
    return see_other(f"{path}?{urlencode({'notice': notice, **more})}")
