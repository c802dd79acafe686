"""Artists, labels, what music is like, how releases come out, and other masters of a track."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_LINES = {"p_year": sa.Integer(), "p_owner": sa.String(200)}
_ADDED = {
    "accounts": {"is_reviewed": sa.Boolean()},
    "releases": {
        "type": sa.String(12),
        "grid": sa.String(18),
        "catalogue_number": sa.String(60),
        "original_on": sa.String(10),
        "language": sa.String(35),
        **_LINES,
        "c_year": sa.Integer(),
        "c_owner": sa.String(200),
        "mbid": sa.Uuid(),
        "group_mbid": sa.Uuid(),
        "publish_at": Instant(),
        "publish_zone": sa.String(64),
        "reason": sa.String(1000),
    },
    "tracks": {
        "language": sa.String(35),
        "iswc": sa.String(11),
        "mbid": sa.Uuid(),
        **_LINES,
    },
}
#: They have a value in every row.
_NEEDED = {
    "releases": {"is_announced": (sa.Boolean(), sa.false())},
    "tracks": {"explicit": (sa.String(8), "unknown")},
}
_MADE = (
    *("artists", "labels", "release_artists", "track_artists", "release_labels"),
    *("track_genres", "release_genres", "track_tags", "release_tags", "lyrics"),
    *("release_moves", "pre_saves", "track_versions"),
)


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for table, needed in _NEEDED.items():
        for name, (kind, default) in needed.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.create_index("ix_releases_state_publish_at", "releases", ["state", "publish_at"])
    _create_artists()
    _create_named()
    _create_words()
    _create_publishing()
    with op.batch_alter_table("credits") as credits:
        credits.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="other"))
        credits.add_column(sa.Column("ipi", sa.String(11), nullable=True))
        credits.add_column(sa.Column("isni", sa.String(16), nullable=True))
        credits.add_column(sa.Column("artist_id", sa.Uuid(), nullable=True))
        credits.create_foreign_key("fk_credits_artist_id_artists", "artists", ["artist_id"], ["id"])
    op.create_index("ix_credits_artist_id", "credits", ["artist_id"])


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _create_artists() -> None:
    for table, own in (
        ("artists", [sa.Column("kind", sa.String(10), nullable=False)]),
        ("labels", []),
    ):
        ipi = [sa.Column("ipi", sa.String(11), nullable=True)] if table == "artists" else []
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("account_id", sa.Uuid(), nullable=True),
            sa.Column("name", sa.String(200), nullable=False),
            sa.Column("sort_name", sa.String(200), nullable=False),
            *own,
            sa.Column("bio", sa.Text(), nullable=True),
            sa.Column("country", sa.String(2), nullable=True),
            sa.Column("isni", sa.String(16), nullable=True),
            *ipi,
            sa.Column("mbid", sa.Uuid(), nullable=True),
            sa.Column("links", sa.JSON(), nullable=False),
            sa.Column("edited", sa.JSON(), nullable=False),
            sa.Column("created_at", Instant(), nullable=False),
            sa.Column("changed_at", Instant(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            _refers(table, "account_id", "accounts"),
        )
        op.create_index(f"ix_{table}_account_id_name", table, ["account_id", "name"])
        op.create_index(f"ix_{table}_sort_name_id", table, ["sort_name", "id"])
        for column in ("isni", "mbid", *(["ipi"] if ipi else [])):
            op.create_index(f"ix_{table}_{column}", table, [column])


def _create_named() -> None:
    for of, other in (("release", "releases"), ("track", "tracks")):
        table = f"{of}_artists"
        op.create_table(
            table,
            sa.Column(f"{of}_id", sa.Uuid(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("artist_id", sa.Uuid(), nullable=False),
            sa.Column("role", sa.String(20), nullable=False),
            sa.Column("name", sa.String(200), nullable=False),
            sa.Column("joined", sa.String(40), nullable=False),
            sa.Column("confirmed_at", Instant(), nullable=True),
            sa.PrimaryKeyConstraint(f"{of}_id", "number", name=f"pk_{table}"),
            _refers(table, f"{of}_id", other),
            _refers(table, "artist_id", "artists"),
        )
        op.create_index(f"ix_{table}_artist_id", table, ["artist_id"])
    op.create_table(
        "release_labels",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("release_id", name="pk_release_labels"),
        _refers("release_labels", "release_id", "releases"),
        _refers("release_labels", "label_id", "labels"),
    )
    op.create_index("ix_release_labels_label_id", "release_labels", ["label_id"])


def _create_words() -> None:
    for of, other in (("release", "releases"), ("track", "tracks")):
        for word, letters in (("genre", 40), ("tag", 60)):
            table = f"{of}_{word}s"
            number = [sa.Column("number", sa.Integer(), nullable=False)] if word == "genre" else []
            op.create_table(
                table,
                sa.Column(f"{of}_id", sa.Uuid(), nullable=False),
                sa.Column(word, sa.String(letters), nullable=False),
                *number,
                sa.PrimaryKeyConstraint(f"{of}_id", word, name=f"pk_{table}"),
                _refers(table, f"{of}_id", other),
            )
            op.create_index(f"ix_{table}_{word}_{of}_id", table, [word, f"{of}_id"])
    op.create_table(
        "lyrics",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(35), nullable=True),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("synced", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("track_id", name="pk_lyrics"),
        _refers("lyrics", "track_id", "tracks"),
    )


def _create_publishing() -> None:
    op.create_table(
        "release_moves",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("is_overseen", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "number", name="pk_release_moves"),
        _refers("release_moves", "release_id", "releases"),
        _refers("release_moves", "by", "accounts"),
    )
    op.create_index("ix_release_moves_by", "release_moves", ["by"])
    op.create_table(
        "pre_saves",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("fulfilled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("release_id", "listener_id", name="pk_pre_saves"),
        _refers("pre_saves", "release_id", "releases"),
        _refers("pre_saves", "listener_id", "accounts"),
    )
    op.create_index("ix_pre_saves_listener_id_at", "pre_saves", ["listener_id", "at"])
    op.create_table(
        "track_versions",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("track_id", "number", name="pk_track_versions"),
        sa.UniqueConstraint("holder_id", name="uq_track_versions_holder_id"),
        _refers("track_versions", "track_id", "tracks"),
        _refers("track_versions", "master_id", "masters"),
        _refers("track_versions", "holder_id", "tracks"),
        _refers("track_versions", "made_by", "accounts"),
    )
    for column in ("master_id", "made_by"):
        op.create_index(f"ix_track_versions_{column}", "track_versions", [column])


def downgrade() -> None:
    op.drop_index("ix_credits_artist_id", "credits")
    with op.batch_alter_table("credits") as credits:
        credits.drop_constraint("fk_credits_artist_id_artists", type_="foreignkey")
        for column in ("artist_id", "isni", "ipi", "kind"):
            credits.drop_column(column)
    for table in reversed(_MADE):
        op.drop_table(table)
    op.drop_index("ix_releases_state_publish_at", "releases")
    for table, needed in _NEEDED.items():
        for name in needed:
            op.drop_column(table, name)
    for table, columns in _ADDED.items():
        for name in columns:
            op.drop_column(table, name)
