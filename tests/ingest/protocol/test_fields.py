"""The fields of the upload protocols, read and written."""

import base64
import hashlib
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from ingest.checksums import ALGORITHMS, start
from ingest.protocol.digests import parse_checksum, parse_digests, strongest
from ingest.protocol.heads import Head, number
from ingest.protocol.metadata import name_in, parse_metadata, print_metadata

KEYS = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=20)


@given(st.dictionaries(KEYS, st.binary(max_size=60), max_size=6))
def test_metadata_that_is_written_reads_as_it_was(metadata: dict[str, bytes]) -> None:
    assert parse_metadata(print_metadata(metadata)) == metadata


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", {}),
        ("filename c29uZy5mbGFj", {"filename": b"song.flac"}),
        (
            "filename c29uZy5mbGFj,is_confidential",
            {"filename": b"song.flac", "is_confidential": b""},
        ),
        ("a , b YQ==", {"a": b"", "b": b"a"}),
    ],
)
def test_metadata_as_clients_write_it(field: str, expected: dict[str, bytes]) -> None:
    assert parse_metadata(field) == expected


@pytest.mark.parametrize(
    "field",
    ["a YQ==,a Yg==", "a YQ", "a Y*==", ",", "a YQ==,", "n\xe4me YQ==", "a YQ== YQ==", "a" * 5000],
    ids=["twice", "unpadded", "alphabet", "empty", "trailing", "not-ascii", "three", "too-long"],
)
def test_metadata_that_is_none_is_refused(field: str) -> None:
    with pytest.raises(Refused):
        parse_metadata(field)


@given(st.text(string.printable, max_size=40))
def test_any_metadata_is_read_or_refused(field: str) -> None:
    with suppress(Refused):
        assert all(key and "," not in key and " " not in key for key in parse_metadata(field))


def test_the_name_is_where_clients_put_it() -> None:
    assert name_in({"name": b"uppy.wav"}) == "uppy.wav"
    assert name_in({"name": b"uppy.wav", "filename": b"tus.wav"}) == "tus.wav"
    assert name_in({"filename": b""}) is None


@pytest.mark.parametrize("name", [*ALGORITHMS])
def test_a_checksum_of_each_algorithm_is_verified(name: str) -> None:
    known = {
        "crc32": bytes.fromhex("0d4a1185"),
        **{one: hashlib.new(one, b"hello world").digest() for one in ALGORITHMS if one != "crc32"},
    }
    checksum = parse_checksum(f"{name} {base64.b64encode(known[name]).decode()}")

    hasher = start(checksum.algorithm)
    hasher.update(b"hello ")
    hasher.update(b"world")

    assert hasher.digest() == checksum.digest


@pytest.mark.parametrize(
    "field",
    ["sha3 YQ==", "SHA1 YQ==", "", "sha1", "sha1 *", "sha1 YQ", "sha1 YQ==", "crc32 YWFhYWE="],
)
def test_a_checksum_that_cannot_be_verified_is_a_400(field: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_checksum(field)

    assert refused.value.status == 400


def test_a_digest_field_names_several_and_the_strongest_we_know_is_taken() -> None:
    digests = {
        name: base64.b64encode(hashlib.new(name, b"x").digest()).decode()
        for name in ("md5", "sha256", "sha512")
    }
    fields = {
        "content-digest": f"md5=:{digests['md5']}:, sha-256=:{digests['sha256']}:;a=1, "
        f"sha-512=:{digests['sha512']}:"
    }

    found = strongest(parse_digests(fields, "content-digest"))

    assert found is not None
    assert (found.algorithm, found.digest) == ("sha512", hashlib.sha512(b"x").digest())
    assert strongest(parse_digests({"content-digest": "md5=:YQ==:"}, "content-digest")) is None
    assert strongest(parse_digests({}, "content-digest")) is None
    for wrong in ("sha-256=abc", "sha-256=:*:", "sha-256=:YQ:", ""):
        with pytest.raises(Refused):
            parse_digests({"content-digest": wrong}, "content-digest")


@pytest.mark.parametrize("text", ["-1", "1.5", "", "0x10", "1e3", "9" * 16, "\u0661"])
def test_what_is_no_non_negative_integer_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        number({"upload-offset": text}, "upload-offset")


def test_content_in_chunks_has_no_announced_length() -> None:
    assert Head(method="PATCH", fields={"content-length": "3"}).content_bytes == 3
    assert Head(method="PATCH", fields={"transfer-encoding": "chunked"}).content_bytes is None
    assert Head(method="POST", fields={}).content_bytes == 0
