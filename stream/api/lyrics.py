"""Lyrics: as a document, as text, and with times (LRC); written by who looks after the track."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from base.errors import Refused
from catalog.facts import forget_lyrics, lyrics_of, note_edited, write_lyrics
from catalog.models.words import Lyrics
from ingest.fields import read_field
from ingest.lrc import MOST_LETTERS, parse, plain, plain_of, print_lrc
from stream.api.answers import answered
from stream.api.asking import told
from stream.api.preconditions import require_match
from stream.api.tracks import own_track, visible_track
from stream.keys import TOOLS


class WordFacts(BaseModel):
    """A part of a line that is sung from a time on, in milliseconds."""

    at: int
    text: str


class LineFacts(BaseModel):
    """A line that is sung from a time on; `words` where each has its own."""

    at: int
    text: str
    words: list[WordFacts]


class LyricsDocument(BaseModel):
    """What is sung; `lines` have times where anybody set them, and are null otherwise."""

    track: str
    language: str | None
    plain: str
    lines: list[LineFacts] | None
    changed_at: datetime


class WriteLyrics(BaseModel):
    """Write what is sung: as text, or as LRC with times, of which the text is made if need be."""

    model_config = ConfigDict(extra="forbid")

    plain: Annotated[str, Field(max_length=MOST_LETTERS)] | None = None
    synced: Annotated[str, Field(max_length=MOST_LETTERS)] | None = None
    language: Annotated[str, Field(max_length=100)] | None = None


async def get_lyrics(request: web.Request) -> web.Response:
    """Answer what is sung, with times for machines."""
    row = await _lyrics(request)
    return answered(request, _document(row))


async def get_lyrics_file(request: web.Request) -> web.Response:
    """Answer what is sung as a file: text, or LRC where there are times."""
    row = await _lyrics(request)
    if request.match_info["form"] == "txt":
        return web.Response(text=f"{row.plain}\n", content_type="text/plain", charset="utf-8")
    if row.synced is None:
        raise Refused("lyrics-untimed", "The lyrics have no times: ask for .txt.", status=404)
    return web.Response(text=row.synced, content_type="application/x-lrc", charset="utf-8")


async def put_lyrics(request: web.Request) -> web.Response:
    """Write what is sung on a track of the caller's."""
    return answered(request, _document(await sing(request, await told(request, WriteLyrics))))


async def sing(request: web.Request, body: WriteLyrics) -> Lyrics:
    """Write what is sung on the caller's track of the path, and answer it.

    Raises:
        Refused: `word-unfit`, 422: there are no words in it, or no times.

    """
    lines = parse(body.synced or "")
    words = plain(body.plain or "") or plain_of(lines)
    if not words or (body.synced and not lines):
        raise Refused(
            "word-unfit",
            "Please send words, as `plain`, or as LRC with a time before each line, as `synced`.",
            status=422,
        )
    found, tools = await own_track(request, request.match_info["track"]), request.app[TOOLS]
    language = read_field("language", body.language or "")
    async with tools.database.begin() as session:
        before = await lyrics_of(session, found.track.id, lock=True)
        await require_match(request, lambda: _document(_required(before)))
        row = await write_lyrics(
            session,
            found.track,
            plain=words,
            synced=print_lrc(lines) if lines else None,
            language=language,
            now=tools.clock(),
        )
        await note_edited(session, found.track.id, "lyrics")
    return row


async def delete_lyrics(request: web.Request) -> web.Response:
    """Take away what is sung on a track of the caller's."""
    found = await own_track(request, request.match_info["track"])
    async with request.app[TOOLS].database.begin() as session:
        before = await lyrics_of(session, found.track.id, lock=True)
        await require_match(request, lambda: _document(_required(before)))
        await forget_lyrics(session, found.track.id)
        await note_edited(session, found.track.id, "lyrics")
    return web.Response(status=204)


async def _lyrics(request: web.Request) -> Lyrics:
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        row = await lyrics_of(session, found.track.id)
    return _required(row)


def _required(row: Lyrics | None) -> Lyrics:
    if row is None:
        raise Refused("lyrics-unknown", "Nobody wrote down what is sung.", status=404)
    return row


def _document(row: Lyrics) -> LyricsDocument:
    lines = None
    if row.synced is not None:
        lines = [
            LineFacts(
                at=one.at_ms,
                text=one.text,
                words=[WordFacts(at=word.at_ms, text=word.text) for word in one.words],
            )
            for one in parse(row.synced)
        ]
    return LyricsDocument(
        track=str(row.track_id),
        language=row.language,
        plain=row.plain,
        lines=lines,
        changed_at=row.changed_at,
    )
