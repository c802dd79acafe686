from uuid import uuid4

import pytest

from catalog.pictures import PictureOf, Shown, cover_of, picture_of

TRACK, RELEASE = uuid4(), uuid4()
OWN = PictureOf(kind=Shown.TRACK, id=TRACK)
SHARED = PictureOf(kind=Shown.RELEASE, id=RELEASE)


@pytest.mark.parametrize(
    ("on_release", "has_release_one", "has_own", "shown"),
    [
        (False, False, False, None),
        (False, False, True, OWN),
        (True, False, False, None),
        (True, False, True, OWN),
        (True, True, False, SHARED),
        (True, True, True, SHARED),
        # A release that is not there has no cover, whatever a join says.
        (False, True, False, None),
        (False, True, True, OWN),
    ],
)
def test_a_track_is_shown_with_the_cover_of_its_release_or_else_its_own(
    *, on_release: bool, has_release_one: bool, has_own: bool, shown: PictureOf | None
) -> None:
    release_id = RELEASE if on_release else None

    found = cover_of(TRACK, has_own=has_own, release_id=release_id, has_release_one=has_release_one)

    assert found == shown


def test_what_has_no_picture_is_shown_with_none() -> None:
    assert picture_of(Shown.LABEL, TRACK, is_there=False) is None
    assert picture_of(Shown.LABEL, TRACK, is_there=True) == PictureOf(kind=Shown.LABEL, id=TRACK)
