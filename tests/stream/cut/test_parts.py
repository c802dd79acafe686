"""Which bytes of an object a part of a cut file is made of: all that is used, and nothing twice."""

from hypothesis import given
from hypothesis import strategies as st

from stream.cut.parts import Cut, Part

_PARTS = st.lists(
    st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(0, 89)), min_size=1, max_size=6
)


def cut_of(shapes: list[tuple[int, int, int]], head: bytes) -> Cut:
    parts, offset = [], 100
    for length, size, unused in shapes:
        parts.append(
            Part(
                offset=offset,
                length=length,
                size_bytes=size,
                make=lambda data, size=size: data[:1] * size,  # type: ignore[misc]
                unused=min(unused, length - 1),
            )
        )
        offset += length
    return Cut(head=head, parts=tuple(parts))


@given(_PARTS, st.binary(max_size=9), st.data())
def test_any_interval_is_of_the_parts_that_it_meets(
    shapes: list[tuple[int, int, int]], head: bytes, data: st.DataObject
) -> None:
    cut = cut_of(shapes, head)
    start = data.draw(st.integers(0, cut.size_bytes))
    length = data.draw(st.integers(0, cut.size_bytes - start))

    met = list(cut.between(start, start + length))
    taken = sum(last - first for _, first, last in met)

    assert len(head[start : start + length]) + taken == length
    stretches = list(cut.stretches(start, length))
    for (part, _, _), (offset, size) in zip(met, stretches, strict=True):
        assert part.offset + part.unused <= offset
        assert offset + size <= part.offset + part.length
    whole = list(cut.stretches(0, cut.size_bytes))
    assert whole == [(one.offset + one.unused, one.length - one.unused) for one in cut.parts]
