"""A ladder that several workers make: what of it is there, and what is still to be made.

Whoever changes a split holds the lock of its master. One that is begun anew is another split, and
takes over what was made for the one before, where the plan is the same. The jobs of a split that
is gone find nothing to do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select

from base.database import Session
from catalog.models.splits import Piece, Split
from catalog.objects import hold


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFile:
    """What a command made of one rung, in storage."""

    rung: str
    storage_key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSplit:
    """Which rungs of a master are to be made, in so many pieces of a plan."""

    master_id: UUID
    plan: str
    rungs: Sequence[str]
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A split as it stands: the files of its pieces by their numbers, none where one is undone."""

    split: Split
    pieces: Sequence[Sequence[PieceFile] | None]

    @property
    def done(self) -> frozenset[int]:
        """The numbers of what is there."""
        return frozenset(n for n, files in enumerate(self.pieces) if files is not None)

    @property
    def undone(self) -> Sequence[int]:
        """The numbers of what is to be made."""
        return [n for n, files in enumerate(self.pieces) if files is None]


def piece_subject(split_id: UUID, number: int) -> str:
    """Answer what a job of a piece is about; that of a join is about the split."""
    return f"{split_id}:{number}"


def split_of(subject: str) -> UUID:
    """Answer the split that a job is about, be it of a piece or a join."""
    return UUID(subject.partition(":")[0])


def piece_of(subject: str) -> tuple[UUID, int]:
    """Answer the split and the number of the piece that a job is about."""
    return split_of(subject), int(subject.partition(":")[2])


async def subjects_of(session: Session, master_id: UUID) -> list[str]:
    """Answer what the jobs of a master's split are about."""
    standing = await standing_of(session, master_id)
    if standing is None:
        return []
    split_id = standing.split.id
    return [str(split_id), *(piece_subject(split_id, n) for n in range(len(standing.pieces)))]


async def begin_split(
    session: Session, new: NewSplit, *, now: datetime, lost: Collection[int] = ()
) -> Standing:
    """Begin the ladder of a master, or begin it anew; what was made and is not `lost` stays."""
    before = await standing_of(session, new.master_id)
    kept: Sequence[Sequence[PieceFile] | None] = [None] * new.pieces
    if before is not None:
        if before.split.plan == new.plan:
            kept = [None if n in lost else files for n, files in enumerate(before.pieces)]
        await _forget(session, before, kept, until=now)
    split = Split(
        id=uuid4(),
        master_id=new.master_id,
        plan=new.plan,
        rungs=list(new.rungs),
        rounds=before.split.rounds + 1 if before is not None and lost else 0,
        created_at=now,
    )
    session.add(split)
    await session.flush()
    session.add_all(_row(split, number, files, now=now) for number, files in enumerate(kept))
    await session.flush()
    return Standing(split=split, pieces=kept)


async def end_split(session: Session, master_id: UUID, *, until: datetime) -> None:
    """Forget the split of a master, if there is one; its files are held until then."""
    standing = await standing_of(session, master_id)
    if standing is not None:
        await _forget(session, standing, (), until=until)


async def standing_of(session: Session, master_id: UUID) -> Standing | None:
    """Answer the split of a master as it stands."""
    query = select(Split).where(Split.master_id == master_id)
    split = (await session.scalars(query.execution_options(populate_existing=True))).first()
    if split is None:
        return None
    rows = select(Piece).where(Piece.split_id == split.id).order_by(Piece.number)
    rows = rows.execution_options(populate_existing=True)
    pieces = [_files_of(piece) for piece in await session.scalars(rows)]
    return Standing(split=split, pieces=pieces)


async def master_of_split(session: Session, split_id: UUID) -> UUID | None:
    """Answer whose ladder it is; nothing when it is published, taken down or begun anew."""
    return await session.scalar(select(Split.master_id).where(Split.id == split_id))


async def is_split(session: Session, master_id: UUID) -> bool:
    """Whether a ladder is being made by several."""
    return bool(await session.scalar(select(exists().where(Split.master_id == master_id))))


async def add_piece(
    session: Session,
    standing: Standing,
    number: int,
    files: Sequence[PieceFile],
    *,
    now: datetime,
) -> Standing:
    """Write down what was made of a piece; answer how the split stands then."""
    piece = await session.get_one(Piece, (standing.split.id, number))
    piece.files, piece.done_at = _as_json(files), now
    await session.flush()
    pieces = list(standing.pieces)
    pieces[number] = tuple(files)
    return replace(standing, pieces=pieces)


async def last_done_at(session: Session, split: Split) -> datetime:
    """Answer when something of a split was done last, or when it was begun."""
    query = select(Piece.done_at).where(Piece.split_id == split.id, Piece.done_at.is_not(None))
    return max([split.created_at, *(at for at in await session.scalars(query) if at is not None)])


async def _forget(
    session: Session,
    standing: Standing,
    kept: Sequence[Sequence[PieceFile] | None],
    *,
    until: datetime,
) -> None:
    unneeded = _keys(standing.pieces) - _keys(kept)
    await hold(session, unneeded, until=until)
    await session.execute(delete(Piece).where(Piece.split_id == standing.split.id))
    await session.execute(delete(Split).where(Split.id == standing.split.id))


def _keys(pieces: Sequence[Sequence[PieceFile] | None]) -> set[str]:
    return {one.storage_key for files in pieces for one in files or ()}


def _row(split: Split, number: int, files: Sequence[PieceFile] | None, *, now: datetime) -> Piece:
    if files is None:
        return Piece(split_id=split.id, number=number)
    return Piece(split_id=split.id, number=number, files=_as_json(files), done_at=now)


def _as_json(files: Sequence[PieceFile]) -> list[list[str | int]]:
    return [[one.rung, one.storage_key, one.sha256, one.size_bytes] for one in files]


def _files_of(piece: Piece) -> tuple[PieceFile, ...] | None:
    if piece.files is None:
        return None
    return tuple(
        PieceFile(rung=rung, storage_key=key, sha256=sha256, size_bytes=size)
        for rung, key, sha256, size in piece.files
    )
