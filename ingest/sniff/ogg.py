"""What the first pages of an Ogg stream claim (RFC 3533, 7845; Vorbis I, 4.2.2)."""

from __future__ import annotations

from dataclasses import replace

from ingest.sniff.fields import number
from ingest.sniff.flac import claim_of_streaminfo
from ingest.sniff.verdict import Claim

_PAGE_HEAD = 27
_BEGINS = 0x02
#: Streams that are interleaved; each begins with a page of its own, all of them in front.
_MOST_STREAMS = 32
_PICTURES = (b"\x80theora", b"\x01video", b"BBCD", b"\x80daala", b"OVP80")
_OPUS_RATE = 48_000


def claim_of_ogg(data: bytes, at: int) -> Claim | None:
    """Read the first packets of all streams, until one is no beginning."""
    claim, has_pictures = None, False
    for _ in range(_MOST_STREAMS):
        if data[at : at + 4] != b"OggS" or at + _PAGE_HEAD > len(data):
            break
        if not data[at + 5] & _BEGINS:
            break
        lacing = data[at + _PAGE_HEAD : at + _PAGE_HEAD + data[at + 26]]
        body = at + _PAGE_HEAD + len(lacing)
        claim = claim or _packet(data, body)
        has_pictures = has_pictures or data.startswith(_PICTURES, body)
        at = body + sum(lacing)
    if has_pictures:
        claim = claim or Claim(codec="", is_lossless=True)
    return claim and replace(claim, has_pictures=has_pictures)


def _packet(data: bytes, at: int) -> Claim | None:
    if data.startswith(b"\x01vorbis", at):
        rate, channels = number("<I", data, at + 12), number("B", data, at + 11)
        return Claim(codec="Vorbis", is_lossless=False, rate=rate, channels=channels)
    if data.startswith(b"OpusHead", at):
        channels = number("B", data, at + 9)
        return Claim(codec="Opus", is_lossless=False, rate=_OPUS_RATE, channels=channels)
    if data.startswith(b"\x7fFLAC", at):
        found = claim_of_streaminfo(data, at + 17)
        return found and replace(found, ends_at=None)
    if data.startswith(b"Speex   ", at):
        rate, channels = number("<I", data, at + 36), number("<I", data, at + 48)
        return Claim(codec="Speex", is_lossless=False, rate=rate, channels=channels)
    return None
