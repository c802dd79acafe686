"""Checks a rendition, a presentation or a file: gathers, asks every rule, keeps what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from refrain.conformance.decode import decode
from refrain.conformance.edit_rules import check_edits
from refrain.conformance.exchanges import ask
from refrain.conformance.findings import Facts, Finding, error, warning
from refrain.conformance.fragment_rules import (
    check_fragments,
    check_index,
    check_stated_durations,
)
from refrain.conformance.fragments import read_fragments
from refrain.conformance.hls import Playlist, Variant, read_playlist, variants_of
from refrain.conformance.iso_rules import check_initialisation, check_movie
from refrain.conformance.limits import RENDITIONS, VARIANTS
from refrain.conformance.loading import Loaded, assemble, check_head, is_iso, load, read_media
from refrain.conformance.loudness_rules import Decoded, check_decoded, check_loudness
from refrain.conformance.media import Media, Piece, presented
from refrain.conformance.media_rules import check_media_playlist
from refrain.conformance.movie import read_movie
from refrain.conformance.multivariant_rules import check_multivariant
from refrain.conformance.presentation_rules import (
    Offer,
    check_member,
    check_offers,
    check_together,
    rates_of,
)
from refrain.conformance.resources import Resources, Stored, Unreadable
from refrain.conformance.syntax_rules import check_syntax
from refrain.conformance.transport_rules import (
    check_object,
    check_playlist_answer,
    check_redirects,
)
from transcode.tools import Tools

_AUDIO = "AUDIO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What checking needs: where to read, where to write, and a decoder."""

    resources: Resources
    tools: Tools
    folder: Path
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)
    seen: dict[str, Media | None] = field(default_factory=dict)

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep what rules say."""
        self.findings.extend(findings)


async def check_playlist(bench: Bench, name: str) -> None:
    """Check a playlist of either kind, and all that it names."""
    found = await _playlist(bench, name)
    if found is None:
        return
    playlist, name = found
    where = shown(name)
    bench.add(check_syntax(playlist, where))
    if not playlist.tags:
        return  # whatever it is, its lines are no addresses
    if playlist.is_multivariant:
        await _presentation(bench, playlist, name)
    else:
        await _rendition(bench, playlist, name)


async def check_file(bench: Bench, name: str) -> Media | None:
    """Check a media file by itself."""
    where = shown(name)
    try:
        stored = await bench.resources.store(name)
    except Unreadable as reason:
        bench.add([error("RFC 8216bis 6.2.1", where, f"The file cannot be read: {reason}.")])
        return None
    media = await asyncio.to_thread(read_file, stored, where)
    bench.add(check_movie(media))
    bench.add(check_redirects(stored.answer, where))
    await _object(bench, stored)
    if media.movie is not None:
        await _media(bench, media, await asyncio.to_thread(stored.path.resolve))
    return media


def read_file(stored: Stored, where: str) -> Media:
    """Read the boxes of a whole file."""
    data = stored.path.read_bytes()
    movie = read_movie(data)
    defaults = movie.tracks[0].defaults if movie and movie.tracks else None
    piece = Piece(
        line=0,
        size_bytes=len(data),
        stated_s=None,
        is_discontinuous=False,
        content=read_fragments(data, defaults),
    )
    return Media(where=where, movie=movie, pieces=(piece,))


def shown(name: str) -> str:
    """Name a resource for people: without the query, which may be a secret."""
    return name.partition("?")[0]


async def _playlist(bench: Bench, name: str) -> tuple[Playlist, str] | None:
    """Read a playlist; answer it with the name that it was found by in the end."""
    where = shown(name)
    try:
        answer = await bench.resources.get(name, headers={"Accept-Encoding": "gzip"})
    except Unreadable as reason:
        bench.add([error("RFC 8216bis 6.2.1", where, f"The playlist cannot be read: {reason}.")])
        return None
    if not answer.is_ok:
        bench.add([error("RFC 8216bis 6.2.1", where, f"The answer is {answer.status}.")])
        return None
    if bench.resources.is_http:
        bench.add(check_playlist_answer(answer, name, where))
    playlist = await asyncio.to_thread(read_playlist, answer.body)
    return playlist, answer.redirects[-1] if answer.redirects else name


async def _presentation(bench: Bench, playlist: Playlist, name: str) -> None:
    where = shown(name)
    bench.add(check_multivariant(playlist, where))
    variants = variants_of(playlist)
    if len(variants) > VARIANTS:
        sentence = f"Only {VARIANTS} of {len(variants)} variants were read."
        bench.add([warning("Limits", where, sentence)])
    offers = [await _offer(bench, playlist, one, name) for one in variants[:VARIANTS]]
    bench.add(check_offers(tuple(offers), where))
    renditions = {one.where: one for offer in offers for one in offer.media}
    bench.add(check_together(renditions, where))
    await _members(bench, playlist, name)
    independent = "EXT-X-INDEPENDENT-SEGMENTS"
    if not playlist.named(independent):
        bench.add([warning("RFC 8216bis 4.4.2.1", where, f"It does not say {independent}.")])


async def _offer(bench: Bench, playlist: Playlist, variant: Variant, name: str) -> Offer:
    uris = [variant.uri] if variant.uri else []
    group = variant.tag.attributes.get(_AUDIO)
    members = [tag.attributes for tag in playlist.named("EXT-X-MEDIA")[:VARIANTS]]
    uris += [
        uri
        for one in members
        if one.get("TYPE") == _AUDIO and one.get("GROUP-ID") == group and (uri := one.get("URI"))
    ]
    found = [await _named_rendition(bench, name, uri) for uri in dict.fromkeys(uris)]
    return Offer(variant=variant, media=tuple(one for one in found if one is not None))


async def _members(bench: Bench, playlist: Playlist, base: str) -> None:
    """Check what else a multivariant playlist names: audio of no variant, and session data."""
    for tag in playlist.named("EXT-X-MEDIA")[:VARIANTS]:
        uri = tag.attributes.get("URI")
        if uri and tag.attributes.get("TYPE") == _AUDIO:
            media = await _named_rendition(bench, base, uri)
            bench.add(check_member(tag, media, shown(base)) if media else ())
    for tag in playlist.named("EXT-X-SESSION-DATA")[:RENDITIONS]:
        uri = tag.attributes.get("URI")
        if uri and not await _is_there(bench, base, uri):
            sentence = f"The session data of line {tag.line} cannot be read."
            bench.add([error("RFC 8216bis 6.2.1", shown(base), sentence)])


async def _is_there(bench: Bench, base: str, uri: str) -> bool:
    try:
        answer = await bench.resources.peek(bench.resources.resolve(base, uri))
    except Unreadable:
        return False
    return answer.is_ok


async def _named_rendition(bench: Bench, base: str, uri: str) -> Media | None:
    where = shown(base)
    try:
        name = bench.resources.resolve(base, uri)
    except Unreadable as reason:
        sentence = f"{uri[:80]!r} cannot be read: {reason}."
        bench.add([error("RFC 8216bis 6.2.1", where, sentence)])
        return None
    if name not in bench.seen:
        bench.seen[name] = None
        if len(bench.seen) > RENDITIONS:
            bench.add([warning("Limits", where, f"Only {RENDITIONS} renditions were read.")])
            return None
        bench.seen[name] = await _fresh_rendition(bench, name)
    return bench.seen[name]


async def _fresh_rendition(bench: Bench, name: str) -> Media | None:
    found = await _playlist(bench, name)
    if found is None:
        return None
    playlist, name = found
    where = shown(name)
    bench.add(check_syntax(playlist, where))
    if playlist.is_multivariant or not playlist.tags:
        sentence = "A variant names what is no media playlist."
        bench.add([error("RFC 8216bis 4.4.6.2", where, sentence)])
        return None
    if playlist.named("EXT-X-INDEPENDENT-SEGMENTS"):
        sentence = "EXT-X-INDEPENDENT-SEGMENTS belongs into the multivariant playlist alone."
        bench.add([warning("RFC 8216bis 4.4.2", where, sentence)])
    return await _rendition(bench, playlist, name)


async def _rendition(bench: Bench, playlist: Playlist, name: str) -> Media:
    where = shown(name)
    bench.add(check_media_playlist(playlist, where))
    loaded = await load(bench.resources, playlist, name=name, where=where)
    bench.add(loaded.findings)
    media = await read_media(loaded)
    bench.add(check_head(loaded, media))
    await _objects(bench, loaded)
    if media.movie is None:
        bench.facts[where] = {"segments": len(media.pieces)}
        return media
    bench.add(check_movie(media))
    bench.add(check_initialisation(media))
    bench.add(check_stated_durations(media))
    await _whole_objects(bench, loaded, media)
    path = bench.folder / f"rendition-{len(bench.facts)}.mp4"
    is_there = await assemble(loaded, path)
    await _media(bench, media, path if is_there else None)
    await asyncio.to_thread(path.unlink, missing_ok=True)
    return media


async def _objects(bench: Bench, loaded: Loaded) -> None:
    """Check how objects are served: of many segments, the head and the first stand for all."""
    for stored in loaded.objects:
        bench.add(check_redirects(stored.answer, shown(stored.name)))
    for stored in loaded.objects[:2]:
        await _object(bench, stored)


async def _whole_objects(bench: Bench, loaded: Loaded, media: Media) -> None:
    """Check what lies in an object beside what the playlist names: order and index."""
    if loaded.init is None or len(loaded.objects) != 1:
        return
    whole = await asyncio.to_thread(read_file, loaded.objects[0], media.where)
    bench.add(one for one in check_movie(whole) if one.clause == "ISO 8.2.1")
    heard = presented(whole)
    skipped = heard.start if heard else 0
    bench.add(check_index(whole.pieces[0].content, media.where, skipped))


async def _media(bench: Bench, media: Media, path: Path | None) -> None:
    bench.add(check_fragments(media))
    bench.add(check_edits(media))
    heard, is_whole = presented(media), len(media.pieces) == 1
    for number, piece in enumerate(media.pieces):
        skipped = heard.start if heard and not number else 0
        bench.add(check_index(piece.content, media.where, skipped, is_whole=is_whole))
    decoded = await decode(bench.tools, path) if path is not None else None
    if path is not None:
        bench.add(check_decoded(media, decoded))
    bench.add(check_loudness(media, decoded))
    bench.facts[media.where] = facts_of(media, decoded)


async def _object(bench: Bench, stored: Stored) -> None:
    if not bench.resources.is_http:
        return
    where = shown(stored.name)
    if where not in bench.facts:
        bench.facts[where] = {"bytes": stored.size_bytes}
        bench.add(check_object(await ask(bench.resources, stored, where)))


def facts_of(media: Media, decoded: Decoded | None) -> Facts:
    """Answer what was measured of a rendition."""
    heard, rates, entry = presented(media), rates_of(media), media.entry
    facts: Facts = {
        "codecs": entry.codecs if entry else None,
        "timescale": media.track.timescale if media.track else None,
        "segments": len(media.pieces),
        "fragments": len(media.fragments),
        "media_ticks": media.duration,
        "presented_ticks": heard.length if heard else None,
        "priming_ticks": heard.start if heard else None,
    }
    facts |= asdict(rates) if rates else {}
    if decoded is not None:
        facts |= {
            "decoded_samples": decoded.samples,
            "sample_rate": decoded.sample_rate,
            "channels": decoded.channels,
            "integrated_lufs": decoded.loudness.integrated_lufs,
            "true_peak_dbtp": decoded.loudness.true_peak_dbtp,
        }
    return facts


def is_media(head: bytes) -> bool:
    """Whether a file begins as one that can be checked by itself."""
    return is_iso(head) or head[4:8] in {b"mdat", b"wide"}
