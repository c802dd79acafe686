"""All operations by their names. What each takes and answers is in the stub beside this.

`operations.pyi` and `operations.json` are written from the description (`make client`).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache, partial
from importlib.resources import files
from typing import Any

from refrain.api_client.shapes import Shape

Send = Callable[..., Awaitable[Any]]


class Operations:
    """The operations of one house."""

    def __init__(self, send: Send) -> None:
        """`send` calls an operation of a shape with what it is called with."""
        self._send = send

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Answer an operation."""
        shape = _shapes().get(name)
        if shape is None:
            raise AttributeError(name)
        return partial(self._send, shape)


@cache
def _shapes() -> dict[str, Shape]:
    text = files(__package__).joinpath("operations.json").read_text(encoding="utf-8")
    return {name: Shape(**{**told, "name": name}) for name, told in json.loads(text).items()}
