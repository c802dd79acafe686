"""The command: verify a target, show the report, answer the exit status."""

from __future__ import annotations

from rich.console import Console

from base.errors import Unavailable
from refrain.conformance.report import show
from refrain.conformance.verify import verify

_UNREADABLE = 2


async def verify_and_show(target: str, *, as_json: bool, strict: bool) -> int:
    """Answer 0 without errors, 1 with some (`strict`: or with warnings), 2 if unreadable."""
    try:
        report = await verify(target)
    except Unavailable as reason:
        Console(stderr=True, highlight=False, markup=False).print(f"{reason}")
        return _UNREADABLE
    return show(report, as_json=as_json, strict=strict)
