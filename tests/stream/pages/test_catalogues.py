"""All that is said is translated, and nothing that is said is left out of the catalogues."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from stream.pages.catalogues import ENGLISH, LANGUAGES, LOCALES, catalogue_of
from stream.pages.environments import TEMPLATES, environment_of
from stream.pages.extraction import extracted as extracted_anew

OTHERS = [one for one in LANGUAGES if one != ENGLISH]
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|<[^>]+>")
#: Names and signs that are the same in every language.
_NAMES = {"Refrain", "refrain", "Hz", "LUFS", "BCDF", "GHJK", "dB"}
#: What a macro adds to a tag of another.
_ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')
#: Attributes that people read, or hear.
_READ = {"alt", "aria-label", "aria-description", "placeholder", "title"}
extracted = cache(extracted_anew)


def forms(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())  # type: ignore[arg-type]


def kept(area: str, language: str) -> dict[object, Message]:
    with (LOCALES / language / f"{area}.po").open("rb") as file:
        return {forms(one.id): one for one in read_po(file, locale=language) if one.id}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    for area, said in extracted().items():
        found = kept(area, language)

        ids = {forms(one.id) for one in said if one.id}
        assert ids ^ set(found) == set(), f"{area}: run make messages"
        missing = [key for key, one in found.items() if one.fuzzy or not all(forms(one.string))]
        assert missing == [], f"{area}.po: translate these"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_names_and_the_tags_of_its_source(language: str) -> None:
    for area in extracted():
        for one in kept(area, language).values():
            wanted = {frozenset(_PLACEHOLDER.findall(form)) for form in forms(one.id)}
            found = {frozenset(_PLACEHOLDER.findall(form)) for form in forms(one.string)}
            assert found == wanted, f"{area}.po: {one.id}"


@pytest.mark.parametrize("language", OTHERS)
def test_one_sentence_has_one_translation(language: str) -> None:
    seen: dict[object, tuple[str, object]] = {}
    for area in extracted():
        for key, one in kept(area, language).items():
            other, said = seen.setdefault(key, (area, one.string))
            assert said == one.string, f"{key}: {other}.po and {area}.po differ"


def test_what_scripts_say_is_told_to_them() -> None:
    assert '"Copied.":"Copiado."' in catalogue_of("es").script
    assert catalogue_of("es").script_name.startswith("es-")
    assert catalogue_of(ENGLISH).script_name == ""


class Reader(HTMLParser):
    """Collects what people read of a page whose sentences were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in {"code", "style", "script"}
        self.found += [said for name, said in attrs if name in _READ and said]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in {"code", "style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(_ATTRIBUTE.sub("", data))


def plain(source: str) -> str:
    """Leave out of a template all that Jinja answers, and all between trans and endtrans."""
    parts: list[str] = []
    is_said = False
    tag: list[str] = []
    for _, kind, text in environment_of(ENGLISH).lex(source):
        if kind == "block_begin":
            tag = []
        elif kind == "name":
            tag.append(text)
        elif kind == "block_end" and tag:
            is_said = (is_said or tag[0] == "trans") and tag[0] != "endtrans"
        elif kind == "data" and not is_said:
            parts.append(text)
    return "".join(parts)


def templates() -> Iterator[str]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.name not in {"style.html", "icons.html"}:
            yield str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("template", list(templates()))
def test_no_template_says_anything_untranslated(template: str) -> None:
    reader = Reader()
    reader.feed(plain((TEMPLATES / template).read_text()))

    words = {word for said in reader.found for word in re.findall(r"[^\W\d_]{2,}", said)}
    assert words - _NAMES == set()
