"""Labels deliver by DDEX, deals say days and uses, and reports of sales go out."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_UUID, _TEXT, _WHEN = sa.Uuid, sa.String, Instant


def _must(name: str, kind: sa.types.TypeEngine[object]) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[object]) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=True)


#: Of each table its columns, and what of them it is found by, those that are one of a kind first.
_TABLES: dict[str, tuple[list[sa.Column[object]], list[tuple[str, ...]], list[tuple[str, ...]]]] = {
    "ddex_partners": (
        [
            _must("id", _UUID()),
            _must("dpid", _TEXT(40)),
            _must("name", _TEXT(200)),
            _must("account_id", _UUID()),
            _must("state", _TEXT(10)),
            _must("severities", sa.JSON()),
            _must("keys", sa.JSON()),
            _may("prefix", _TEXT(200)),
            _may("created_by", _UUID()),
            _must("created_at", _WHEN()),
            _must("changed_at", _WHEN()),
        ],
        [("dpid",)],
        [("account_id",)],
    ),
    "report_recipients": (
        [
            _must("id", _UUID()),
            _may("account_id", _UUID()),
            _must("name", _TEXT(200)),
            _must("dpid", _TEXT(40)),
            _must("form", _TEXT(20)),
            _may("template", sa.JSON()),
            _must("is_active", sa.Boolean()),
            _may("host", _TEXT(255)),
            _may("port", sa.Integer()),
            _may("user", _TEXT(100)),
            _may("host_key", _TEXT(1000)),
            _may("folder", _TEXT(400)),
            _must("created_by", _UUID()),
            _must("created_at", _WHEN()),
            _must("changed_at", _WHEN()),
        ],
        [],
        [("account_id",)],
    ),
    "ddex_deliveries": (
        [
            _must("id", _UUID()),
            _must("partner_id", _UUID()),
            _must("way", _TEXT(10)),
            _must("layout", _TEXT(10)),
            _must("name", _TEXT(200)),
            _must("state", _TEXT(10)),
            _must("is_unlisted", sa.Boolean()),
            _must("is_test", sa.Boolean()),
            _must("findings", sa.JSON()),
            _must("seen_at", _WHEN()),
            _may("completed_at", _WHEN()),
            _may("ended_at", _WHEN()),
        ],
        [("partner_id", "name")],
        [("state", "seen_at"), ("seen_at", "id")],
    ),
    "ddex_files": (
        [
            _must("id", _UUID()),
            _must("delivery_id", _UUID()),
            _must("partner_id", _UUID()),
            _must("path", _TEXT(1000)),
            _must("size_bytes", sa.BigInteger()),
            _must("sha256", _TEXT(64)),
            _must("digests", sa.JSON()),
            _must("storage_key", _TEXT(200)),
            _must("mark", _TEXT(200)),
            _must("received_at", _WHEN()),
        ],
        [("delivery_id", "path", "sha256")],
        [("sha256", "partner_id"), ("storage_key",)],
    ),
    "ddex_releases": (
        [
            _must("id", _UUID()),
            _must("partner_id", _UUID()),
            _may("release_id", _UUID()),
            _must("title", _TEXT(400)),
            _must("told_at", _WHEN()),
            _must("message_id", _TEXT(200)),
            _must("is_tombstone", sa.Boolean()),
            _may("purged_at", _WHEN()),
            _may("cover_id", _UUID()),
            _may("cover_told_at", _WHEN()),
            _may("cover_message", _TEXT(200)),
            _may("due_at", _WHEN()),
            _must("told", sa.JSON()),
        ],
        [],
        [("partner_id", "told_at"), ("release_id",), ("due_at",)],
    ),
    "ddex_messages": (
        [
            _must("id", _UUID()),
            _must("partner_id", _UUID()),
            _must("delivery_id", _UUID()),
            _must("path", _TEXT(1000)),
            _must("sha256", _TEXT(64)),
            _must("size_bytes", sa.BigInteger()),
            _must("storage_key", _TEXT(200)),
            _may("sender", _TEXT(40)),
            _may("message_id", _TEXT(200)),
            _may("kind", _TEXT(30)),
            _may("version", _TEXT(10)),
            _may("told_at", _WHEN()),
            _must("is_test", sa.Boolean()),
            _may("title", _TEXT(400)),
            _must("state", _TEXT(12)),
            _must("findings", sa.JSON()),
            _may("supplied_id", _UUID()),
            _must("received_at", _WHEN()),
            _may("ended_at", _WHEN()),
            _may("acknowledged_at", _WHEN()),
            _may("acknowledgement_key", _TEXT(200)),
            _must("asked", sa.Integer()),
        ],
        [("partner_id", "sender", "message_id")],
        [
            ("partner_id", "received_at"),
            ("state", "received_at"),
            ("received_at", "id"),
            ("delivery_id",),
            ("sha256",),
            ("storage_key",),
            ("supplied_id",),
        ],
    ),
    "ddex_release_names": (
        [
            _must("supplied_id", _UUID()),
            _must("kind", _TEXT(20)),
            _must("value", _TEXT(200)),
            _must("namespace", _TEXT(60)),
            _must("track", _TEXT(200)),
        ],
        [],
        [("kind", "value")],
    ),
    "ddex_tracks": (
        [
            _must("supplied_id", _UUID()),
            _must("key", _TEXT(200)),
            _may("track_id", _UUID()),
            _may("file_id", _UUID()),
            _may("file_told_at", _WHEN()),
            _may("file_message", _TEXT(200)),
        ],
        [],
        [("track_id",), ("file_id",), ("key",)],
    ),
    "ddex_parties": (
        [
            _must("partner_id", _UUID()),
            _must("kind", _TEXT(20)),
            _must("value", _TEXT(200)),
            _must("namespace", _TEXT(60)),
            _may("artist_id", _UUID()),
            _may("label_id", _UUID()),
            _must("told_at", _WHEN()),
        ],
        [],
        [("artist_id",), ("label_id",)],
    ),
    "sales_reports": (
        [
            _must("id", _UUID()),
            _must("recipient_id", _UUID()),
            _must("month", sa.Date()),
            _must("number", sa.Integer()),
            _must("message_id", _TEXT(100)),
            _may("replaces", _TEXT(100)),
            _must("state", _TEXT(12)),
            _may("reason", _TEXT(1000)),
            _may("filename", _TEXT(300)),
            _may("storage_key", _TEXT(200)),
            _may("size_bytes", sa.BigInteger()),
            _may("sha256", _TEXT(64)),
            _must("sums", sa.JSON()),
            _must("answered_before", sa.JSON()),
            _must("asked_at", _WHEN()),
            _may("made_at", _WHEN()),
            _may("uploaded_at", _WHEN()),
            _may("sent_at", _WHEN()),
            _may("answered_at", _WHEN()),
        ],
        [("message_id",), ("recipient_id", "month", "number")],
        [("asked_at", "id"), ("storage_key",)],
    ),
    "report_keys": (
        [
            _must("id", _TEXT(64)),
            _must("public", _TEXT(1000)),
            _must("sealed", sa.Text()),
            _must("created_at", _WHEN()),
        ],
        [],
        [],
    ),
}
#: What a row is known by, where that is no number of its own.
_KEYS = {
    "ddex_release_names": ("supplied_id", "kind", "value", "namespace", "track"),
    "ddex_tracks": ("supplied_id", "key"),
    "ddex_parties": ("partner_id", "kind", "value", "namespace"),
}
_REFERS = {
    "account_id": "accounts",
    "artist_id": "artists",
    "cover_id": "ddex_files",
    "created_by": "accounts",
    "delivery_id": "ddex_deliveries",
    "file_id": "ddex_files",
    "label_id": "labels",
    "partner_id": "ddex_partners",
    "recipient_id": "report_recipients",
    "release_id": "releases",
    "supplied_id": "ddex_releases",
    "track_id": "tracks",
}


def upgrade() -> None:
    for name, (columns, unique, found) in _TABLES.items():
        key = _KEYS.get(name, ("id",))
        keys = [sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), *_foreign(name, columns)]
        keys += [sa.UniqueConstraint(*one, name=f"uq_{name}_{'_'.join(one)}") for one in unique]
        op.create_table(name, *columns, *keys)
        for one in found:
            op.create_index(f"ix_{name}_{'_'.join(one)}", name, list(one))
    with op.batch_alter_table("deals") as table:
        table.add_column(_may("starts_on", sa.Date()))
        table.add_column(_may("ends_on", sa.Date()))
        table.add_column(_may("uses", sa.JSON()))
        table.add_column(_may("supplied_id", _UUID()))
        table.create_foreign_key(
            "fk_deals_supplied_id_ddex_releases", "ddex_releases", ["supplied_id"], ["id"]
        )
        table.create_index("ix_deals_supplied_id", ["supplied_id"])


def _foreign(name: str, columns: list[sa.Column[object]]) -> Iterator[sa.ForeignKeyConstraint]:
    for one in columns:
        if (table := _REFERS.get(one.name)) is not None:
            label = f"fk_{name}_{one.name}_{table}"
            yield sa.ForeignKeyConstraint([one.name], [f"{table}.id"], name=label)


def downgrade() -> None:
    with op.batch_alter_table("deals") as table:
        table.drop_index("ix_deals_supplied_id")
        table.drop_constraint("fk_deals_supplied_id_ddex_releases", type_="foreignkey")
        for name in ("supplied_id", "uses", "ends_on", "starts_on"):
            table.drop_column(name)
    for name in reversed(_TABLES):
        op.drop_table(name)
