import pytest

from base.errors import Refused
from ingest.fields import read_field


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("title", " Song \u202e", "Song"),
        ("label", "  ", None),
        ("upc", "4 006381-333931", "4006381333931"),
        ("isrc", "de-abc-26-00001", "DEABC2600001"),
        ("released_on", " 2026-11 ", "2026-11"),
        ("released_on", "2024-02-29", "2024-02-29"),
    ],
)
def test_what_can_be_written_is_read(name: str, text: str, word: str | None) -> None:
    assert read_field(name, text) == word


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("title", "\u202e", "nothing of it can be shown; it is one line"),
        ("artist", "", "is empty"),
        ("upc", "4006381333930", "its last digit does not fit the others"),
        ("upc", "123", "^word-unfit: 123 is no UPC: it is 12 to 14 digits, such as 4006381333931"),
        ("isrc", "DE-1", "DE-1 is no ISRC: .* such as DE-ABC-26-00001"),
        ("released_on", "24.11.2026", "such as 2026, 2026-11 or 2026-11-24"),
        ("released_on", "2026-13", "such as"),
        ("released_on", "2026-02-30", "such as"),
        ("released_on", "2026-11-24T00:00", "such as"),
        ("role", " ", "is empty"),
    ],
)
def test_what_cannot_be_is_refused_with_why_and_what_form(name: str, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read_field(name, text)

    assert refused.value.status == 422


@pytest.mark.parametrize("name", ["upc", "isrc", "released_on"])
def test_whatever_is_written_the_answer_is_short_and_one_line(name: str) -> None:
    with pytest.raises(Refused) as refused:
        read_field(name, "a\nb\u202e\0" * 99)

    assert refused.value.sentence.isprintable()
    assert len(refused.value.sentence) < 200
