"""Whatever a client sends is read, or refused in a sentence; nothing else is raised."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from ingest.protocol import ietf, tus
from ingest.protocol.details import details_of
from ingest.protocol.heads import Head

VALUES = st.one_of(
    st.sampled_from(
        [
            *("0", "1", "10", "-1", "", " ", "?1", "?0", "?1;a", "9" * 15, "9" * 16, "0x1"),
            *("partial", "final;", "final;a b", "final;/u/00000000-0000-4000-8000-000000000001"),
            *("filename YQ==", "a b,c d", "sha1 YQ==", "sha-256=:YQ==:", "sha1", "chunked"),
            *("application/offset+octet-stream", "application/partial-upload; x=y", "text/html"),
            *("inline; filename=a", "inline; filename*=UTF-8''%ff%00", "1.0.0"),
        ]
    ),
    st.text(st.characters(max_codepoint=255), max_size=30),
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("upload-length", "upload-offset", "upload-defer-length", "upload-metadata"),
            *("upload-concat", "upload-checksum", "upload-complete", "content-type"),
            *("content-digest", "repr-digest", "content-disposition", "transfer-encoding"),
            *("tus-resumable", "x-http-method-override", "upload-draft-interop-version"),
        ]
    ),
    VALUES,
)


def begin_tus(head: Head) -> None:
    wanted = tus.read_creation(head, limit_bytes=1000)
    kept = details_of(wanted.metadata, concat=wanted.concat)
    assert all(value.isprintable() for value in kept.values())
    if isinstance(wanted, tus.Creation):
        assert wanted.length_bytes is None or 0 <= wanted.length_bytes <= 1000


def add_tus(head: Head) -> None:
    assert tus.read_addition(head).offset_bytes >= 0


def begin_ietf(head: Head) -> None:
    wanted = ietf.read_creation(head, limit_bytes=1000)
    assert wanted.length_bytes is None or 0 <= wanted.length_bytes <= 1000


def add_ietf(head: Head) -> None:
    assert ietf.read_addition(head).offset_bytes >= 0


def refusal(read: Callable[[Head], None], head: Head) -> Refused | None:
    try:
        read(head)
    except Refused as refused:
        return refused
    return None


@pytest.mark.parametrize("read", [begin_tus, add_tus, begin_ietf, add_ietf])
@given(fields=FIELDS, size=st.integers(0, 2000))
def test_whatever_is_sent_is_read_or_refused(
    read: Callable[[Head], None], fields: dict[str, str], size: int
) -> None:
    head = Head(method="POST", fields={"content-length": str(size), **fields})
    tus.method_of(head)
    ietf.is_spoken(head)
    ietf.interop_version(head)

    refused = refusal(read, head)

    assert refused is None or (400 <= refused.status < 500 and refused.sentence.endswith("."))
