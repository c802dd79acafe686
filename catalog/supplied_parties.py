"""Who is meant in messages of a partner: known again by their numbers, and merged by these.

By a name alone only who has no number at all is known, and only within what the partner sends: two
artists may have one name. What links two numbers makes one of those who had them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import func, select, update

from base.database import Session
from catalog.artists import new_artist, new_label
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.ddex import SuppliedParty
from catalog.models.releases import Credit
from catalog.supplied_facts import Name, Told
from catalog.words import folded, sort_name_of

Page = TypeVar("Page", Artist, Label)
_NAME = "Name"
_NUMBERS = ("isni", "ipi")
#: Where somebody is named by their id.
_NAMED = {Artist: (TrackArtist, ReleaseArtist, Credit), Label: (ReleaseLabel,)}
_COLUMNS = {Artist: "artist_id", Label: "label_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Somebody as a message tells of them, known by any of `names`, the best one first."""

    name: str
    names: tuple[Name, ...]
    isni: str | None = None
    ipi: str | None = None


async def find_artists_meant(
    session: Session, partner_id: UUID, account_id: UUID, meant: Iterable[Meant], told: Told
) -> dict[Meant, UUID]:
    """Answer which artists of an account are meant; who is new is made."""
    people = tuple(dict.fromkeys(meant))
    parties = await _Parties[Artist].known(session, Artist, partner_id, account_id, people)
    return await parties.find(people, told)


async def find_label_meant(
    session: Session, partner_id: UUID, account_id: UUID, meant: Meant, told: Told
) -> Label:
    """Answer which label of an account is meant; one that is new is made."""
    parties = await _Parties[Label].known(session, Label, partner_id, account_id, (meant,))
    return await session.get_one(Label, (await parties.find((meant,), told))[meant])


@dataclass(slots=True)
class _Parties(Generic[Page]):
    """What a partner's parties are, while a message is read."""

    session: Session
    model: type[Page]
    partner_id: UUID
    account_id: UUID
    rows: dict[Name, SuppliedParty]
    pages: dict[UUID, Page]
    #: When each page was last told of.
    last: dict[UUID, datetime]
    free: dict[str, Page]

    @classmethod
    async def known(
        cls,
        session: Session,
        model: type[Page],
        partner_id: UUID,
        account_id: UUID,
        people: Sequence[Meant],
    ) -> _Parties[Page]:
        """Read what is known of some people."""
        column = _COLUMNS[model]
        wanted = {name for one in people for name in one.names}
        query = select(SuppliedParty).where(
            SuppliedParty.partner_id == partner_id,
            SuppliedParty.value.in_({one.value for one in wanted}),
        )
        rows = {_name(row): row for row in await session.scalars(query)}
        ids = {getattr(row, column) for row in rows.values()} - {None}
        named = select(model).where(model.id.in_(ids))
        pages = {one.id: one for one in await session.scalars(named)}
        about = getattr(SuppliedParty, column)
        last = select(about, func.max(SuppliedParty.told_at)).where(about.in_(ids)).group_by(about)
        told = {page_id: at for page_id, at in await session.execute(last)}  # noqa: C416 - rows are no pairs
        alone = {one.name for one in people if one.names[0].kind == _NAME}
        own = select(model).where(model.account_id == account_id, model.name.in_(alone))
        claimed = select(getattr(SuppliedParty, column)).where(
            getattr(SuppliedParty, column).is_not(None)
        )
        own = own.where(model.id.not_in(claimed)).order_by(model.created_at.desc(), model.id)
        free = {one.name: one for one in await session.scalars(own)}
        return cls(session, model, partner_id, account_id, rows, pages, told, free)

    async def find(self, people: Sequence[Meant], told: Told) -> dict[Meant, UUID]:
        """Answer who is meant, and write down by what they are known."""
        for one in people:
            await self._take(one, told)
        await self.session.flush()
        return {one: self._found(one)[0] for one in people}

    def _found(self, one: Meant) -> list[UUID]:
        column = _COLUMNS[self.model]
        known = (getattr(self.rows.get(name), column, None) for name in one.names)
        return list(dict.fromkeys(page_id for page_id in known if page_id is not None))

    async def _take(self, one: Meant, told: Told) -> None:
        found = self._found(one)
        page = self.pages[found[0]] if found else await self._begun(one, told.at)
        for other in found[1:]:
            await self._merge(page, self.pages.pop(other))
        is_newest = self.last.get(page.id, told.at) <= told.at
        self._note(one, page.id, told)
        if is_newest and "name" not in page.edited and page.name != one.name:
            page.name, page.sort_name = one.name, folded(sort_name_of(one.name))
        for number in _NUMBERS:
            said = getattr(one, number)
            may_say = said and number not in page.edited and hasattr(page, number)
            if may_say and (is_newest or getattr(page, number) is None):
                setattr(page, number, said)

    def _note(self, one: Meant, page_id: UUID, told: Told) -> None:
        """Write down by what somebody is known, and when they were last told of."""
        column = _COLUMNS[self.model]
        self.last[page_id] = max(self.last.get(page_id, told.at), told.at)
        for name in one.names:
            row = self.rows.get(name)
            if row is None:
                row = SuppliedParty(
                    partner_id=self.partner_id,
                    kind=name.kind,
                    value=name.value,
                    namespace=name.namespace,
                    told_at=told.at,
                )
                self.rows[name] = row
                self.session.add(row)
            setattr(row, column, page_id)
            row.told_at = max(row.told_at, told.at)

    async def _begun(self, one: Meant, now: datetime) -> Page:
        """Begin a page, or take one of the account's own that was made by hand."""
        page = self.free.pop(one.name, None) if one.names[0].kind == _NAME else None
        page = page or await self._numbered(one) or self._new(one.name, now)
        self.session.add(page)
        await self.session.flush()
        self.pages[page.id] = page
        return page

    def _new(self, name: str, now: datetime) -> Page:
        make = new_artist if self.model is Artist else new_label
        return make(self.account_id, name, now=now)  # type: ignore[return-value] # of the model

    async def _numbered(self, one: Meant) -> Page | None:
        """Answer a page of the account's own that has a number that all know."""
        for number in _NUMBERS:
            said = getattr(one, number)
            if said and hasattr(self.model, number):
                query = select(self.model).where(
                    self.model.account_id == self.account_id,
                    getattr(self.model, number) == said,
                )
                found = (await self.session.scalars(query.order_by(self.model.created_at))).first()
                if found is not None:
                    return found
        return None

    async def _merge(self, kept: Page, other: Page) -> None:
        """Let who was two be one: all that names the other names the one that is kept."""
        column = _COLUMNS[self.model]
        await self.session.flush()
        if self.last[other.id] > self.last[kept.id] and "name" not in kept.edited:
            kept.name, kept.sort_name = other.name, other.sort_name
        self.last[kept.id] = max(self.last[kept.id], self.last.pop(other.id))
        for model in (SuppliedParty, *_NAMED[self.model]):
            named = getattr(model, column)
            await self.session.execute(
                update(model).where(named == other.id).values({column: kept.id})
            )
        for row in self.rows.values():
            if getattr(row, column) == other.id:
                await self.session.refresh(row)


def _name(row: SuppliedParty) -> Name:
    return Name(kind=row.kind, value=row.value, namespace=row.namespace)
