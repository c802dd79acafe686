from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import BaseModel

from base.errors import Refused
from stream.api.preconditions import etag_of, is_known, require_match


class Song(BaseModel):
    title: str


ONE = Song(title="One")
TAG = etag_of(ONE)


def test_another_document_has_another_tag() -> None:
    assert etag_of(Song(title="Two")) != TAG
    assert etag_of(Song(title="One")) == TAG


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (f'"{TAG}"', True),
        (f'W/"{TAG}"', True),
        (f'"x", "{TAG}"', True),
        ("*", True),
        ('"x"', False),
        (None, False),
    ],
)
def test_who_has_it_is_known_by_its_tag(said: str | None, known: bool) -> None:  # noqa: FBT001
    headers = {} if said is None else {"If-None-Match": said}

    assert is_known(make_mocked_request("GET", "/", headers=headers), TAG) is known
    assert not is_known(make_mocked_request("POST", "/", headers=headers), TAG)


@pytest.mark.parametrize("said", [f'"{TAG}"', "*", f'"x", "{TAG}"', None])
async def test_what_is_still_the_same_may_be_changed(said: str | None) -> None:
    headers = {} if said is None else {"If-Match": said}

    await require_match(make_mocked_request("PATCH", "/", headers=headers), lambda: ONE)


@pytest.mark.parametrize("said", ['"x"', f'W/"{TAG}"'])
async def test_what_was_changed_meanwhile_may_not(said: str) -> None:
    async def found() -> Song:
        return ONE

    with pytest.raises(Refused) as refused:
        await require_match(make_mocked_request("PATCH", "/", headers={"If-Match": said}), found)

    assert (refused.value.code, refused.value.status) == ("changed-meanwhile", 412)
