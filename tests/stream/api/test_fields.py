from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from base.errors import Refused
from stream.api.fields import narrowed, wanted


class Song(BaseModel):
    id: str
    title: str
    peaks_json: str = Field(default="", serialization_alias="json")


class Songs(BaseModel):
    items: list[Song]
    next: str | None
    total: int = 1


SONG = {"id": "1", "title": "One", "json": "/peaks"}


def test_only_what_was_asked_for_is_answered() -> None:
    names = wanted("title,json", Song)

    assert narrowed(SONG, names, Song) == {"title": "One", "json": "/peaks"}


def test_of_a_list_each_document_is_narrowed_and_the_list_is_not() -> None:
    whole = {"items": [SONG, SONG], "next": "x", "total": 2}

    told = narrowed(whole, wanted("id", Songs), Songs)

    assert told == {"items": [{"id": "1"}, {"id": "1"}], "next": "x", "total": 2}


@pytest.mark.parametrize("model", [Song, Songs])
def test_an_unknown_field_is_refused_and_the_known_are_told(model: type[BaseModel]) -> None:
    with pytest.raises(Refused) as refused:
        wanted("title,mood", model)

    assert refused.value.status == 422
    assert refused.value.sentence == "There is no field mood. There are: id, title, json."
