import pytest

from catalog.kinds import Kind
from workers.needs import scratch_bytes

MB = 1_000_000


@pytest.mark.parametrize(
    ("kind", "is_lossless", "is_copied", "expected"),
    [
        (Kind.EXAMINE, None, False, 90 * MB),
        (Kind.EXAMINE, True, True, 4 * MB),
        (Kind.LADDER, True, False, 6 * MB),
        (Kind.LADDER, True, True, 8 * MB),
        (Kind.LADDER, False, True, 92 * MB),
    ],
)
def test_what_is_made_and_what_is_copied_takes_room(
    kind: Kind,
    is_lossless: bool | None,  # noqa: FBT001 - a row of the table
    is_copied: bool,  # noqa: FBT001 - the same
    expected: int,
) -> None:
    assert expected == scratch_bytes(kind, 2 * MB, is_lossless=is_lossless, is_copied=is_copied)


def test_of_a_large_master_that_nobody_knows_no_forty_times_is_asked() -> None:
    needs = scratch_bytes(Kind.EXAMINE, 4 << 30, is_lossless=None, is_copied=True)

    assert needs == (4 << 30) * 2 + (512 << 20)
