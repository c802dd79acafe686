import pytest

from base.errors import Refused
from catalog.findings import Severity
from ingest.packed import Plan, plan
from ingest.zips import Member

MIB = 1 << 20


def member(path: str, size: int = MIB, **facts: int) -> Member:
    values = {"method": 8, "flags": 0, "crc": 0, "packed_bytes": size // 2, "offset": 0, "mode": 0}
    return Member(raw=path.encode(), path=path, size_bytes=size, **{**values, **facts})


def planned(*members: Member, archive_bytes: int = 100 * MIB) -> Plan:
    return plan(members, archive_bytes=archive_bytes, track_bytes=200 * MIB)


def codes(found: Plan) -> dict[str | None, tuple[str, Severity]]:
    return {one.about: (one.code, one.severity) for one in found.findings}


def test_audio_becomes_tracks_and_the_rest_is_said() -> None:
    found = planned(
        member("A/"),
        member("A/CD1/01.WAV"),
        member("A/CD1/02.flac"),
        member("A/notes.txt"),
        member("A/old.zip"),
        member("A/scan back.png"),
        member("A/Front.jpg"),
        member("__MACOSX/A/._01.wav"),
        member("A/.DS_Store"),
        member("A/Thumbs.db"),
        member("A/._02.flac"),
    )

    assert [one.path for one in found.tracks] == ["A/CD1/01.WAV", "A/CD1/02.flac"]
    assert found.cover is not None
    assert found.cover.path == "A/Front.jpg"
    assert codes(found) == {
        "A/old.zip": ("nested-archive", Severity.WARNING),
        "A/notes.txt": ("not-audio", Severity.NOTE),
        "A/scan back.png": ("not-audio", Severity.NOTE),
    }


def test_sound_of_a_kind_that_is_not_taken_is_said_to_be_so() -> None:
    found = plan([member("a.wav"), member("b.WMA")], archive_bytes=MIB, track_bytes=200 * MIB)

    assert codes(found) == {"b.WMA": ("unsupported-audio", Severity.ERROR)}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (member("a.wav", flags=1), "encrypted"),
        (member("a.wav", mode=0o120777), "link"),
        (member("a.wav", method=14), "packed-unknown"),
        (member("a.wav", size=201 * MIB), "too-large"),
        (member("a.wav", size=0), "empty-file"),
        (member("a.WMA"), "unsupported-audio"),
        (member("a.png", size=40 * MIB), "too-large"),
    ],
)
def test_what_cannot_be_taken_out_is_an_error(bad: Member, code: str) -> None:
    found = planned(bad, member("b.wav"))

    assert [one.path for one in found.tracks] == ["b.wav"]
    assert codes(found) == {bad.path: (code, Severity.ERROR)}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("../../etc/passwd.wav", "etc/passwd.wav"),
        ("/etc/a.wav", "etc/a.wav"),
        ("C:\\Users\\a.wav", "C:/Users/a.wav"),
        ("a\u202ewav.exe.wav", "awav.exe.wav"),
        ("a\nb/<b>c.wav", "a b/<b>c.wav"),
    ],
)
def test_a_path_is_read_and_never_followed(path: str, shown: str) -> None:
    [one] = planned(member(path)).tracks

    assert one.path == shown


def test_of_two_files_of_one_name_the_first_is_taken() -> None:
    found = planned(member("a.wav"), member("./a.wav", offset=7))

    assert [one.member.offset for one in found.tracks] == [0]
    assert codes(found) == {"a.wav": ("name-twice", Severity.WARNING)}


@pytest.mark.parametrize(
    ("names", "cover"),
    [
        (["back.jpg", "x/cover.jpg", "cover.png"], "cover.png"),
        (["only.jpg"], "only.jpg"),
        (["one.jpg", "two.jpg"], None),
        ([], None),
    ],
)
def test_which_picture_is_the_cover(names: list[str], cover: str | None) -> None:
    found = planned(member("a.wav"), *map(member, names)).cover

    assert (found.path if found else None) == cover


def test_bombs_and_floods_are_refused() -> None:
    with pytest.raises(Refused, match="archive-bomb"):
        planned(*(member(f"{n}.wav", 150 * MIB) for n in range(9)), archive_bytes=MIB)
    with pytest.raises(Refused, match="archive-too-many"):
        planned(*(member(f"{n}.wav") for n in range(1_001)), archive_bytes=1000 * MIB)


def test_of_very_many_findings_the_worst_are_told() -> None:
    found = planned(*(member(f"{n}.txt") for n in range(500)), member("a.wav", flags=1))

    assert found.findings[0].code == "encrypted"
    assert found.findings[-1].text == "There are 301 more files like these."
