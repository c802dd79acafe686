"""What holds of the books at any moment, asked of the tables themselves and not of our code."""

from __future__ import annotations

from collections import Counter, defaultdict

from sqlalchemy import text

from accounting.terms import all_terms
from base.database import Database

#: Each answers what is wrong, one row a fault.
_FAULTS = {
    "every transaction balances in each currency": """
        SELECT txn_id, currency, SUM(amount) FROM ledger_entries
        GROUP BY txn_id, currency HAVING SUM(amount) <> 0
    """,
    "every transaction has all of its entries": """
        SELECT t.id, t.size FROM ledger_txn t
        WHERE t.size <> (SELECT COUNT(*) FROM ledger_entries e WHERE e.txn_id = t.id)
    """,
    "the trial balance is zero": """
        SELECT currency, SUM(amount) FROM ledger_entries GROUP BY currency HAVING SUM(amount) <> 0
    """,
    "every key is there once": """
        SELECT key, COUNT(*) FROM ledger_txn GROUP BY key HAVING COUNT(*) > 1
    """,
    "lots are what entries say of them": """
        SELECT l.id, l.credits_left, l.amount_left, SUM(e.credits), SUM(e.amount)
        FROM credit_lots l LEFT JOIN ledger_entries e ON e.lot = l.id
        GROUP BY l.id, l.credits_left, l.amount_left
        HAVING l.credits_left <> -COALESCE(SUM(e.credits), 0)
            OR l.amount_left <> -COALESCE(SUM(e.amount), 0)
    """,
    "no lot holds less than nothing, or more than came": """
        SELECT id FROM credit_lots
        WHERE credits_left < 0 OR amount_left < 0 OR vat_left < 0
            OR credits_left > credits OR amount_left > amount OR vat_left > amount_left
            OR (credits_left = 0 AND amount_left <> 0)
    """,
    "wallets are what is left of their lots": """
        SELECT w.listener_id, w.balance_micros, w.promo_micros FROM wallets w
        WHERE w.balance_micros <> (SELECT COALESCE(SUM(l.credits_left), 0) FROM credit_lots l
                WHERE l.listener_id = w.listener_id AND l.kind = 'paid')
            OR w.promo_micros <> (SELECT COALESCE(SUM(l.credits_left), 0) FROM credit_lots l
                WHERE l.listener_id = w.listener_id AND l.kind = 'promo')
    """,
    "no wallet owes": """
        SELECT listener_id FROM wallets WHERE balance_micros < 0 OR promo_micros < 0
    """,
    "credits are entered on wallets alone, with their lot": """
        SELECT e.txn_id FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE (a.name LIKE 'wallet%') <> (e.lot <> 0)
    """,
    "who owes as a payee owes no more than was taken back": """
        SELECT a.name, SUM(e.amount) FROM ledger_entries e
        JOIN ledger_accounts a ON a.id = e.account_id JOIN ledger_txn t ON t.id = e.txn_id
        WHERE a.name LIKE 'payable:%' GROUP BY a.name, e.currency
        HAVING SUM(e.amount) > SUM(CASE WHEN e.amount > 0 AND t.kind IN
            ('refund', 'chargeback', 'reversal', 'release') THEN e.amount ELSE 0 END)
    """,
    "a payout is under way, or has arrived, or came back": """
        SELECT p.id, p.state FROM payouts p WHERE p.amount <> 0
            AND (CASE p.state WHEN 'booked' THEN -p.amount ELSE 0 END) <> (
                SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e
                JOIN ledger_accounts a ON a.id = e.account_id
                WHERE REPLACE(a.name, '-', '') = 'transit:' || REPLACE(CAST(p.id AS TEXT), '-', ''))
    """,
    "nothing is in transit that is no payout": """
        SELECT a.name FROM ledger_accounts a WHERE a.name LIKE 'transit:%'
            AND REPLACE(a.name, '-', '') NOT IN (
                SELECT 'transit:' || REPLACE(CAST(p.id AS TEXT), '-', '') FROM payouts p)
    """,
    "payouts hold back and give back what reserves say": """
        SELECT b.name, b.amount, k.kept FROM (
            SELECT a.name, -SUM(e.amount) AS amount FROM ledger_entries e
            JOIN ledger_accounts a ON a.id = e.account_id JOIN ledger_txn t ON t.id = e.txn_id
            WHERE a.name LIKE 'reserve:%' AND t.kind = 'payout' GROUP BY a.name
        ) b LEFT JOIN (
            SELECT 'reserve:' || p.payee AS name, SUM(p.held - p.released) AS kept
            FROM payouts p WHERE p.state IN ('booked', 'settled', 'returned') GROUP BY p.payee
        ) k ON k.name = b.name WHERE b.amount <> COALESCE(k.kept, 0)
    """,
    "no reserve owes": """
        SELECT a.name FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE a.name LIKE 'reserve:%' GROUP BY a.name, e.currency HAVING SUM(e.amount) > 0
    """,
}


_ALL = " UNION ALL ".join(
    f"SELECT '{name}' AS fault FROM ({query}) q{number}"  # noqa: S608 - ours
    for number, (name, query) in enumerate(_FAULTS.items())
)


async def require_sound(database: Database) -> None:
    """See that nothing is wrong with the books."""
    async with database.read() as session:
        faults = Counter(await session.scalars(text(_ALL)))
        shown = {name: (await session.execute(text(_FAULTS[name]))).first() for name in faults}
    assert not faults, shown


async def require_counted(database: Database) -> None:
    """See that each listener has paid for the first steps of a recording, each once, or for none.

    What was given back does not count. What wallets lost for music is the sum of it.
    """
    async with database.read() as session:
        [terms] = await all_terms(session)
        charges = list(await session.execute(text(_CHARGES)))
        counters = {
            (listener, recording): (plays, is_owned)
            for listener, recording, plays, is_owned in await session.execute(text(_COUNTERS))
        }
        spent = await session.scalar(text(_SPENT))
    paid: defaultdict[tuple[object, object], list[tuple[int, int, int]]] = defaultdict(list)
    for listener, recording, first, last, price in charges:
        paid[listener, recording].append((first, last, price))
    assert paid.keys() <= counters.keys()
    for pair, (plays, is_owned) in counters.items():
        steps = [step for first, last, _ in paid[pair] for step in range(first, last + 1)]
        assert sorted(steps) == list(range(1, plays + 1)), pair
        assert sum(price for *_, price in paid[pair]) == sum(terms.prices[:plays]), pair
        assert bool(is_owned) == (plays == len(terms.prices)), pair
    assert (spent or 0) == 1_000 * sum(price for *_, price in charges)


_CHARGES = """
    SELECT c.listener_id, c.recording_id, c.first, c.last, c.price FROM (
        SELECT listener_id, recording_id, step AS first, step AS last,
            price_millicredits AS price, txn_id FROM plays WHERE step > 0
        UNION ALL
        SELECT listener_id, recording_id, first_step, last_step, price_millicredits, txn_id
        FROM purchases
    ) c WHERE c.txn_id NOT IN (SELECT reverses FROM ledger_txn WHERE reverses <> 0)
"""
_COUNTERS = """
    SELECT listener_id, recording_id, plays, owned_at IS NOT NULL FROM play_counters
"""
_SPENT = """
    SELECT SUM(e.credits) FROM ledger_entries e JOIN ledger_txn t ON t.id = e.txn_id
    LEFT JOIN ledger_txn u ON u.id = t.reverses
    WHERE t.kind IN ('play', 'purchase') OR u.kind IN ('play', 'purchase')
"""


async def closed_months(database: Database) -> dict[str, tuple[int, int]]:
    """Answer how many transactions each closed month has, and the sum of their numbers."""
    async with database.read() as session:
        rows = list(await session.execute(text(_CLOSED)))
    return {name: (number, total) for name, number, total in rows}


_CLOSED = """
    SELECT p.name, COUNT(t.id), COALESCE(SUM(t.id), 0) FROM ledger_periods p
    LEFT JOIN ledger_txn t ON t.booked_at >= p.starts_at AND t.booked_at < p.ends_at
    WHERE p.closed_at IS NOT NULL GROUP BY p.name
"""
