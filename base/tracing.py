"""Traces: what one request sets going, wherever it goes on (W3C Trace Context).

Whoever begins something of note opens a span; what is begun in it, also by jobs that others do
later, belongs to it. Where nobody collects spans none are made, and a trace that came from
outside is passed on, for those who do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

Facts = Mapping[str, str | int | float | bool]
NO_FACTS: Facts = MappingProxyType({})
#: Version, trace, span, flags; neither the trace nor the span is nothing.
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_CURRENT: ContextVar[str | None] = ContextVar("trace", default=None)


def current_trace() -> str | None:
    """Answer the span that we are in, as a `traceparent`."""
    return _CURRENT.get()


def valid_trace(told: str | None) -> str | None:
    """Answer a `traceparent` that is one; else nothing."""
    return told if told is not None and _TRACEPARENT.fullmatch(told) else None


class Span:
    """Something that takes its time; nobody wants to know of this one."""

    def note(self, facts: Facts) -> None:
        """Say more of it."""


_UNTOLD = Span()


class Tracing:
    """Who is told of spans: here nobody is, and traces from outside are passed on."""

    is_on = False

    @contextmanager
    def span(
        self,
        name: str,
        *,
        trace: str | None = None,
        links: Sequence[str] = (),
        facts: Facts = NO_FACTS,
    ) -> Iterator[Span]:
        """Be in a span while the block lasts: of `trace`, or of the one that we are in."""
        del name, links, facts
        with continued(valid_trace(trace) or current_trace()):
            yield _UNTOLD


@contextmanager
def continued(trace: str | None) -> Iterator[None]:
    """Let what is begun in the block belong to a span."""
    token = _CURRENT.set(trace)
    try:
        yield
    finally:
        _CURRENT.reset(token)
