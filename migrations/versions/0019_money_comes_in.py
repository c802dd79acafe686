"""Money comes in: packs of credits, payments, their messages, taxes and exchange rates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_CREDIT = 1_000_000
#: Ten credits at 12.50.
_PACKS = {"credits-5": 5, "credits-10": 10, "credits-20": 20}
_PRICE_OF_ONE = 1_250_000
#: Standard rates in per mille by the day they hold from (European Commission, Taxes in Europe
#: Database, read in September 2026).
_RATES = {
    "AT": {"2016-01-01": 200},
    "BE": {"2016-01-01": 210},
    "BG": {"2016-01-01": 200},
    "CY": {"2016-01-01": 190},
    "CZ": {"2016-01-01": 210},
    "DE": {"2016-01-01": 190, "2020-07-01": 160, "2021-01-01": 190},
    "DK": {"2016-01-01": 250},
    "EE": {"2016-01-01": 200, "2024-01-01": 220, "2025-07-01": 240},
    "ES": {"2016-01-01": 210},
    "FI": {"2016-01-01": 240, "2024-09-01": 255},
    "FR": {"2016-01-01": 200},
    "GR": {"2016-06-01": 240},
    "HR": {"2016-01-01": 250},
    "HU": {"2016-01-01": 270},
    "IE": {"2016-01-01": 230, "2020-09-01": 210, "2021-03-01": 230},
    "IT": {"2016-01-01": 220},
    "LT": {"2016-01-01": 210},
    "LU": {"2016-01-01": 170, "2023-01-01": 160, "2024-01-01": 170},
    "LV": {"2016-01-01": 210},
    "MT": {"2016-01-01": 180},
    "NL": {"2016-01-01": 210},
    "PL": {"2016-01-01": 230},
    "PT": {"2016-01-01": 230},
    "RO": {"2016-01-01": 200, "2017-01-01": 190, "2025-08-01": 210},
    "SE": {"2016-01-01": 250},
    "SI": {"2016-01-01": 220},
    "SK": {"2016-01-01": 200, "2025-01-01": 230},
}
_AMOUNTS = ("paid", "received", "fee", "gross", "vat", "refunded")


def upgrade() -> None:
    _create_configuration()
    _create_payments()
    _create_what_became_of_them()


def _create_configuration() -> None:
    products = op.create_table(
        "topup_products",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_sold", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "valid_from", name="pk_topup_products"),
    )
    terms = op.create_table(
        "topup_terms",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("vat_mode", sa.String(12), nullable=False),
        sa.Column("chargebacks", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topup_terms"),
        sa.UniqueConstraint("valid_from", name="uq_topup_terms_valid_from"),
    )
    vat = op.create_table(
        "vat_rates",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("country", "valid_from", name="pk_vat_rates"),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("currency", "day", name="pk_exchange_rates"),
    )
    op.bulk_insert(products, list(_packs()))
    first = {"valid_from": _BEGINNING, "vat_mode": "topup", "chargebacks": "reserve"}
    op.bulk_insert(terms, [first])
    op.bulk_insert(vat, list(_rates()))


def _packs() -> Iterator[dict[str, object]]:
    for name, number in _PACKS.items():
        yield {
            "id": name,
            "valid_from": _BEGINNING,
            "title": f"{number} credits",
            "credits": number * _CREDIT,
            "price": number * _PRICE_OF_ONE,
            "currency": "EUR",
            "is_sold": True,
        }


def _rates() -> Iterator[dict[str, object]]:
    for country, rates in _RATES.items():
        for day, per_mille in rates.items():
            from_day = date.fromisoformat(day)
            yield {"country": country, "valid_from": from_day, "ppm": per_mille * 1_000}


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.String(60), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(200), nullable=True),
        sa.Column("checkout_url", sa.String(2000), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("product", sa.String(40), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("country_told", sa.String(2), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("paid_at", Instant(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _AMOUNTS),
        sa.Column("received_currency", sa.String(3), nullable=True),
        sa.Column("vat_mode", sa.String(12), nullable=True),
        sa.Column("method", sa.String(40), nullable=True),
        sa.Column("fingerprint", sa.String(200), nullable=True),
        sa.Column("lot_id", _NUMBER, nullable=True),
        sa.Column("bank_ref", sa.String(140), nullable=True),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("bank_ref", name="uq_payments_bank_ref"),
        sa.ForeignKeyConstraint(["follows"], ["payments.id"], name="fk_payments_follows_payments"),
        sa.UniqueConstraint("request_key", name="uq_payments_request_key"),
        sa.UniqueConstraint("provider", "provider_id", name="uq_payments_provider_provider_id"),
        sa.ForeignKeyConstraint(
            ["listener_id"], ["accounts.id"], name="fk_payments_listener_id_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["credit_lots.id"], name="fk_payments_lot_id_credit_lots"
        ),
    )
    op.create_index("ix_payments_listener_id_created_at", "payments", ["listener_id", "created_at"])
    op.create_index("ix_payments_fingerprint", "payments", ["fingerprint"])
    op.create_index("ix_payments_lot_id", "payments", ["lot_id"])


def _create_what_became_of_them() -> None:
    op.create_table(
        "payment_events",
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("event_id", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(100), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event_id", name="pk_payment_events"),
        _of_a_payment("payment_events"),
    )
    op.create_index("ix_payment_events_payment_id", "payment_events", ["payment_id"])
    op.create_table(
        "payment_refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.String(60), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("txn_id", _NUMBER, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("provider_ref", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payment_refunds"),
        sa.UniqueConstraint("request_key", name="uq_payment_refunds_request_key"),
        _of_a_payment("payment_refunds"),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts.id"], name="fk_payment_refunds_requested_by_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["txn_id"], ["ledger_txn.id"], name="fk_payment_refunds_txn_id_ledger_txn"
        ),
    )
    op.create_index("ix_payment_refunds_payment_id", "payment_refunds", ["payment_id"])
    op.create_table(
        "payment_disputes",
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("txn_id", _NUMBER, nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "id", name="pk_payment_disputes"),
        _of_a_payment("payment_disputes"),
        sa.ForeignKeyConstraint(
            ["txn_id"], ["ledger_txn.id"], name="fk_payment_disputes_txn_id_ledger_txn"
        ),
    )
    op.create_index("ix_payment_disputes_payment_id", "payment_disputes", ["payment_id"])
    _create_adjustments()
    op.create_table(
        "money_requests",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_money_requests"),
    )


def _create_adjustments() -> None:
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_key", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("txn_id", _NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_adjustments"),
        sa.UniqueConstraint("request_key", name="uq_adjustments_request_key"),
        *(
            sa.ForeignKeyConstraint([who], ["accounts.id"], name=f"fk_adjustments_{who}_accounts")
            for who in ("proposed_by", "approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["txn_id"], ["ledger_txn.id"], name="fk_adjustments_txn_id_ledger_txn"
        ),
    )


def _of_a_payment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["payment_id"], ["payments.id"], name=f"fk_{table}_payment_id_payments"
    )


def downgrade() -> None:
    for table in (
        *("money_requests", "adjustments"),
        *("payment_disputes", "payment_refunds", "payment_events", "payments"),
        *("exchange_rates", "vat_rates", "topup_terms", "topup_products"),
    ):
        op.drop_table(table)
