"""How a command begins: its settings, and the loop that it runs in."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from base.log import configure_logging
from base.settings import Settings, load_settings

T = TypeVar("T")


def settings_of(**overrides: object) -> Settings:
    """Read the settings, and log as they say."""
    settings = load_settings(**overrides)
    configure_logging(settings)
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of a command to its end."""
    if (
        not gc.isenabled()
    ):  # see `refrain.__main__`; what is loaded stays, and is not looked through
        gc.freeze()
        gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
