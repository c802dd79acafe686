"""Renditions tell their edit and their nominal rate; waveforms come in zooms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RENDITIONS = sa.table("renditions", sa.column("rung", sa.String), sa.column("nominal_bps"))
_FORMS = ("dat", "json")
#: The only zoom there was.
_ZOOM = "256"
_MASTERS = sa.table(
    "masters",
    sa.column("id", sa.Uuid),
    sa.column("waveforms", sa.JSON),
    *(sa.column(f"waveform_{form}_key", sa.String) for form in _FORMS),
)


def upgrade() -> None:
    for table in ("renditions", "growing_renditions"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("edit", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nominal_bps", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("growing_renditions", schema=None) as batch_op:
        batch_op.drop_column("mime")
    with op.batch_alter_table("masters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waveforms", sa.JSON(none_as_null=True), nullable=True))
    _fill()
    for table in ("renditions", "growing_renditions"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("edit", server_default=None)
    # Not as a batch: SQLite would make the table anew, and tracks hold on to it.
    for form in _FORMS:
        op.drop_column("masters", f"waveform_{form}_key")


def downgrade() -> None:
    with op.batch_alter_table("masters", schema=None) as batch_op:
        for form in _FORMS:
            batch_op.add_column(
                sa.Column(f"waveform_{form}_key", sa.String(length=200), nullable=True)
            )
    for master, waveforms in op.get_bind().execute(_masters(_MASTERS.c.waveforms)):
        keys = {
            f"waveform_{form}_key": (waveforms or {}).get(form, {}).get(_ZOOM) for form in _FORMS
        }
        op.execute(_MASTERS.update().where(_MASTERS.c.id == master).values(**keys))
    op.drop_column("masters", "waveforms")
    with op.batch_alter_table("growing_renditions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mime", sa.String(length=60), nullable=False, server_default="audio/mp4")
        )
    with op.batch_alter_table("growing_renditions", schema=None) as batch_op:
        batch_op.alter_column("mime", server_default=None)
        batch_op.drop_column("edit")
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.drop_column("nominal_bps")
        batch_op.drop_column("edit")


def _fill() -> None:
    # All padding of AAC is before the music: 1024 samples, and what fills the last frame.
    op.execute(
        "UPDATE renditions SET edit = (samples + 2047) / 1024 * 1024 - samples WHERE codec = 'aac'"
    )
    lossy = sa.text("SELECT DISTINCT rung FROM renditions WHERE codec IN ('aac', 'opus', 'mp3')")
    for (rung,) in op.get_bind().execute(lossy).all():
        nominal_bps = 1000 * int(rung.rpartition("-")[2])
        op.execute(
            _RENDITIONS.update().where(_RENDITIONS.c.rung == rung).values(nominal_bps=nominal_bps)
        )
    columns = [_MASTERS.c[f"waveform_{form}_key"] for form in _FORMS]
    for master, *keys in op.get_bind().execute(_masters(*columns)).all():
        if all(keys):
            waveforms = {form: {_ZOOM: key} for form, key in zip(_FORMS, keys, strict=True)}
            op.execute(_MASTERS.update().where(_MASTERS.c.id == master).values(waveforms=waveforms))


def _masters(*columns: sa.ColumnClause[object]) -> sa.Select[tuple[object, ...]]:
    return sa.select(_MASTERS.c.id, *columns)
