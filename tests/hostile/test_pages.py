"""Names that somebody chose to break out of a page."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from jinja2 import Undefined

from stream.attachments import attachment
from stream.pages.catalogues import ENGLISH
from stream.pages.environments import environment_of
from tests.support.hostile import NAMES

environment = environment_of(ENGLISH)
TEMPLATES = sorted(environment.list_templates(extensions=["html"]))
#: What is put together of parts, and none of it by itself.
PAGES = [name for name in TEMPLATES if name != "fields.html"]
Shape = list[tuple[str, tuple[str, ...]]]


class Shapes(HTMLParser):
    """Writes down which elements a page has, with which attributes, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: Shape = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        self.shape.append(("comment", (data,)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Shapes:
    shapes = Shapes()
    shapes.feed(page)
    shapes.close()
    return shapes


class Everything(Undefined):
    """Is whatever a template asks for: true, a list of two, a thing with parts, and a name."""

    name = ""

    def __str__(self) -> str:
        return self.name

    def __getattr__(self, name: str) -> "Everything":
        if name.startswith("__"):  # above all not that it is safe already
            raise AttributeError(name)
        return self

    def __getitem__(self, _: object) -> "Everything":
        return self

    def __call__(self, *_: object) -> "Everything":
        return self

    def __iter__(self) -> Iterator["Everything"]:
        return iter((self, self))

    def __bool__(self) -> bool:
        return True

    def __lt__(self, _: object) -> bool:
        return True

    __gt__ = __lt__

    def __truediv__(self, _: object) -> "Everything":
        return self

    __add__ = __sub__ = __mul__ = __rmul__ = __mod__ = __floordiv__ = __truediv__


def rendered(template: str, name: str) -> Shapes:
    """Render a template in which every variable is the name."""
    kind = type("Everything", (Everything,), {"name": name})
    lenient = environment.overlay(undefined=kind)
    figures = ("credits", "clock", "format", "round", "int")
    lenient.filters = environment.filters | dict.fromkeys(figures, lambda *_, **__: name)
    return read(lenient.get_template(template).render())


# Not green since pages are made of macros and formats, of which it knows nothing: write it anew.
@pytest.mark.chaos
@pytest.mark.parametrize("template", PAGES)
def test_a_name_is_text_and_never_a_part_of_the_page(template: str) -> None:
    plain = rendered(template, "Song")
    assert "Song" in plain.text

    for name in NAMES:
        hostile = rendered(template, name)

        assert hostile.shape == plain.shape, name
        assert " ".join(name.split()) in " ".join(hostile.text.split())


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_stays_inside_its_header(name: str) -> None:
    header = attachment(name, ".mp3")

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "/" not in header
    assert "\\" not in header


#: JSON whose `<`, `>` and `&` are escaped (stream.pages.meta), and drawings of our own.
_OURS = {
    "parts/meta.html": ("{{ meta.json_ld | safe }}",),
    "parts/icons.html": ("{{ drawn[name] | safe }}",),
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_trusts_what_it_is_given(template: str) -> None:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, template)

    for ours in _OURS.get(template, ()):
        source = source.replace(ours, "", 1)

    assert not re.findall(r"\|\s*safe|autoescape|Markup", source)
    # An attribute without quotes ends at the first space of a name.
    assert not re.findall(r"\s[\w-]+=\s*\{\{", source)
    # Inside a script nothing is escaped in the right way.
    assert not re.findall(r"<script[^>]*>[^<]", source)
    assert not re.findall(r"\son[a-z]+\s*=", re.sub(r"\{%.*?%\}", "", source))
