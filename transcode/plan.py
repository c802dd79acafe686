"""What is encoded in which command, so that every core has something to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path

from base.units import Dbtp, Samples
from transcode.graphs import Target
from transcode.ladder import Codec, Rung, layout_for
from transcode.pieces import PIECE_S, Piece, feed_for, pieces_of
from transcode.source import SourceInfo

#: How far a lossy rendition may rise above its master; more is found out, and made again.
OVERSHOOT_DB = 1.0
_GAIN_STEP_DB = 0.1
_CODECS_IN_PIECES = frozenset({Codec.AAC, Codec.OPUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made of a master: which rungs, at which gain where they are lossy.

    Some have another gain than the others: those that were found to clip. Where there `has_album`,
    room for its levels is left in the headers.
    """

    info: SourceInfo
    samples: Samples
    rungs: tuple[Rung, ...]
    gain_db: float = 0.0
    gains: Mapping[Rung, float] = field(default_factory=dict)
    piece_s: int = PIECE_S
    has_album: bool = False

    def gain_of(self, rung: Rung) -> float:
        """Answer the gain of a rung in dB."""
        return self.gains.get(rung, 0.0 if rung.codec.is_lossless else self.gain_db)

    def pieces(self, rung: Rung) -> tuple[Piece, ...]:
        """Answer the pieces of a rung."""
        line = layout_for(self.info, rung, self.samples)
        if rung.codec not in _CODECS_IN_PIECES:
            return (Piece(number=0, start_s=0, end_s=None),)
        duration_s = Fraction(line.samples, line.rate)
        return pieces_of(duration_s, opening=rung.opens, piece_s=self.piece_s)


def headroom_db(true_peak_dbtp: Dbtp | None) -> float:
    """Answer the gain that keeps a lossy rendition of this master from clipping; 0 or less."""
    if true_peak_dbtp is None:
        return 0.0
    steps = ceil(max(0.0, true_peak_dbtp + OVERSHOOT_DB) / _GAIN_STEP_DB)
    return round(-steps * _GAIN_STEP_DB, 1)


def plan(order: Order, folder: Path) -> list[list[Target]]:
    """Answer the commands, the longest first: targets in one command share what it decodes."""
    targets = {rung: _targets(order, rung, folder) for rung in order.rungs}
    alone = [rung for rung in order.rungs if rung.codec is Codec.MP3]
    lossless = [rung for rung in order.rungs if rung.codec.is_lossless]
    commands = [targets[rung] for rung in alone]
    commands += [[target for rung in lossless for target in targets[rung]]] if lossless else []
    rest = [targets[rung] for rung in order.rungs if rung not in alone and rung not in lossless]
    most = max(map(len, rest), default=0)
    return commands + [
        [target for each in rest for target in each[number : number + 1]] for number in range(most)
    ]


def part_path(folder: Path, rung: Rung, piece: Piece) -> Path:
    """Name the file of a piece; a download is in one."""
    if rung.is_download:
        return folder / rung.file_name
    return folder / f"{rung.name}.part-{piece.number}.mp4"


def _targets(order: Order, rung: Rung, folder: Path) -> list[Target]:
    line = layout_for(order.info, rung, order.samples)
    return [
        Target(
            rung=rung,
            line=line,
            feed=feed_for(line, piece),
            path=part_path(folder, rung, piece),
            gain_db=order.gain_of(rung),
        )
        for piece in order.pieces(rung)
    ]
