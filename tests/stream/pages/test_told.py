"""What rooms say in English is found again in the catalogues, its values in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.pages.catalogues import ENGLISH, catalogue_of
from stream.pages.told import Form

SPANISH = catalogue_of("es")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        pytest.param("There is no such track.", "No existe esa pista.", id="whole"),
        pytest.param(
            "After 3 more plays this track is yours to download.",
            "Tras 3 escuchas más, esta pista es tuya y la puedes descargar.",
            id="a value",
        ),
        pytest.param(
            "To keep the books one must be a treasurer or an operator; you are a listener. "
            "An operator can grant the role.",
            "Para llevar los libros hay que ser tesorero o operador; tú eres oyente. "
            "Operaciones puede darte el papel.",
            id="words as values",
        ),
        pytest.param(
            "As a viewer of Ada you may not upload music. Ask an owner to make you an editor.",
            "Como observador en Ada no puedes subir música. Pide a un titular que te haga editor.",
            id="words as values of values",
        ),
        pytest.param(
            "We could not get at this file for a day. It was set aside for us to look at; there "
            "is no need to send it again.",
            "Durante un día no pudimos llegar a este archivo. Se apartó para que lo miremos; no "
            "hace falta enviarlo otra vez.",
            id="two that were put together",
        ),
        pytest.param(
            "You are the only owner of Save: hand it over to another member, or close it.",
            "Eres el único titular de Save: traspásalo a otro miembro, o ciérralo.",
            id="a name that is a word as well",
        ),
    ],
)
def test_a_sentence_is_told_in_another_language(sentence: str, told: str) -> None:
    assert SPANISH.told(sentence) == told
    assert catalogue_of(ENGLISH).told(sentence) == sentence


@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        ("one of " * 285, "uno de " * 4 + "one of " * 281),
        ("x" + " times" * 330, "x" + " times" * 326 + " veces" * 4),
    ],
)
def test_values_in_values_are_told_so_far_and_no_deeper(hostile: str, told: str) -> None:
    assert SPANISH.told(hostile) == told


@given(st.text())
def test_what_nobody_says_is_told_as_it_is(text: str) -> None:
    assert SPANISH.told(f"~{text}") == f"~{text}"


@given(st.text(max_size=200).filter(lambda text: ". " not in text))
def test_a_value_stays_what_it_is(text: str) -> None:
    assert SPANISH.told(f"A gift of “{text}”.") == f"Un regalo de «{text}»."


@given(st.lists(st.text(), min_size=2, max_size=6), st.data())
def test_what_is_of_a_form_is_found(fixed: list[str], data: st.DataObject) -> None:
    values = data.draw(st.lists(st.text(), min_size=len(fixed) - 1, max_size=len(fixed) - 1))
    names = [f"v{n}" for n in range(len(values))]
    form = Form(names=names, fixed=fixed, said="")
    sentence = fixed[0] + "".join(a + b for a, b in zip(values, fixed[1:], strict=True))

    found = form.values_in(sentence)

    assert found is not None
    again = zip([found[name] for name in names], fixed[1:], strict=True)
    assert fixed[0] + "".join(a + b for a, b in again) == sentence


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=4), st.text("ab", max_size=9))
def test_it_is_found_where_a_pattern_finds_it(fixed: list[str], sentence: str) -> None:
    form = Form(names=[f"v{n}" for n in range(len(fixed) - 1)], fixed=fixed, said="")
    pattern = re.compile("(.*?)".join(map(re.escape, fixed)), re.DOTALL)

    found, wanted = form.values_in(sentence), pattern.fullmatch(sentence)

    assert (list(found.values()) if found is not None else None) == (
        list(wanted.groups()) if wanted else None
    )


@pytest.mark.parametrize("part", ["a is no b: it is c. ", "To , and or: ", "“”", "There are "])
def test_what_is_too_long_for_a_sentence_is_told_as_it_is(part: str) -> None:
    hostile = (part * 500_000)[:1_000_000]

    assert SPANISH.told(hostile) == hostile
    assert SPANISH.told(hostile[:2_000])
