"""What is read of an earlier house: rows as they are written, and what each of them means."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.earlier_facts import HeardAs
from catalog.playlist_rules import Visibility
from catalog.release_types import ReleaseType
from catalog.roles import AccountKind, Role
from refrain.earlier.copy_text import parse_row, print_row
from refrain.earlier.export import tables_of
from refrain.earlier.fields import Fields, Left, made_id, plain
from refrain.earlier.mapping import album, group, heard, held, like, listing, person, song
from tests.support.earlier_export import Export, seeded, track, user

#: A row of one empty column is an empty line, and null is no text that can be written otherwise.
COLUMNS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"])), min_size=1)


@given(COLUMNS)
def test_a_row_is_read_as_it_was_written(columns: list[str | None]) -> None:
    line = print_row(columns)

    assert b"\n" not in line
    assert parse_row(line) == tuple(columns)


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        (rb"a	\N	", ("a", None, "")),
        (rb"\\N	\t\n\r\b\f\v", ("\\N", "\t\n\r\b\f\v")),
        (rb"\x41\101\303\244", ("AA\u00e4",)),
        (rb"\q\.", ("q.",)),
        (b"tail\\", ("tail\\",)),
    ],
)
def test_escapes_stand_for_characters(line: bytes, columns: tuple[str | None, ...]) -> None:
    assert parse_row(line) == columns


def test_what_is_no_utf_8_is_no_row() -> None:
    for line in (b"\xff", rb"\377"):
        with pytest.raises(ValueError, match="utf-8"):
            parse_row(line)


def test_dumps_and_sheets_say_the_same(tmp_path: Path) -> None:
    export, _ = seeded(3, users=5, tracks=3, plays=40)
    export.user(90, displayName='Tab\there, "quoted"\nand ö')
    dump = export.dump(tmp_path / "plain.sql")
    packed = tmp_path / "packed.sql.gz"
    packed.write_bytes(gzip.compress(dump.read_bytes()))
    paths = (dump, packed, export.sheets(tmp_path / "sheets"))

    read = [
        {name: [row.values for row in table.rows()] for name, table in tables_of(path).items()}
        for path in paths
    ]

    assert read[0] == read[1] == read[2]
    assert len(read[0]["plays"]) == 40
    assert (read[0]["users"][-1] or {})["displayname"] == 'Tab\there, "quoted"\nand ö'


def test_rows_know_their_line_and_odd_ones_have_no_values(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(b'--\nCOPY public.users (id, "displayName") FROM stdin;\n1\tAda\n2\n\\.\n')

    [one, other] = tables_of(path)["users"].rows()

    assert (one.line, one.values) == (3, {"id": "1", "displayname": "Ada"})
    assert (other.line, other.values) == (4, None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PGDMP\x01\x0e", "pg_restore"),
        (b"INSERT INTO public.users VALUES (1);\n", "--inserts"),
        (b"COPY public.users (id) FROM stdin;\n1\n", "in the middle of the table users"),
        (b"-- nothing\n", "no rows of tables"),
        (
            b"-- PostgreSQL database dump\nCOPY public.users (id) FROM stdin;\n1\n\\.\n",
            "broken off",
        ),
        (b"COPY public.users (id) FROM stdin;\n" + b"1" * (1 << 24) + b"\n", "Line 2 of"),
    ],
)
def test_what_is_no_export_is_refused_with_how_to_make_one(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(content)

    with pytest.raises(Refused, match="export-unfit") as refused:
        tables_of(path)

    assert why in refused.value.sentence
    assert "pg_dump" in refused.value.sentence


def test_functions_of_a_dump_may_insert_and_tables_of_other_schemas_are_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "dump.sql"
    copied = b"COPY %s (id) FROM stdin;\n%d\n\\.\n"
    users = [copied % (name, i) for i, name in enumerate((b"a.users", b"public.users", b"z.users"))]
    roles = [copied % (name, 1) for name in (b"a.roles", b"z.roles")]
    path.write_bytes(b"BEGIN\nINSERT INTO logs VALUES (1);\n" + b"".join((*users, *roles)))

    tables = tables_of(path)

    assert [one.values for one in tables["users"].rows()] == [{"id": "1"}]
    with pytest.raises(Refused, match="two tables roles"):
        list(tables["roles"].rows())


def test_a_sheet_with_a_row_that_is_no_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    rows = b'1,"Ada\nand more"\n2,\xff\n3,' + b"x" * 200_000 + b"\n"
    (tmp_path / "users.csv").write_bytes(b"id,name\n" + rows)

    found = list(tables_of(tmp_path)["users"].rows())

    assert [one.line for one in found] == [2, 4, 5]
    assert [one.values and one.values["id"] for one in found] == ["1", None, "3"]


def test_a_packed_dump_that_is_damaged_is_refused(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(bytes(range(256)) * 9_000))
    data[40:60] = b"\xff" * 20
    (tmp_path / "dump.sql.gz").write_bytes(data)

    with pytest.raises(Refused, match="cannot be read"):
        tables_of(tmp_path / "dump.sql.gz")


def row(**said: str | None) -> Fields:
    return Fields("plays", {plain(name): value for name, value in said.items()})


def test_a_person_as_they_were() -> None:
    known = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA"
    said = {"id": str(user(1)), "displayName": "Ada", "email": " Ada@Example.ORG "}

    found = person(row(**said, role="2", country="de", password=known), roles={"2": "artist"})

    assert found.email is not None
    assert (found.email.folded, found.country) == ("ada@example.org", "DE")
    assert (found.role, found.hash) == (Role.ARTIST, known)
    for other in ("$2b$12$abcdefghijklmnopqrstuv", known.replace("65536", "4194304")):
        assert person(row(**said, password=other), roles={}).hash is None
    with pytest.raises(Left, match="deleted"):
        person(row(**said, deleted_at="2022-01-02 03:04:05+00"), roles={})


@pytest.mark.parametrize(
    ("status", "is_free", "is_public", "is_deleted"),
    [
        ("0", False, True, False),
        ("1", False, False, False),
        ("2", True, True, False),
        ("paid", False, True, False),
        ("4", False, False, True),
    ],
)
def test_statuses_of_tracks(
    status: str, *, is_free: bool, is_public: bool, is_deleted: bool
) -> None:
    found = song(row(id=str(track(1)), creator_id=str(user(1)), status=status))

    assert (found.is_free, found.is_public, found.is_deleted) == (is_free, is_public, is_deleted)


def test_groups_albums_and_lists() -> None:
    number, by = str(user(9)), str(user(1))

    label = group(row(id=number, type_id="3", display_name="Wren"), types={"3": "Label"})
    lp = album(row(id=number, creatorId=by, type="lp", releaseDate="2021-05-06T00:00:00Z"))
    hidden = album(row(id=number, creatorId=by, type="ep", private="t"))
    mine = listing(row(id=number, creatorId=by, title="Mornings", private="f"))

    assert label.kind is AccountKind.LABEL
    assert (lp.type, lp.released_on, lp.is_public) == (ReleaseType.ALBUM, "2021-05-06", True)
    assert (hidden.type, hidden.is_public) == (ReleaseType.EP, False)
    assert mine.visibility is Visibility.PUBLIC
    assert listing(row(id=number, creatorId=by)).visibility is Visibility.PRIVATE


def test_plays_have_numbers_times_and_kinds() -> None:
    said = {"trackId": str(track(1)), "user_id": str(user(1)), "createdAt": "2021-05-06 07:08:09.1"}

    paid = heard(row(id="77", event="1", **said))

    assert (paid.kind, paid.at) == (HeardAs.PAID, datetime(2021, 5, 6, 7, 8, 9, 100_000, UTC))
    assert paid.id == made_id("plays", "77") != heard(row(id="78", event="0", **said)).id
    assert heard(row(id=str(track(2)), event="0", **said)).id == track(2)
    for wrong, code in (
        ({"event": "2"}, "bad-event"),
        ({"event": "1", "createdAt": "yesterday"}, "bad-time"),
        ({"event": "1", "createdAt": "0001-01-01 00:00:00+05"}, "bad-time"),
        ({"event": "1", "user_id": "7"}, "bad-number"),
        ({"event": "1", "trackId": None}, "value-missing"),
    ):
        with pytest.raises(Left, match=code):
            heard(row(**{"id": "1", **said, **wrong}))
    with pytest.raises(Left, match="not-liked"):
        like(row(user_id=str(user(1)), track_id=str(track(1)), type="0"))


@given(st.integers(0, 10**15))
def test_credit_is_read_to_the_millionth(micros: int) -> None:
    told = f"{micros // 1_000}.{micros % 1_000:03}"

    assert held(row(user_id=str(user(1)), total=told)).credits == micros


@pytest.mark.parametrize("told", ["-1", "0.0001", "NaN", "Infinity", "1e30", "1e999999", "much"])
def test_credit_that_cannot_be_counted_is_left(told: str) -> None:
    with pytest.raises(Left, match="bad-credit"):
        held(row(user_id=str(user(1)), total=told))


def test_numbers_made_of_others_are_always_the_same() -> None:
    assert made_id("plays", "77") == UUID(str(made_id("plays", 77)))
    assert made_id("a", "b") != made_id("ab")
    assert Export().song(1, user(1)) == track(1)
