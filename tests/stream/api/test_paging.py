from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime

from base.errors import Refused
from stream.api.paging import Keyset

PLACES = Keyset("songs", tuple[AwareDatetime, UUID])
NUMBERS = Keyset("numbers", tuple[int, str])
times = st.datetimes(timezones=st.just(UTC))


@given(times, st.uuids())
def test_a_cursor_is_read_as_it_was_written(at: datetime, number: UUID) -> None:
    assert PLACES.after(PLACES.print((at, number))) == (at, number)


@given(st.integers(1, 9), st.integers(0, 30))
def test_a_list_is_told_whole_in_its_parts(limit: int, length: int) -> None:
    rows = [(number, f"row {number}") for number in range(length)]
    told: list[tuple[int, str]] = []
    after: tuple[int, str] | None = (-1, "")

    while after is not None:
        found = [row for row in rows if row > after][: limit + 1]
        page = NUMBERS.page(found, limit=limit, place=lambda row: row)
        told += page.items
        after = NUMBERS.after(page.next)

    assert told == rows


def test_without_a_cursor_there_is_no_place() -> None:
    assert PLACES.after(None) is None


@given(
    st.text(max_size=100) | st.binary(max_size=100).map(lambda raw: urlsafe_b64encode(raw).decode())
)
def test_what_is_no_cursor_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(Refused) as refused:
        PLACES.after(text)

    assert (refused.value.code, refused.value.status) == ("bad-cursor", 422)


@pytest.mark.parametrize(
    "cursor",
    [
        PLACES.print((datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1))),  # another list's
        urlsafe_b64encode(b'["numbers",[9223372036854775808,"x"]]').decode(),
        urlsafe_b64encode(b'["numbers",[1,"a\\u0000b"]]').decode(),
        urlsafe_b64encode(b'["numbers",["1","x"]]').decode(),
    ],
)
def test_what_no_database_has_room_for_is_refused(cursor: str) -> None:
    with pytest.raises(Refused):
        NUMBERS.after(cursor)


def test_near_the_ends_of_time_not_all_of_the_world_has_a_date() -> None:
    text = f'["songs",["0001-01-01T00:00:00+14:00","{uuid4()}"]]'

    with pytest.raises(Refused):
        PLACES.after(urlsafe_b64encode(text.encode()).decode())
