"""Where one can go from every page: what is built, and what the caller may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiohttp import hdrs

from catalog.callers import Caller
from catalog.permissions import RULES, Permission
from catalog.roles import OFFICES, Role
from stream.pages.language import N_
from stream.pages.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A main page: its address, its name and its picture in the navigation.

    `covers` are the beginnings of other addresses that belong to it.
    """

    path: str
    name: str
    icon: str
    covers: tuple[str, ...] = ()
    #: Whom it is for; without any, for all who may.
    roles: frozenset[Role] = frozenset()

    def is_here(self, path: str) -> bool:
        """Whether a page of this address is below it."""
        within = (self.path, *self.covers) if self.path != "/" else self.covers
        return path == self.path or any(f"{path}/".startswith(f"{one}/") for one in within)


PLACES = (
    Place(path="/", name=N_("Home"), icon="home"),
    Place(path="/search", name=N_("Search"), icon="search"),
    Place(path="/library", name=N_("Library"), icon="library"),
    Place(path="/playlists", name=N_("Playlists"), icon="playlists"),
    Place(
        path="/studio",
        name=N_("Studio"),
        icon="studio",
        roles=frozenset({Role.ARTIST, Role.LABEL}),
    ),
    Place(path="/office", name=N_("Office"), icon="office", roles=OFFICES),
)


def built(pages: Iterable[Page]) -> Sequence[tuple[Place, Permission]]:
    """Answer the places that are pages, and what each needs."""
    needs = {page.path: page.needs for page in pages if page.method == hdrs.METH_GET}
    return [(place, needs[place.path]) for place in PLACES if place.path in needs]


def places_for(places: Iterable[tuple[Place, Permission]], who: Caller | None) -> Sequence[Place]:
    """Answer where somebody may go."""
    return [place for place, needed in places if _may(who, place, needed)]


def _may(who: Caller | None, place: Place, needed: Permission) -> bool:
    if who is None:
        return RULES[needed].is_open and not place.roles
    return who.may(needed) and (not place.roles or who.has(*place.roles))
