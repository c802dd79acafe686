"""The record of acts: written with what was done, in its transaction, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from base.database import Session
from catalog.acts import DONE, Act, Noted
from catalog.callers import Caller
from catalog.models.audit import NotedAct
from catalog.models.people import Account

_LONGEST_SUBJECT, _LONGEST_OUTCOME = 120, 60


@dataclass(slots=True, kw_only=True)
class Asking:
    """A request that acts come from: of whom, and which were noted in it.

    Its network is told of offices alone, as acts are kept for ever: of what only an office does,
    and of what somebody does by one to what is another's.
    """

    #: Nobody yet, where who asks is found in a question of its own.
    caller: Caller | None
    network: Callable[[], str]
    request_id: str
    is_office: bool
    noted: list[Act] = field(default_factory=list)


#: A use case knows who acts and not by which request, as it may be at a terminal as well.
_ASKING: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asked_by(asking: Asking) -> Iterator[None]:
    """Have the acts within tell from where they come."""
    before = _ASKING.set(asking)
    try:
        yield
    finally:
        _ASKING.reset(before)


def by_office() -> None:
    """Say that what is asked for is done by an office: it is another's."""
    if (asking := _ASKING.get()) is not None:
        asking.is_office = True


async def note_act(  # noqa: PLR0913 - who did what to whom, when, and how
    session: Session,
    by: Caller | UUID | None,
    act: Act,
    subject: object,
    *,
    now: datetime,
    facts: Mapping[str, object] = MappingProxyType({}),
    outcome: str = DONE,
) -> None:
    """Write down what somebody does: a caller, an account, or who sits at a terminal.

    It is undone with what was done. Of `subject` the number is kept, and `facts` name nobody but
    by the number of an account.
    """
    asking = _ASKING.get()
    caller = _caller_in(by, asking)
    credential = None if caller is None else caller.credential
    session.add(
        NotedAct(
            at=now,
            act=act,
            account_id=by if not isinstance(by, Caller) else by.id,
            person_id=by if caller is None else caller.person_id,
            credential_id=None if credential is None else credential.id,
            subject=str(subject)[:_LONGEST_SUBJECT],
            facts=dict(facts),
            network=asking.network() if asking is not None and asking.is_office else None,
            request_id=None if asking is None else asking.request_id,
            outcome=outcome[:_LONGEST_OUTCOME],
        )
    )
    await session.flush()
    if asking is not None:
        asking.noted.append(act)


def _caller_in(by: Caller | UUID | None, asking: Asking | None) -> Caller | None:
    if isinstance(by, Caller) or by is None:
        return by
    known = None if asking is None else asking.caller
    return known if known is not None and by in {known.id, known.person_id} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which acts are asked for: all, or those of a kind, of a person, of a subject, refused so."""

    act: Act | None = None
    person_id: UUID | None = None
    subject: str | None = None
    outcome: str | None = None


async def acts_before(
    session: Session, asked: Asked, *, before: int | None = None, limit: int
) -> list[Noted]:
    """Answer acts, the newest first, from before a number on."""
    row = NotedAct
    query = select(row)
    if asked.act is not None:
        query = query.where(row.act == asked.act)
    if asked.person_id is not None:
        query = query.where(row.person_id == asked.person_id)
    if asked.subject is not None:
        query = query.where(row.subject == asked.subject)
    if asked.outcome is not None:
        query = query.where(row.outcome == asked.outcome)
    if before is not None:
        query = query.where(row.id < before)
    found = await session.scalars(query.order_by(row.id.desc()).limit(limit))
    return [
        Noted(
            id=one.id,
            at=one.at,
            act=one.act,
            account_id=one.account_id,
            person_id=one.person_id,
            credential_id=one.credential_id,
            subject=one.subject,
            facts=one.facts,
            network=one.network,
            request_id=one.request_id,
            outcome=one.outcome,
        )
        for one in found
    ]


async def names_of(session: Session, acts: Iterable[Noted]) -> Mapping[UUID, str]:
    """Answer how they are called now who acted, and for whom they did."""
    ids = {one for act in acts for one in (act.account_id, act.person_id) if one is not None}
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {account_id: name for account_id, name in await session.execute(query)}  # noqa: C416
