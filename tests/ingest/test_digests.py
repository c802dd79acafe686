import hashlib
from uuid import uuid4

import pytest

from ingest import digests
from ingest.digests import Digest, Digests


def test_a_digest_is_handed_over_only_where_it_stands() -> None:
    known, upload_id = Digests(), uuid4()
    digest = Digest()
    digest.update([b"abc", b"de"])

    known.keep(upload_id, digest)
    assert known.of(upload_id, position=4) is None
    known.keep(upload_id, digest)
    found = known.of(upload_id, position=5)

    assert found is not None
    assert found.hexdigest() == hashlib.sha256(b"abcde").hexdigest()
    assert known.of(upload_id, position=5) is None
    assert known.of(uuid4(), position=0) is not None


def test_a_copy_goes_its_own_way() -> None:
    digest = Digest()
    digest.update([b"abc"])

    other = digest.copy()
    digest.update([b"x"])

    assert (other.position, digest.position) == (3, 4)
    assert other.hexdigest() == hashlib.sha256(b"abc").hexdigest()


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_MOST", 2)
    known, ids = Digests(), [uuid4() for _ in range(3)]

    for upload_id in ids:
        digest = Digest()
        digest.update([b"x"])
        known.keep(upload_id, digest)

    assert [known.of(upload_id, position=1) is not None for upload_id in ids] == [
        False,
        True,
        True,
    ]
