import pytest

from base.errors import Refused
from base.storage.kept import Piece
from ingest.multipart import CompleteMultipart, chosen, details_in

FIVE = 5 << 20
STORED = [
    Piece(number=1, size_bytes=FIVE, tag='"a"'),
    Piece(number=2, size_bytes=FIVE, tag='"b"'),
    Piece(number=4, size_bytes=7, tag='"d"'),
    Piece(number=5, size_bytes=FIVE, tag='"e"'),
]


def complete(*parts: tuple[int, str]) -> tuple[Piece, ...]:
    listed = [{"PartNumber": number, "ETag": tag} for number, tag in parts]
    return chosen(CompleteMultipart.model_validate({"parts": listed}).parts, STORED)


def test_of_what_the_client_says_only_plain_text_is_kept() -> None:
    said = {"relativePath": "A\0/B.wav", "name": "B.wav", "a\0": "b", "size": 5, "type": None}

    assert details_in(said) == {"name": "B.wav", "size": "5"}


def test_what_the_client_names_is_taken_as_the_storage_has_it() -> None:
    assert complete((1, "a"), (2, '"b"'), (4, "d")) == tuple(STORED[:3])
    assert complete((4, "d")) == (STORED[2],)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([(1, "a"), (3, "c")], "part-missing"),
        ([(1, "b")], "part-missing"),
        ([(2, "b"), (1, "a")], "part-order"),
        ([(1, "a"), (1, "a")], "part-order"),
        ([(4, "d"), (5, "e")], "part-small"),
    ],
)
def test_what_is_not_there_as_named_is_refused(parts: list[tuple[int, str]], code: str) -> None:
    with pytest.raises(Refused) as refused:
        complete(*parts)

    assert refused.value.code == code
