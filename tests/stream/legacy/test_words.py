"""What earlier clients send is read leniently, and what they read is written as they know it."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.legacy.bodies import Items, ids_in
from stream.legacy.door import is_of
from stream.legacy.faults import fault, status_of
from stream.legacy.images import avatar, cover_images, profile_images
from stream.legacy.paging import Turned, flag, listed, turned
from stream.legacy.shapes import platform_of, short, slug_of


@given(page=st.text(), limit=st.text())
def test_whatever_page_is_asked_for_there_is_a_bound(page: str, limit: str) -> None:
    found = turned(page, limit)

    assert 1 <= found.limit <= 100
    assert found.number >= 1
    assert 0 <= found.offset <= 1_000_000


def test_what_is_too_much_is_the_most_and_not_the_usual() -> None:
    far = turned("99999999", "1000000")

    assert (far.limit, far.offset) == (100, 1_000_000)


@given(count=st.integers(0, 10_000), limit=st.integers(1, 100))
def test_the_last_page_has_what_the_others_have_not(count: int, limit: int) -> None:
    pages = Turned(limit=limit).pages(count)

    assert (pages - 1) * limit < count <= pages * limit or (count, pages) == (0, 0)


def test_how_much_there_is_stands_under_both_names() -> None:
    told = listed(["a"], count=3, page=Turned(limit=2))

    assert told == {"data": ["a"], "count": 3, "pages": 2, "numberOfPages": 2}


@pytest.mark.parametrize(("text", "is_set"), [("true", True), ("1", True), ("no", False)])
def test_flags_are_words(text: str, is_set: bool) -> None:  # noqa: FBT001
    assert flag(text) is is_set


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *((401, 401), (403, 403), (404, 404), (410, 404), (405, 404), (429, 429)),
        *((402, 400), (409, 400), (422, 400), (500, 500), (503, 500)),
    ],
)
def test_statuses_are_those_that_they_know(ours: int, theirs: int) -> None:
    assert status_of(ours) == theirs
    assert fault(ours, "code", "Why.")["status"] == theirs


@pytest.mark.parametrize(
    ("asked", "route", "is_it"),
    [
        ("GET user/products", "GET user/products", True),
        ("PUT user/products", "GET user/products", False),
        ("PUT user/admin/users/7", "PUT user/admin/users/{id}", True),
        ("PUT user/admin/users/", "PUT user/admin/users/{id}", False),
        ("PUT user/admin/users/7/x", "PUT user/admin/users/{id}", False),
    ],
)
def test_an_address_is_of_a_route(asked: str, route: str, is_it: bool) -> None:  # noqa: FBT001
    assert is_of(asked, route) is is_it


def test_tracks_come_in_the_order_of_their_places_and_the_others_behind() -> None:
    one, two, three = (str(uuid4()) for _ in range(3))
    sent = {
        "tracks": [{"trackId": one}, {"trackId": two, "index": 1}, {"trackId": three, "index": 0}]
    }

    found = Items.model_validate({**sent, "more": "than is needed"}).in_order

    assert [str(each) for each in found] == [three, two, one]


def test_what_is_no_number_is_passed_over() -> None:
    number = uuid4()

    assert ids_in(["x", str(number), ""]) == [number]


@pytest.mark.parametrize(
    ("title", "slug"), [("Dawn & Dew", "dawn-dew"), ("Été  (live)", "ete-live"), ("!", "")]
)
def test_titles_stand_in_addresses(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_long_text_is_cut_at_a_word() -> None:
    assert short(" One line.\nAnother.") == "One line."
    assert short("word " * 60).endswith("word …")
    assert len(short("word " * 60)) <= 202


@pytest.mark.parametrize(
    ("address", "platform"),
    [("https://www.bandcamp.com/x", "bandcamp"), ("https://localhost", "localhost"), ("x", "")],
)
def test_a_link_says_whose_it_is(address: str, platform: str) -> None:
    assert platform_of(address) == platform


def test_pictures_have_every_size_or_are_not_there() -> None:
    assert cover_images("https://h/p")["small"] == {
        "width": 120,
        "height": 120,
        "url": "https://h/p/120.jpeg",
    }
    assert set(avatar("https://h/p")) == {"xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"}
    assert "profile_photo-sm" in profile_images("https://h/p")
    assert cover_images(None) == avatar(None) == profile_images(None) == {}
