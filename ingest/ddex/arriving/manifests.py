"""The message with which a sender says that a batch is complete: what belongs to it (ERN-C 1.7).

It is read as whatever else others send: see `ingest.ddex.reading`. What its addresses name is only
compared with what came; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml import etree

from catalog.findings import Severity
from ingest.ddex.arriving.layouts import Odd
from ingest.ddex.arriving.names import shown
from ingest.ddex.canonical import HashSum
from ingest.ddex.findings import Status, Unreadable
from ingest.ddex.hash_sums import agree
from ingest.ddex.lexical import truth_of
from ingest.ddex.reading import bounded, not_well_formed

MOST_BYTES = 8 << 20
_MOST_MESSAGES, _TOLD, _LONGEST = 20_000, 20, 1_000
_ROOT, _MESSAGE = "ManifestMessage", "MessageInBatch"
_MARKS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A message that belongs to a batch: where it is, and what its bytes come to."""

    address: str
    message_id: str = ""
    releases: tuple[str, ...] = ()
    sums: tuple[HashSum, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What belongs to a batch; `number` is how many messages it says there are.

    It `is_test` where it says that all of them are for a test only.
    """

    number: int | None
    messages: tuple[Listed, ...]
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came, held against what should have: it `is_whole` when nothing has to be waited for."""

    is_whole: bool
    odd: tuple[Odd, ...]


def is_xml(content: bytes) -> bool:
    """Tell whether a file begins as XML does; what does not is a mark without a list."""
    return content.lstrip(b" \t\r\n").startswith(_MARKS)


def parse(content: bytes) -> Manifest:
    """Read a manifest.

    Raises:
        Unreadable: it is none, is cut off, or is hostile.

    """
    if len(content) > MOST_BYTES:
        raise _invalid(f"A manifest has at most {MOST_BYTES >> 20} MiB.")
    try:
        return _parsed(content)
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error) from None


def _parsed(content: bytes) -> Manifest:
    number, messages, is_test = "", list[Listed](), False
    for event, element, depth in bounded(content):
        name = _name(element)
        if event == "start":
            if depth == 1 and name != _ROOT:
                raise _invalid(f"It is a {name[:100]}, and no {_ROOT}.")
            continue
        if depth != 2:  # noqa: PLR2004 - what is deeper is read with what it is in
            continue
        if name == "NumberOfMessages":
            number = (element.text or "").strip()
        elif name == "IsTestFlag":
            is_test = truth_of((element.text or "").strip())
        elif name == _MESSAGE:
            messages.append(_listed(element))
            if len(messages) > _MOST_MESSAGES:
                raise _invalid(f"A batch has at most {_MOST_MESSAGES} messages.")
        element.clear()
    is_number = number.isascii() and number.isdigit() and len(number) < 9  # noqa: PLR2004
    return Manifest(
        number=int(number) if is_number else None, messages=tuple(messages), is_test=is_test
    )


def _listed(element: etree._Element) -> Listed:
    return Listed(
        address=_text(element, "URL"),
        message_id=_text(element, "MessageId"),
        releases=tuple(
            text
            for one in element
            if _name(one) == "IncludedReleaseId"
            for each in one.iter()
            if (text := (each.text or "").strip()[:_LONGEST])
        ),
        sums=tuple(_sums(element)),
    )


def _sums(element: etree._Element) -> Iterator[HashSum]:
    for one in element:
        if _name(one) == "HashSum":
            value = _text(one, "HashSumValue") or _text(one, "HashSum")
            algorithm = _text(one, "Algorithm") or _text(one, "HashSumAlgorithmType")
            if value:
                yield HashSum(algorithm=algorithm, value=value)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: etree._Element, name: str) -> str:
    found = (one for one in element if _name(one) == name)
    return next(((one.text or "").strip()[:_LONGEST] for one in found), "")


def compare(manifest: Manifest, messages: Sequence[str], *, delivery: str) -> Compared:
    """Hold the messages that are there against a manifest."""
    odd, there = list[Odd](), set(messages)
    missing = [one for one in manifest.messages if not paths_of(one, messages, delivery=delivery)]
    for one in missing[:_TOLD]:
        odd.append(
            Odd(
                code="message-missing",
                severity=Severity.WARNING,
                text=f"The manifest names {shown(one.address or one.message_id)}, which is not "
                "there yet: the batch waits for it.",
                about=shown(one.address or one.message_id),
            )
        )
    for one in manifest.messages:
        there.difference_update(paths_of(one, messages, delivery=delivery))
    for path in sorted(there)[:_TOLD]:
        odd.append(
            Odd(
                code="not-in-manifest",
                severity=Severity.WARNING,
                text=f"The manifest does not name {shown(path)}; it is taken all the same.",
                about=shown(path),
            )
        )
    too_few = manifest.number is not None and len(messages) < manifest.number
    if manifest.number is not None and manifest.number != len(manifest.messages):
        wait = f" The batch waits, as {len(messages)} are there." if too_few else ""
        odd.append(
            Odd(
                code="manifest-count",
                severity=Severity.WARNING,
                text=f"The manifest says that there are {manifest.number} messages, and names "
                f"{len(manifest.messages)}.{wait}",
            )
        )
    return Compared(is_whole=not missing and not too_few, odd=tuple(odd))


def differing(
    manifest: Manifest, digests: Mapping[str, Mapping[str, str]], *, delivery: str
) -> tuple[Odd, ...]:
    """Answer which messages are not the bytes that a manifest tells of.

    `digests` are of each path what it comes to, by the names of `ingest.ddex.words.HASHES`.
    """
    odd = list[Odd]()
    for one in manifest.messages:
        for path in paths_of(one, list(digests), delivery=delivery):
            if not agree(one.sums, digests[path]):
                odd.append(
                    Odd(
                        code="message-differs",
                        severity=Severity.ERROR,
                        text=f"{shown(path)} is not the bytes that the manifest tells of: it was "
                        "hurt on its way, or changed. The batch waits for the right ones.",
                        about=shown(path),
                    )
                )
    return tuple(odd[:_TOLD])


def paths_of(listed: Listed, messages: Sequence[str], *, delivery: str) -> list[str]:
    """Answer the message that an address means: whose path is its end, or whose it is the end of.

    Addresses are told from the root of a server, of the batch, or of nothing that is known here.
    """
    path = urlsplit(listed.address).path if "://" in listed.address else listed.address
    wanted = [one for one in unquote(path).replace("\\", "/").split("/") if one not in {"", "."}]
    root = delivery.split("/")
    return [
        one
        for one in messages
        if wanted and (_ends(wanted, one.split("/")) or _ends([*root, *one.split("/")], wanted))
    ]


def _ends(path: Sequence[str], end: Sequence[str]) -> bool:
    return len(end) <= len(path) and list(path[len(path) - len(end) :]) == list(end)


def _invalid(sentence: str) -> Unreadable:
    return Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence)
