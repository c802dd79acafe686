from __future__ import annotations

import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refrain.conformance.checking import read_file
from refrain.conformance.codecs import Entry, Family
from refrain.conformance.edit_rules import check_edits
from refrain.conformance.findings import Finding
from refrain.conformance.fragment_rules import (
    check_fragments,
    check_index,
    check_stated_durations,
)
from refrain.conformance.iso import read_tree
from refrain.conformance.iso_rules import check_initialisation, check_movie
from refrain.conformance.loudness_rules import Decoded, check_decoded, check_loudness
from refrain.conformance.media import Media, presented
from refrain.conformance.resources import Answer, Stored
from tests.support.streams import (
    box,
    clauses,
    found,
    inserted,
    loudness_box,
    overwritten,
    roll_group,
    without,
)
from transcode.loudness import Loudness

TABLE = ("moov", "trak", "mdia", "minf", "stbl")


def opened(data: bytes, folder: Path) -> Media:
    path = folder / "a.mp4"
    path.write_bytes(data)
    stored = Stored(
        name="a.mp4", path=path, size_bytes=len(data), answer=Answer(status=200, headers={})
    )
    return read_file(stored, "a.mp4")


def judged(data: bytes, folder: Path) -> list[Finding]:
    media = opened(data, folder)
    heard = presented(media)
    index = check_index(media.pieces[0].content, "a.mp4", heard.start if heard else 0)
    head = [one for one in check_initialisation(media) if "samples" not in one.sentence]
    return [*check_movie(media), *head, *check_fragments(media), *check_edits(media), *index]


@pytest.mark.parametrize(
    ("name", "codecs", "family", "priming"),
    [
        ("aac", "mp4a.40.2", Family.AAC, 1024),
        ("opus", "Opus", Family.OPUS, 312),
        ("flac", "fLaC", Family.FLAC, 0),
        ("alac", "alac", Family.ALAC, 0),
    ],
)
def test_sample_entries_are_read(  # noqa: PLR0913, PLR0917 - a row of a table
    raw: dict[str, bytes], tmp_path: Path, name: str, codecs: str, family: Family, priming: int
) -> None:
    media = opened(raw[name], tmp_path)
    heard = presented(media)

    assert media.entry is not None
    assert heard is not None
    assert (media.entry.codecs, media.family, heard.start) == (codecs, family, priming)
    assert (media.entry.configured_rate, media.entry.configured_channels) == (48_000, 2)
    assert heard.length == 13 * 48_000


@pytest.mark.parametrize("name", ["flac", "alac"])
def test_a_lossless_file_of_ffmpeg_has_no_findings(
    raw: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    assert judged(raw[name], tmp_path) == []


def test_a_lossy_file_of_ffmpeg_lacks_roll_groups_only(
    raw: dict[str, bytes], tmp_path: Path
) -> None:
    for name, roll in (("aac", -1), ("opus", -4)):
        assert clauses(judged(raw[name], tmp_path)) == {"ISO 10.1"}
        assert judged(inserted(raw[name], TABLE, roll_group(roll)), tmp_path) == []


def test_a_short_roll_of_opus_is_found_out(raw: dict[str, bytes], tmp_path: Path) -> None:
    data = inserted(raw["opus"], TABLE, roll_group(-3))

    assert clauses(judged(data, tmp_path)) == {"Opus in ISO 4.3.6"}


def brand(data: bytes) -> bytes:
    node = found(data, "ftyp")
    return overwritten(data, node.body, b"mp42" * ((node.end - node.body) // 4))


def numbers(data: bytes, path: tuple[str, ...], at: int, new: int) -> bytes:
    return overwritten(data, found(data, *path).body + at, struct.pack(">I", new))


def swapped(data: bytes) -> bytes:
    """Put the head behind the media."""
    head, rest = found(data, "moov"), found(data, "ftyp").end
    return data[:rest] + data[head.end :] + data[head.offset : head.end]


def second_track(data: bytes) -> bytes:
    track = found(data, "moov", "trak")
    return inserted(data, ("moov",), data[track.offset : track.end])


def entry_at(data: bytes) -> int:
    return found(data, *TABLE, "stsd").body + 8


BROKEN = {
    "moov behind the media": ("ISO 8.2.1", swapped),
    "no moov": ("ISO 8.2.1", lambda data: without(data, "moov")),
    "a box that is too long": ("ISO 4.2", lambda data: overwritten(data, 0, b"\x7f")),
    "a file that is cut": ("ISO 4.2", lambda data: data[:-1000]),
    "no mdhd": ("ISO 4.2", lambda data: without(data, "moov", "trak", "mdia", "mdhd")),
    "two tracks": ("CMAF 7.3", second_track),
    "no trex": ("ISO 8.8.1", lambda data: without(data, "moov", "mvex", "trex")),
    "brands of old": ("RFC 8216bis 3.1.2", brand),
    "no ftyp": ("RFC 8216bis 3.1.2", lambda data: without(data, "ftyp")),
    "a length in mvhd": ("RFC 8216bis 3.1.2", lambda data: numbers(data, ("moov", "mvhd"), 16, 9)),
    "no mvex": ("RFC 8216bis 3.1.2", lambda data: without(data, "moov", "mvex")),
    "another track": (
        "RFC 8216bis 3.1.2",
        lambda data: numbers(data, ("moof", "traf", "tfhd"), 4, 7),
    ),
    "no tfdt": ("RFC 8216bis 3.1.2", lambda data: without(data, "moof", "traf", "tfdt")),
    "data elsewhere": (
        "ISO 8.7.2",
        lambda data: numbers(data, ("moov", "trak", "mdia", "minf", "dinf", "dref"), 16, 0),
    ),
    "not of the moof": (
        "RFC 8216bis 3.1.2",
        lambda data: overwritten(data, found(data, "moof", "traf", "tfhd").body + 1, b"\0"),
    ),
    "an entry at another rate": (
        "ISO 12.2.3",
        lambda data: overwritten(data, entry_at(data) + 32, struct.pack(">I", 44_100 << 16)),
    ),
    "a timescale of ms": (
        "ISO 12.2.3",
        lambda data: numbers(data, ("moov", "trak", "mdia", "mdhd"), 12, 90_000),
    ),
    "a timescale of zero": (
        "ISO 12.2.3",
        lambda data: numbers(data, ("moov", "trak", "mdia", "mdhd"), 12, 0),
    ),
    "no mdat": ("ISO 8.8.4", lambda data: without(data, "mdat")),
    "fragments of one number": (
        "ISO 8.8.4",
        lambda data: numbers(data, ("moof", "mfhd"), 4, 7),
    ),
    "data before the mdat": (
        "ISO 8.8.8",
        lambda data: numbers(data, ("moof", "traf", "trun"), 8, 8),
    ),
    "a gap": (
        "ISO 8.8.12",
        lambda data: overwritten(
            data, found(data, "moof", "traf", "tfdt").body + 4, struct.pack(">Q", 5)
        ),
    ),
    "an index that is off": ("ISO 8.16.3", lambda data: numbers(data, ("sidx",), 32, 5)),
    "an index of other times": ("ISO 8.16.3", lambda data: numbers(data, ("sidx",), 36, 5)),
    "an index without the last": (
        "ISO 8.16.3",
        lambda data: overwritten(data, found(data, "sidx").body + 30, b"\0\1"),
    ),
    "an edit past the end": (
        "ISO 8.6.6",
        lambda data: numbers(data, ("moov", "trak", "edts", "elst"), 8, 60_000_000),
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_found_out(raw: dict[str, bytes], tmp_path: Path, fault: str) -> None:
    clause, broken = BROKEN[fault]

    assert clause in clauses(judged(broken(raw["flac"]), tmp_path)), fault


@pytest.mark.parametrize(
    ("name", "clause", "start"),
    [("aac", "ISO 8.6.6", 0), ("opus", "Opus in ISO 4.4", 0), ("opus", "Opus in ISO 4.4", 300)],
)
def test_priming_that_is_heard_is_found_out(
    raw: dict[str, bytes], tmp_path: Path, name: str, clause: str, start: int
) -> None:
    data = numbers(raw[name], ("moov", "trak", "edts", "elst"), 12, start)

    assert clause in clauses(judged(data, tmp_path))


def test_an_edit_that_leaves_nothing_is_found_out(raw: dict[str, bytes], tmp_path: Path) -> None:
    data = numbers(raw["flac"], ("moov", "trak", "edts", "elst"), 12, 48_000 * 60)

    assert "ISO 8.6.6" in clauses(judged(data, tmp_path))


def test_an_opus_entry_without_its_configuration_is_found_out(
    raw: dict[str, bytes], tmp_path: Path
) -> None:
    data = raw["opus"].replace(b"dOps", b"free")

    assert "Opus in ISO 4.3.2" in clauses(judged(data, tmp_path))


def test_stated_durations_are_compared(raw: dict[str, bytes], tmp_path: Path) -> None:
    media = opened(raw["flac"], tmp_path)
    piece = media.pieces[0]
    for seconds, expected in ((Fraction(13), set()), (Fraction(12), {"RFC 8216bis 3"})):
        stated = replace(media, pieces=(replace(piece, stated_s=seconds),))

        assert clauses(check_stated_durations(stated)) == expected


def heard(samples: int = 13 * 48_000, lufs: float = -18.0, dbtp: float = -6.0) -> Decoded:
    loudness = Loudness(
        integrated_lufs=lufs,  # type: ignore[arg-type] # plain numbers of a test
        range_lu=None,
        max_momentary_lufs=None,
        max_short_term_lufs=None,
        true_peak_dbtp=dbtp,  # type: ignore[arg-type] # the same
    )
    return Decoded(
        samples=samples,
        sample_rate=48_000,
        channels=2,
        loudness=loudness,
        errors=(),
        is_whole=True,
    )


def test_samples_that_are_missing_or_too_many_are_found_out(
    raw: dict[str, bytes], tmp_path: Path
) -> None:
    media = opened(raw["flac"], tmp_path)

    assert clauses(check_decoded(media, heard())) == set()
    # The last frame comes whole, whatever is cut from it.
    assert clauses(check_decoded(media, heard(13 * 48_000 + 1000))) == set()
    assert clauses(check_decoded(media, heard(13 * 48_000 - 1))) == {"Decoding"}
    assert clauses(check_decoded(media, heard(14 * 48_000))) == {"Decoding"}
    assert clauses(check_decoded(media, None)) == {"Decoding"}
    assert clauses(check_decoded(media, replace(heard(), errors=("bad",)))) == {"Decoding"}
    assert clauses(check_decoded(media, replace(heard(), is_whole=False))) == {"Limits"}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (loudness_box(-18.0, -6.0), set()),
        (loudness_box(-18.25, -6.4), set()),
        (loudness_box(-19.0, -6.0), {"Apple 2.23"}),
        (loudness_box(-18.0, -3.0), {"Apple 2.23"}),
        (loudness_box(-18.0, None), {"Apple 2.21"}),
        (loudness_box(-18.0, -6.0, system=0), {"Apple 2.21"}),
        (box("udta", box("ludt", box("tlou", bytes(5)))), {"ISO 12.2.7", "Apple 2.19"}),
        (b"", {"Apple 2.19"}),
    ],
)
def test_stated_loudness_is_compared_with_the_audio(
    raw: dict[str, bytes], tmp_path: Path, stated: bytes, expected: set[str]
) -> None:
    media = opened(inserted(raw["flac"], ("moov", "trak"), stated), tmp_path)

    assert clauses(check_loudness(media, heard())) == expected


def test_a_lossy_file_may_differ_a_little_more(raw: dict[str, bytes], tmp_path: Path) -> None:
    for name, expected in (("aac", set()), ("flac", {"Apple 2.23"})):
        stated = loudness_box(-18.5, -6.0)
        media = opened(inserted(raw[name], ("moov", "trak"), stated), tmp_path)

        assert clauses(check_loudness(media, heard())) == expected


def test_what_is_lossless_is_known() -> None:
    entry = Entry(kind="fLaC", family=Family.FLAC, codecs="fLaC", channels=2, sample_rate=1)

    assert entry.is_lossless


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_damaged_files_give_findings_and_no_error(
    raw: dict[str, bytes], tmp_path: Path, data: st.DataObject
) -> None:
    file = bytearray(raw[data.draw(st.sampled_from(sorted(raw)))][:6000])
    for _ in range(data.draw(st.integers(1, 8))):
        file[data.draw(st.integers(0, 2500))] = data.draw(st.integers(0, 255))

    media = opened(bytes(file), tmp_path)

    assert all(one.sentence for one in judged(bytes(file), tmp_path))
    assert all(one.sentence for one in check_loudness(media, heard()))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_tree(data: bytes) -> None:
    tree = read_tree(data)

    assert tree.faults or sum(one.end - one.offset for one in tree.root.children) == len(data)
