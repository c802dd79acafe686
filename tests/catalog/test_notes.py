from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.notes import NOTE, Batch, parse_batch, print_batch, served

ADA, BEN = UUID(int=1), UUID(int=2)


def batch(*notes: tuple[UUID, int, int], first: int = 0) -> Batch:
    return Batch(
        producer=UUID(int=7),
        passed=0,
        first=first,
        end=first + len(notes),
        notes=b"".join(NOTE.pack(session.bytes, start, end) for session, start, end in notes),
    )


def test_a_batch_is_read_as_it_was_printed() -> None:
    one = batch((ADA, 0, 6000), (BEN, 1, 2), first=5)

    assert parse_batch(print_batch(one)) == one
    assert served([one, batch((ADA, 6000, 7000))]) == {
        ADA: [(0, 6000), (6000, 7000)],
        BEN: [(1, 2)],
    }


@pytest.mark.parametrize("data", [b"", b"poem", print_batch(batch((ADA, 0, 1)))[:-1], bytes(40)])
def test_what_is_no_batch_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="batch"):
        parse_batch(data)


@given(st.binary(max_size=200))
def test_whatever_it_is_it_is_read_or_refused(data: bytes) -> None:
    with suppress(ValueError):
        served([parse_batch(data)])
