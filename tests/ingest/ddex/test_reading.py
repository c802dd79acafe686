"""Bytes become parts, or end with a code; nothing is fetched and little is kept."""

import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ingest.ddex import nodes
from ingest.ddex.findings import Status, Unreadable
from ingest.ddex.messages import parse
from ingest.ddex.reading import MOST_BYTES, read
from tests.support.ern import deal_43, message_43

PLAIN = message_43(["One", "Two"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", Status.ERN_MISSING),
        (b"  \n", Status.ERN_MISSING),
        (b"x" * (MOST_BYTES + 1), Status.ERN_MISSING),
        (b"<html><body/></html>", Status.ERN_MISSING),
        (b'<m xmlns="http://example.org/xml/ern/43"/>', Status.ERN_MISSING),
        (b'<CatalogListMessage xmlns="http://ddex.net/xml/ern/382"/>', "NewReleaseMessageInvalid"),
        (
            b'<e:NewReleaseMessage xmlns:e="http://ddex.net/xml/ern/99"/>',
            "NewReleaseMessageInvalid",
        ),
        (PLAIN[:2000], "NewReleaseMessageInvalid"),
        (PLAIN.replace(b"<MessageId>M-1</MessageId>", b""), "NewReleaseMessageInvalid"),
        (PLAIN.replace(b"2024-03-01T10", b"2024-3-1 10"), "NewReleaseMessageInvalid"),
        (PLAIN.replace(b"?>", b"?><!DOCTYPE a>", 1), "NewReleaseMessageInvalid"),
        (message_43(["One"], deals="<ReleaseDeal/>" * 100_001), "NewReleaseMessageInvalid"),
        (message_43(["One"], deals=f"<a>{'<a/>' * 1_000_001}</a>"), "NewReleaseMessageInvalid"),
    ],
)
def test_what_is_no_message_ends_with_a_code(content: bytes, status: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(content)

    assert refused.value.code == status
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("host", ["http://ddex.net", "https://ddex.net", "http://service.ddex.net"])
def test_some_senders_name_another_host(host: str) -> None:
    assert parse(PLAIN.replace(b"http://ddex.net", host.encode())).version == "4.3"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_that_xml_has(encoding: str) -> None:
    text = PLAIN.decode().replace('encoding="UTF-8"', "")

    assert parse(text.encode(encoding)) == parse(PLAIN)


def test_a_number_without_end_is_none() -> None:
    endless = PLAIN.replace(b'SequenceNumber="1"', b'SequenceNumber="%s"' % (b"9" * 5_000))
    assert endless != PLAIN

    assert parse(endless).resources[0].artists[0].sequence is None


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[object]()
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    there = (
        b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:schemaLocation="http://ddex.net/xml/ern/43 http://127.0.0.1:9/a.xsd" AvsVersionId'
    )

    parse(PLAIN.replace(b" AvsVersionId", there))

    assert asked == []


def test_children_are_numbered_once_however_many_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, numbered = list[object](), nodes._numbered  # noqa: SLF001 - counted

    def counted(above: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        asked.append(above)
        return numbered(above)

    monkeypatch.setattr(nodes, "_numbered", counted)
    node = nodes.Node(etree.fromstring(f"<d><b/>{'<a><c/></a>' * 500}</d>"), "/d")

    assert [one.path for one in node.all("*")] == ["/d/b", *(f"/d/a[{n}]" for n in range(1, 501))]
    assert len(asked) == 1
    assert [one.path for one in node.all("a/c")][-1] == "/d/a[500]/c"
    assert len(asked) == 2 + 500


def test_a_long_message_needs_little_memory() -> None:
    deals = "".join(
        deal_43(f"R{n % 100}", where=f"<TerritoryCode>{code}</TerritoryCode>")
        for n in range(100)
        for code in ("DE", "FR", "US", "JP", "ES", "IT", "SE", "NO") * 14
    )
    content = message_43([f"Song {n}" for n in range(100)], deals=deals)
    assert len(content) > 3 << 20
    parse(PLAIN)

    tracemalloc.start()
    try:
        for _ in read(content):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < len(content)


@given(st.integers(0, len(PLAIN) - 1), st.integers(1, 40), st.binary(max_size=10))
def test_whatever_is_broken_is_refused_or_read(at: int, much: int, other: bytes) -> None:
    with suppress(Unreadable):
        parse(PLAIN[:at] + other + PLAIN[at + much :])
