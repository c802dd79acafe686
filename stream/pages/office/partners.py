"""The pages of partners: who delivers, by which keys, and what is said of them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

from aiohttp import web
from pydantic import ValidationError

from base.errors import Refused
from catalog.account_list import account_told
from catalog.findings import Severity
from catalog.job_list import owner_called
from catalog.models.ddex import Partner
from catalog.partners import PartnerState, all_partners, partner_by_dpid
from ingest.ddex.rules import RULES
from stream.api.delivery_documents import EditPartner, NewPartner
from stream.api.partners import added, changed
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.delivery_words import PARTNER_STATES, SEVERITIES
from stream.pages.office.showing import office_page

M = TypeVar("M", NewPartner, EditPartner)

HERE = "/office/partners"
_NOTICES = {
    "added": N_("It may deliver from now on."),
    "changed": N_("It is as you say from now on."),
}
_FAULTS = {
    "dpid": N_("Tell its DPID: PADPIDA, and letters or digits."),
    "name": N_("Tell a name by which people know it."),
    "account": N_("Tell the account whose music it is, by name or id."),
    "severities": N_("Tell a rule and its weight a line: grid-check=note."),
    "keys": N_("Tell public keys as OpenSSH writes them, one a line."),
    "prefix": N_("Tell names of letters and digits with slashes between."),
}
#: Of which field it is that something was refused.
_OF_FIELD = {
    "partner-known": "dpid",
    "dpid-invalid": "dpid",
    "name-invalid": "name",
    "owner-unknown": "account",
    "account-unknown": "account",
    "rule-unknown": "severities",
    "rule-invalid": "severities",
    "key-invalid": "keys",
    "prefix-invalid": "prefix",
    "prefix-taken": "prefix",
}
_NEW = {"dpid": "", "name": "", "account": "", "severities": "", "keys": "", "prefix": ""}


async def get_partners_page(request: web.Request) -> web.Response:
    """Show partners, by name."""
    return await _show_all(request, notice=notice_of(request, _NOTICES))


async def post_partners_page(request: web.Request) -> web.Response:
    """Let somebody deliver."""
    who, form = await caller(request), await form_of(request)
    try:
        said = {"dpid": form.get("dpid", "").strip(), **await _read(request, form)}
        made = await added(request.app[TOOLS], who, _model(NewPartner, said))
    except Refused as refused:
        return await _show_all(request, refused=_of_field(refused), said=form)
    return see_other(f"{HERE}/{made.dpid}?notice=added")


async def get_partner_page(request: web.Request) -> web.Response:
    """Show a partner."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_partner_page(request: web.Request) -> web.Response:
    """Say anew what is said of one, all of it."""
    who, form, dpid = await caller(request), await form_of(request), request.match_info["dpid"]
    try:
        said = await _read(request, form)
        said["state"] = PartnerState.PAUSED if form.get("paused") else PartnerState.ACTIVE
        await changed(request.app[TOOLS], who, dpid, _model(EditPartner, said))
    except Refused as refused:
        return await _show(request, refused=_of_field(refused), said=form)
    return see_other(f"{HERE}/{dpid}?notice=changed")


async def _read(request: web.Request, form: Mapping[str, str]) -> dict[str, Any]:
    """Answer what was typed in, as a document has it."""
    async with request.app[TOOLS].database.read() as session:
        account = await owner_called(session, form.get("account", "").strip())
    weights = (one.partition("=") for one in form.get("severities", "").split())
    return {
        "name": " ".join(form.get("name", "").split()),
        "account": account,
        "severities": {rule: severity for rule, _, severity in weights},
        "keys": [one.strip() for one in form.get("keys", "").splitlines() if one.strip()],
        "prefix": form.get("prefix", "").strip() or None,
    }


def _model(kind: type[M], said: Mapping[str, Any]) -> M:
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        names = (str(one["loc"][0]) for one in error.errors())
        raise Unfit({name: _FAULTS.get(name, _FAULTS["name"]) for name in names}) from None


def _of_field(refused: Refused) -> Refused:
    """Say beside a field what was refused of it."""
    name = _OF_FIELD.get(refused.code)
    return Unfit({name: refused.sentence}) if name else refused


async def _show_all(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        partners = await all_partners(session)
    context = {
        "partners": partners,
        "states": PARTNER_STATES,
        "said": {**_NEW, **(said or {})},
        "notice": notice,
    }
    return await office_page(request, "office/partners.html", context, refused=refused)


async def _show(
    request: web.Request,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        partner = await partner_by_dpid(session, request.match_info["dpid"])
        owner = await account_told(session, partner.account_id)
    context = {
        "partner": partner,
        "owner": owner.name,
        "keys": [_key(one) for one in partner.keys],
        "states": PARTNER_STATES,
        "severities": SEVERITIES,
        "rules": sorted(RULES),
        "weights": list(Severity),
        "said": {**_told(partner), "paused": "", **(said or {})},
        "is_paused": bool(said["paused"]) if said and "paused" in said else _is_paused(partner),
        "notice": notice,
    }
    return await office_page(request, "office/partner.html", context, refused=refused)


def _is_paused(partner: Partner) -> bool:
    return partner.state == PartnerState.PAUSED


def _told(partner: Partner) -> dict[str, str]:
    return {
        "name": partner.name,
        "account": str(partner.account_id),
        "severities": "\n".join(f"{rule}={one}" for rule, one in partner.severities.items()),
        "keys": "\n".join(partner.keys),
        "prefix": partner.prefix or "",
    }


def _key(text: str) -> dict[str, str]:
    """Answer a key as people compare it: its kind, its fingerprint, and whose it says it is."""
    kind, _, rest = text.partition(" ")
    blob, _, comment = rest.partition(" ")
    digest = hashlib.sha256(base64.b64decode(blob)).digest()
    return {
        "kind": kind,
        "fingerprint": f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}",
        "comment": comment,
    }
