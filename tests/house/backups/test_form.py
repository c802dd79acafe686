"""What a backup is called, what its manifest says, and which of many stay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from refrain.backups.form import (
    FORM,
    Manifest,
    Missing,
    Part,
    id_at,
    is_id,
    parse_manifest,
    print_manifest,
    to_go,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def manifest(form: int = FORM) -> Manifest:
    part = Part(name="tracks", key="backups/x/tables/tracks.gz", sha256="ab" * 32, size_bytes=7)
    return Manifest(
        form=form,
        id=id_at(NOON),
        at=NOON,
        kind="postgresql",
        revision="0042",
        version="1.0",
        parts=(part.model_copy(update={"rows": 3, "columns": ("id", "title")}),),
        sequences={"ledger_entries_id_seq": 9},
        objects=part,
        objects_bytes=8,
        missing=(Missing(key="masters/ab/ab", why="lost"),),
    )


def test_what_is_printed_is_read_alike() -> None:
    assert parse_manifest(print_manifest(manifest())) == manifest()


@pytest.mark.parametrize("text", [b"", b"{}", print_manifest(manifest())[:-20]])
def test_half_a_manifest_is_none(text: bytes) -> None:
    with pytest.raises(Refused, match="backup-unreadable"):
        parse_manifest(text)


def test_another_form_is_refused_with_the_version_that_wrote_it() -> None:
    with pytest.raises(Refused, match=r"version of Refrain that wrote it, 1\.0"):
        parse_manifest(print_manifest(manifest(form=FORM + 1)))


@given(st.lists(TIMES, min_size=1, unique=True))
def test_names_of_backups_sort_as_they_were_made(times: list[datetime]) -> None:
    assert [id_at(at) for at in sorted(times)] == sorted(id_at(at) for at in times)
    assert all(is_id(id_at(at)) for at in times)


def test_of_each_day_the_last_stays_and_all_of_the_newest_day() -> None:
    ids = [id_at(NOON + timedelta(days=day, hours=hour)) for day in range(4) for hour in (0, 6)]

    assert to_go(ids, keep=3, made=ids[-1]) == [ids[0], ids[1], ids[2], ids[4]]


@given(st.lists(TIMES, min_size=1), st.integers(1, 9))
def test_the_newest_always_stays(times: list[datetime], keep: int) -> None:
    ids = sorted({id_at(at) for at in times})

    stay = set(ids) - set(to_go(ids, keep=keep, made=max(ids)))

    assert ids[-1] in stay
    assert len({one[:8] for one in stay}) == min(keep, len({one[:8] for one in ids}))


def test_what_was_made_just_now_stays_though_a_clock_was_wrong_once() -> None:
    future, now = id_at(NOON + timedelta(days=9_000)), id_at(NOON)

    assert to_go([now, future], keep=1, made=now) == []
