"""What operators and their scalers are told of the fleet."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from base.clock import ManualClock
from catalog.roles import Role
from refrain.fleet import show_fleet, view_of
from stream.api.fleet import FleetDocument
from tests.support.served import Client, served, wave
from workers.keeping import say_alive


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        await say_alive(opened.holding)
        token = await opened.artist()
        sent = await opened.ask("PUT", "/api/v1/masters/Song.wav", token=token, data=wave(1))
        assert sent.status == 201
        yield opened


async def fleet(client: Client, query: str = "") -> dict[str, Any]:
    token = await client.artist(Role.OPERATOR)
    answer = await client.ask("GET", f"/api/v1/fleet{query}", token=token)
    assert answer.status == 200
    return dict(answer.json)


async def test_operators_are_told_what_waits_and_how_many_would_do_it(client: Client) -> None:
    found = await fleet(client)

    first = found["lanes"]["first"]
    assert (first["waiting"], first["added"], first["slots"], first["workers"]) == (1, 1, 2, 1)
    assert (first["wanted_workers"], found["lanes"]["ladder"]["wanted_workers"]) == (1, 0)
    assert (found["wanted_workers"], found["drain_within_s"]) == (1, 300)
    [worker] = found["workers"]
    assert (worker["name"], worker["host"], worker["lanes"]["ladder"]) == ("worker", "here", 1)
    assert found["evidence_waiting"] is None  # there is no Valkey, and the rest is told


async def test_an_upload_is_under_way_until_it_rests(client: Client) -> None:
    begun = await client.http.post(
        f"{client.url}/api/v1/uploads",
        headers={
            "Authorization": f"Bearer {await client.artist()}",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": "1000",
        },
    )
    assert begun.status == 201
    assert (await fleet(client))["uploads_under_way"] == 1

    clock = client.holding.tools.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(minutes=2))
    assert (await fleet(client))["uploads_under_way"] == 0


async def test_who_wants_it_sooner_says_so_and_nonsense_is_refused(client: Client) -> None:
    assert (await fleet(client, "?drain_within=1"))["drain_within_s"] == 1

    token = await client.artist(Role.OPERATOR)
    for query in ("drain_within=0", "drain-within=60"):
        answer = await client.ask("GET", f"/api/v1/fleet?{query}", token=token)
        assert answer.status == 422, query


async def test_nobody_else_is_told(client: Client) -> None:
    token = await client.artist()

    assert (await client.ask("GET", "/api/v1/fleet", token=token)).status == 403
    assert (await client.ask("GET", "/api/v1/fleet")).status == 401


async def test_metrics_tell_the_same(client: Client) -> None:
    text = (await client.ask("GET", "/metrics")).body.decode()

    found = dict(re.findall(r"^(refrain_\S+) (\S+)$", text, re.MULTILINE))
    assert found['refrain_jobs{lane="first",state="waiting"}'] == "1.0"
    assert found['refrain_lane_recent_added{lane="first"}'] == "1.0"
    assert found['refrain_lane_slots{lane="first"}'] == "2.0"
    assert found["refrain_fleet_wanted_workers"] == "1.0"
    assert found['refrain_workers{state="taking",version="0"}'] == "1.0"
    parts = {part: found[f'refrain_reachable{{part="{part}"}}'] for part in ("database", "valkey")}
    assert parts == {"database": "1.0", "valkey": "0.0"}
    assert "refrain_evidence_waiting" not in found


async def test_the_command_prints_the_same_document_or_tables(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = client.holding.tools.settings

    await show_fleet(settings, within_s=300, as_json=True)

    said = FleetDocument.model_validate(json.loads(capsys.readouterr().out))
    first = said.lanes["first"]
    assert first.waiting + first.put_off == 1  # by the time of day, which the test has not
    shown = FleetDocument.model_validate(await fleet(client))
    console = Console(width=200, record=True, file=None)
    with console.capture() as captured:
        console.print(view_of(shown, width=200))
    assert re.search(r"first +1 +", captured.get())
    assert re.search(r"worker +here +0 +2 +0 s ago +first 2, ladder 1", captured.get())
    assert "1 workers or 1 cores would do it in 5 min 0 s." in captured.get()
