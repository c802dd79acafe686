"""Kinds of files that hold no master, and what to send instead."""

from __future__ import annotations

from ingest.sniff.kinds import Kind
from ingest.sniff.verdict import Notice

ASK = "Please send the master as FLAC, WAV or AIFF."
_NO_MUSIC = {
    Kind.EMPTY: Notice(code="empty-file", sentence="The file is empty."),
    Kind.PLAYLIST: Notice(
        code="playlist",
        sentence="The file is a playlist, not audio; please send the master itself.",
    ),
    Kind.WEB_PAGE: Notice(
        code="web-page",
        sentence=f"The file is a web page, perhaps of a download that failed. {ASK}",
    ),
    Kind.TEXT: Notice(code="text", sentence=f"The file is text, not audio. {ASK}"),
    Kind.ARCHIVE: Notice(
        code="archive",
        sentence="The file is an archive of a kind that is not opened here; "
        "please send a ZIP, or the masters themselves.",
    ),
    Kind.PICTURE: Notice(code="picture", sentence=f"The file is a picture, not audio. {ASK}"),
    Kind.VIDEO: Notice(
        code="video",
        sentence="The file is a video, or in a container for videos; "
        "please send its sound alone, as FLAC, WAV or AIFF.",
    ),
    Kind.PDF: Notice(code="document", sentence=f"The file is a PDF, not audio. {ASK}"),
    Kind.DOCUMENT: Notice(code="document", sentence=f"The file is a document, not audio. {ASK}"),
    Kind.PROGRAM: Notice(code="program", sentence=f"The file is a program, not audio. {ASK}"),
    Kind.SCORE: Notice(
        code="midi",
        sentence="The file holds notes, not sound; please send a recording as FLAC, WAV or AIFF.",
    ),
    Kind.DSD: Notice(
        code="dsd",
        sentence="The file is DSD, which is not taken; "
        "please convert it to 24 bits and send FLAC or WAV.",
    ),
    Kind.OTHER_AUDIO: Notice(
        code="unsupported-audio",
        sentence=f"The file is audio of a kind that is not taken here. {ASK}",
    ),
    Kind.UNKNOWN: Notice(
        code="not-audio", sentence=f"The file is not audio that we can read. {ASK}"
    ),
}


def no_music(kind: Kind) -> Notice | None:
    """Answer why a kind of file is refused, if it is."""
    return _NO_MUSIC.get(kind)
