from hypothesis import given
from hypothesis import strategies as st

from base.storage.blocks import Blocks, Shape

SIZE, BLOCK = 37, 4
places = st.integers(0, SIZE)


class Plain:
    """The same, a byte at a time."""

    def __init__(self) -> None:
        self.states = ["missing"] * SIZE

    def mark(self, start: int, end: int, state: str) -> None:
        self.states[start:end] = [state] * (end - start)

    def until(self, at: int, end: int) -> int:
        while at < end and self.states[at] == "here":
            at += 1
        return at


@given(
    steps=st.lists(st.tuples(places, places, st.integers(1, 20), st.floats(0, 1)), max_size=30),
    asked=st.tuples(places, places),
)
def test_blocks_are_what_became_of_their_bytes(
    steps: list[tuple[int, int, int, float]], asked: tuple[int, int]
) -> None:
    blocks, plain = Blocks(SIZE, block_bytes=BLOCK), Plain()

    for one, other, most, part in steps:
        at, end = sorted((one, other))
        run = blocks.missing(at, end, soon=end, most_bytes=most) if at < end else None
        if run is None:
            assert "missing" not in plain.states[at:end]
            continue
        start, stop = run
        assert set(plain.states[start:stop]) == {"missing"}
        assert "missing" not in plain.states[at:start]
        assert stop - start <= max(most, BLOCK)
        blocks.claim(start, stop)
        came = start + int((stop - start) * part)
        landed = blocks.land(start, came)
        plain.mark(start, landed, "here")
        if landed < stop:
            blocks.release(landed, stop)

    at, end = sorted(asked)
    assert blocks.until(at, end) == plain.until(at, end)
    if at < end:
        first, last = at // BLOCK * BLOCK, min(SIZE, -(-end // BLOCK) * BLOCK)
        assert blocks.has(at, end - at) == (plain.until(first, last) == last)


def test_what_is_coming_is_not_fetched_again() -> None:
    blocks = Blocks(40, block_bytes=4)

    blocks.claim(8, 16)

    assert blocks.missing(4, 40, soon=40, most_bytes=40) == (4, 8)
    assert blocks.missing(9, 40, soon=12, most_bytes=40) is None
    assert blocks.missing(9, 40, soon=20, most_bytes=8) == (16, 24)


def test_a_small_cache_has_small_stretches() -> None:
    assert Shape.within(2 << 30) == Shape()
    assert Shape.within(16 << 20).stretch_bytes == 2 << 20
    assert Shape.within(1).stretch_bytes == Shape().block_bytes
