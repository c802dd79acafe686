"""The door to OpenTelemetry: spans as its collectors take them.

Who samples, which headers a collector wants, and what the service is called is told by the
variables of OpenTelemetry itself.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from opentelemetry.trace import Span as Collected

from base.discretion import Discretion
from base.tracing import NO_FACTS, Facts, Span, Tracing, continued, current_trace, valid_trace

#: A collector that does not answer is not waited for longer, in seconds; least of all at the end.
_PATIENCE_S = 2.0


class Telemetry(Tracing):
    """Spans for whoever collects them."""

    is_on = True

    def __init__(self, processor: SpanProcessor, discretion: Discretion = Discretion()) -> None:  # noqa: B008 - frozen
        """Hand spans that ended to `processor`; nothing of it is global."""
        self._discretion = discretion
        ours = Resource({"service.name": "refrain", "service.version": version("refrain")})
        resource = ours.merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("refrain")

    @contextmanager
    def span(
        self,
        name: str,
        *,
        trace: str | None = None,
        links: Sequence[str] = (),
        facts: Facts = NO_FACTS,
    ) -> Iterator[Span]:
        """Be in a span while the block lasts; an error that leaves it is told of."""
        begun = self._tracer.start_span(
            name,
            _within(valid_trace(trace) or current_trace()),
            attributes=dict(facts),
            links=[Link(_context(one)) for one in links],
        )
        try:
            with continued(_traceparent(begun.get_span_context())):
                yield _Told(begun)
        except Exception as error:
            begun.record_exception(error, attributes=self._told(error))
            begun.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            begun.end()

    def _told(self, error: Exception) -> dict[str, str]:
        """Answer what stands for what an error says of itself, and where it came from."""
        said = {
            "exception.message": str(error),
            "exception.stacktrace": "".join(traceback.format_exception(error)),
        }
        return {name: self._discretion.told(text) for name, text in said.items()}

    def close(self) -> None:
        """Hand over what is left."""
        self._provider.shutdown()


class _Told(Span):
    """A span that somebody collects."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected

    def note(self, facts: Facts) -> None:
        self._collected.set_attributes(dict(facts))


@asynccontextmanager
async def open_telemetry(url: str, discretion: Discretion) -> AsyncIterator[Telemetry]:
    """Send spans to a collector by OTLP over HTTP, in the background and many together."""
    endpoint = f"{url.rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=_PATIENCE_S)
    telemetry = Telemetry(BatchSpanProcessor(exporter), discretion)
    try:
        yield telemetry
    finally:
        await asyncio.to_thread(telemetry.close)


def _within(trace: str | None) -> Context:
    # Never the context that OpenTelemetry itself finds: ours goes along with jobs.
    if trace is None:
        return Context()
    return set_span_in_context(NonRecordingSpan(_context(trace)), Context())


def _context(trace: str) -> SpanContext:
    _, trace_id, span_id, flags = trace.split("-")
    return SpanContext(
        trace_id=int(trace_id, 16),
        span_id=int(span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(int(flags, 16)),
    )


def _traceparent(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
