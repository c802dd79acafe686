"""What holds of the books at any moment, asked of the tables themselves and not of our code."""

from __future__ import annotations

from sqlalchemy import text

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
    "who owes as a payee had something taken back": """
        SELECT a.name FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
        WHERE a.name LIKE 'payable:%' GROUP BY a.id, a.name
        HAVING SUM(e.amount) > 0 AND a.id NOT IN (
            SELECT d.account_id FROM ledger_entries d JOIN ledger_txn t ON t.id = d.txn_id
            WHERE d.amount > 0 AND t.kind IN ('refund', 'chargeback', 'reversal', 'release'))
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
    "reserves hold what payouts held back": """
        SELECT p.payee, SUM(p.held - p.released) FROM payouts p
        WHERE p.state IN ('booked', 'settled', 'returned') GROUP BY p.payee
        HAVING SUM(p.held - p.released) < 0
    """,
}


async def require_sound(database: Database) -> None:
    """See that nothing is wrong with the books."""
    async with database.read() as session:
        found = {name: list(await session.execute(text(query))) for name, query in _FAULTS.items()}
    assert {name: rows for name, rows in found.items() if rows} == {}
