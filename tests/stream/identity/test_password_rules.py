import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.identity.password_rules import LONGEST, SHORTEST, fault_in, normalised

ADA = ("Ada Lovelace", "ada.lovelace@example.org")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "correct horse battery",
            "kqzvxwpjmt",
            "vier Bäume tragen Hüte",
            "木漏れ日のなかで歌う朝",
        ),
        *("         a b c d e f", "zither quince lantern", "🎻🎺🥁🎷🎸🎹🪕🪗🎵🎶"),
        # What is weak at one end, and not at the other.
        "password password password zither quince lantern",
    ],
)
def test_what_nobody_guesses_soon_is_let_in_without_rules_of_composition(password: str) -> None:
    assert fault_in(password, known=ADA) is None


def test_of_what_is_longer_than_an_address_the_beginning_alone_is_looked_at() -> None:
    known = ["x" * 300 + " zither quince lantern"]

    assert fault_in("zither quince lantern", known=known) is None


@pytest.mark.parametrize(
    "password",
    [
        *("qwertyuiop", "1234567890", "Password2024!", "p4ssw0rd1234", "aaaaaaaaaaaa"),
        *("abcabcabcabc", "manchester", "ilovemusic", "liverpoolfc"),
        *("refrain2026", "RefrainRefrain", "ada.lovelace", "Lovelace1815", "lovelaceada"),
        "a" * 200,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    fault = fault_in(password, known=ADA)

    assert fault is not None
    assert "words that do not belong together" in fault


def test_too_short_and_too_long_are_told_with_figures() -> None:
    assert "at least 10" in (fault_in("Zx9#kq", known=ADA) or "")
    assert "at most 200" in (fault_in("zither quince lantern " * 10, known=ADA) or "")


def test_what_is_long_is_judged_soon() -> None:
    """This one takes the estimate seconds when it is looked at whole."""
    assert fault_in("4@8({[<369&#!1/|0$5+7%2" * 8, known=ADA) is None


@given(st.text(max_size=LONGEST + 5))
def test_any_text_is_judged(password: str) -> None:
    fault = fault_in(normalised(password), known=ADA)

    if len(normalised(password)) < SHORTEST:
        assert fault is not None


def test_letters_that_are_typed_in_two_ways_are_one_password() -> None:
    composed, apart = (
        "vier Bäume tragen Hüte",
        unicodedata.normalize("NFD", "vier Bäume tragen Hüte"),
    )

    assert composed != apart
    assert normalised(composed) == normalised(apart)
