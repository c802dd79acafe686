"""A feed as RSS 2.0 (rssboard.org) and as Atom 1.0 (RFC 4287), and maps of a site (sitemaps.org).

Pure. Titles are anyone's: what XML 1.0 has no character for (2.2) is left out, and what means
something to it is escaped; texts are plain, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

_ATOM = "http://www.w3.org/2005/Atom"
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RSS, ATOM, MAP = "application/rss+xml", "application/atom+xml", "application/xml"
_NAMELESS = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that a reader may fetch: where, how long it is, and what it is."""

    url: str
    size_bytes: int
    mime: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What came out: its page, which is its number as well, and since when it is there (aware)."""

    url: str
    title: str
    artist: str
    words: str
    at: datetime
    enclosure: Enclosure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What an artist put out, the newest first; `here` is the feed, `url` the page of it."""

    here: str
    url: str
    title: str
    words: str
    begun_at: datetime
    items: Sequence[Item]

    @property
    def at(self) -> datetime:
        """When something changed last."""
        return max((one.at for one in self.items), default=self.begun_at)


def rss(feed: Feed) -> bytes:
    """Print it as RSS."""
    root = ET.Element("rss", {"version": "2.0", "xmlns:atom": _ATOM})
    channel = ET.SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", feed.url)
    _text(channel, "description", feed.words)
    _text(channel, "lastBuildDate", _rfc_822(feed.at))
    ET.SubElement(channel, "atom:link", {"href": feed.here, "rel": "self", "type": RSS})
    for one in feed.items:
        item = ET.SubElement(channel, "item")
        _text(item, "title", one.title)
        _text(item, "link", one.url)
        _text(item, "guid", one.url)
        _text(item, "description", one.words)
        _text(item, "pubDate", _rfc_822(one.at))
        if one.enclosure is not None:
            said = {"length": str(one.enclosure.size_bytes), "type": one.enclosure.mime}
            ET.SubElement(item, "enclosure", {"url": one.enclosure.url, **said})
    return _printed(root)


def atom(feed: Feed) -> bytes:
    """Print it as Atom."""
    root = ET.Element("feed", {"xmlns": _ATOM})
    _text(root, "id", feed.here)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.words)
    _text(root, "updated", _rfc_3339(feed.at))
    ET.SubElement(root, "link", {"rel": "self", "href": feed.here, "type": ATOM})
    ET.SubElement(root, "link", {"rel": "alternate", "href": feed.url, "type": "text/html"})
    for one in feed.items:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", one.url)
        _text(entry, "title", one.title)
        _text(entry, "summary", one.words)
        _text(entry, "published", _rfc_3339(one.at))
        _text(entry, "updated", _rfc_3339(one.at))
        _text(ET.SubElement(entry, "author"), "name", one.artist)
        ET.SubElement(entry, "link", {"rel": "alternate", "href": one.url, "type": "text/html"})
        if one.enclosure is not None:
            said = {"length": str(one.enclosure.size_bytes), "type": one.enclosure.mime}
            ET.SubElement(entry, "link", {"rel": "enclosure", "href": one.enclosure.url, **said})
    return _printed(root)


def map_index(maps: Iterable[str]) -> bytes:
    """Print where the maps of a site are."""
    root = ET.Element("sitemapindex", {"xmlns": _MAP})
    for url in maps:
        _text(ET.SubElement(root, "sitemap"), "loc", url)
    return _printed(root)


def site_map(pages: Iterable[tuple[str, datetime]]) -> bytes:
    """Print a map: pages, and when they changed."""
    root = ET.Element("urlset", {"xmlns": _MAP})
    for url, at in pages:
        one = ET.SubElement(root, "url")
        _text(one, "loc", url)
        _text(one, "lastmod", _rfc_3339(at))
    return _printed(root)


def robots(origin: str) -> str:
    """Print what search engines may look at: what is shown to all, with its pictures."""
    closed = ("/api/", "/rest/", "/media/", "/oauth/", "/search", "/gifts/")
    pictures = (
        *("/api/v1/releases/*/artwork/", "/api/v1/tracks/*/artwork/"),
        *("/api/v1/artists/*/picture/", "/api/v1/labels/*/picture/"),
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        *(f"Allow: {path}" for path in pictures),
        "",
        f"Sitemap: {origin}/sitemap.xml",
    ]
    return "".join(f"{line}\n" for line in lines)


def _text(parent: ET.Element, name: str, said: str) -> None:
    ET.SubElement(parent, name).text = _UNWRITABLE.sub("", said).strip() or _NAMELESS


def _printed(root: ET.Element) -> bytes:
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _rfc_822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _rfc_3339(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
