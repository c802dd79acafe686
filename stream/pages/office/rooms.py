"""Where one can go in the office: what is built, and what whoever asks may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from catalog.callers import Caller
from catalog.permissions import Permission
from stream.guard import NEEDS
from stream.pages.language import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A page of the office: its address, its name, and what it is there for."""

    path: str
    name: str
    about: str

    def is_here(self, path: str) -> bool:
        """Whether a page of this address is below it."""
        return f"{path}/".startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """Rooms that belong together."""

    name: str
    rooms: Sequence[Room]


OVERVIEW = Room(path="/office", name=N_("Overview"), about=N_("What needs somebody now"))


def _room(path: str, name: str, about: str) -> Room:
    return Room(path=f"/office/{path}", name=name, about=about)


WINGS = (
    Wing(
        name=N_("Machines"),
        rooms=(
            _room("fleet", N_("Fleet"), N_("Lanes and workers, as they are this moment")),
            _room("jobs", N_("Jobs"), N_("What is done, what failed, and why")),
            _room("uploads", N_("Uploads"), N_("Files on their way in, of everybody")),
            _room("storage", N_("Storage"), N_("What is stored, and how it grows")),
            _room("findings", N_("Findings"), N_("What checks of the store found")),
        ),
    ),
    Wing(
        name=N_("Music"),
        rooms=(
            _room("reviews", N_("Reviews"), N_("Music that waits to be looked at")),
            _room("artists", N_("New artists"), N_("Who asks to be an artist here")),
            _room("deliveries", N_("Deliveries"), N_("What labels deliver, and what came of it")),
            _room("partners", N_("Partners"), N_("Who delivers, and by which keys")),
        ),
    ),
    Wing(
        name=N_("Money"),
        rooms=(
            _room("months", N_("Months"), N_("Months to close, and those that are closed")),
            _room("reports", N_("Reports of sales"), N_("What labels and societies are told")),
            _room("payouts", N_("Payouts"), N_("Runs to plan, approve and settle")),
            _room("claims", N_("Claims"), N_("Who says that earnings are theirs")),
            _room("holds", N_("Held plays"), N_("Plays that a person judges")),
            _room("top-ups", N_("Top-ups"), N_("Credit that is bought, given and taken back")),
            _room("prices", N_("Prices"), N_("What plays and credit cost")),
            _room("adjustments", N_("Adjustments"), N_("Corrections that two people agree on")),
        ),
    ),
    Wing(
        name=N_("People"),
        rooms=(
            _room("accounts", N_("Accounts"), N_("Who there is, and what they may")),
            _room("members", N_("Members"), N_("The roll of the co-operative")),
            _room("applications", N_("Applications"), N_("Programs that people sign in to")),
            _room("audit", N_("The record"), N_("Who did what in an office")),
        ),
    ),
)


def wings_for(request: web.Request, who: Caller) -> Sequence[Wing]:
    """Answer the rooms that are pages and that somebody may enter; none of a wing: not the wing."""
    needs = _needs(request.app)
    found = [
        Wing(name=wing.name, rooms=[one for one in wing.rooms if _may(who, needs.get(one.path))])
        for wing in WINGS
    ]
    return [wing for wing in found if wing.rooms]


def _may(who: Caller, needed: Permission | None) -> bool:
    return needed is not None and who.may(needed)


def _needs(app: web.Application) -> dict[str, Permission]:
    return {
        route.resource.canonical: need.permission
        for route, need in app[NEEDS].items()
        if route.method == hdrs.METH_GET and route.resource is not None
    }
