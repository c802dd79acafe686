"""`refrain dsr` writes the report of a month, and says of any report what is wrong with it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from accounting.closing import close
from accounting.months import month_named
from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from refrain.dsr import Wanted, write
from tests.support.books import book_play, song
from tests.support.catalog import with_tables
from tests.support.commands import refrain

MARCH = month_named("2026-03", "Europe/Berlin")


def settings_in(folder: Path, dpid: str = "PADPIDA2020010101X") -> Settings:
    return Settings(data_dir=folder, redis_url="redis://127.0.0.1:1/0", ddex_party_id=dpid)


def wanted_in(folder: Path) -> Wanted:
    return Wanted(
        month="2026-03",
        account=None,
        recipient_id="PADPIDA2020010102Y",
        recipient="A society",
        sender="Kooperativ",
        out=folder / "out",
        is_packed=False,
        most_lines=None,
    )


async def filled(settings: Settings) -> None:
    async with open_tools(settings) as tools:
        await with_tables(tools.database)
        sung, at = await song(tools.database), MARCH.starts_at + timedelta(days=3)
        for step in (1, 2):
            await tools.database.run(lambda s, step=step: book_play(s, sung, step=step, at=at))
        later = MARCH.ends_at + timedelta(days=1)
        await close(tools.database, MARCH.name, zone="Europe/Berlin", clock=lambda: later)


async def test_a_report_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_in(tmp_path)
    await filled(settings)

    await write(settings, wanted_in(tmp_path), as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert told["sums"]["EUR"]["plays"] == 2
    assert told["sums"]["EUR"]["revenue"] == 2400 + 4800
    [file] = told["files"]
    assert (tmp_path / "out" / told["semaphore"]).read_bytes() == b""
    assert told["lines"] == 7

    right = refrain("dsr", "check", file)
    assert (right.status, right.said) == (0, "7 lines, 1 blocks: all is right.\n")
    document = json.loads(refrain("dsr", "check", file, "--json").said)
    assert document["right"]
    assert document["message_id"] == told["message_id"]
    assert document["summaries"] == {"1": {"Usages": 2, "NetRevenue": 7200}}


def test_what_is_wrong_with_a_report_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "DSR_A_B_C_2026-10_DE_1of1_20261103T080000.tsv"
    path.write_text("HEAD\tdsrf/1\tBasicAudioProfile\t1.2\nSU02\t\x1b[2J\nFOOT\t9\n")

    done = refrain("dsr", "check", path)

    assert done.status == 1
    assert f"{path.name}:2: There are 2 cells, and not 10. (cell)" in done.said
    assert "NumberOfLinesInFile is 9, and there are 3. (count)" in done.said
    assert done.said.replace("\n", "").isprintable()
    assert not json.loads(refrain("dsr", "check", path, "--json").said)["right"]


def test_what_is_no_report_at_all_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "DSR_A_B_C_2026-10_DE_1of1_20261103T080000.tsv.gz"
    path.write_bytes(b"\x1f\x8b nothing of the kind")

    done = refrain("dsr", "check", path)

    assert done.status == 1
    assert "dsr-unreadable" in done.errors


async def test_who_has_no_number_reports_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="REFRAIN_DDEX_PARTY_ID"):
        await write(settings_in(tmp_path, ""), wanted_in(tmp_path), as_json=False)
