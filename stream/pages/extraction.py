"""The catalogues, brought up to what templates, pages and scripts say.

Usage: python -m stream.pages.extraction

A sentence is of the area whose folder it is said in; what stands in no such folder, and the parts
that all share, are of the shell. What is said no more leaves the catalogue; what is new stands in
it untranslated, and a test refuses that. What the rooms below say is an area of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from accounting.payouts import SENTENCES
from catalog.permissions import RULES, SCOPES
from stream.identity.oidc.scopes import ABOUT
from stream.pages.catalogues import ENGLISH, LANGUAGES, LOCALES, ROOMS
from stream.pages.phrases import PHRASES
from stream.pages.spoken import spoken_in

_ROOT = Path(__file__).resolve().parents[2]
_PAGES, _TEMPLATES = _ROOT / "stream" / "pages", _ROOT / "stream" / "pages" / "templates"
_SCRIPTS = _ROOT / "web" / "src"
_SHELL = "shell"
#: Rooms that speak to people, and modules whose sentences others of them hand on.
_SPEAKING = ("accounting", "base", "catalog", "ingest", "stream", "transcode", "workers")
_OF_WORDS = frozenset(
    {
        "accounting/suspicion.py",
        "accounting/wallet_words.py",
        "catalog/removal.py",
        "ingest/ddex/standing.py",
        "ingest/joining.py",
        "ingest/missing.py",
        "ingest/release_deeds.py",
        "stream/identity/oidc/messages.py",
        "stream/identity/password_rules.py",
        "stream/pages/account/authorize.py",
        "stream/problems.py",
    }
)
#: A folder whose modules tell what is wrong with what was delivered; SFTP has no languages.
_OF_FINDINGS, _OF_SFTP = "ingest/ddex/", "ingest/ddex/sftp/"
#: Folders of all areas, and what is for those who build only.
_SHARED, _LEFT_OUT = frozenset({"parts", "styles"}), frozenset({"style.html", "style.py"})
#: What scripts say: calls stand within templates that stand within others, which no lexer of Babel
#: sees through, and their sentences are never put together of parts.
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"(?<![\w.$])(t|tn)\(\s*({_STRING})(?:,\s*({_STRING}))?")
_KEYWORDS = {"_": None, "N_": None, "t": None, "tn": (1, 2), "ngettext": (1, 2), "gettext": None}
#: One, and any other number: nobody counts millions of anything here.
_PLURALS = "nplurals=2; plural=(n != 1);"
#: Without dates and names, which the history has, and over which changes would meet.
_HEADER = """# What the pages say; brought up to date by: make messages
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
_OPTIONS = {
    ".html": {"newstyle_gettext": "true", "trimmed": "true", "extensions": "jinja2.ext.do"},
}

_Found = tuple[int, str, str | tuple[str, ...], list[str]]


def of_scripts(file: BinaryIO, *_: object, **__: object) -> Iterator[_Found]:
    """Answer what a script says, as Babel wants it."""
    for call in _CALL.finditer(file.read().decode()):
        name, *said = call.groups()
        sentences = tuple(json.loads(one) for one in said if one is not None)
        yield 0, name, sentences if name == "tn" else sentences[0], []


_METHODS: Mapping[str, Any] = {
    ".py": "python",
    ".html": "jinja2.ext:babel_extract",
    ".ts": of_scripts,
}


def extracted() -> dict[str, Catalog]:
    """Answer what each area says."""
    found: dict[str, Catalog] = {}
    for path, area in _sources():
        catalog = found.setdefault(area, Catalog(fuzzy=False))
        with_options = _OPTIONS.get(path.suffix, {})
        messages = extract_from_file(
            _METHODS[path.suffix], path, keywords=_KEYWORDS, options=with_options
        )
        where = str(path.relative_to(_ROOT))
        for _, message, comments, context in messages:
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    for sentence in (*SCOPES.values(), *ABOUT.values()):  # rooms below know no pages
        found["account"].add(sentence, locations=[("catalog/permissions.py", 0)])
    for sentence in SENTENCES.values():
        found["studio"].add(sentence, locations=[("accounting/payouts.py", 0)])
    found[ROOMS] = _said_by_rooms({one.id for said in found.values() for one in said})
    return {area: catalog for area, catalog in found.items() if len(catalog)}


def _said_by_rooms(known: Container[object]) -> Catalog:
    catalog = Catalog(fuzzy=False)
    for room in _SPEAKING:
        for path in sorted((_ROOT / room).rglob("*.py")):
            where = str(path.relative_to(_ROOT))
            is_found = where.startswith(_OF_FINDINGS) and not where.startswith(_OF_SFTP)
            is_all = where in _OF_WORDS or is_found
            for sentence in spoken_in(path.read_text(), is_all=is_all):
                if sentence not in known:
                    catalog.add(sentence, locations=[(where, 0)])
    for phrase in (*PHRASES, *(rule.words for rule in RULES.values())):
        if phrase not in known:
            catalog.add(phrase)
    return catalog


def update() -> None:
    """Bring the catalogue of every area and language up to what is said."""
    for area, said in extracted().items():
        for language in LANGUAGES:
            if language != ENGLISH:
                _update(LOCALES / language / f"{area}.po", said, language)


def _update(path: Path, said: Catalog, language: str) -> None:
    kept = Catalog(locale=language, fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
    kept.mime_headers = [("Plural-Forms", _PLURALS)]
    kept.update(said, no_fuzzy_matching=True)
    kept.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.format(language=language, plurals=_PLURALS).encode())
        write_po(file, kept, width=100, sort_output=True, include_lineno=False, omit_header=True)


def _sources() -> Iterator[tuple[Path, str]]:
    for folder, pattern in ((_TEMPLATES, "*.html"), (_PAGES, "*.py"), (_SCRIPTS, "*.ts")):
        for path in sorted(folder.rglob(pattern)):
            if path.name not in _LEFT_OUT and path.name != Path(__file__).name:
                yield path, _area(path.relative_to(folder))


def _area(inside: Path) -> str:
    first = inside.parts[0] if len(inside.parts) > 1 else _SHELL
    return _SHELL if first in _SHARED else first


if __name__ == "__main__":
    update()
