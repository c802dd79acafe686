"""Rows as PostgreSQL copies them: whole arrays, and row by row where one is not as it should be."""

import struct

import pytest

from accounting.contents import copied_heads, hashed_head
from accounting.copied import EPOCH_US, Irregular, array_of, body_of, rows_of

COLUMNS = (("number", ">i8"), ("hash", "S4"), ("text", "S"))
START, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


def row(*values: bytes | None) -> bytes:
    fields = [
        struct.pack(">i", -1) if value is None else struct.pack(">i", len(value)) + value
        for value in values
    ]
    return struct.pack(">h", len(values)) + b"".join(fields)


def number(value: int, size: int = 8) -> bytes:
    return value.to_bytes(size, signed=True)


def test_rows_of_one_width_are_an_array() -> None:
    body = body_of(START + row(number(-7), b"abc\0") + row(number(8), b"defg") + END)

    found = array_of(body, COLUMNS[:2])

    assert found["number"].tolist() == [-7, 8]
    assert found["hash"].tolist() == [b"abc", b"defg"]


@pytest.mark.parametrize(
    "rows", [row(number(1), b"abc"), row(number(1), None), row(number(1), b"abcd", b"")]
)
def test_what_is_of_another_width_is_no_array_and_read_by_rows(rows: bytes) -> None:
    body = body_of(START + rows + END)

    with pytest.raises(Irregular):
        array_of(body, COLUMNS[:2])
    [(first, second, *_)] = rows_of(body, COLUMNS)
    assert first == 1
    assert second in {b"abc", None, b"abcd"}


@pytest.mark.parametrize("data", [b"", START, START + b"\0\1", b"x" + START + END])
def test_what_is_no_whole_copy_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no whole copy"):
        body_of(data)


@pytest.mark.parametrize("payloads", [[b"p" * 32] * 2, [b"short", b"p" * 32], [b"", b"q" * 99]])
def test_heads_are_read_whatever_their_payload_is(payloads: list[bytes]) -> None:
    texts = [b"play\nkey\n{}", b"fee\n\n"]
    rows = [
        row(number(9), number(5), number(3), number(2, 2), payload, text)
        for payload, text in zip(payloads, texts, strict=True)
    ]

    assert list(copied_heads(b"".join(rows))) == [
        (9, 2, payload, hashed_head(occurred_us=5 + EPOCH_US, reverses=3, text=text))
        for payload, text in zip(payloads, texts, strict=True)
    ]
