"""What a house writes down, as whoever reads its log sees it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from base.log import ROOMS, configure_logging
from base.settings import Settings


@contextmanager
def written(house: Settings) -> Iterator[io.StringIO]:
    """Have all that is logged in here written to a text, as the settings say."""
    named = [logging.getLogger(name) for name in ("", *ROOMS)]
    before, handlers = [one.level for one in named], list(named[0].handlers)
    stream = io.StringIO()
    configure_logging(house, stream)
    try:
        yield stream
    finally:
        # What structlog was told stays: loggers keep what they first saw.
        named[0].handlers = handlers
        for one, level in zip(named, before, strict=True):
            one.setLevel(level)
