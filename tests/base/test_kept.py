import json

from hypothesis import given
from hypothesis import strategies as st

from base.storage.kept import Kept, Piece, parse_kept

sizes = st.integers(1, 1 << 40)
pieces = st.builds(Piece, number=st.integers(1, 10_000), size_bytes=sizes, tag=st.text(max_size=40))
kepts = st.builds(
    Kept,
    name=st.uuids().map(str),
    pieces=st.lists(pieces, max_size=5, unique_by=lambda piece: piece.number).map(tuple),
    tail=st.none() | pieces,
    next_number=st.integers(1, 10_000),
    may_continue=st.booleans(),
    upload_id=st.text(max_size=40),
    is_sealed=st.booleans(),
)
#: What happens to an unfinished object: it grows by so much, or its writer is taken over.
steps = st.lists(st.none() | sizes, max_size=30)


@given(kept=kepts)
def test_a_row_gives_back_what_it_was_given(kept: Kept) -> None:
    assert parse_kept(json.loads(json.dumps(kept.as_json()))) == kept


@given(kept=kepts)
def test_an_interruption_loses_no_byte_and_touches_no_number_in_doubt(kept: Kept) -> None:
    after = kept.interrupted()

    assert (after.pieces, after.tail, after.size_bytes) == (
        kept.pieces,
        kept.tail,
        kept.size_bytes,
    )
    assert after.next_piece.number > kept.next_number + 1


@given(steps=steps)
def test_a_segment_has_one_writer_and_bytes_stay_in_order(steps: list[int | None]) -> None:
    kept, writer, writers, total = Kept(name="x"), 0, dict[int, int](), 0

    for step in steps:
        if step is None:
            kept, writer = kept.interrupted(), writer + 1
            continue
        before = kept.next_piece
        kept = kept.with_piece(Piece(number=before.number, size_bytes=before.size_bytes + step))
        total += step

        assert writers.setdefault(before.number, writer) == writer
        assert kept.size_bytes == total
        assert kept.next_number > kept.pieces[-1].number
        assert [one.number for one in kept.pieces] == sorted(one.number for one in kept.pieces)


@given(steps=steps)
def test_part_numbers_rise_and_none_is_used_twice(steps: list[int | None]) -> None:
    kept, used = Kept(name="x"), list[int]()

    for step in steps:
        if step is None:
            # The one who is taken over had a part on its way, and perhaps began another.
            used += [kept.next_number, kept.next_number + 1]
            kept = kept.interrupted()
            continue
        assert kept.next_number not in used
        used.append(kept.next_number)
        kept = kept.with_piece(Piece(number=kept.next_number, size_bytes=step))

    numbers = [piece.number for piece in kept.pieces]
    assert numbers == sorted(set(numbers))
