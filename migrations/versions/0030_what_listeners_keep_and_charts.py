"""Favourites, playlists, whom one follows, queues; plays summed by day, charts, neighbours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_PUBLIC = sa.text("visibility = 'public'")
#: Each table's columns, what they refer to, and what it is found by.
_TABLES: dict[str, tuple[list[sa.Column[object]], tuple[str, ...]]] = {
    "favourites": (
        [
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("kind", sa.String(10), nullable=False),
            sa.Column("subject_id", sa.Uuid(), nullable=False),
            sa.Column("since", Instant(), nullable=False),
        ],
        ("account_id", "kind", "subject_id"),
    ),
    "ratings": (
        [
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("kind", sa.String(10), nullable=False),
            sa.Column("subject_id", sa.Uuid(), nullable=False),
            sa.Column("stars", sa.SmallInteger(), nullable=False),
            sa.Column("rated_at", Instant(), nullable=False),
        ],
        ("account_id", "kind", "subject_id"),
    ),
    "follows": (
        [
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("kind", sa.String(10), nullable=False),
            sa.Column("subject_id", sa.Uuid(), nullable=False),
            sa.Column("since", Instant(), nullable=False),
        ],
        ("account_id", "kind", "subject_id"),
    ),
    "play_queues": (
        [
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("tracks", sa.JSON(), nullable=False),
            sa.Column("current", sa.Integer(), nullable=True),
            sa.Column("position_ms", sa.Integer(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("changed_at", Instant(), nullable=False),
            sa.Column("changed_by", sa.String(100), nullable=False),
        ],
        ("account_id",),
    ),
    "history_choices": (
        [
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("forgotten_before", Instant(), nullable=True),
            sa.Column("is_counted", sa.Boolean(), nullable=False),
            sa.Column("changed_at", Instant(), nullable=False),
        ],
        ("account_id",),
    ),
    "forgotten_sessions": (
        [
            sa.Column("session_id", sa.Uuid(), nullable=False),
            sa.Column("account_id", sa.Uuid(), nullable=False),
        ],
        ("session_id",),
    ),
    "playlists": (
        [
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("owner_id", sa.Uuid(), nullable=False),
            sa.Column("title", sa.String(200), nullable=False),
            sa.Column("description", sa.String(2000), nullable=False),
            sa.Column("visibility", sa.String(10), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("tracks", sa.Integer(), nullable=False),
            sa.Column("duration_ms", sa.BigInteger(), nullable=False),
            sa.Column("created_at", Instant(), nullable=False),
            sa.Column("changed_at", Instant(), nullable=False),
        ],
        ("id",),
    ),
    "playlist_entries": (
        [
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("playlist_id", sa.Uuid(), nullable=False),
            sa.Column("rank", sa.LargeBinary(200), nullable=False),
            sa.Column("track_id", sa.Uuid(), nullable=False),
            sa.Column("added_by", sa.Uuid(), nullable=False),
            sa.Column("added_at", Instant(), nullable=False),
        ],
        ("id",),
    ),
    "playlist_members": (
        [
            sa.Column("playlist_id", sa.Uuid(), nullable=False),
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("capacity", sa.String(10), nullable=False),
            sa.Column("joined_at", Instant(), nullable=False),
        ],
        ("playlist_id", "account_id"),
    ),
    "playlist_invitations": (
        [
            sa.Column("digest", sa.LargeBinary(32), nullable=False),
            sa.Column("playlist_id", sa.Uuid(), nullable=False),
            sa.Column("capacity", sa.String(10), nullable=False),
            sa.Column("made_at", Instant(), nullable=False),
            sa.Column("expires_at", Instant(), nullable=False),
        ],
        ("digest",),
    ),
    "plays_by_day": (
        [
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("plays", sa.Integer(), nullable=False),
            sa.Column("listeners", sa.Integer(), nullable=False),
            sa.Column("paid", sa.Integer(), nullable=False),
            sa.Column("counted", sa.Integer(), nullable=False),
        ],
        ("recording_id", "day"),
    ),
    "rollup_marks": (
        [
            sa.Column("name", sa.String(20), nullable=False),
            sa.Column("at", Instant(), nullable=False),
        ],
        ("name",),
    ),
    "nearing": (
        [
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("listener_id", sa.Uuid(), nullable=False),
        ],
        ("recording_id", "listener_id"),
    ),
    "trends": (
        [
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("heat", sa.Float(), nullable=False),
        ],
        ("recording_id",),
    ),
    "chart_runs": (
        [
            sa.Column("chart", sa.String(20), nullable=False),
            sa.Column("span", sa.String(10), nullable=False),
            sa.Column("counted_at", Instant(), nullable=False),
            sa.Column("since", sa.Date(), nullable=False),
            sa.Column("until", sa.Date(), nullable=False),
        ],
        ("chart", "span"),
    ),
    "chart_entries": (
        [
            sa.Column("chart", sa.String(20), nullable=False),
            sa.Column("span", sa.String(10), nullable=False),
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("track_id", sa.Uuid(), nullable=False),
            sa.Column("score", sa.Float(), nullable=False),
            sa.Column("listeners", sa.Integer(), nullable=False),
        ],
        ("chart", "span", "place"),
    ),
    "neighbours": (
        [
            sa.Column("recording_id", sa.Uuid(), nullable=False),
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("neighbour_id", sa.Uuid(), nullable=False),
            sa.Column("score", sa.Float(), nullable=False),
            sa.Column("together", sa.Integer(), nullable=False),
            sa.Column("owners", sa.Integer(), nullable=False),
        ],
        ("recording_id", "place"),
    ),
}
_REFERS = {
    "account_id": "accounts",
    "added_by": "accounts",
    "listener_id": "accounts",
    "neighbour_id": "recordings",
    "owner_id": "accounts",
    "playlist_id": "playlists",
    "recording_id": "recordings",
    "session_id": "play_sessions",
    "track_id": "tracks",
}
_CHECKS = {"ratings": sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_ratings_stars")}
_INDEXES = (
    ("favourites", ("account_id", "kind", "since", "subject_id")),
    ("favourites", ("kind", "subject_id")),
    ("ratings", ("account_id", "kind", "rated_at", "subject_id")),
    ("follows", ("account_id", "since", "subject_id")),
    ("follows", ("kind", "subject_id")),
    ("forgotten_sessions", ("account_id",)),
    ("playlists", ("owner_id", "created_at", "id")),
    ("playlist_entries", ("playlist_id", "rank", "id")),
    ("playlist_entries", ("track_id",)),
    ("playlist_entries", ("added_by",)),
    ("playlist_members", ("account_id", "joined_at", "playlist_id")),
    ("playlist_invitations", ("playlist_id",)),
    ("playlist_invitations", ("expires_at",)),
    ("plays_by_day", ("day", "recording_id")),
    ("trends", ("heat",)),
    ("neighbours", ("neighbour_id",)),
    ("plays", ("settled_at", "id")),
    ("tracks", ("playable_at",)),
    ("releases", ("published_at",)),
)
_OLD = ("plays", "tracks", "releases")


def upgrade() -> None:
    for name, (columns, key) in _TABLES.items():
        refers = [(one.name, _REFERS[one.name]) for one in columns if one.name in _REFERS]
        op.create_table(
            name,
            *columns,
            sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
            *(
                sa.ForeignKeyConstraint(
                    [column], [f"{other}.id"], name=f"fk_{name}_{column}_{other}"
                )
                for column, other in refers
            ),
            *([_CHECKS[name]] if name in _CHECKS else []),
        )
    for table, columns in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    op.create_index(
        "ix_playlists_public",
        "playlists",
        ["changed_at", "id"],
        postgresql_where=_PUBLIC,
        sqlite_where=_PUBLIC,
    )


def downgrade() -> None:
    for table, columns in _INDEXES:
        if table in _OLD:
            op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for name in reversed(_TABLES):
        op.drop_table(name)
