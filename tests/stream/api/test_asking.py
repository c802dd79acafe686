from __future__ import annotations

from datetime import UTC, datetime

import pytest
from multidict import MultiDict
from pydantic import Field, TypeAdapter, ValidationError

from base.errors import Refused
from stream.api.asking import Instant, Query, require_json, said_in


class Asked(Query):
    limit: int = 5
    tags: list[str] = Field(default=[])
    since: str = Field(default="", alias="from")


def test_what_may_be_said_several_times_is_a_list_and_the_rest_is_not() -> None:
    said = said_in(MultiDict([("tags", "a"), ("limit", "7"), ("tags", "b"), ("from", "x")]), Asked)

    assert Asked.model_validate(said) == Asked(**{"limit": 7, "tags": ["a", "b"], "from": "x"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [[("limit", "7"), ("limit", "8")], [("tags", "a\x00b")], [("\x00", "a")], [("from", "\ud800")]],
)
def test_twice_the_same_and_what_is_no_text_is_refused(query: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as refused:
        said_in(MultiDict(query), Asked)

    assert refused.value.status == 422


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate(said_in(MultiDict([("limits", "7")]), Asked))


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"a": "\\\\u0000"}', None),
        ("application/merge-patch+json", b"{}", None),
        ("text/plain", b"", None),
        ("application/json", b'{"a": "\\u0000"}', 422),
        ("application/json", b'{"a": "\\\\\\u0000"}', 422),
        ("application/x-www-form-urlencoded", b"{}", 415),
        ("text/json-ish", b"{}", 415),
    ],
)
def test_a_body_is_json_without_nul(kind: str, body: bytes, status: int | None) -> None:
    if status is None:
        require_json(kind, body)
        return
    with pytest.raises(Refused) as refused:
        require_json(kind, body)
    assert refused.value.status == status


INSTANTS: TypeAdapter[datetime] = TypeAdapter(Instant)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1767225600", "2026-01-01"]
)
def test_an_instant_has_a_zone_and_is_near_enough_and_is_no_number(text: str) -> None:
    with pytest.raises(ValidationError):
        INSTANTS.validate_python(text)
    with pytest.raises(ValidationError):
        INSTANTS.validate_json("1767225600")


def test_an_instant_is_told_in_utc() -> None:
    at = INSTANTS.validate_python("2026-11-01T00:00:00+01:00")

    assert (at, at.tzinfo) == (datetime(2026, 10, 31, 23, tzinfo=UTC), UTC)
