"""Log lines with ids: JSON for machines, colours for people."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo

from base.settings import Settings

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
#: One list for good: a logger keeps the one it first saw, and whoever captures changes this one.
_PROCESSORS = [*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send our lines and the libraries' to one stream, standard error unless told.

    Context bound with `structlog.contextvars` (request, job, track) is on every line.
    """
    target = stream or sys.stderr
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(settings, colours=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    # These two tell every step they take at level info; ours say what matters.
    for chatty in ("dramatiq", "aiobotocore", "alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _renderers(settings: Settings, *, colours: bool) -> list[structlog.typing.Processor]:
    if settings.log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    console = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_trace)
    return [_escape_values, console]


def _escape_values(_: Any, __: str, event: EventDict) -> EventDict:  # noqa: ANN401 - a logger
    """Let no name of a file or a path move the cursor, turn text around, or begin a line."""
    return {
        key: escaped(value) if isinstance(value, str) else value for key, value in event.items()
    }


def escaped(text: str, *, but: str = "") -> str:
    """Write what cannot be shown as Python writes it in a string."""
    return "".join(
        letter if letter.isprintable() or letter in but else _written(letter) for letter in text
    )


def _written(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def _trace(target: TextIO, error: ExcInfo) -> None:
    """Print where it came from, but not what every variable was: one may be a token."""
    target.write("\n" + escaped("".join(traceback.format_exception(*error)), but="\n"))
