"""Who tries too often waits: counted in Valkey, for all servers together."""

from __future__ import annotations

from datetime import timedelta

from base.errors import Refused
from base.valkey import NAMESPACE, Valkey, reached


async def count_try(valkey: Valkey, who: str, *, most: int, within: timedelta) -> None:
    """Count a try, before it is known what comes of it; they are forgotten `within` so long.

    Raises:
        Refused: `too-many-tries`, 429.
        Unavailable: nobody knows how often.

    """
    key = f"{NAMESPACE}:tries:{who}"
    with reached():
        async with valkey.pipeline(transaction=True) as counting:
            counting.incr(key)
            counting.expire(key, int(within.total_seconds()), nx=True)
            counting.ttl(key)
            tried, _, left_s = await counting.execute()
    if tried > most:
        wait_s = max(1, int(left_s))
        raise Refused(
            "too-many-tries",
            f"That was tried too often; please try again in {-(-wait_s // 60)} min.",
            status=429,
            retry_after_s=wait_s,
        )
