from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from base.units import Samples
from tests.support.sources import tracks
from transcode.ladder import Codec, framing_for
from transcode.pieces import (
    JOINT_FRAMES,
    OPENING_S,
    PIECE_S,
    Feed,
    feed_for,
    joint,
    pieces_of,
    window_for,
)
from transcode.timeline import FRAGMENT_S, Timeline, timeline


@st.composite
def cut_lines(draw: st.DrawFn) -> tuple[Timeline, list[Feed]]:
    info, samples = draw(tracks())
    codec = draw(st.sampled_from([Codec.AAC, Codec.OPUS, Codec.FLAC]))
    rate = 48_000 if codec is Codec.OPUS else info.sample_rate
    line = timeline(framing_for(codec, rate), rate=rate, samples=samples)
    opening = draw(st.booleans())
    pieces = pieces_of(Fraction(line.samples, line.rate), opening=opening)
    return line, [feed_for(line, piece) for piece in pieces]


durations = st.fractions(Fraction(1, 384_000), 4 * 3600)


@given(durations, st.booleans())
def test_pieces_follow_each_other_at_whole_fragments(duration: Fraction, opening: bool) -> None:  # noqa: FBT001
    pieces = pieces_of(duration, opening=opening)

    assert pieces[0].start_s == 0
    assert pieces[-1].end_s is None
    assert [piece.number for piece in pieces] == list(range(len(pieces)))
    for before, after in pairwise(pieces):
        assert before.end_s == after.start_s
        assert before.start_s < after.start_s < duration
        assert after.start_s % FRAGMENT_S == 0
    for piece in pieces:
        assert (piece.end_s or duration) - piece.start_s <= PIECE_S + FRAGMENT_S


@given(durations)
def test_what_opens_is_short(duration: Fraction) -> None:
    first = pieces_of(duration, opening=True)[0]

    assert (first.end_s or duration) <= max(OPENING_S, 2 * OPENING_S)


@given(cut_lines())
def test_every_frame_is_made_by_one_piece(cut: tuple[Timeline, list[Feed]]) -> None:
    line, feeds = cut

    assert feeds[0].first == 0
    assert feeds[-1].end_frame == line.frames
    for before, after in pairwise(feeds):
        assert before.end_frame == after.first
        assert before.first < after.first


@given(cut_lines())
def test_pieces_begin_where_fragments_do(cut: tuple[Timeline, list[Feed]]) -> None:
    line, feeds = cut

    assert {feed.first for feed in feeds} <= set(line.starts())


@given(cut_lines())
def test_neighbours_share_frames_where_frames_overlap(cut: tuple[Timeline, list[Feed]]) -> None:
    line, feeds = cut

    for feed in feeds[:-1]:
        assert feed.shared == (JOINT_FRAMES if line.framing.pads else 0)
    for feed in feeds[1:]:
        # The frame before its own is made by it too, and compared with the neighbour's.
        assert feed.drop > JOINT_FRAMES or not line.framing.pads
    assert feeds[-1].shared == 0


@given(cut_lines())
def test_an_encoder_is_given_what_is_there(cut: tuple[Timeline, list[Feed]]) -> None:
    line, feeds = cut

    for feed in feeds:
        assert 0 <= feed.start < feed.end <= line.samples
        assert feed.mirrored_before >= 0
        assert feed.mirrored_behind >= 0
        assert feed.drop >= 0
        assert feed.keep > 0


@given(cut_lines())
def test_an_encoder_is_given_enough_for_the_frames_that_are_kept(
    cut: tuple[Timeline, list[Feed]],
) -> None:
    line, feeds = cut
    frame = line.framing.frame

    for feed in feeds:
        given_samples = feed.mirrored_before + feed.end - feed.start + feed.mirrored_behind
        made = -(-(given_samples + line.framing.delay) // frame)
        assert made >= feed.drop + feed.keep


@given(cut_lines())
def test_frames_of_every_piece_lie_on_the_same_grid(cut: tuple[Timeline, list[Feed]]) -> None:
    line, feeds = cut
    if not line.framing.pads:
        return

    for feed in feeds:
        # Frame n of an encoder ends n frames behind its first sample, less its delay.
        first_sample = feed.start - feed.mirrored_before
        dropped = feed.first - feed.drop
        assert dropped * line.framing.frame == first_sample + line.priming - line.framing.delay


@given(st.lists(cut_lines(), min_size=1, max_size=3))
def test_a_window_holds_what_all_feeds_need(cuts: list[tuple[Timeline, list[Feed]]]) -> None:
    feeds = [(line, feed) for line, cut in cuts for feed in cut]

    window = window_for(feeds)

    assert window.start_s >= 0
    for line, feed in feeds:
        assert window.start_s * line.rate <= feed.start
        assert feed.end <= (window.start_s + window.length_s) * line.rate


@given(st.lists(st.sampled_from([None, 1, 2]), min_size=20, max_size=20), st.data())
def test_a_joint_is_where_both_pieces_say_the_same(
    before: list[int | None], data: st.DataObject
) -> None:
    after = data.draw(st.lists(st.sampled_from([None, 1, 2]), min_size=20, max_size=20))
    first = 5

    frame = joint(before.__getitem__, after.__getitem__, first=first)

    agreeing = [
        n for n in range(first, first + JOINT_FRAMES) if before[n - 1] == after[n - 1] is not None
    ]
    assert frame == (agreeing[0] if agreeing else first)


def test_the_first_piece_of_a_track_hears_it_mirrored() -> None:
    line = timeline(framing_for(Codec.AAC, 44_100), rate=44_100, samples=Samples(300 * 44_100))

    first, *_, last = [feed_for(line, p) for p in pieces_of(Fraction(300), opening=True)]

    assert first.mirrored_before > 0
    assert first.mirrored_behind == 0
    assert last.mirrored_before == 0
    assert last.mirrored_behind > 0
