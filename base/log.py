"""Log lines with ids: JSON for machines, colours for people. No secret is in them.

What is written goes through `base.discretion` as a whole, whoever says it; and libraries, which
tell at level debug all that they are given, are not heard there.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo

from base.discretion import Discretion, discretion_of
from base.settings import Settings

#: Whose lines of level debug are written: ours, which we know.
ROOMS = ("refrain", "stream", "workers", "ingest", "accounting", "transcode", "catalog", "base")
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
        _Discreet(
            discretion_of(settings),
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(settings, colours=target.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root.setLevel(max(level, logging.INFO))
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    # These two tell every step they take at level info; ours say what matters.
    for chatty in ("dramatiq", "aiobotocore", "alembic", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def tell_uncaught(settings: Settings) -> None:
    """Have an error that ends the process told on standard error without secrets."""
    discretion = discretion_of(settings)

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(discretion.told("".join(traceback.format_exception(kind, error, trace))))

    sys.excepthook = tell


class _Discreet(structlog.stdlib.ProcessorFormatter):
    """Writes lines, and keeps secrets to itself."""

    def __init__(self, discretion: Discretion, **formed: Any) -> None:  # noqa: ANN401 - theirs
        super().__init__(**formed)
        self._discretion = discretion

    def format(self, record: logging.LogRecord) -> str:
        """Answer the line of a record."""
        return self._discretion.told(super().format(record))


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
