"""Traces are passed on, told, and cost nothing where nobody wants them."""

import sys
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from base.settings import Settings
from base.telemetry import Telemetry
from base.tools import open_tools, open_tracing
from base.tracing import Tracing, current_trace, valid_trace

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collected() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(collected: InMemorySpanExporter) -> Telemetry:
    return Telemetry(SimpleSpanProcessor(collected))


def ids(context: SpanContext | None) -> str:
    assert context is not None
    return f"{context.trace_id:032x}-{context.span_id:016x}"


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        GIVEN[:-1],
        f"{GIVEN}0",
        GIVEN.upper(),
        f"ff{GIVEN[2:]}",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        f"{GIVEN}\n",
    ],
)
def test_what_is_no_trace_is_ignored(told: str | None) -> None:
    assert valid_trace(told) is None


@settings(max_examples=20)
@given(st.text(max_size=60))
def test_whatever_is_sent_is_a_trace_of_55_letters_or_nothing(told: str) -> None:
    assert valid_trace(told) in {None, told}
    assert valid_trace(GIVEN) == GIVEN


def test_where_nobody_collects_a_trace_is_passed_on() -> None:
    tracing = Tracing()

    with tracing.span("upload", trace=GIVEN) as span:
        span.note({"of": "no interest"})
        assert current_trace() == GIVEN
        with tracing.span("within"):
            assert current_trace() == GIVEN
    assert current_trace() is None


def test_a_span_is_within_the_one_it_was_begun_in(
    telemetry: Telemetry, collected: InMemorySpanExporter
) -> None:
    with telemetry.span("outer", trace=GIVEN), telemetry.span("inner") as span:
        span.note({"refrain.outcome": "done"})
        trace = current_trace()

    inner, outer = collected.get_finished_spans()
    assert (inner.name, outer.name) == ("inner", "outer")
    trace_id = GIVEN.split("-")[1]
    assert [ids(one.parent) for one in (outer, inner)] == [GIVEN[3:-3], ids(outer.context)]
    assert trace == f"00-{ids(inner.context)}-01"
    assert trace.split("-")[1] == trace_id
    assert inner.attributes == {"refrain.outcome": "done"}
    assert inner.resource.attributes["service.name"] == "refrain"


def test_an_error_is_told_and_goes_on(
    telemetry: Telemetry, collected: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="rain"), telemetry.span("upload"):
        raise ValueError("rain")

    [span] = collected.get_finished_spans()
    assert not span.status.is_ok
    assert [event.name for event in span.events] == ["exception"]
    assert span.parent is None


async def test_a_collector_has_what_was_told_when_the_house_is_closed() -> None:
    told: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        told.append(await request.read())
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    async with TestServer(app) as server, open_tracing(str(server.make_url("/"))) as tracing:
        with tracing.span("upload"):
            pass
        assert not told  # in the background, many together

    [body] = told
    assert b"upload" in body


async def test_without_an_address_or_the_extra_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    async with open_tools(Settings(data_dir=tmp_path)) as tools:
        assert not tools.tracing.is_on

    for module in ("base.telemetry", "opentelemetry"):
        monkeypatch.setitem(sys.modules, module, None)
    async with open_tracing("http://127.0.0.1:9") as tracing:
        assert not tracing.is_on
