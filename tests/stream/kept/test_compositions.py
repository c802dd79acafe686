from hypothesis import given
from hypothesis import strategies as st

from stream.kept.composition import Composition, kept_of

OBJECT = bytes(range(256))


@st.composite
def compositions(draw: st.DrawFn) -> Composition:
    bounds = draw(st.lists(st.integers(0, len(OBJECT)), min_size=2, max_size=12, unique=True))
    pairs = list(zip(*[iter(sorted(bounds))] * 2, strict=False))
    stretches = tuple((start, end - start) for start, end in pairs)
    return Composition(head=draw(st.binary(max_size=20)), stretches=stretches)


def whole(one: Composition) -> bytes:
    return one.head + b"".join(OBJECT[at : at + length] for at, length in one.stretches)


@given(compositions(), st.integers(0, 300), st.integers(0, 300), st.integers(1, 300))
def test_any_interval_is_what_the_file_has_there_however_the_object_is_read(
    one: Composition, start: int, length: int, piece: int
) -> None:
    head, stretches = one.between(start, start + length)

    assert one.size_bytes == len(whole(one))
    read = b"".join(
        bytes(kept)
        for at in range(0, len(OBJECT), piece)
        for kept in kept_of(stretches, at, memoryview(OBJECT[at : at + piece]))
    )
    assert head + read == whole(one)[start : start + length]
