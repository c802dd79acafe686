"""Sums that others tell are the same, however they are written, of messages and of manifests."""

import hashlib
from base64 import b64encode

import pytest

from ingest.ddex.arriving.manifests import Listed, Manifest, differing
from ingest.ddex.canonical import HashSum
from ingest.ddex.hash_sums import agree, hex_of

DIGEST = hashlib.sha256(b"<one/>").digest()
FORMS = [DIGEST.hex(), DIGEST.hex().upper(), b64encode(DIGEST).decode()]


@pytest.mark.parametrize("form", FORMS)
def test_a_sum_is_read_in_each_way_of_writing(form: str) -> None:
    told = HashSum(algorithm="sha-256", value=f" {form} ")

    assert hex_of(told) == DIGEST.hex()
    assert agree([told], {"SHA-256": DIGEST.hex()})
    assert not agree([told], {"SHA-256": "00" * 32})


@pytest.mark.parametrize("form", FORMS)
def test_a_manifest_may_tell_sums_in_each_way_of_writing(form: str) -> None:
    listed = Listed(address="A1/A1.xml", sums=(HashSum(algorithm="SHA-256", value=form),))
    manifest = Manifest(number=1, messages=(listed,))

    same = differing(manifest, {"A1/A1.xml": {"SHA-256": DIGEST.hex()}}, delivery="N_7")
    other = differing(manifest, {"A1/A1.xml": {"SHA-256": "00" * 32}}, delivery="N_7")

    assert (same, [one.code for one in other]) == ((), ["message-differs"])


def test_what_is_no_sum_agrees_with_nothing_and_what_is_not_known_with_all() -> None:
    assert not agree([HashSum(algorithm="MD5", value="hm?")], {"MD5": "00" * 16})
    assert agree([HashSum(algorithm="CRC32", value="hm?")], {"MD5": "00" * 16})
