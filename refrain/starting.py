"""How a command begins and ends: its settings, the loop that it runs in, the signal to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from base.log import configure_logging, tell_uncaught
from base.settings import Settings, load_settings

T = TypeVar("T")


def settings_of(**overrides: object) -> Settings:
    """Read the settings, and log as they say; no secret of them, also where all ends."""
    settings = load_settings(**overrides)
    configure_logging(settings)
    tell_uncaught(settings)
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of a command to its end."""
    # `refrain.__main__` turned it off; what is loaded by now stays, and need not be looked through.
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def until_signal() -> None:
    """Wait for the signal that ends a process in good order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, stop.set)
    await stop.wait()
