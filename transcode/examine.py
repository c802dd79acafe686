"""One pass over a new master: is it whole, how loud is it, what does it look like."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from base.units import Dbtp, Samples
from transcode.damage import damage
from transcode.findings import Finding, Severity, Unsound, clock
from transcode.fingerprint import parse
from transcode.graphs import UNPACKED, decode
from transcode.hearing import Heard, Hearing
from transcode.passage import LIMIT
from transcode.pcm import SAMPLE_BYTES, block_bytes, frames_of
from transcode.process import Limits, Outcome, failed, started
from transcode.reach import Reach
from transcode.source import MOST_HOURS, SourceInfo, too_long
from transcode.tools import Tools

#: What a lossy container may promise too much of, in seconds: its encoder's padding.
_LOSSY_SLACK_S = 0.5
_LIMITS = Limits()
#: One that says nothing for so long never will.
_MUTE_S = 300
#: Less than the child may write: it would be killed, and nothing could be said of the file.
_MOST_UNPACKED_BYTES = _LIMITS.output_bytes - (64 << 20)
#: What a decoder says of a frame that is not as it was written.
_DAMAGED = ("Decoding error", "CRC error")
#: What ffmpeg says where it gives up; of a lossy master, too.
_HOPELESS = "Decode error rate"
#: Damaged places that the sentence names.
_TOLD = 5
#: How much of a master is heard before its renditions are begun: all of most of them.
SURVEY_S = 240

#: Told the true peak of the first minutes, once, before all is heard.
OnSurveyed = Callable[[Dbtp | None], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """A sound master, what its decoder complained of, and a file to encode it from."""

    info: SourceInfo
    heard: Heard
    complaints: tuple[str, ...]
    source: Path


async def examine(  # noqa: PLR0913 - what a child may, and where it works
    tools: Tools,
    source: Path,
    info: SourceInfo,
    *,
    folder: Path,
    limits: Limits = _LIMITS,
    on_surveyed: OnSurveyed = lambda _: None,
) -> Examination:
    """Decode the master at an absolute path once, for everything.

    One that cannot be read from the middle is unpacked on the way, into `folder`.

    Raises:
        Unsound: the file has no audio in it, is cut off or damaged.
        Broken: ffmpeg failed on a file that is sound.

    """
    unpacked = None if info.is_seekable else folder / UNPACKED
    printed = folder / "fingerprint.txt"
    argv = decode(tools.ffmpeg, source, unpacked=unpacked, fingerprint=printed)
    hearing = Hearing(info)
    reach = Reach(reads=(source,), writes=(folder,))
    async with started(argv, limits=replace(limits, mute_s=_MUTE_S), reach=reach) as child:
        survey = _Surveying(hearing, info, on_surveyed)
        await child.pour(survey.block, block_bytes(info.channels))
        survey.end()
        outcome = await child.outcome()
    heard = await asyncio.to_thread(hearing.result)
    fault = _fault(info, heard.samples, outcome)
    if fault is not None:
        raise Unsound(await _located(tools, source, info, fault))
    if outcome.status != 0:
        raise failed(outcome)
    fingerprint = parse(await asyncio.to_thread(printed.read_text))
    return Examination(
        info=info,
        heard=replace(heard, fingerprint=fingerprint),
        complaints=_grumbles(outcome.errors),
        source=unpacked or source,
    )


def _grumbles(errors: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out that a cover was not decoded: nobody wanted to (`DECODERS`)."""
    return tuple(
        line for line in errors if "not on whitelist" not in line and "repeated" not in line
    )


class _Surveying:
    """Lets every block be heard; tells of the peak where the first minutes end, or the track does.

    Blocks come in a thread of their own, and what is told is told in the loop. No more is heard
    than a master may have, nor than may be unpacked: then it is refused.
    """

    def __init__(self, hearing: Hearing, info: SourceInfo, on_surveyed: OnSurveyed) -> None:
        self._hearing = hearing
        self._info = info
        self._left = SURVEY_S * info.sample_rate
        self._frame_bytes = info.channels * SAMPLE_BYTES
        self._bytes, self._most_bytes = 0, _most_bytes(info)
        self._on_surveyed = on_surveyed
        self._loop = asyncio.get_running_loop()

    def block(self, data: memoryview) -> None:
        self._bytes += len(data)
        if self._bytes > self._most_bytes:
            raise too_long(self._bytes / self._frame_bytes / self._info.sample_rate / 3600)
        _require_numbers(data, self._info)
        self._hearing.block(data)
        was, self._left = self._left, self._left - len(data) // self._frame_bytes
        if self._left <= 0 < was:
            self._loop.call_soon_threadsafe(self._on_surveyed, self._hearing.true_peak_dbtp)

    def end(self) -> None:
        if self._left > 0:
            self._on_surveyed(self._hearing.true_peak_dbtp)


def _most_bytes(info: SourceInfo) -> int:
    hours = MOST_HOURS * 3600 * info.sample_rate * info.channels * SAMPLE_BYTES
    return hours if info.is_seekable else min(hours, _MOST_UNPACKED_BYTES)


def _require_numbers(block: memoryview, info: SourceInfo) -> None:
    """Refuse what nothing can play, and over which an encoder may sit for an hour."""
    may_be_any = info.is_float or not info.is_lossless
    if may_be_any and len(frames := frames_of(block, info.channels)):
        # Of what is no number, neither is the largest one.
        bounds = np.array([frames.min(), frames.max()])
        if not np.isfinite(bounds).all():
            raise _not_music("not-a-number", "holds samples that are no numbers (NaN or infinity)")
        if np.abs(bounds).max() > LIMIT:
            raise _not_music("beyond-scale", "holds samples 90 dB and more over full scale")


def _not_music(code: str, how: str) -> Unsound:
    text = f"The file {how}; a plug-in may have failed."
    return Unsound(_error(code, text, "Please export the master again."))


def _fault(info: SourceInfo, samples: Samples, outcome: Outcome) -> Finding | None:
    """Count what came out: an exit status of ffmpeg is no proof of a whole file."""
    if outcome.was_killed:
        raise failed(outcome)  # nothing can be said of the file
    if samples == 0 and not outcome.errors:
        text = "The file holds no sound: its length is zero."
        return _error("zero-length", text, "Please export the master again.")
    slack = 0 if info.is_lossless else _LOSSY_SLACK_S * info.sample_rate
    if info.declared_samples is not None and samples < info.declared_samples - slack:
        return _truncated(info, samples, info.declared_samples)
    is_damaged = info.is_lossless and any(map(_is_damage, outcome.errors))
    if samples == 0 or is_damaged or any(_HOPELESS in line for line in outcome.errors):
        return _damaged("parts of it cannot be decoded")
    return None


def _is_damage(complaint: str) -> bool:
    return any(sign in complaint for sign in _DAMAGED)


async def _located(tools: Tools, source: Path, info: SourceInfo, fault: Finding) -> Finding:
    """Say where a lossless master is damaged: what is missing inside was not cut off."""
    if not info.is_lossless or fault.code not in {"truncated", "damaged"}:
        return fault
    rate = info.sample_rate
    at = tuple((first / rate, (first + n) / rate) for first, n in await damage(tools, source))
    if not at:
        return fault
    places = ", ".join(clock(start) for start, _ in at[:_TOLD])
    more = f" and {len(at) - _TOLD} more" if len(at) > _TOLD else ""
    return replace(_damaged(f"it cannot be decoded at {places}{more}"), at=at)


def _truncated(info: SourceInfo, samples: Samples, promised: Samples) -> Finding:
    held_s, promised_s = samples / info.sample_rate, promised / info.sample_rate
    text = f"The file is cut off: it promises {promised_s:.1f} s of sound and holds {held_s:.1f} s."
    cut = _error("truncated", text, "Please send it again.")
    return replace(cut, at=((held_s, promised_s),))


def _damaged(how: str) -> Finding:
    advice = "Please export the master again."
    return _error("damaged", f"The file is damaged: {how}.", advice)


def _error(code: str, text: str, advice: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, text=text, advice=advice)
