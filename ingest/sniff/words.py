"""Texts that are sent instead of music."""

from __future__ import annotations

import re

from ingest.sniff.kinds import Kind

_LOOKED_AT_BYTES = 4096
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PLAYLIST = re.compile(
    r"#EXTM3U|#EXTINF|#EXT-X-|ffconcat\s|\[playlist\]|<\?wpl|<asx\b|<smil\b"
    r"|<MPD\b|<playlist\b[^>]*xspf",
    re.IGNORECASE,
)
#: What may stand in a cue sheet before the file that it names.
_CUE_REMARKS = ("rem ", "catalog ", "performer ", "title ", "songwriter ", "cdtextfile ")
_CUE_FILE = re.compile(r"file\s+\S.*\s(?:wave|mp3|aiff|flac|binary|motorola)$", re.IGNORECASE)
_MUSIC_NAME = re.compile(r"\.(?:wav|flac|mp3|aiff?|m4a|ogg|opus|m3u8?)$", re.IGNORECASE)
_WEB_PAGE = re.compile(
    r"<!doctype\s+html|<!--|<(?:html|head|body|script|svg|iframe|img|style)\b", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_XML = re.compile(r"<\?xml[^>]*\?>\s*(?:<!--.{0,500}?-->\s*)*", re.DOTALL)


def kind_of_text(data: bytes) -> Kind:
    """Say what kind of text begins so; `UNKNOWN` where it is none."""
    text = _text(data[:_LOOKED_AT_BYTES])
    body = _XML.sub("", text.lstrip(), count=1)
    if _PLAYLIST.match(body):
        return Kind.PLAYLIST
    if _WEB_PAGE.match(body):
        return Kind.WEB_PAGE
    # What begins as one of those may go on as anything; other text is text all through.
    if _CONTROLS.search(text) or "\ufffd" in text[:-1]:
        return Kind.UNKNOWN
    return Kind.PLAYLIST if _is_list(text.splitlines()) else Kind.TEXT


def _is_list(lines: list[str]) -> bool:
    """Whether it is a cue sheet, or a playlist of the plainest kind: nothing but names of music."""
    lines = [line.strip() for line in lines if line.strip()]
    for line in lines:
        if not line.lower().startswith(_CUE_REMARKS):
            if _CUE_FILE.match(line):
                return True
            break
    # The last one may be cut.
    return bool(lines) and all(_MUSIC_NAME.search(line) for line in lines[:-1] or lines)


def _text(data: bytes) -> str:
    """Answer the beginning as text; in a coding of old, where it says nothing of its coding."""
    coding = next((coding for mark, coding in _BOMS if data.startswith(mark)), "latin-1")
    # A character may be cut at the end.
    return data[: len(data) // 2 * 2 or 1].decode(coding, errors="replace").removeprefix("\ufeff")
