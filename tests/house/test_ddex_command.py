"""`refrain ddex validate` tells what is wrong with a message, and by its exit status whether."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from base.errors import Refused
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
    # In a frame, whose lines end where the path lets them.
    assert "No such file" in " ".join(done.stderr.replace("│", " ").split())


def test_a_house_without_a_number_tells_nobody(tmp_path: Path) -> None:
    settings = {"REFRAIN_DATA_DIR": str(tmp_path), "REFRAIN_DDEX_PARTY_ID": ""}
    done = CliRunner(env=settings).invoke(app, ["ddex", "export", str(UUID(int=1))])

    assert isinstance(done.exception, Refused)
    assert done.exception.code == "no-party-id"


@pytest.mark.parametrize("more", [[], ["--purge", "--folder", "somewhere"]])
def test_several_releases_are_a_delivery(more: list[str]) -> None:
    done = CliRunner().invoke(app, ["ddex", "export", str(UUID(int=1)), str(UUID(int=2)), *more])

    assert done.exit_code == 2
    assert "batch" in done.stderr


def test_two_files_are_compared_without_a_house(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_bytes(PLAIN)
    new.write_bytes(message_43(["One", "Two", "Three"], message_id="M-2"))

    plain = CliRunner().invoke(app, ["ddex", "diff", str(old), str(new)])
    done = CliRunner().invoke(app, ["ddex", "diff", str(old), str(new), "--json"])

    assert plain.stdout.startswith("+ recording Three (ISRC QZTST2400003)\n")
    assert json.loads(done.stdout)["changes"][0]["names"] == ["Three (ISRC QZTST2400003)"]
