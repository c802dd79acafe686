"""How much each may use within a minute (the generic cell rate algorithm of ITU-T I.371).

All that is remembered of somebody is until when what they used is paid for, at the rate that is
allowed. Who is not more than a minute ahead may go on; so somebody who was quiet may use a
minute's worth at once.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

_MINUTE_S = 60.0
#: Who are remembered; beyond that the one who came first begins anew.
_MOST = 100_000


@dataclass(slots=True)
class Usage:
    """Until when somebody's requests and bytes are paid for, in seconds of a clock."""

    requests_until_s: float
    bytes_until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to somebody of so many requests within a minute, and when it is all of them."""

    most: int
    requests: int
    whole_in_s: int


class Allowance:
    """So many requests and bytes within a minute for each; 0 is any number."""

    def __init__(self, *, requests: int, size_bytes: int) -> None:
        """Nobody has used anything yet."""
        self._requests = requests
        self._request_s = _MINUTE_S / requests if requests else 0.0
        self._byte_s = _MINUTE_S / size_bytes if size_bytes else 0.0
        self._used: dict[Hashable, Usage] = {}

    def admit(self, who: Hashable, now_s: float) -> bool:
        """Count a request; or tell that it is too much, and count nothing."""
        usage = self._usage(who, now_s)
        return usage.bytes_until_s <= now_s + _MINUTE_S and self._counted(usage, now_s)

    def admit_report(self, who: Hashable, now_s: float) -> bool:
        """Count a request that fetches nothing: bytes that were sent are no matter of it."""
        return self._counted(self._usage(who, now_s), now_s)

    def spend(self, who: Hashable, now_s: float, size_bytes: int) -> None:
        """Count bytes that were sent to somebody, who may be forgotten since they were admitted."""
        usage = self._usage(who, now_s)
        usage.bytes_until_s = max(usage.bytes_until_s, now_s)
        usage.bytes_until_s += size_bytes * self._byte_s

    def wait_s(self, who: Hashable, now_s: float) -> float:
        """Answer how long somebody waits to be admitted."""
        usage = self._used.get(who)
        if usage is None:
            return 0.0
        return max(usage.requests_until_s, usage.bytes_until_s) - _MINUTE_S - now_s

    def left(self, who: Hashable, now_s: float) -> Left | None:
        """Answer what somebody may still ask for; None where it is any number."""
        if not self._requests:
            return None
        usage = self._used.get(who)
        ahead_s = max(0.0, usage.requests_until_s - now_s) if usage else 0.0
        requests = int((_MINUTE_S - ahead_s) / self._request_s)
        return Left(
            most=self._requests,
            requests=min(max(requests, 0), self._requests),
            whole_in_s=math.ceil(ahead_s),
        )

    def forget(self, now_s: float) -> None:
        """Forget who has paid for all: they would begin where they are."""
        self._used = {
            who: usage
            for who, usage in self._used.items()
            if usage.requests_until_s > now_s or usage.bytes_until_s > now_s
        }

    def _usage(self, who: Hashable, now_s: float) -> Usage:
        usage = self._used.get(who)
        if usage is None:
            if len(self._used) >= _MOST:
                del self._used[next(iter(self._used))]
            usage = self._used[who] = Usage(now_s, now_s)
        return usage

    def _counted(self, usage: Usage, now_s: float) -> bool:
        if usage.requests_until_s > now_s + _MINUTE_S:
            return False
        usage.requests_until_s = max(usage.requests_until_s, now_s) + self._request_s
        return True
