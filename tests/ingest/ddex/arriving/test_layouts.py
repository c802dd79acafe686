from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ddex.arriving.layouts import (
    Arrived,
    Entry,
    Layout,
    deliveries_in,
    delivery_of,
    release_of,
)
from ingest.ddex.arriving.names import folded, is_harmless, shown

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
STILL = timedelta(seconds=60)
RELEASE = "N_A1-B2_20240301100000000"


def entry(path: str, *, size: int = 1, age_s: float = 3600, is_plain: bool = True) -> Entry:
    changed_at = NOW - timedelta(seconds=age_s)
    return Entry(path=path, size_bytes=size, changed_at=changed_at, mark="m", is_plain=is_plain)


def seen(*entries: Entry | str, ended: tuple[str, ...] = ()) -> list[Arrived]:
    listed = [entry(one) if isinstance(one, str) else one for one in entries]
    return deliveries_in(listed, now=NOW, still=STILL, ended=ended)


def names(found: list[Arrived]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    "marker", ["BatchComplete_7", "BatchComplete_7.xml", "batchcomplete_7.XML", "BatchComplete"]
)
def test_a_batch_is_complete_when_its_mark_is_there(marker: str) -> None:
    files = ("N_7/A1/A1.xml", "N_7/A1/resources/01.flac")

    [without], [complete] = seen(*files), seen(*files, f"N_7/{marker}")

    assert not without.is_complete
    assert complete.is_complete
    assert complete.layout is Layout.BATCH
    assert complete.messages == ("A1/A1.xml",)
    assert [one.path for one in complete.files] == ["A1/A1.xml", "A1/resources/01.flac"]
    assert complete.odd == ()


@pytest.mark.parametrize(
    "folder",
    [
        "20240301100000000",
        "M_20240301100000000",
        "M_LABEL_20240301100000000",
        "releases/20240301100000000",
    ],
)
def test_a_batch_may_be_called_by_its_number_alone_and_lie_below_releases(folder: str) -> None:
    mark = f"{folder}/BatchComplete_20240301100000000.xml"

    [found] = seen(f"{folder}/A1/A1.xml", mark)

    assert found.name == folder
    assert found.is_complete
    assert found.odd == ()


def test_a_release_by_itself_is_complete_when_nothing_in_it_changes_any_more() -> None:
    message, music = f"{RELEASE}/A1-B2.xml", f"{RELEASE}/resources/01.flac"

    [still] = seen(message, music)
    [busy] = seen(message, entry(music, age_s=59))
    [music_only] = seen(music)
    [marked] = seen(message, entry(music, age_s=1), f"{RELEASE}/BatchComplete_A1-B2")

    assert still.layout is Layout.RELEASE
    assert still.is_complete
    assert marked.is_complete
    assert not busy.is_complete
    assert not music_only.is_complete


def test_a_file_that_is_being_sent_under_another_name_keeps_a_release_waiting() -> None:
    part = entry(f"{RELEASE}/resources/01.flac.filepart", age_s=2)

    [found] = seen(f"{RELEASE}/A1-B2.xml", part)

    assert not found.is_complete
    assert [one.path for one in found.files] == ["A1-B2.xml"]


def test_urgent_ones_come_first_then_all_by_their_numbers() -> None:
    found = seen(
        *("N_10/A/A.xml", "N_9/B/B.xml", "M_2/C/C.xml", "P_99/D/D.xml"),
        "P_X_20240301100000000/x.xml",
    )

    assert names(found) == ["P_99", "P_X_20240301100000000", "M_2", "N_9", "N_10"]


def test_answers_hidden_files_and_marks_are_not_taken() -> None:
    [found] = seen(
        "N_1/A1/A1.xml",
        "N_1/acknowledgements/ACK_1.xml",
        "N_1/A1/acknowledgements/ACK_2.xml",
        "N_1/.DS_Store",
        "N_1/A1/resources/.hidden/x",
        "N_1/BatchComplete_1",
    )

    assert [one.path for one in found.files] == ["A1/A1.xml"]


def test_a_folder_with_nothing_but_answers_is_no_delivery() -> None:
    assert seen("N_1/acknowledgements/ACK_1.xml", "loose.xml", "notes/readme.xml") == []


def test_of_several_messages_of_a_release_the_one_of_its_name_counts() -> None:
    [found] = seen("N_1/A1/A1.xml", "N_1/A1/cues.xml", "N_1/B2/x.xml", "N_1/B2/y.xml")

    assert found.messages == ("A1/A1.xml", "B2/x.xml", "B2/y.xml")
    assert [one.code for one in found.odd] == ["other-xml"]
    assert "A1/cues.xml" in [one.path for one in found.files]


def test_a_release_in_two_batches_that_are_not_done_is_told_of() -> None:
    files = ("N_1/A1/A1.xml", "N_2/A1/A1.xml")

    told = seen(*files)
    later = seen(*files, ended=("N_1",))

    assert [[odd.code for odd in one.odd] for one in told] == [[], ["release-in-two-batches"]]
    assert [one.odd for one in later] == [(), ()]


def test_of_several_marks_the_one_that_lists_messages_is_believed() -> None:
    [found] = seen(
        "N_1/A1/A1.xml",
        entry("N_1/BatchComplete_1", size=0),
        entry("N_1/BatchComplete_1.xml", size=900),
    )

    assert found.marker is not None
    assert found.marker.path == "BatchComplete_1.xml"
    assert [one.code for one in found.odd] == ["several-markers"]


def test_a_mark_of_another_batch_counts_and_is_told_of() -> None:
    [found] = seen("N_1/A1/A1.xml", "N_1/BatchComplete_2")

    assert found.is_complete
    assert [one.code for one in found.odd] == ["marker-of-another"]


@pytest.mark.parametrize(
    "path",
    [
        *("../x", "A1/../../x", "/etc/passwd", "A1//x", "A1/./x", "A1/\\..\\x", "A1/x\0.xml"),
        *("A1/\u202egpj.xml", "A1/x\n", "A1/C:x", " A1/x", "A1/" + "x" * 256, "a/" * 20 + "x"),
        *("A1/\udcff", "A1/" + "ä" * 128),
    ],
)
def test_hostile_names_are_told_of_and_not_taken(path: str) -> None:
    [found] = seen("N_1/A1/A1.xml", "N_1/BatchComplete_1", entry(f"N_1/{path}"))

    assert [one.path for one in found.files] == ["A1/A1.xml"]
    assert [one.code for one in found.odd] == ["hostile-name"]
    assert found.odd[0].text.isprintable()


def test_links_are_told_of_and_not_taken() -> None:
    [found] = seen("N_1/A1/A1.xml", "N_1/BatchComplete_1", entry("N_1/x", is_plain=False))

    assert [one.path for one in found.files] == ["A1/A1.xml"]
    assert [one.code for one in found.odd] == ["no-file"]


def test_names_that_some_systems_take_for_one_are_both_taken_and_told_of() -> None:
    twins = ("N_1/A1/resources/É.flac", "N_1/A1/resources/e\u0301.flac")

    [found] = seen("N_1/A1/A1.xml", *twins)

    assert len(found.files) == 3
    assert [one.code for one in found.odd] == ["twin-names"]


def test_a_message_is_about_the_release_of_its_folder() -> None:
    assert release_of("A1/A1.xml", "N_1") == "A1"
    assert release_of("x.xml", f"releases/{RELEASE}") == "A1-B2"


_PARTS = st.one_of(
    st.sampled_from(
        ["..", ".", "", "N_1", "releases", "A1", "BatchComplete_1", "A1.xml", "\\", "resources"]
    ),
    st.text(st.characters(exclude_characters="/"), max_size=8),
)
_PATHS = st.lists(_PARTS, max_size=6).map("/".join)


@given(st.lists(st.builds(entry, _PATHS, age_s=st.integers(0, 100)), max_size=20))
def test_whatever_an_inbox_lists_nothing_leads_out_of_a_delivery(entries: list[Entry]) -> None:
    found = deliveries_in(entries, now=NOW, still=STILL)

    for one in found:
        assert is_harmless(one.name)
        assert set(one.messages) <= {file.path for file in one.files}
        for file in one.files:
            assert is_harmless(file.path)
            assert delivery_of(f"{one.name}/{file.path}") == one.name
        assert all(odd.text.isprintable() for odd in one.odd)


@given(st.permutations(["N_2/A/A.xml", "N_2/BatchComplete_2", "P_3/B/B.xml", f"{RELEASE}/c.xml"]))
def test_in_whatever_order_files_are_listed_the_same_is_found(paths: list[str]) -> None:
    assert seen(*paths) == seen(*sorted(paths))


@given(st.text(max_size=300))
def test_any_name_can_be_shown(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 201
    assert folded(folded(text)) == folded(text)
