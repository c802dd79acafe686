"""One trace leads from an upload through its jobs to the first play of the track."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext
from sqlalchemy import select

from base.clock import ManualClock
from base.errors import Unavailable
from base.telemetry import Telemetry
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.jobs import Job
from stream.app import serving
from tests.support.masters import tone
from tests.support.served import Client
from tests.support.working import do, waiting, workshop
from workers.actors import perform
from workers.holding import Holding
from workers.leases import take
from workers.relay import reap

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def collected() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def told_to(collected: InMemorySpanExporter, holding: Holding) -> Holding:
    tracing = Telemetry(SimpleSpanProcessor(collected))
    return replace(holding, tools=replace(holding.tools, tracing=tracing))


@asynccontextmanager
async def traced(
    folder: Path, collected: InMemorySpanExporter, *, encodes: bool = False
) -> AsyncIterator[Client]:
    async with workshop(folder, encodes=encodes, ticket_secret="s" * 40) as plain:
        holding = told_to(collected, plain)
        async with (
            serving(holding.tools, host="127.0.0.1", port=0) as url,
            aiohttp.ClientSession(headers={"traceparent": f"00-{TRACE}-{SPAN}-01"}) as http,
        ):
            yield Client(holding, http, url)


def named(spans: Sequence[ReadableSpan], name: str) -> ReadableSpan:
    [found] = [one for one in spans if one.name == name]
    return found


def facts(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def ids(context: SpanContext | None) -> str:
    return f"{context.trace_id:032x}-{context.span_id:016x}" if context else ""


def parent_of(span: ReadableSpan, spans: Sequence[ReadableSpan]) -> str:
    [name] = [one.name for one in spans if ids(one.context) == ids(span.parent)]
    return name


async def test_from_upload_through_jobs_to_first_play(
    tmp_path: Path, collected: InMemorySpanExporter
) -> None:
    async with traced(tmp_path, collected, encodes=True) as client:
        token = await client.artist()
        song = tone(tmp_path / "song.wav", seconds=1).read_bytes()
        sent = await client.ask("PUT", "/api/v1/masters/Song.wav", token=token, data=song)
        await do(client.holding, Kind.EXAMINE)
        # Another request altogether, which names no trace.
        del client.http.headers["traceparent"]
        asked = {"track": sent.json["track"]}
        for _ in range(2):
            opened = await client.ask("POST", "/api/v1/plays", token=token, data=asked)
            assert opened.status == 201, opened.body
        async with client.holding.tools.database.read() as session:
            ladder = await session.scalar(select(Job.trace).where(Job.kind == Kind.LADDER))

    spans = collected.get_finished_spans()
    mine = [one for one in spans if ids(one.context).startswith(TRACE)]
    upload, examine = named(mine, "PUT /api/v1/masters/{filename}"), named(mine, Kind.EXAMINE)
    assert ids(upload.parent) == f"{TRACE}-{SPAN}"
    assert facts(upload)["http.response.status_code"] == 201
    assert parent_of(examine, mine) == upload.name
    assert facts(examine)["refrain.outcome"] == "done"
    assert facts(examine)["refrain.lane"] == "first"
    publish = named(mine, "publish")
    assert parent_of(publish, mine) == Kind.EXAMINE
    assert ladder == f"00-{ids(publish.context)}-01"  # it goes on from here
    first = named(mine, "first play")  # of two plays
    assert parent_of(first, mine) == upload.name
    plays = [one for one in spans if one.name == "POST /api/v1/plays"]
    assert len(plays) == 2
    assert [ids(link.context) for link in first.links] == [ids(plays[0].context)]


async def test_what_was_refused_says_so_and_questions_are_not_told(
    tmp_path: Path, collected: InMemorySpanExporter
) -> None:
    async with traced(tmp_path, collected) as client:
        token = await client.artist()
        await client.ask("GET", "/api/v1/tracks")
        refused = await client.ask("POST", "/api/v1/plays", token=token, data={"track": "none"})

    [span] = collected.get_finished_spans()
    assert refused.status >= 400
    assert facts(span)["http.response.status_code"] == refused.status


async def test_an_attempt_that_fails_or_is_lost_is_told_with_its_outcome(
    tmp_path: Path, collected: InMemorySpanExporter
) -> None:
    async with workshop(tmp_path) as plain:
        holding = told_to(collected, plain)
        clock = holding.tools.clock

        async def fails(*_: object) -> None:
            raise Unavailable("away", "It rains.")

        trace = f"00-{TRACE}-{SPAN}-01"
        job = NewJob(kind=Kind.NOTHING, subject="1", request_id="test", trace=trace)
        async with holding.tools.database.begin() as session:
            await add(session, job, now=clock())
        [job_id] = await waiting(holding, Kind.NOTHING)
        await perform(holding, [job_id], {Kind.NOTHING: fails})
        assert isinstance(clock, ManualClock)
        clock.advance(timedelta(hours=1))
        async with holding.tools.database.begin() as session:
            await take(session, [job_id], worker="w", now=clock(), lease=timedelta(seconds=1))
        clock.advance(timedelta(hours=1))
        await reap(holding.tools)

    failed, lost = collected.get_finished_spans()
    assert {ids(one.parent) for one in (failed, lost)} == {f"{TRACE}-{SPAN}"}
    assert facts(failed)["refrain.outcome"] == "failed"
    assert facts(failed)["refrain.cause"] == "unavailable"
    assert facts(lost)["refrain.outcome"] == "expired"
