"""Rules for how media and playlists are served (RFC 9110; Apple 8.18 and 10.1)."""

from __future__ import annotations

from collections.abc import Iterator

from refrain.conformance.exchanges import Exchanges, Question
from refrain.conformance.findings import Finding, error, warning
from refrain.conformance.resources import Answer

_OK, _PARTIAL, _PAST_END = 200, 206, 416
_ENDINGS = (".m3u8", ".m3u")
_TYPES = ("application/vnd.apple.mpegurl", "audio/mpegurl")


def check_object(said: Exchanges) -> Iterator[Finding]:
    """Check the answers about one media object."""
    where = said.where
    yield from _headers(said, where)
    yield from _head(said, where)
    for question in said.inside:
        yield from _part(question, said, where)
    yield from _past_end(said, where)
    yield from _if_range(said, where)


def check_redirects(whole: Answer, where: str) -> Iterator[Finding]:
    """Check that an object was had at once."""
    if whole.redirects:
        sentence = f"A request for media is redirected {len(whole.redirects)} times."
        yield error("Apple 8.18", where, sentence)


def check_playlist_answer(answer: Answer, name: str, where: str) -> Iterator[Finding]:
    """Check how a playlist was served to a client that takes gzip."""
    if answer.headers.get("content-encoding", "").lower() != "gzip":
        yield error("Apple 10.1", where, "The playlist is not gzipped for a client that takes it.")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not name.partition("?")[0].endswith(_ENDINGS) and media_type not in _TYPES:
        yield error("RFC 8216bis 4", where, f"The playlist is served as {media_type[:60]!r}.")


def _headers(said: Exchanges, where: str) -> Iterator[Finding]:
    headers = said.whole.headers
    if headers.get("accept-ranges", "").lower() != "bytes":
        yield error("RFC 9110 14.3", where, "A whole answer does not say Accept-Ranges: bytes.")
    tag = headers.get("etag", "")
    if not tag.startswith('"'):
        seen = f"a weak one, {tag[:40]}" if tag else "none"
        yield error("RFC 9110 8.8.3", where, f"A strong ETag is wanted, there is {seen}.")
    length = headers.get("content-length")
    if length is None:
        yield warning("RFC 9110 8.6", where, "A whole answer has no Content-Length.")


def _head(said: Exchanges, where: str) -> Iterator[Finding]:
    head = said.head
    if head is None or head.status != said.whole.status:
        seen = head.status if head else "no answer"
        yield error("RFC 9110 9.3.2", where, f"GET is answered {said.whole.status}, HEAD {seen}.")
        return
    length = head.headers.get("content-length")
    if length is not None and length != str(said.size_bytes):
        sentence = f"HEAD says {length[:20]} bytes, GET brings {said.size_bytes}."
        yield error("RFC 9110 8.6", where, sentence)
    elif length is None:
        yield warning("RFC 9110 9.3.2", where, "HEAD says no Content-Length.")


def _part(question: Question, said: Exchanges, where: str) -> Iterator[Finding]:
    answer, name = question.answer, f"{question.range} ({question.purpose})"
    if answer is None or answer.status != _PARTIAL:
        seen = answer.status if answer else "not"
        is_clamped = question.purpose == "an end past the object"
        clause = "RFC 9110 14.1.2" if is_clamped else "RFC 9110 15.3.7"
        yield error(clause, where, f"{name} is answered {seen}.")
        return
    end = question.start + len(question.expected) - 1
    expected = f"bytes {question.start}-{end}/{said.size_bytes}"
    seen_range = answer.headers.get("content-range")
    if seen_range != expected:
        sentence = f"{name}: Content-Range is {str(seen_range)[:60]!r}, not {expected!r}."
        yield error("RFC 9110 15.3.7", where, sentence)
    if answer.body != question.expected:
        sentence = f"{name}: {len(answer.body)} bytes came, which are not the "
        yield error("RFC 9110 15.3.7", where, f"{sentence}{len(question.expected)} of the whole.")


def _past_end(said: Exchanges, where: str) -> Iterator[Finding]:
    answer = said.past_end.answer
    if answer is None or answer.status != _PAST_END:
        seen = answer.status if answer else "not"
        yield error("RFC 9110 15.5.17", where, f"{said.past_end.range} is answered {seen}.")
        return
    expected = f"bytes */{said.size_bytes}"
    if answer.headers.get("content-range") != expected:
        seen_range = str(answer.headers.get("content-range"))[:60]
        sentence = f"Content-Range of a 416 is {seen_range!r}, not {expected!r}."
        yield error("RFC 9110 15.5.17", where, sentence)


def _if_range(said: Exchanges, where: str) -> Iterator[Finding]:
    if said.same_tag is not None:
        answer = said.same_tag.answer
        if answer is None or answer.status != _PARTIAL or answer.body != said.same_tag.expected:
            sentence = "A range with If-Range of the same ETag is not answered by it."
            yield error("RFC 9110 13.1.5", where, sentence)
    answer = said.other_tag.answer
    if answer is None or answer.status != _OK:
        seen = answer.status if answer else "not"
        sentence = f"If-Range of another ETag is answered {seen}, not by the whole."
        yield error("RFC 9110 13.1.5", where, sentence)
