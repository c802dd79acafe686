"""Everything can be found: documents, their words, and triggers that tell what became stale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _letters(size: int) -> sa.types.TypeEngine[str]:
    return sa.String(size).with_variant(sa.String(size, collation="C"), "postgresql")


#: Whose rows are searched: kind, table, column of the subject, and what of it makes a difference.
_WATCHED = (
    ("track", "tracks", "id", ("title", "artist", "state", "owner_id")),
    ("track", "release_tracks", "track_id", ("release_id",)),
    (
        *("release", "releases", "id"),
        ("title", "artist", "label", "state", "owner_id", "is_announced"),
    ),
    ("artist", "artists", "id", ("name", "sort_name", "account_id")),
    ("artist", "release_artists", "artist_id", ("artist_id", "confirmed_at")),
    ("artist", "track_artists", "artist_id", ("artist_id", "confirmed_at")),
    ("label", "labels", "id", ("name", "sort_name", "account_id")),
    ("label", "release_labels", "label_id", ("label_id", "confirmed_at")),
    ("playlist", "playlists", "id", ("title", "description", "visibility", "owner_id")),
)
#: What can be made where there is pg_trgm, or its owner may make it.
_TRIGRAMS = """
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE NOTICE 'without pg_trgm misspelt words are not found: see docs/search.md';
END $$
"""


def upgrade() -> None:
    _create_tables()
    audible = sa.text("state IN ('playable', 'complete')")
    op.create_index(
        "ix_tracks_audible",
        "tracks",
        ["created_at", "id"],
        postgresql_where=audible,
        sqlite_where=audible,
    )
    if op.get_context().dialect.name == "postgresql":
        _prepare_postgresql()
    else:
        _prepare_sqlite()
    for kind, table, column, _ in _WATCHED:
        op.execute(
            f"INSERT INTO search_stale (kind, subject_id) SELECT '{kind}', {column} FROM {table}"  # noqa: S608 - ours
        )


def _create_tables() -> None:
    op.create_table(
        "search_documents",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(400), nullable=False),
        sa.Column("credited", sa.String(400), nullable=True),
        sa.Column("key", _letters(400), nullable=False),
        sa.Column("by_key", _letters(400), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), nullable=False),
        sa.Column("popularity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_documents"),
        sa.UniqueConstraint("kind", "subject_id", name="uq_search_documents_kind_subject_id"),
    )
    op.create_index(
        "ix_search_documents_kind_tier_key", "search_documents", ["kind", "tier", "key"]
    )
    hidden = sa.text("tier < 0")
    op.create_index(
        "ix_search_documents_hidden",
        "search_documents",
        ["owner_id"],
        postgresql_where=hidden,
        sqlite_where=hidden,
    )
    op.create_table(
        "search_words",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("word", _letters(60), nullable=False),
        sa.Column("initial", _letters(1), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_words"),
        sa.UniqueConstraint("word", name="uq_search_words_word"),
    )
    op.create_index("ix_search_words_initial_documents", "search_words", ["initial", "documents"])
    op.create_table(
        "search_stale",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_stale"),
    )


def _prepare_postgresql() -> None:
    op.execute(
        "CREATE INDEX ix_search_documents_by_hand_words ON search_documents "
        "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
    )
    op.execute(_TRIGRAMS)
    if op.get_bind().scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        op.execute(
            "CREATE INDEX ix_search_words_by_hand_trigrams ON search_words "
            "USING gin (word gin_trgm_ops)"
        )
    # Once a row, whoever writes it and how: a COPY, too. Which column of it, its trigger says.
    op.execute("""
        CREATE FUNCTION search_mark() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'INSERT' THEN
            INSERT INTO search_stale (kind, subject_id)
            VALUES (TG_ARGV[0], (to_jsonb(OLD) ->> TG_ARGV[1])::uuid);
          END IF;
          IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND TG_ARGV[1] <> 'id' THEN
            INSERT INTO search_stale (kind, subject_id)
            VALUES (TG_ARGV[0], (to_jsonb(NEW) ->> TG_ARGV[1])::uuid);
          END IF;
          RETURN NULL;
        END $$
    """)
    for kind, table, column, told in _WATCHED:
        run = f"FOR EACH ROW EXECUTE FUNCTION search_mark('{kind}', '{column}')"
        op.execute(f"CREATE TRIGGER {table}_are_searched AFTER INSERT OR DELETE ON {table} {run}")
        differs = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in told)
        op.execute(
            f"CREATE TRIGGER {table}_are_searched_anew AFTER UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION search_mark('{kind}', '{column}')"
        )


def _prepare_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_texts USING fts5(words, content='search_documents', "
        "content_rowid='id', detail=none, "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* S* P* Co'\")"
    )
    op.execute("CREATE VIRTUAL TABLE search_grams USING fts5(word, content='', tokenize='trigram')")
    _follow("search_documents", "search_texts", "words", "{}.words")
    _follow("search_words", "search_grams", "word", "'  ' || {}.word || ' '")
    for kind, table, column, told in _WATCHED:
        differs = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in told)
        for when, sides in (
            ("INSERT", ("NEW",)),
            ("DELETE", ("OLD",)),
            (f"UPDATE OF {', '.join(told)}", ("OLD",) if column == "id" else ("OLD", "NEW")),
        ):
            marks = " ".join(
                f"INSERT INTO search_stale (kind, subject_id) VALUES ('{kind}', {side}.{column});"  # noqa: S608 - ours
                for side in sides
            )
            only = f"WHEN {differs} " if when.startswith("UPDATE") else ""
            name = f"{table}_are_searched_{when[:6].lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} {only}BEGIN {marks} END")


def _follow(table: str, index: str, column: str, told: str) -> None:
    """Let an index of full text hear of every change of its table."""
    old, new = told.format("OLD"), told.format("NEW")
    gone = f"INSERT INTO {index} ({index}, rowid, {column}) VALUES ('delete', OLD.id, {old});"  # noqa: S608 - ours
    come = f"INSERT INTO {index} (rowid, {column}) VALUES (NEW.id, {new});"  # noqa: S608 - ours
    for when, only, then in (
        ("INSERT", "", come),
        ("DELETE", "", gone),
        (f"UPDATE OF {column}", f"WHEN OLD.{column} IS NOT NEW.{column} ", gone + come),
    ):
        name = f"{index}_follow_{when[:6].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} {only}BEGIN {then} END")


def downgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    for _, table, _, _ in _WATCHED:
        for name in ("", "_anew") if is_postgresql else ("_insert", "_delete", "_update"):
            on = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER {table}_are_searched{name}{on}")
    if is_postgresql:
        op.execute("DROP FUNCTION search_mark")
    else:
        op.execute("DROP TABLE search_texts")
        op.execute("DROP TABLE search_grams")
    op.drop_index("ix_tracks_audible", "tracks")
    for table in ("search_stale", "search_words", "search_documents"):
        op.drop_table(table)
