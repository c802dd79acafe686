"""The job of every night for people's data: who is to be forgotten goes, and what is too old."""

from __future__ import annotations

from functools import partial

import structlog

from base.tools import Tools
from catalog.exports import expire_exports
from catalog.forgetting import forget_by
from catalog.leaving import due_erasures, forget
from catalog.retention import RULES, Rule
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: Rows of one transaction, so that nobody waits for it for long.
_AT_ONCE = 1_000


async def forget_old(holding: Holding, leased: Leased) -> None:
    """Do the job of every night."""
    tools = holding.tools
    await forget_people(tools)
    if gone := await tools.database.run(partial(expire_exports, now=tools.clock())):
        log.info("exports gone", exports=gone)
    for rule in RULES:
        await obey(tools, rule)
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())


async def forget_people(tools: Tools) -> None:
    """Forget everybody whose time has come, each by themselves."""
    async with tools.database.read() as session:
        due = await due_erasures(session, now=tools.clock())
    for account_id in due:
        work = partial(forget, account_id=account_id, now=tools.clock())
        is_gone = await tools.database.run(work)
        log.info("account forgotten" if is_gone else "account stays", account=str(account_id))


async def obey(tools: Tools, rule: Rule) -> int:
    """Obey a rule; answer how many rows it was about."""
    total, last = 0, _AT_ONCE
    while last == _AT_ONCE:
        work = partial(forget_by, rule=rule, now=tools.clock(), limit=_AT_ONCE)
        last = await tools.database.run(work)
        total += last
    if total:
        log.info("too old", table=rule.table, columns=list(rule.blanks), rows=total)
    return total
