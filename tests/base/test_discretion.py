"""What is written down has no secret in it, however the secret came there."""

from __future__ import annotations

import json
import logging
import tomllib
from uuid import uuid4

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from base.discretion import HIDDEN, Discretion, discretion_of
from base.log import ROOMS
from base.settings import Settings
from catalog.credentials import PREFIXES
from stream.tickets import seal
from tests.support.masters import ROOT
from tests.support.written import written

SECRETS = [name for name, one in Settings.model_fields.items() if one.annotation is SecretStr]
#: As a password may be: a JSON text or an address writes some of it otherwise.
WORD = 'pa"ss\\w\u00f6rd-of-40-letters-for-everything/@'


def line_of(house: Settings, said: str) -> str:
    with written(house) as text:
        structlog.get_logger("stream.some").error(said, why=said, exc_info=ValueError(said))
        logging.getLogger("a.library").warning("it says %s", said)
        return text.getvalue()


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.parametrize("name", SECRETS)
def test_every_setting_that_is_a_secret_is_left_out(name: str, log_format: str) -> None:
    house = Settings.model_validate({name: WORD, "log_format": log_format})

    said = line_of(house, f"with {WORD} it went wrong")

    assert HIDDEN in said
    assert "letters-for" not in said
    assert "it went wrong" in said


def test_there_are_secrets_among_the_settings() -> None:
    assert len(SECRETS) >= 9
    assert {"ticket_secret", "smtp_url", "stripe_key", "lastfm_secret"} <= set(SECRETS)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("database_url", "postgresql+asyncpg://ada:{}@db.example/refrain"),
        ("redis_url", "redis://:{}@valkey.example:6379/0"),
        ("storage_url", "s3://bucket/prefix?endpoint=https://ada:{}@s3.example"),
        ("smtp_url", "smtps://ada:{}@mail.example"),
        ("edge_url", "https://ada:{}@edge.example"),
    ],
)
def test_passwords_in_addresses_of_settings_are_left_out(name: str, address: str) -> None:
    house = Settings.model_validate({name: address.format("tr%40ubador-77")})

    for word in ("tr%40ubador-77", "tr@ubador-77"):
        assert "ubador" not in line_of(house, f"no way in by {word}, says the driver")
    assert "ubador" not in line_of(house, str(getattr(house, name)))


def test_what_tools_read_for_themselves_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfi")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEJr")

    said = line_of(Settings(), "signed with wJalrXUtnFEMI/K7MDENG+bPxRfi for FwoGZXIvYXdzEJr")

    assert "wJal" not in said
    assert "FwoG" not in said


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        *(
            (f"shown {prefix}{'aB3-_' * 9} just now", "aB3")
            for prefix in (*PREFIXES.values(), "refrain_rf_", "refrain_ac_", "refrain_dc_")
        ),
        ("signed by whsec_" + "MfKQ9r8GKYqrTwjU" * 3, "MfKQ"),
        ("key sk_live_" + "4eC39HqLyjWDarjt" * 2, "4eC3"),
        ("Authorization: Bearer eyJhbGciOiJFZERTQSJ9.e30.abc", "eyJ"),
        ("Authorization: Basic YWRhOnNlc2FtZQ==", "YWRh"),
        ("at /rest/ping.view?u=ada&t=26719a1196d2a940705a59634eb18eab&s=c19b2d&f=json", "26719a"),
        ("at /rest/ping.view?u=ada&t=26719a1196d2a940705a59634eb18eab&s=c19b2d&f=json", "c19b2d"),
        ("at /rest/ping.view?u=ada&p=enc:736573616d65", "7365"),
        ("at /rest/ping.view?apiKey=sesame", "sesame"),
        ("at https://s3.example/a?X-Amz-Signature=fe5f80&X-Amz-Date=2026", "fe5f80"),
        ("from postgresql://ada:sesame@db.example/refrain", "sesame"),
        ("with my9b-xq2f-yf7r-vzdf-ejyk-5gmd it came", "xq2f"),
        ("id eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln it was", "eyJz"),
        ("paid to DE89370400440532013000 today", "8937"),
        ("paid to DE89 3704 0044 0532 0130 00 today", "3704"),
        ("/verify?token=Zm9vYmFyYmF6cXV4&next=/", "Zm9v"),
        ("/invitations/aZ09-_aZ09-_aZ09-_aZ09-_ is gone", "aZ09"),
    ],
)
def test_secrets_are_known_by_their_looks(text: str, secret: str) -> None:
    told = Discretion().told(text)

    assert secret not in told
    assert HIDDEN in told


@pytest.mark.parametrize("number", range(50))
def test_a_ticket_is_in_no_path_that_is_written_down(number: int) -> None:
    ticket = seal(uuid4(), b"s" * 40)

    told = Discretion().told(f"path=/media/{ticket}/aac-256.mp4 turn={number}")

    assert told == f"path=/media/{HIDDEN}/aac-256.mp4 turn={number}"


@pytest.mark.parametrize(
    "text",
    [
        "path=/api/v1/tracks/0198c2f0-7d3c-7bb1-8a55-1e0b4bd3b5ae status=200",
        "object=masters/ab/" + "ab12" * 16,
        "http://127.0.0.1:8780/media and https://label.example/hook",
        "File /usr/lib/python3/dist-packages/refrain/workers/webhooks.py, line 52",
        "The token is unknown, basic things are missing; the password was wrong.",
        "GBAYE0601498 and PADPIDA2014021302R at refrain_work",
        "/albums?page=2&sort=title",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Discretion().told(text) == text


@settings(max_examples=15)
@given(text=st.text(), secret=st.text(min_size=40, max_size=60))
def test_what_is_known_is_never_left(text: str, secret: str) -> None:
    house = Settings.model_construct(ticket_secret=SecretStr(secret))

    assert secret not in discretion_of(house).told(f"{text}{secret}{text}")


@pytest.mark.parametrize(("logger", "is_heard"), [("aiosqlite", False), ("stream.some", True)])
def test_at_level_debug_we_are_heard_and_libraries_are_not(logger: str, *, is_heard: bool) -> None:
    with written(Settings(log_level="debug", log_format="json")) as text:
        logging.getLogger(logger).debug("executing %s", "a statement with all its values")

        assert bool(text.getvalue()) is is_heard
        assert not is_heard or json.loads(text.getvalue())["logger"] == logger


def test_all_rooms_are_heard() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(ROOMS) == set(told["tool"]["importlinter"]["root_packages"])
