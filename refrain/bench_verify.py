"""How fast books are chained, and recomputed, on PostgreSQL.

Wants a database that nobody needs: it is filled with transactions of three entries, whose facts are
those of plays. `measure` takes books that are filled already.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from accounting.chain import AT_ONCE
from accounting.journal import count_transactions, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.errors import Broken
from base.tools import Tools
from refrain.figures import Better, Measurement, Metric
from refrain.verifying import Verified, verify_all
from transcode.process import available_cores
from workers.proving import chain_all, make_roots

_LISTENERS, _PAYEES, _RECORDINGS = 10_000, 2_000, 5_000
_TURNS = 3
_VERIFIED = Metric(name="transactions_verified", unit="/s", bar=200_000.0, better=Better.MORE)
_CHAINED = Metric(name="transactions_chained", unit="/s", bar=10_000.0, better=Better.MORE)
#: Of all our processes for each transaction; that of PostgreSQL comes beside it.
_CPU = Metric(name="verify_cpu", unit="us", bar=10.0)
#: Of each process that recomputes.
_MEMORY = Metric(name="verify_memory", unit="MB", bar=500.0)
#: These figures stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0


async def verifying(tools: Tools, *, number: int) -> list[Measurement]:
    """Chain and recompute the books that are there, or so many transactions made for it.

    Raises:
        Broken: something was found that is not as it should be.

    """
    async with tools.database.read() as session:
        there = await count_transactions(session)
    if not there:
        await _book(tools, number)
    number = there or number
    begun_s = time.perf_counter()
    # A worker that settled them may have chained them meanwhile.
    new = await chain_all(tools, reach=None)
    chained = new / (time.perf_counter() - begun_s)
    await make_roots(tools)
    # The best of several turns counts, as noise only ever slows.
    turns = [await _verified(tools) for _ in range(_TURNS)]
    verified = max(one.transactions / passed_s for one, passed_s in turns)
    cpu_s, kilobytes = min(one.cpu_s for one, _ in turns), max(one.memory_kb for one, _ in turns)
    about = f"{number} transactions, {available_cores()} cores"
    return [
        *([_CHAINED.measured(chained, _ITSELF, file=about)] if new else []),
        _VERIFIED.measured(verified, _ITSELF, file=about),
        _CPU.measured(cpu_s / number * 1e6, _ITSELF, file=about),
        _MEMORY.measured(kilobytes / 1000, _ITSELF, file=about),
    ]


async def _verified(tools: Tools) -> tuple[Verified, float]:
    """Answer what was recomputed, with all that we took for it, and how long it took."""
    begun_s, before_s = time.perf_counter(), time.process_time()
    async with tools.database.snapshot() as session:
        done = await verify_all(
            session,
            tools.settings.database_url,
            jobs=available_cores(),
            now=tools.clock(),
        )
    if done.found:
        raise Broken("bench-failed", done.found[0].sentence)
    done.cpu_s += time.process_time() - before_s
    done.memory_kb = max(done.memory_kb, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return done, time.perf_counter() - begun_s


async def _book(tools: Tools, number: int) -> None:
    for first in range(0, number, AT_ONCE):
        now = tools.clock()
        plays = list(_plays(first, min(AT_ONCE, number - first), now))
        async with tools.database.begin(is_lasting=False) as session:
            await post(session, plays, now=now)


def _plays(first: int, count: int, now: datetime) -> Iterator[Transaction]:
    coop = Account(AccountKind.COOP_SHARE)
    for number in range(first, first + count):
        listener, payee = UUID(int=number % _LISTENERS), UUID(int=number % _PAYEES)
        play, recording = UUID(int=number), UUID(int=number % _RECORDINGS)
        yield Transaction(
            kind=TxnKind.ADJUSTMENT,  # nobody heard them
            key=f"play:{play}",
            occurred_at=now - timedelta(microseconds=number),
            entries=(
                Entry(Account(AccountKind.WALLET, str(listener)), 2400, "EUR"),
                Entry(Account(AccountKind.PAYABLE, str(payee)), -1680, "EUR"),
                Entry(coop, -720, "EUR"),
            ),
            facts={
                "play": str(play),
                "listener": str(listener),
                "recording": str(recording),
                "track": str(recording),
                "payee": str(payee),
                "kind": "paid",
                "step": 1,
                "price": 2,
                "terms": 1,
            },
        )
