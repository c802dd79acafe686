from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.states import UploadState
from catalog.uploads import Upload, Way
from ingest.asking import Body
from ingest.lengths import begun, ended, require_room
from ingest.refusals import OffsetMismatch, size_said
from tests.support.catalog import NOON

LIMIT = 100
sizes = st.integers(0, LIMIT + 20)
maybe = st.none() | sizes


async def nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def upload_at(offset: int, length: int | None) -> Upload:
    return Upload(
        id=uuid4(),
        owner_id=uuid4(),
        filename="song.wav",
        metadata={},
        length_bytes=length,
        offset_bytes=offset,
        way=Way.TUS,
        is_partial=False,
        parts=(),
        state=UploadState.OPEN,
        warnings=(),
        refusal=None,
        sha256=None,
        master_id=None,
        track_id=None,
        release_id=None,
        is_known=False,
        request_id="test",
        created_at=NOON,
        touched_at=NOON,
        expires_at=NOON,
        kept=None,
        fence=1,
        is_judged=False,
    )


@st.composite
def uploads(draw: st.DrawFn) -> Upload:
    length = draw(maybe)
    most = LIMIT if length is None else min(length, LIMIT)
    return upload_at(draw(st.integers(0, most)), length)


bodies = st.builds(
    Body,
    at=sizes,
    chunks=st.builds(nothing),
    size_bytes=sizes,
    length_bytes=maybe,
    ends=st.none() | st.booleans(),
)


def taken(upload: Upload, body: Body) -> tuple[Upload, bool] | None:
    """Do what a request does; nothing where it is refused for what was said or sent."""
    end = body.at + (body.size_bytes or 0)
    try:
        sized = begun(upload, body, limit_bytes=LIMIT)
        require_room(sized, end, limit_bytes=LIMIT)
        return ended(replace(sized, offset_bytes=end), body)
    except Refused:
        return None


@given(upload=uploads(), body=bodies)
def test_what_is_taken_agrees_with_all_that_was_said(upload: Upload, body: Body) -> None:
    body = replace(body, at=upload.offset_bytes)
    outcome = taken(upload, body)
    if outcome is None:
        return
    after, is_complete = outcome

    assert after.offset_bytes == upload.offset_bytes + (body.size_bytes or 0) <= LIMIT
    assert upload.length_bytes in (None, after.length_bytes)
    assert body.length_bytes in (None, after.length_bytes)
    assert after.length_bytes is None or after.offset_bytes <= after.length_bytes
    assert is_complete == (after.is_complete if body.ends is None else body.ends)
    assert not is_complete or after.is_complete


@given(upload=uploads(), body=bodies)
def test_only_the_bytes_that_come_next_are_taken(upload: Upload, body: Body) -> None:
    if body.at == upload.offset_bytes:
        return

    with pytest.raises(OffsetMismatch) as refused:
        begun(upload, body, limit_bytes=LIMIT)

    assert (refused.value.offset_bytes, refused.value.at) == (upload.offset_bytes, body.at)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1 << 10, "1 KiB"),
        (3 << 29, "1.5 GiB"),
        (4 << 30, "4 GiB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size: int, said: str) -> None:
    assert size_said(size) == said
