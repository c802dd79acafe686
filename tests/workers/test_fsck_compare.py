"""What comparing finds, in worlds of any kind: exactly what is wrong, and nothing of today."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.storage.port import is_key, key_of
from catalog.outlook import Outlook
from catalog.reference import Reference, Role, parse_line, to_line
from catalog.states import JobState, TrackState
from tests.support.catalog import NOON
from transcode.ladder import FIRST, REST
from workers.fsck_compare import Case, compare, group_of, is_orphan, is_sampled
from workers.fsck_flaws import Flaw, damaged, lost
from workers.fsck_rules import contradictions

DAY = timedelta(hours=24)
DIGESTS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(12)]


@dataclass(frozen=True)
class Stored:
    key: str
    size_bytes: int
    stored_at: datetime


keys = st.builds(key_of, st.sampled_from(["masters", "renditions"]), st.sampled_from(DIGESTS))
references = st.builds(
    Reference,
    key=keys,
    role=st.sampled_from(Role),
    subject=st.sampled_from(["a", "b", "c"]),
    size_bytes=st.sampled_from([None, 1, 2]),
)
stored = st.builds(
    Stored,
    key=keys,
    size_bytes=st.sampled_from([1, 2]),
    stored_at=st.integers(-1, 60).map(lambda hours: NOON - timedelta(hours=hours)),
)


@given(
    st.lists(references, max_size=12, unique=True),
    st.lists(stored, max_size=12, unique_by=lambda one: one.key),
)
def test_each_object_has_the_one_case_that_it_has(
    needs: list[Reference], objects: list[Stored]
) -> None:
    found = {one.key: one for one in compare(needs, objects, now=NOON)}

    needed = {one.key for one in needs}
    there = {one.key: one for one in objects}
    assert found.keys() == needed | there.keys()
    for key, one in found.items():
        mine = [need for need in needs if need.key == key]
        assert list(one.references) == mine
        here = there.get(key)
        if here is None:
            expected = Case.LOST
        elif mine:
            fits = all(need.size_bytes in {None, here.size_bytes} for need in mine)
            expected = Case.WHOLE if fits else Case.RESIZED
        else:
            expected = Case.UNNEEDED if NOON - here.stored_at >= DAY else Case.YOUNG
        assert one.case is expected


@given(
    st.lists(references, max_size=20), st.lists(stored, max_size=20, unique_by=lambda one: one.key)
)
def test_what_a_row_needs_or_was_stored_today_is_never_unneeded(
    needs: list[Reference], objects: list[Stored]
) -> None:
    unneeded = [one.key for one in compare(needs, objects, now=NOON) if one.case is Case.UNNEEDED]

    assert not {one.key for one in needs} & set(unneeded)
    assert not {one.key for one in objects if NOON - one.stored_at < DAY} & set(unneeded)


@given(st.booleans(), st.none() | st.just(NOON))
def test_what_is_held_or_needed_is_no_orphan(is_referred_to: bool, held: datetime | None) -> None:  # noqa: FBT001
    assert is_orphan(is_referred_to=is_referred_to, held_until=held) == (
        not is_referred_to and held is None
    )


@given(references)
def test_a_reference_is_read_as_it_was_printed(reference: Reference) -> None:
    assert parse_line(to_line(reference)) == reference


def test_what_is_not_named_after_its_content_has_no_digest() -> None:
    for key, digest in ((f"parts/ab/{DIGESTS[0]}.1.mp4", DIGESTS[0]), ("masters/a/b.mp4", None)):
        assert Reference(key=key, role=Role.PART, subject="1").digest == digest


@given(st.lists(st.sampled_from("ab/0.").map(str), min_size=1, max_size=12).map("".join))
def test_a_group_is_never_interrupted_in_the_order_of_keys(letters: str) -> None:
    names = {letters[at:] + tail for at in range(len(letters)) for tail in ("", "/a/b", "b")}

    groups = [group_of(key) for key in sorted(names) if is_key(key)]

    begun = [group for n, group in enumerate(groups) if n == 0 or groups[n - 1] != group]
    assert len(begun) == len(set(begun))


@pytest.mark.parametrize("share", [0.05, 0.25, 0.3, 1.0])
def test_after_as_many_turns_as_it_takes_all_was_read(share: float) -> None:
    digests = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(500)]
    turns = range(739_000, 739_000 + round(1 / share + 0.49))

    read = {
        digest for turn in turns for digest in digests if is_sampled(digest, share=share, turn=turn)
    }
    once = sum(is_sampled(digest, share=share, turn=739_000) for digest in digests)

    assert len(read) == len(digests)
    assert once == pytest.approx(share * 500, rel=0.4)


def test_of_no_share_nothing_is_read() -> None:
    assert not any(is_sampled(digest, share=0.0, turn=7) for digest in DIGESTS)


#: What came from somebody, who may not have it any more.
SENT = {Role.MASTER, Role.ARTWORK, Role.ARCHIVE, Role.SUPPLIED, Role.MESSAGE}


@pytest.mark.parametrize("role", Role)
def test_only_what_cannot_be_made_again_is_a_loss(role: Role) -> None:
    reference = Reference(key="masters/ab/abcd", role=role, subject="1")

    for flaw in (lost(reference), damaged(reference, "is short")):
        assert flaw.is_loss == (role in SENT)
        assert flaw.advice
        assert flaw.as_json()["code"] == flaw.code


ALL = frozenset(rung.name for rung in (*FIRST, *REST) if rung.name != "flac-48")
OVER = [None, JobState.DONE]


def outlook(**changes: object) -> Outlook:
    known = {
        "master_id": "1",
        "tracks": frozenset({TrackState.COMPLETE}),
        "examination": JobState.DONE,
        "ladder": JobState.DONE,
        "rungs": ALL,
        "is_growing": False,
        "sample_rate": 44_100,
        "channels": 2,
        "is_lossless": True,
        "samples": 132_300,
    }
    return Outlook(**{**known, **changes})  # type: ignore[arg-type] # each is of its kind


def codes(found: Outlook) -> list[str]:
    return [one.code for one in contradictions(found)]


def test_a_complete_track_with_all_its_rungs_is_as_it_should_be() -> None:
    assert codes(outlook()) == []


@pytest.mark.parametrize("rung", sorted(ALL))
def test_a_rung_that_nobody_makes_is_missed(rung: str) -> None:
    [flaw] = contradictions(outlook(rungs=ALL - {rung}))

    assert flaw.code == "rungs-missing"
    assert rung in flaw.sentence
    assert codes(outlook(rungs=ALL - {rung}, ladder=JobState.WAITING)) == []


def test_a_lossy_master_need_not_have_every_rung() -> None:
    first = frozenset(rung.name for rung in FIRST)

    assert codes(outlook(is_lossless=False, rungs=first)) == []
    assert codes(outlook(is_lossless=False, rungs=frozenset())) == ["rungs-missing"]


outlooks = st.builds(
    outlook,
    tracks=st.frozensets(st.sampled_from([one for one in TrackState if one != TrackState.REMOVED])),
    examination=st.none() | st.sampled_from(JobState),
    ladder=st.none() | st.sampled_from(JobState),
    rungs=st.sampled_from([frozenset(), ALL - {"flac"}, ALL]),
    is_growing=st.booleans(),
    samples=st.none() | st.just(132_300),
)


@given(outlooks)
def test_what_a_job_will_bring_on_contradicts_nothing(found: Outlook) -> None:
    flaws: list[Flaw] = list(contradictions(found))

    if found.examination not in OVER:
        assert flaws == []
    if found.tracks & {TrackState.RECEIVED, TrackState.EXAMINING} and found.examination in OVER:
        assert "track-without-job" in {one.code for one in flaws}
    if found.tracks <= {TrackState.REJECTED} and not found.is_growing:
        assert flaws == []
