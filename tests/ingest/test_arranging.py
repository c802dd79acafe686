from uuid import UUID

from hypothesis import given
from hypothesis.strategies import permutations

from ingest.arranging import VARIOUS, Entry, arrange, natural
from ingest.naming import Tags

NAMES = [
    "Band - Record (2026)/CD1/01 Begin.wav",
    "Band - Record (2026)/CD1/2 Middle.wav",
    "Band - Record (2026)/CD1/10 End.wav",
    "Band - Record (2026)/CD2/01 Again.wav",
    "Band - Record (2026)/CD2/02 Once More.wav",
]


def entry(one: int, path: str, **tags: object) -> Entry:
    return Entry(track_id=UUID(int=one), path=path, tags=Tags(**tags))  # type: ignore[arg-type]


ALBUM = [entry(number, path) for number, path in enumerate(NAMES)]


@given(permutations(ALBUM))
def test_files_are_arranged_alike_whatever_order_they_come_in(entries: list[Entry]) -> None:
    found = arrange(entries)

    placed = [(one.track_id.int, one.disc, one.position, one.tags.title) for one in found.tracks]
    assert placed == [
        (0, 1, 1, "Begin"),
        (1, 1, 2, "Middle"),
        (2, 1, 3, "End"),
        (3, 2, 1, "Again"),
        (4, 2, 2, "Once More"),
    ]
    assert (found.title, found.artist, found.date) == ("Record", "Band", "2026")


def test_tags_win_over_names() -> None:
    found = arrange(
        [
            entry(1, "01 a.wav", title="Last", number=9, album="True", artist="Ada"),
            entry(2, "02 b.wav", title="First", number=1, album="True", artist="Ada"),
            entry(3, "03 c.wav", album="False"),
        ],
        called="Wrong",
    )

    assert [one.track_id.int for one in found.tracks] == [2, 3, 1]
    assert [one.tags.title for one in found.tracks] == ["First", "c", "Last"]
    assert [one.position for one in found.tracks] == [1, 2, 3]
    assert (found.title, found.artist) == ("True", "Ada")


def test_what_has_no_number_comes_last_in_natural_order() -> None:
    found = arrange([entry(1, "b 10.wav"), entry(2, "b 9.wav"), entry(3, "07 - z.wav")])

    assert [one.track_id.int for one in found.tracks] == [3, 2, 1]


def test_an_archive_gives_its_name_where_nothing_else_does() -> None:
    found = arrange([entry(1, "x.wav", artist="A"), entry(2, "y.wav", artist="B")], "A - Z (1999)")

    assert (found.title, found.artist, found.date) == ("Z", VARIOUS, "1999")


def test_a_folder_of_a_disc_gives_no_name() -> None:
    assert arrange([entry(1, "CD1/x.wav"), entry(2, "CD1/y.wav")], "Record").title == "Record"


def test_nothing_is_arranged_to_nothing() -> None:
    found = arrange([])

    assert (found.tracks, found.title, found.artist) == ((), None, None)


def test_natural_order() -> None:
    assert sorted(["10", "9", "a2", "a10", "A1", ""], key=natural) == [
        "",
        "9",
        "10",
        "A1",
        "a2",
        "a10",
    ]
