"""Which stored file a message means: by any sum that it tells, however written, or by path."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.supplied_facts import StoredFile
from ingest.ddex.canonical import DeliveredFile, HashSum
from ingest.ddex.taking.choosing import Choice, choose, has_sums, is_same, paths_for, sha256_of

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
PATH = "A1/resources/01.flac"
PLACES = [(HERE, PATH)]
#: As messages call them, and as they are kept with a file.
ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA1": "sha1",
    "SHA-224": "sha224",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
KEPT = ("MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512")


def stored(data: bytes, *, path: str = PATH, delivery: UUID = HERE, minute: int = 0) -> StoredFile:
    return StoredFile(
        id=uuid4(),
        delivery_id=delivery,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        digests={name: hashlib.new(ALGORITHMS[name], data).hexdigest() for name in KEPT},
        storage_key="masters/x",
        received_at=datetime(2026, 11, 24, 12, minute, tzinfo=UTC),
    )


def told(*sums: tuple[str, str], uri: str = "resources/01.flac") -> DeliveredFile:
    hashes = tuple(HashSum(algorithm=name, value=value) for name, value in sums)
    return DeliveredFile(uri=uri, hashes=hashes)


@pytest.mark.parametrize("name", [*ALGORITHMS])
def test_a_file_is_held_against_whichever_sum_is_told_however_it_is_written(name: str) -> None:
    right, wrong = stored(b"right"), stored(b"wrong")
    value = hashlib.new(ALGORITHMS[name], b"right")

    for written in (
        value.hexdigest(),
        value.hexdigest().upper(),
        f" {value.hexdigest()} ",
        b64encode(value.digest()).decode(),
    ):
        file = told((name, written))
        assert has_sums(file)
        assert is_same(file, right), written
        assert not is_same(file, wrong), written


def test_all_sums_that_are_told_have_to_be_right() -> None:
    right = stored(b"right")
    sha256 = ("SHA-256", right.sha256)

    assert is_same(told(sha256, ("MD5", right.digests["MD5"])), right)
    assert not is_same(told(sha256, ("MD5", "00" * 16)), right)


def test_a_sum_that_nobody_here_can_work_out_says_nothing() -> None:
    file = told(("CRC-32", "cafe"))

    assert not has_sums(file)
    assert choose(file, PLACES, [stored(b"any")]).file is not None


def test_a_sum_that_is_none_is_never_right() -> None:
    assert not is_same(told(("SHA-256", "not a sum!")), stored(b"any"))
    assert sha256_of(told(("SHA-256", "not a sum!"))) is None


def test_by_its_sha256_a_file_is_found_wherever_it_came() -> None:
    old = stored(b"right", delivery=ELSEWHERE, path="other/name.flac")
    digest = hashlib.sha256(b"right").hexdigest()

    assert sha256_of(told(("MD5", "00"), ("SHA-256", digest.upper()))) == digest
    assert choose(told(("SHA-256", digest)), PLACES, [old]) == Choice(file=old)


def test_what_lies_there_and_is_another_is_not_taken_and_told_of() -> None:
    other = stored(b"hurt on its way")
    digest = hashlib.sha256(b"right").hexdigest()

    assert choose(told(("SHA-256", digest)), PLACES, [other]) == Choice(is_other=True)
    assert choose(told(("SHA-256", digest)), PLACES, []) == Choice()
    right = stored(b"right", delivery=ELSEWHERE, path="x")
    assert choose(told(("SHA-256", digest)), PLACES, [other, right]) == Choice(file=right)


def test_without_a_sum_the_last_file_under_the_path_is_meant_and_none_elsewhere() -> None:
    first, last = stored(b"1", minute=1), stored(b"2", minute=2)
    elsewhere = stored(b"3", path="B/01.flac", minute=3)

    assert choose(told(), PLACES, [last, elsewhere, first]) == Choice(file=last)
    assert choose(told(), PLACES, [elsewhere]) == Choice()


def test_a_path_is_beside_the_message_or_from_the_top() -> None:
    assert paths_for(told(), "A1/A1.xml") == ("A1/resources/01.flac", "resources/01.flac")
    assert paths_for(told(), "A1.xml") == ("resources/01.flac",)
    assert paths_for(told(uri="https://elsewhere.example/01.flac"), "A1.xml") == ()


@given(
    data=st.binary(max_size=8),
    other=st.binary(max_size=8),
    names=st.sets(st.sampled_from([*ALGORITHMS]), min_size=1),
)
def test_a_file_is_taken_for_another_by_no_sum(data: bytes, other: bytes, names: set[str]) -> None:
    sums = [(name, hashlib.new(ALGORITHMS[name], data).hexdigest()) for name in sorted(names)]

    found = choose(told(*sums), PLACES, [stored(other)])

    assert (found.file is not None) is (data == other)
    assert found.is_other is (data != other)
