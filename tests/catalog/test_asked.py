"""What somebody looks for, read as words: how many documents can have them."""

import pytest

from catalog.asked import Alternatives, at_most

OFTEN = {"love": 900, "me": 40, "do": 70}


@pytest.mark.parametrize(
    ("needed", "most"),
    [
        ([[("love",)]], 900),
        ([[("love",), ("do",)]], 970),
        ([[("love",)], [("me",)]], 40),
        ([[("love", "do")]], 70),
        ([[("love",)], [("nowhere",)]], 0),
        ([[("love",)], []], 0),
        ([], 0),
    ],
)
def test_no_more_have_all_words_than_have_the_rarest(needed: list[Alternatives], most: int) -> None:
    assert at_most(needed, OFTEN) == most
