from datetime import UTC, datetime

import pytest

from stream.pages.formats import clock, formats_of
from stream.pages.language import accepted

AT = datetime(2026, 3, 9, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "arguments", "english", "spanish"),
    [
        ("number", (1234.5,), "1,234.5", "1.234,5"),
        ("credits", (10_002,), "10.002", "10,002"),
        ("money", (1_234_500_000, "EUR"), "€1,234.50", "1.234,50 €"),
        ("money", (3_333_330, "EUR"), "€3.33333", "3,33333 €"),
        ("money", (-1_000_000, "EUR"), "-€1.00", "-1,00 €"),
        ("percent", (333_333,), "33.3333 %", "33,3333 %"),
        ("day", (AT,), "9 March 2026", "9 de marzo de 2026"),
        ("moment", (AT,), "9 March 2026, 07:05 UTC", "9 de marzo de 2026, 07:05 UTC"),
        ("month", (AT,), "March 2026", "marzo 2026"),
    ],
)
def test_numbers_and_times_are_written_as_people_of_a_language_do(
    name: str, arguments: tuple[object, ...], english: str, spanish: str
) -> None:
    found = [formats_of(one)[name](*arguments) for one in ("en", "es")]

    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in found] == [english, spanish]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (None, "0:00"), (207.9, "3:27"), (4_021, "1:07:01")]
)
def test_a_duration_reads_as_on_a_player(seconds: float | None, said: str) -> None:
    assert clock(seconds) == said


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de, en;q=0.5, es;q=0.7", "es"),
        ("es;q=0, en", "en"),
        ("fr", "en"),
        ("es;q=x", "en"),
    ],
)
def test_the_best_of_our_languages_is_taken(said: str, found: str) -> None:
    assert accepted(said) == found
