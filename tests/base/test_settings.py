from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from base.errors import Refused
from base.settings import load_settings
from base.ticket_secrets import ticket_secret


def test_servers_that_start_at_once_find_one_secret_and_all_of_it(tmp_path: Path) -> None:
    settings, start = load_settings(data_dir=tmp_path / "data"), Barrier(8)

    def found() -> bytes:
        start.wait()
        return ticket_secret(settings)

    with ThreadPoolExecutor(8) as pool:
        secrets = {one.result() for one in [pool.submit(found) for _ in range(8)]}

    [secret] = secrets
    assert len(secret) >= 32
    assert [path.name for path in settings.data_dir.iterdir()] == ["ticket.secret"]


def test_a_setting_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"REFRAIN_TICKET_SECRET": "s" * 40, "REFRAIN_WORKERS": "3", "REFRAIN_STRIPE_KEY": "ø"}
    for name, text in files.items():
        (tmp_path / name).write_text(f"{text}\n", encoding="utf-8")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    monkeypatch.setenv("REFRAIN_STRIPE_KEY", "")  # as Compose leaves what nobody set

    settings = load_settings(workers=2)

    assert settings.ticket_secret.get_secret_value() == "s" * 40
    assert settings.stripe_key.get_secret_value() == "ø"
    assert settings.workers == 2
    assert load_settings().workers == 3


def test_children_are_told_what_a_file_said_and_read_it_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40)
    monkeypatch.setenv("REFRAIN_TICKET_SECRET_FILE", str(file))

    told = load_settings().environment()

    assert told["REFRAIN_TICKET_SECRET"] == "s" * 40
    assert "REFRAIN_TICKET_SECRET_FILE" not in told


def test_a_file_that_is_not_there_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAIN_DATABASE_URL_FILE", str(tmp_path / "none"))

    with pytest.raises(Refused, match=r"REFRAIN_DATABASE_URL_FILE names cannot be read: .*none"):
        load_settings()


def test_a_variable_and_a_file_that_differ_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "port").write_text("8081")
    monkeypatch.setenv("REFRAIN_PORT_FILE", str(tmp_path / "port"))
    monkeypatch.setenv("REFRAIN_PORT", "8080")

    with pytest.raises(Refused, match="say different things"):
        load_settings()
