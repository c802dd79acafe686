from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from base.errors import Refused, Unavailable
from base.mail import Letter, send
from base.settings import Settings
from tests.support.smtp import html_of, post_office, text_of

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LETTER = Letter(
    id="7b0e",
    to="ada@xn--bcher-kva.example",
    subject="Grüße",
    text="Ein Wort.\n",
    html="<p>Ein Wort.</p>\n",
    at=NOON,
)


def settings(folder: Path, url: str = "") -> Settings:
    sender = "Refrain, die Genossenschaft <refrain@coop.example>"
    return Settings.model_validate({"data_dir": folder, "smtp_url": url, "mail_from": sender})


async def test_a_letter_arrives_with_both_its_forms(tmp_path: Path) -> None:
    with post_office() as office:
        await send(LETTER, settings=settings(tmp_path, f"smtp://{office.url}"))

    [mail] = office.taken
    assert mail["To"] == "ada@xn--bcher-kva.example"
    assert mail["From"] == '"Refrain, die Genossenschaft" <refrain@coop.example>'
    assert mail["Subject"] == "Grüße"
    assert mail["Message-ID"] == "<7b0e@coop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (text_of(mail).strip(), html_of(mail).strip()) == ("Ein Wort.", "<p>Ein Wort.</p>")


@pytest.mark.parametrize(
    ("at", "answer", "error"),
    [
        ("address", "550 5.1.1 No such user", Refused),
        ("address", "450 4.2.1 Come again later", Unavailable),
        ("content", "554 5.7.1 This is spam", Refused),
        ("content", "451 4.3.0 Come again later", Unavailable),
        ("content", "421 4.3.2 Shutting down", Unavailable),
    ],
)
async def test_what_is_refused_for_good_is_told_from_what_may_be_taken_later(
    tmp_path: Path, at: str, answer: str, error: type[Exception]
) -> None:
    with post_office() as office:
        if at == "address":
            office.to_address[LETTER.to] = answer
        else:
            office.to_content.append(answer)

        with pytest.raises(error, match=rf"The mail server \S+ answered {answer[:3]}: .+\.$"):
            await send(LETTER, settings=settings(tmp_path, f"smtp://{office.url}"))
    assert office.taken == []


async def test_a_server_that_is_away_may_be_back_later(tmp_path: Path) -> None:
    with post_office() as office:
        url = f"smtp://{office.url}"

    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 takes no mail now"):
        await send(LETTER, settings=settings(tmp_path, url))


async def test_who_sends_says_a_password_and_a_wrong_one_is_ours_to_mend(tmp_path: Path) -> None:
    with post_office(password="p@ss word") as office:  # noqa: S106 - of this server
        url = f"smtp://refrain:p%40ss%20word@{office.url}"
        await send(LETTER, settings=settings(tmp_path, url))
        with pytest.raises(Unavailable, match="535"):
            await send(LETTER, settings=settings(tmp_path, f"smtp://refrain:wrong@{office.url}"))

    assert len(office.taken) == 1


async def test_without_a_server_a_letter_is_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    await send(LETTER, settings=settings(tmp_path))

    [path] = (tmp_path / "mail").iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert path.name == "2026-11-26T120000-7b0e.eml"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert mail["Subject"] == "Grüße"
