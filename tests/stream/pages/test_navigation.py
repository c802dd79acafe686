from uuid import uuid4

import pytest

from catalog.callers import Caller
from catalog.permissions import Permission
from catalog.roles import Role
from stream.pages.covers import cover_svg
from stream.pages.navigation import PLACES, places_for

NEEDS = {
    "/": Permission.CATALOGUE_READ,
    "/search": Permission.CATALOGUE_READ,
    "/library": Permission.LIBRARY_READ,
    "/playlists": Permission.LIBRARY_READ,
    "/studio": Permission.MUSIC_READ,
    "/office": Permission.SITE,
}
ALL = [(place, NEEDS[place.path]) for place in PLACES]


@pytest.mark.parametrize(
    ("roles", "last"),
    [
        (None, "/search"),
        ({Role.LISTENER}, "/playlists"),
        ({Role.LISTENER, Role.ARTIST}, "/studio"),
    ],
)
def test_one_sees_where_one_may_go(roles: set[Role] | None, last: str) -> None:
    who = None if roles is None else Caller(id=uuid4(), name="Ada", roles=frozenset(roles))

    assert places_for(ALL, who)[-1].path == last


@pytest.mark.parametrize("role", [Role.TREASURER, Role.MODERATOR, Role.OPERATOR])
def test_an_office_is_for_who_holds_one(role: Role) -> None:
    who = Caller(id=uuid4(), name="Ada", roles=frozenset({Role.LISTENER, role}))

    assert [place.path for place in places_for(ALL, who)][-1] == "/office"


def test_a_place_is_marked_on_the_pages_below_it() -> None:
    home, search, *_ = PLACES

    assert search.is_here("/search")
    assert search.is_here("/search/artists")
    assert not search.is_here("/searching")
    assert home.is_here("/")
    assert not home.is_here("/search")


def test_a_drawn_cover_is_the_same_for_the_same_key() -> None:
    assert cover_svg("one") == cover_svg("one") != cover_svg("other")
    assert cover_svg("one").count("<circle") == 9
    assert "style" not in cover_svg("one")
