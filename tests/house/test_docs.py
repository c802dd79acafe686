"""The documents say what the code does."""

import re
from pathlib import Path

import pytest

from base.settings import Settings
from catalog.ern_states import DELIVERY_MOVES
from catalog.member_states import MEMBER_MOVES
from catalog.payment_states import PAYMENT_MOVES
from catalog.payout_states import PAYOUT_MOVES, RUN_MOVES
from catalog.states import (
    ARCHIVE_MOVES,
    ARTWORK_MOVES,
    CLAIM_MOVES,
    JOB_MOVES,
    PLAY_MOVES,
    RELEASE_MOVES,
    SHEET_MOVES,
    TRACK_MOVES,
    UPLOAD_MOVES,
    diagram,
)
from catalog.version_states import VERSION_MOVES
from tests.support.commands import refrain
from tests.support.masters import ROOT
from tests.support.permission_table import table

PAGES = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "docs" / "ledger")
    for path in folder.glob("*.md")
)
LEDGER = [page for page in PAGES if page.stem == "ledger" or page.parent.name == "ledger"]
ROOMS = ("accounting", "accounting/payments", "stream", "refrain", "catalog", "tests/support")
_MODULE = re.compile(r"`([a-z_0-9/]+\.py)`")
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)([^)#\s]+)")
_COMMAND = re.compile(r"(?:^|[ /])refrain ((?:[a-z]+ ?)+)", re.MULTILINE)


def settings_table() -> str:
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = "" if field.default_factory or default is None else str(default)
        if shown in {"", "**********"}:
            shown = ""
        rows.append(f"| `REFRAIN_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_the_settings_table_is_that_of_the_code() -> None:
    expected = settings_table()

    assert expected in (ROOT / "README.md").read_text(), f"README.md should hold:\n{expected}"


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    shown = (ROOT / "docs" / "permissions.md").read_text()
    assert table() in shown, f"docs/permissions.md should hold:\n{table()}"


@pytest.mark.parametrize(
    "moves",
    [
        *(TRACK_MOVES, JOB_MOVES, PLAY_MOVES, UPLOAD_MOVES),
        *(RELEASE_MOVES, ARCHIVE_MOVES, ARTWORK_MOVES),
        *(SHEET_MOVES, CLAIM_MOVES, PAYMENT_MOVES, VERSION_MOVES),
        *(RUN_MOVES, PAYOUT_MOVES, MEMBER_MOVES, DELIVERY_MOVES),
    ],
    ids=[
        *("track", "job", "play", "upload", "release", "archive", "artwork"),
        *("sheet", "claim", "payment", "version"),
        *("run", "payout", "member", "delivery"),
    ],
)
def test_the_state_diagrams_are_drawn_from_the_tables(moves: object) -> None:
    expected = diagram(moves)  # type: ignore[arg-type] # one of three kinds

    text = (ROOT / "docs" / "architecture.md").read_text()
    assert expected in text, f"docs/architecture.md should hold:\n{expected}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", LEDGER, ids=lambda page: page.name)
def test_every_module_that_a_page_of_the_ledger_names_is_there(page: Path) -> None:
    for name in _MODULE.findall(page.read_text()):
        # By its name alone where the page has said the room before.
        assert any((ROOT / room / name).exists() for room in ("", *ROOMS)), name


def test_every_command_of_the_readme_exists() -> None:
    text = "\n".join(re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
    commands = {found.split()[0] for found in _COMMAND.findall(text)}

    assert {"add", "account", "up"} <= commands
    for command in commands:
        assert refrain(command, "--help").status == 0, command
