from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from base.errors import Refused
from stream.offline import OfflineBeat, key_of, require_possible, require_sealed, sealed
from tests.support.catalog import NOON

OLD, NEW = b"o" * 40, b"n" * 40
PLAY, OTHER = UUID(int=1), UUID(int=2)
BODY = b'{"play": "1", "beats": []}'


def beats(*times: float) -> list[OfflineBeat]:
    return [OfflineBeat(at_s=at, position_s=at, elapsed_s=at) for at in times]


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_what_was_sealed_with_the_key_of_the_session_passes(secret: bytes) -> None:
    seal = sealed(BODY, key_of(PLAY, secret))

    require_sealed(BODY, seal, session_id=PLAY, secrets=[NEW, OLD])


@pytest.mark.parametrize(
    ("body", "seal"),
    [
        (BODY + b" ", sealed(BODY, key_of(PLAY, NEW))),
        (BODY, sealed(BODY, key_of(OTHER, NEW))),
        (BODY, sealed(BODY, key_of(PLAY, b"another" * 9))),
        (BODY, sealed(BODY, key_of(PLAY, NEW)).removeprefix("v1=")),
        (BODY, "v1=\u00e4"),
        (BODY, "v1=\udcff"),
        (BODY, ""),
    ],
)
def test_what_was_not_is_refused(body: bytes, seal: str) -> None:
    with pytest.raises(Refused, match="seal-invalid"):
        require_sealed(body, seal, session_id=PLAY, secrets=[NEW, OLD])


@pytest.mark.parametrize(
    ("told", "passed_s", "code"),
    [
        (beats(0, 60, 120), 120, None),
        (beats(0, 0), 0, None),
        (beats(0, 60, 123), 120, "offline-impossible"),
        (beats(60, 0), 120, "offline-impossible"),
        (beats(0), 31 * 86_400, "offline-too-late"),
    ],
)
def test_no_more_can_be_told_than_can_have_happened(
    told: Sequence[OfflineBeat], passed_s: float, code: str | None
) -> None:
    now = NOON + timedelta(seconds=passed_s)
    if code is None:
        require_possible(told, opened_at=NOON, now=now)
        return

    with pytest.raises(Refused, match=code):
        require_possible(told, opened_at=NOON, now=now)
