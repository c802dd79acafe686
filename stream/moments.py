"""What is the same for everybody, kept for a moment: asked for by many, it is made once.

What is anybody's own never comes here. What was withdrawn is told for a lifetime at most, as that
begins before what is told was read.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

T = TypeVar("T")
#: Beyond that the oldest goes.
_MOST = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    made: asyncio.Task[Any]
    until_s: float


class Moments:
    """Answers by what was asked, each for `lifetime_s` at most; for 0 none is kept."""

    def __init__(self, lifetime_s: float) -> None:
        """Nothing was asked yet."""
        self._lifetime_s = lifetime_s
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self.hits, self.misses = 0, 0

    def __len__(self) -> int:
        """Answer how many are kept."""
        return len(self._kept)

    async def of(self, asked: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Answer what is kept, or make it; who asks while it is made waits for the same.

        It goes on being made where whoever asked first goes away; what failed is not kept.
        """
        if not self._lifetime_s:
            return await make()
        now_s = asyncio.get_running_loop().time()
        kept = self._kept.get(asked)
        if kept is None or kept.until_s <= now_s:
            self.misses += 1
            kept = self._keep(asked, make, now_s)
        else:
            self.hits += 1
        return cast("T", await asyncio.shield(kept.made))

    def _keep(self, asked: Hashable, make: Callable[[], Awaitable[T]], now_s: float) -> _Kept:
        async def made() -> T:
            return await make()

        kept = _Kept(asyncio.create_task(made()), now_s + self._lifetime_s)
        self._kept.pop(asked, None)
        while self._kept and next(iter(self._kept.values())).until_s <= now_s:
            self._kept.popitem(last=False)
        self._kept[asked] = kept
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        kept.made.add_done_callback(lambda _: self._forget_failed(asked, kept))
        return kept

    def _forget_failed(self, asked: Hashable, kept: _Kept) -> None:
        failed = kept.made.cancelled() or kept.made.exception() is not None
        if failed and self._kept.get(asked) is kept:
            del self._kept[asked]
