"""`refrain ddex validate` tells what is wrong with a message, and by its exit status whether."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from refrain.cli import app
from tests.support.ern import message_43

PLAIN = message_43(["One", "Two"])


@pytest.mark.parametrize(
    ("content", "status", "rules"),
    [
        (PLAIN, 0, []),
        (PLAIN.replace(b"QZTST2400001", b"x"), 1, ["isrc-syntax"]),
        (b"nothing of the kind", 1, ["unreadable"]),
        (b"", 1, ["unreadable"]),
    ],
)
def test_a_document_for_programs(content: bytes, status: int, rules: list[str]) -> None:
    done = CliRunner().invoke(app, ["ddex", "validate", "-", "--json"], input=content)

    told = json.loads(done.stdout)
    assert done.exit_code == status
    assert [one["rule"] for one in told["findings"]] == rules
    assert told["acceptable"] is (status == 0)


def test_sentences_for_people(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_bytes(message_43(["One"], title="Red\x9b31m \u202egnp").replace(b"QZTST", b"?"))

    done = CliRunner().invoke(app, ["ddex", "validate", str(path)])

    assert done.exit_code == 1
    assert "is no ISRC" in done.stdout
    assert "It could not be taken." in done.stdout
    assert done.stdout.replace("\n", "").isprintable()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["ddex", "validate", str(tmp_path / "none.xml")])

    assert done.exit_code == 2
    assert "No such file" in done.stderr


def test_two_files_are_compared_without_a_house(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(PLAIN)
    new.write_bytes(message_43(["One", "Two", "Three"], message_id="M-2"))

    plain = CliRunner().invoke(app, ["ddex", "diff", str(old), str(new)])
    done = CliRunner().invoke(app, ["ddex", "diff", str(old), str(new), "--json"])

    assert plain.stdout.startswith("+ recording Three (ISRC QZTST2400003)\n")
    assert json.loads(done.stdout)["changes"][0]["names"] == ["Three (ISRC QZTST2400003)"]
