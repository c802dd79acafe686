"""People and groups of an earlier house, under the numbers they had there, each brought once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from base.bulk import among, insert_many, insert_missing
from base.database import Session, insert_if_new
from catalog.artists import ArtistKind, new_artist, new_label
from catalog.earlier_facts import Group, Membership, Person
from catalog.models.artists import Artist, Label
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCredit, EarlierPerson, EarlierPlay
from catalog.models.people import Account, AccountRole, Member, name_key
from catalog.models.sign_in import EmailAddress, Password
from catalog.roles import AccountKind, Capacity, Role

_ACCOUNTS, _EMAILS = table_of(Account), table_of(EmailAddress)
_JOINED = table_of(EarlierPerson)
_EMAIL = ("account_id", "address", "folded", "verified_at", "changed_at")
_ACCOUNT = ("id", "name", "name_key", "kind", "created_at", "events", "country")


async def accounts_among(session: Session, ids: Collection[UUID]) -> dict[UUID, bool]:
    """Answer which of the numbers are accounts, and whether they are still somebody's."""
    one = _ACCOUNTS.c
    query = select(one.id, one.erased_at.is_(None), one.closed_at.is_(None))
    rows = await session.execute(query.where(among(session, one.id, ids)))
    return {number: is_known and is_open for number, is_known, is_open in rows}


async def joined_among(session: Session, numbers: Collection[UUID]) -> dict[UUID, UUID]:
    """Answer whose account here some have who were known by numbers there, where it is another."""
    one = _JOINED.c
    query = select(one.number, one.account_id).where(among(session, one.number, numbers))
    return {number: account for number, account in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def to_join(session: Session, folded: Collection[str]) -> dict[str, UUID]:
    """Answer which addresses, as they are compared, open an account of a person here.

    Only of whoever has shown theirs, and to whom nothing came from there before: what one of
    that house had never goes to two, nor what two had to one.
    """
    account, email = _ACCOUNTS.c, _EMAILS.c
    came = [
        exists().where(of.c[name] == account.id)
        for of, name in (
            (_JOINED, "account_id"),
            (table_of(EarlierCredit), "listener_id"),
            (table_of(EarlierPlay), "listener_id"),
        )
    ]
    query = (
        select(email.folded, account.id)
        .join(_ACCOUNTS, account.id == email.account_id)
        .where(
            among(session, email.folded, folded),
            email.verified_at.is_not(None),
            account.kind == AccountKind.PERSON,
            account.erased_at.is_(None),
            account.closed_at.is_(None),
            *(~one for one in came),
        )
    )
    return {address: number for address, number in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def join_people(session: Session, people: Mapping[UUID, Person], *, now: datetime) -> None:
    """Let people go on with the accounts they have here, and with the role that they had there.

    Name, address, password and country stay as they are here.
    """
    rows = [(one.id, account) for account, one in sorted(people.items())]
    await insert_many(session, _JOINED, ("number", "account_id"), rows)
    await grant_all(
        session, [(account, one.role) for account, one in people.items() if one.role], now=now
    )


async def shown_among(session: Session, folded: Collection[str]) -> set[str]:
    """Answer which addresses, as they are compared, somebody here has shown to be theirs."""
    is_shown = _EMAILS.c.verified_at.is_not(None)
    query = select(_EMAILS.c.folded).where(among(session, _EMAILS.c.folded, folded), is_shown)
    return set(await session.scalars(query))


async def add_people(session: Session, people: Sequence[Person], *, now: datetime) -> None:
    """Write down people who are not here: their account, address, password and role.

    Whoever `is_confirmed` has shown the address there, and nobody else has here.
    """
    await _add_accounts(
        session, [(one, AccountKind.PERSON) for one in sorted(people, key=lambda one: one.id)]
    )
    emails = [
        (one.id, one.email.address, one.email.folded, now if one.is_confirmed else None, now)
        for one in people
        if one.email
    ]
    await insert_missing(session, _EMAILS, _EMAIL, emails)
    hashes = [(one.id, one.hash, now) for one in people if one.hash]
    await insert_missing(session, table_of(Password), ("account_id", "hash", "changed_at"), hashes)
    await grant_all(session, [(one.id, one.role) for one in people if one.role], now=now)


async def grant_all(session: Session, roles: Sequence[tuple[UUID, Role]], *, now: datetime) -> None:
    """Give accounts their roles, which nobody here granted; those that they have stay."""
    rows = [(account, str(role), now) for account, role in sorted(set(roles))]
    columns = ("account_id", "role", "granted_at")
    await insert_missing(session, table_of(AccountRole), columns, rows)


async def add_groups(session: Session, groups: Sequence[Group], *, now: datetime) -> None:
    """Write down artists and labels that are not here: the account, its page, and its owner."""
    ordered = sorted(groups, key=lambda one: one.id)
    await _add_accounts(session, [(one, one.kind) for one in ordered])
    roles = [
        (one.id, Role.LABEL if one.kind is AccountKind.LABEL else Role.ARTIST) for one in groups
    ]
    await grant_all(session, roles, now=now)
    session.add_all(_page(one, now) for one in ordered)
    await session.flush()
    owners = [Membership(group_id=one.id, person_id=one.owner_id) for one in groups if one.owner_id]
    await add_memberships(session, owners, now=now)


async def add_memberships(
    session: Session, members: Sequence[Membership], *, now: datetime
) -> None:
    """Let people act for groups as their owners; who does already stays what they are."""
    rows = [
        {
            "account_id": one.group_id,
            "person_id": one.person_id,
            "capacity": Capacity.OWNER,
            "since": now,
            "added_by": one.person_id,
        }
        for one in sorted(members, key=lambda one: (one.group_id, one.person_id))
    ]
    await insert_if_new(session, Member, rows)


async def members_among(
    session: Session, members: Collection[Membership]
) -> set[tuple[UUID, UUID]]:
    """Answer who acts for which of the groups here already."""
    one = table_of(Member).c
    query = select(one.account_id, one.person_id).where(
        among(session, one.account_id, {told.group_id for told in members}),
        among(session, one.person_id, {told.person_id for told in members}),
    )
    return {(group, person) for group, person in await session.execute(query)}


async def _add_accounts(
    session: Session, told: Sequence[tuple[Person | Group, AccountKind]]
) -> None:
    rows = [
        (one.id, one.name, name_key(one.name), str(kind), one.created_at, 0, one.country)
        for one, kind in told
    ]
    await insert_missing(session, _ACCOUNTS, _ACCOUNT, rows)


def _page(group: Group, now: datetime) -> Artist | Label:
    if group.kind is AccountKind.LABEL:
        label = new_label(group.id, group.name, now=now)
        label.id, label.bio, label.country = group.id, group.bio, group.country
        return label
    artist = new_artist(group.id, group.name, now=now)
    artist.id, artist.bio, artist.country = group.id, group.bio, group.country
    artist.kind = ArtistKind.GROUP if group.is_band else ArtistKind.OTHER
    return artist
