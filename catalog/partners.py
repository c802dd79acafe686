"""Who delivers: partners by their DPID, whose music it is, and by which keys they come."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select

from base.database import Session, insert_once
from base.errors import Refused
from catalog.findings import Severity
from catalog.models.ddex import Partner
from catalog.models.people import Account
from catalog.public_keys import checked_key

_DPID = re.compile(r"PADPIDA[A-Za-z0-9]{1,33}")
_RULE = re.compile(r"[a-z][a-z-]{1,39}")
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")
_MOST_KEYS, _LONGEST_NAME, _LONGEST_PREFIX = 20, 200, 200


class PartnerState(StrEnum):
    """Whether what a partner delivers is taken; of who is paused it waits."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFacts:
    """What is said of a partner, all of it anew; see `catalog.models.ddex.Partner`."""

    name: str
    account_id: UUID
    state: PartnerState = PartnerState.ACTIVE
    severities: Mapping[str, Severity]
    keys: Sequence[str]
    prefix: str | None = None


async def add_partner(
    session: Session, dpid: str, facts: PartnerFacts, *, by: UUID | None, now: datetime
) -> Partner:
    """Add a partner; of who sits at a terminal it is not known `by` whom.

    Raises:
        Refused: `partner-known`, 409; `dpid-invalid`, 422; as `change_partner`.

    """
    if not _DPID.fullmatch(dpid):
        raise Refused(
            "dpid-invalid", "A DPID is written as PADPIDA and letters or digits.", status=422
        )
    checked = await _checked(session, facts, partner_id=None)
    row = Partner(id=uuid4(), dpid=dpid, **checked, created_by=by, created_at=now, changed_at=now)
    if not await insert_once(session, row):
        raise Refused("partner-known", f"There is a partner {dpid} already.", status=409)
    return row


async def change_partner(
    session: Session, dpid: str, facts: PartnerFacts, *, now: datetime
) -> Partner:
    """Let all that is said of a partner be what is said now.

    Raises:
        Refused: `partner-unknown` or `account-unknown`, 404; `key-invalid`, `name-invalid`,
            `rule-invalid` or `prefix-invalid`, 422; `prefix-taken`, 409.

    """
    row = await partner_by_dpid(session, dpid, locks=True)
    for name, value in (await _checked(session, facts, partner_id=row.id)).items():
        setattr(row, name, value)
    row.changed_at = now
    await session.flush()
    return row


async def partner_by_dpid(session: Session, dpid: str, *, locks: bool = False) -> Partner:
    """Answer a partner.

    Raises:
        Refused: `partner-unknown`, 404.

    """
    query = select(Partner).where(Partner.dpid == dpid)
    row = (await session.scalars(query.with_for_update() if locks else query)).first()
    if row is None:
        raise Refused("partner-unknown", "There is no such partner.", status=404)
    return row


async def find_partner(session: Session, dpid: str) -> Partner | None:
    """Answer a partner, if there is one of that DPID."""
    return (await session.scalars(select(Partner).where(Partner.dpid == dpid))).first()


async def all_partners(session: Session) -> list[Partner]:
    """Answer all partners, by their names."""
    return list(await session.scalars(select(Partner).order_by(Partner.name, Partner.dpid)))


async def active_partners(session: Session) -> list[Partner]:
    """Answer the partners whose deliveries are taken."""
    query = select(Partner).where(Partner.state == PartnerState.ACTIVE).order_by(Partner.dpid)
    return list(await session.scalars(query))


async def partners_of(session: Session, account_id: UUID) -> list[Partner]:
    """Answer the partners whose music is an account's."""
    query = select(Partner).where(Partner.account_id == account_id).order_by(Partner.dpid)
    return list(await session.scalars(query))


async def _checked(
    session: Session, facts: PartnerFacts, *, partner_id: UUID | None
) -> dict[str, object]:
    name = facts.name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(
            "name-invalid", f"A partner's name has 1 to {_LONGEST_NAME} letters.", status=422
        )
    if any(not _RULE.fullmatch(rule) for rule in facts.severities):
        raise Refused(
            "rule-invalid",
            "A rule is called as docs/ddex.md lists it, as `isrc-check`.",
            status=422,
        )
    if len(facts.keys) > _MOST_KEYS:
        raise Refused("key-invalid", f"A partner has at most {_MOST_KEYS} keys.", status=422)
    if await session.get(Account, facts.account_id) is None:
        raise Refused("account-unknown", "There is no such account.", status=404)
    return {
        "name": name,
        "account_id": facts.account_id,
        "state": facts.state,
        "severities": {rule: str(one) for rule, one in sorted(facts.severities.items())},
        "keys": list(dict.fromkeys(map(checked_key, facts.keys))),
        "prefix": await _checked_prefix(session, facts.prefix, partner_id=partner_id),
    }


async def _checked_prefix(
    session: Session, prefix: str | None, *, partner_id: UUID | None
) -> str | None:
    """See that nobody else's deliveries lie below, or around, where a partner's do."""
    plain = (prefix or "").strip("/")
    if not plain:
        return None
    if len(plain) > _LONGEST_PREFIX or not _PREFIX.fullmatch(plain):
        raise Refused(
            "prefix-invalid",
            "A prefix is names of letters, digits, dots and dashes with slashes between.",
            status=422,
        )
    query = select(Partner.id, Partner.prefix).where(Partner.prefix.is_not(None))
    for other_id, other in await session.execute(query):
        if other_id != partner_id and _meet(plain, other or ""):
            raise Refused(
                "prefix-taken", "Another partner's deliveries lie there already.", status=409
            )
    return plain


def _meet(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
