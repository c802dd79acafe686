"""Sentences that rooms say are found in their source."""

import pytest

from stream.pages.spoken import spoken_in


@pytest.mark.parametrize(
    ("source", "forms"),
    [
        ('raise Refused("a", "There is none.", status=404)', ["There is none."]),
        (
            'raise Refused("a", f"{_MOST} of {one.name} are 5 %: {_MOST + 1} of {x} is more.")',
            ["%(most)s of %(name)s are 5 %%: %(value)s of %(x)s is more."],
        ),
        (
            'raise Refused("a", f"As {x} you may not. {advice}")',
            ["As %(x)s you may not. %(advice)s"],
        ),
        ('raise Refused("a", f"{why} {_ASIDE}")', []),
        ('raise Unfit({"name": "Tell a name."})', ["Tell a name."]),
        ('raise Unfit({"name": "Tell " "a name."})', ["Tell a name."]),
        ('Finding(text="16 bits are usual.", code="a")', ["16 bits are usual."]),
        (
            '_WHY = "It is so."\ndef no():\n    """Say no to it."""\n    raise Refused("a", _WHY)',
            ["It is so."],
        ),
        ('x = "It is so."', []),
        ('Field(description="How it is."); raise Refused("a", "It is so.")', ["It is so."]),
    ],
)
def test_sentences_of_a_module(source: str, forms: list[str]) -> None:
    assert list(spoken_in(source)) == forms


def test_all_that_a_module_of_words_says() -> None:
    assert list(spoken_in('X = {1: "It is so.", 2: "no"}', is_all=True)) == ["It is so."]
