"""Bring people, groups, and who acts for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from base.bulk import in_parts
from base.database import Session
from catalog.earlier_facts import Group, Membership, Person
from catalog.earlier_people import (
    accounts_among,
    add_groups,
    add_memberships,
    add_people,
    join_people,
    joined_among,
    members_among,
    shown_among,
    to_join,
)
from refrain.earlier.fields import Fields, Left
from refrain.earlier.mapping import OFFICES, group, membership, person, role_name
from refrain.earlier.moving import Move, Step, bring

_MEMBERS = ("user_group_members", "user_groups_members", "members")


async def bring_people(move: Move) -> None:
    """Bring users, each with an address, a role, and a password where it can be verified."""
    roles = names_in(move, "roles")
    move.known.addresses.clear()

    gone: list[UUID] = []

    def read(row: Fields) -> Person:
        if row.at("deleted_at") is not None:
            gone.append(row.needed_id("id"))
        found = person(row, roles=roles)
        if role_name(row, roles) in OFFICES:
            sentence = f"{found.id} held an office there: grant it with `refrain roles` if need be."
            move.told.find("users", "users", "office", sentence)
        return _addressed(move, row, found)

    async def fresh(session: Session, people: Sequence[Person]) -> list[Person]:
        joined = await joined_among(session, {one.id for one in people})
        known = await accounts_among(session, {joined.get(one.id, one.id) for one in people})
        new = [one for one in people if joined.get(one.id, one.id) not in known]
        for one in new:  # what was planned before may be otherwise by now
            move.known.joined.pop(one.id, None)
        joins = await to_join(session, _claimed(new))
        joined |= {
            one.id: joins[one.email.folded]
            for one in new
            # Shown there, and shown here.
            if one.email is not None and one.is_confirmed and one.email.folded in joins
        }
        move.known.joined |= joined
        numbers = {joined.get(one.id, one.id) for one in people}
        move.known.accounts |= {number for number in numbers if known.get(number, True)}
        move.known.gone |= {number for number, is_open in known.items() if not is_open}
        return new

    async def write(session: Session, people: Sequence[Person], now: datetime) -> None:
        joining = {move.known.account(one.id): one for one in people if one.id in move.known.joined}
        await join_people(session, joining, now=now)
        people = [one for one in people if one.id not in move.known.joined]
        taken = await shown_among(session, _claimed(people))
        await add_people(session, [_unless(one, taken) for one in people], now=now)
        for one in people:
            if one.email and one.email.folded in taken:
                sentence = f"Somebody here has the address of {one.id}: whoever shows it has it."
                move.told.find("users", "users", "email-taken", sentence)

    step = Step(read=read, key=lambda one: one.id, fresh=fresh, write=write)
    await bring(move, move.table("users"), step)
    for number, account in sorted(move.known.joined.items()):
        sentence = (
            f"{number} had signed up here by the same address: {account} has what was theirs."
        )
        move.told.find("users", "users", "joined", sentence)
    await _tell_of_gone(move, gone)


async def _tell_of_gone(move: Move, gone: Sequence[UUID]) -> None:
    """Tell of those who came with an export before, and were deleted there since."""
    for some in in_parts(gone):
        async with move.database.read() as session:
            joined = await joined_among(session, some)
            accounts = {joined.get(one, one) for one in some}
            known = await accounts_among(session, accounts)
        for number in sorted(one for one, is_open in known.items() if is_open):
            sentence = f"{number} was deleted there since they came: `refrain erase {number}`."
            move.told.find("users", "users", "deleted-since", sentence)


async def bring_groups(move: Move) -> None:
    """Bring artists, bands and labels as accounts of their own, with their pages."""
    types = names_in(move, "user_group_types")

    def read(row: Fields) -> Group:
        found = group(row, types=types)
        if found.owner_id is not None:
            found = replace(found, owner_id=move.known.account(found.owner_id))
        if found.owner_id is not None and found.owner_id not in move.known.accounts:
            sentence = f"Who looked after {found.name} is not brought: nobody acts for it."
            move.told.find("user_groups", "user_groups", "member-unknown", sentence)
            return replace(found, owner_id=None)
        return found

    async def fresh(session: Session, groups: Sequence[Group]) -> list[Group]:
        known = await accounts_among(session, {one.id for one in groups})
        kept = [one for one in groups if known.get(one.id, True)]
        move.known.accounts |= {one.id for one in kept}
        move.known.gone |= {number for number, is_open in known.items() if not is_open}
        move.known.groups |= {one.id: one for one in kept}
        return [one for one in groups if one.id not in known]

    async def write(session: Session, groups: Sequence[Group], now: datetime) -> None:
        await add_groups(session, groups, now=now)

    step = Step(read=read, key=lambda one: one.id, fresh=fresh, write=write)
    await bring(move, move.table("user_groups"), step)


async def bring_memberships(move: Move) -> None:
    """Let people act for their groups."""

    def read(row: Fields) -> Membership:
        found = membership(row)
        found = replace(found, person_id=move.known.account(found.person_id))
        if found.group_id not in move.known.groups or found.person_id not in move.known.accounts:
            raise Left("member-unknown", "Its group or its member is not brought.")
        return found

    async def fresh(session: Session, members: Sequence[Membership]) -> list[Membership]:
        known = await members_among(session, members)
        return [one for one in members if (one.group_id, one.person_id) not in known]

    async def write(session: Session, members: Sequence[Membership], now: datetime) -> None:
        await add_memberships(session, members, now=now)

    step = Step(read=read, key=lambda one: (one.group_id, one.person_id), fresh=fresh, write=write)
    await bring(move, move.table(*_MEMBERS), step)


def names_in(move: Move, name: str) -> Mapping[str, str]:
    """Answer what rows of a small table are called, by their numbers as texts."""
    table = move.table(name)
    if table is None:
        return {}
    rows = (Fields(name, row.values) for row in table.rows() if row.values)
    found = {row.said("id") or "": row.said("name") or "" for row in rows}
    move.told.count(name, came=0, there=len(found))
    return found


def _addressed(move: Move, row: Fields, found: Person) -> Person:
    """Let the first have an address that several have, and tell of the others."""
    if found.email is None:
        if row.said("email"):
            sentence = f"No mail reaches the address of {found.id}: they cannot sign in by it."
            move.told.find("users", "users", "email-unfit", sentence)
        return found
    if found.email.folded in move.known.addresses:
        sentence = f"Another has the address of {found.id}, too: whoever shows it first has it."
        move.told.find("users", "users", "email-twice", sentence)
        return _unless(found, {found.email.folded})
    move.known.addresses.add(found.email.folded)
    return found


def _claimed(people: Iterable[Person]) -> set[str]:
    return {one.email.folded for one in people if one.email and one.is_confirmed}


def _unless(one: Person, taken: set[str]) -> Person:
    if one.email is None or one.email.folded not in taken:
        return one
    return replace(one, is_confirmed=False)
