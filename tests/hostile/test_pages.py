"""Names that somebody chose to break out of a page."""

import dis
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from types import CodeType

import pytest
from jinja2 import Environment, FileSystemLoader, Undefined
from jinja2.utils import htmlsafe_json_dumps

from stream.attachments import attachment
from stream.pages.catalogues import ENGLISH
from stream.pages.environments import TEMPLATES as TEMPLATE_FOLDER
from stream.pages.environments import environment_of
from stream.pages.formats import formats_of
from tests.support.hostile import NAMES

environment = environment_of(ENGLISH)


def is_made_of_parts(template: str) -> bool:
    """Whether a template shows nothing by itself: it has macros for others, and a page of all."""
    source, _, _ = FileSystemLoader(TEMPLATE_FOLDER).get_source(environment, template)
    return not re.sub(
        r"\{%-?\s*macro.*?endmacro\s*-?%\}|\{%.*?%\}|\{#.*?#\}", "", source, flags=re.DOTALL
    ).strip()


TEMPLATES = sorted(environment.list_templates(extensions=["html"]))
#: What is put together of parts, and none of it by itself.
PAGES = [name for name in TEMPLATES if not is_made_of_parts(name)]
#: Where a variable is itself a sentence to be filled in, a "%" would be a place of it.
MARKUP = [name for name in NAMES if "%" not in name]
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


@cache
def _unpacked_into(code: CodeType, at: int) -> int:
    """Answer into how many names code unpacks what it iterates at a place; two unless it does."""
    found = dis.Bytecode(code, current_offset=at)
    later = [one for one in found if one.offset >= at][:2]
    return next((one.argval for one in later if one.opname == "UNPACK_SEQUENCE"), 2)


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

    def __call__(self, *_: object, **__: object) -> "Everything":
        return self

    def __iter__(self) -> Iterator["Everything"]:
        frame = sys._getframe(1)  # noqa: SLF001 - what CPython has for it
        return iter((self,) * _unpacked_into(frame.f_code, frame.f_lasti))

    def __len__(self) -> int:
        return 2

    def __int__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __hash__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __lt__(self, _: object) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __truediv__(self, _: object) -> "Everything":
        return self

    def __abs__(self) -> "Everything":
        return self

    __neg__ = __abs__

    def __index__(self) -> int:
        return 1

    __add__ = __sub__ = __mul__ = __mod__ = __floordiv__ = __pow__ = __truediv__
    __radd__ = __rsub__ = __rmul__ = __rmod__ = __rtruediv__ = __rfloordiv__ = __truediv__


def _named(*_: object, **__: object) -> str:
    return Everything.name


def _lenient() -> Environment:
    """Answer an environment in which every variable, and whatever is made of it, is the name."""
    lenient = environment.overlay(undefined=Everything, cache_size=-1)
    figures = ("format", "round", "int", *formats_of(ENGLISH))
    lenient.filters = environment.filters | dict.fromkeys(figures, _named)
    lenient.filters["told"] = str
    # What is trusted is told below; here nothing is.
    lenient.filters["safe"] = lambda value: value
    lenient.filters["tojson"] = lambda *_, **__: htmlsafe_json_dumps(_named())
    return lenient


lenient = _lenient()


def rendered(template: str, name: str) -> Shapes:
    """Render a template in which every variable is the name."""
    Everything.name = name
    return read(lenient.get_template(template).render())


@pytest.mark.parametrize("template", PAGES)
def test_a_name_is_text_and_never_a_part_of_the_page(template: str) -> None:
    plain = rendered(template, "Song")
    assert "Song" in plain.text

    for name in MARKUP:
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
