"""The site of the documents: what is drawn, and what is read from the code."""

import re

import pytest

from base.settings import Settings
from catalog.states import JOB_MOVES, diagram
from docs.site.building import GENERATED, MARK
from docs.site.commands import commands, every
from docs.site.diagrams import drawn, moves_of
from docs.site.tables import described, interface, metrics, settings
from tests.support.masters import ROOT

FENCE = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def test_every_move_of_every_diagram_is_drawn() -> None:
    diagrams = [text for page in PAGES for text in FENCE.findall(page.read_text())]

    assert len(diagrams) > 10
    for text in diagrams:
        picture = drawn(text)
        apart = [move for move in moves_of(text) if move.begins != move.ends]
        assert picture.count("<path") == len(apart)
        assert all(f">{move.name}</text>" in picture for move in apart)


def test_what_is_no_move_is_refused_and_not_left_out() -> None:
    text = diagram(JOB_MOVES).removeprefix("```mermaid\n").removesuffix("\n```")

    assert moves_of(text)
    with pytest.raises(ValueError, match="no move"):
        moves_of(f"{text}\n    waiting -> leased")


def test_every_page_that_is_read_from_the_code_has_a_place_for_it() -> None:
    for page in GENERATED:
        assert MARK in (ROOT / "docs" / f"{page}.md").read_text()


def test_the_reference_has_all_there_is() -> None:
    told, numbers = commands(), set(re.findall(r"`(refrain_\w+)`", metrics()))
    operations = sum(len(one) for one in described()["paths"].values())

    assert settings().count("| `REFRAIN_") == len(Settings.model_fields)
    assert all(f" `{path}`\n" in told for path, _ in every())
    assert len(re.findall(r"^\| `[A-Z]+ /", interface(), re.MULTILINE)) == operations
    assert {"refrain_http_requests_total", "refrain_jobs", "refrain_media_cache_bytes_total"} <= (
        numbers
    )
