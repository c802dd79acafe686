from pathlib import Path

import pytest

import workers.writing
from catalog.mails import MailKind
from workers.writing import write

FACTS = {
    "through": "2027-11-25",
    "day": "2026-12-10",
    "origin": "https://refrain.example",
    "name": "Ada <b>L</b>",
    "token": "T0ken",
    "code": "1234 5678",
    "until": "26 November, 12:00 UTC",
    "address": "new@example.org",
    "inviter": "Ben",
    "account": "The Band",
    "capacity": "editor",
    "days": "7",
    "what": "A passkey was added.",
    "service": "ListenBrainz",
    "title": "Evening Song",
    "percent": "33.3",
    "links": [
        {"claimed": "1 June 2026", "origin": "https://refrain.example", "token": "T1"},
        {"claimed": "2 June 2026", "origin": "https://refrain.example", "token": "T2"},
    ],
    "link": "https://refrain.example/invitations?token=T0ken",
}
LETTERS = sorted(
    path.stem for path in (Path(workers.writing.__file__).parent / "letters").glob("*.txt")
)


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_says_the_same_in_text_and_html(letter: str) -> None:
    written = write(letter, FACTS)

    assert "\n" not in written.subject
    assert 10 <= len(written.subject) <= 78
    assert not written.subject.startswith("Subject")
    assert "{{" not in written.text + written.html
    assert "<b>" not in written.html
    for word in " ".join(written.text.split()).split(" "):
        assert word.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in written.html


def test_an_address_becomes_a_button_and_a_code_is_shown_large() -> None:
    html = write("confirm", FACTS).html

    assert 'href="https://refrain.example/verify?token=T0ken"' in html
    assert "1234 5678" in html


def test_each_kind_of_mail_has_a_letter() -> None:
    by_what_is_known = {MailKind.CONFIRM, MailKind.FORGOT, MailKind.CHANGE}

    assert {str(kind) for kind in MailKind} - by_what_is_known <= set(LETTERS)
