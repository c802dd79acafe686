"""The job that withdraws the music of an artist or a label that was closed, piece by piece."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from ingest.closing_accounts import close_piece
from workers.holding import Holding
from workers.leases import Leased

log = structlog.get_logger()


async def close_accounts_music(holding: Holding, leased: Leased) -> None:
    """Withdraw what is left; whoever dies in the middle of it leaves whole pieces behind.

    Raises:
        Refused: `lease-lost`.

    """
    tools, account_id, pieces = holding.tools, UUID(leased.subject), 0
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)
    step = partial(close_piece, account_id=account_id, until=until)
    while not await tools.database.run(partial(step, now=tools.clock())):
        pieces += 1
    await holding.ends.finish(leased)
    log.info("account closed", account=str(account_id), pieces=pieces)
