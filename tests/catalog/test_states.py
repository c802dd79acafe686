from collections.abc import Mapping
from enum import StrEnum

import pytest

from base.errors import Broken
from catalog.ern_states import DELIVERY_MOVES, DeliveryState
from catalog.member_states import MEMBER_MOVES, MemberState
from catalog.payment_states import PAYMENT_MOVES, PaymentState
from catalog.payout_states import PAYOUT_MOVES, RUN_MOVES, PayoutState, RunState
from catalog.report_states import REPORT_MOVES, ReportState
from catalog.scrobble_states import LINK_MOVES, SCROBBLE_MOVES, LinkState, ScrobbleState
from catalog.states import (
    ARCHIVE_MOVES,
    ARTWORK_MOVES,
    CLAIM_MOVES,
    JOB_MOVES,
    PLAY_MOVES,
    RELEASE_MOVES,
    SHEET_MOVES,
    TRACK_MOVES,
    UPLOAD_MOVES,
    ArchiveState,
    ArtworkState,
    ClaimState,
    JobEvent,
    JobState,
    PlayEvent,
    PlayState,
    ReleaseState,
    SheetState,
    TrackEvent,
    TrackState,
    UploadEvent,
    UploadState,
    diagram,
    next_state,
)
from catalog.version_states import VERSION_MOVES, VersionState

Moves = Mapping[tuple[StrEnum, StrEnum], StrEnum]
SUBJECTS = [
    pytest.param(TRACK_MOVES, TrackState.RECEIVED, {TrackState.REMOVED}, id="track"),
    pytest.param(REPORT_MOVES, ReportState.DUE, set(), id="report"),  # each can be sent again
    pytest.param(LINK_MOVES, LinkState.ASKED, set(), id="account elsewhere"),
    pytest.param(
        SCROBBLE_MOVES,
        ScrobbleState.BEGUN,
        {ScrobbleState.SENT, ScrobbleState.REFUSED},
        id="listen told elsewhere",
    ),
    pytest.param(JOB_MOVES, JobState.WAITING, set(), id="job"),  # each can be replayed
    pytest.param(PLAY_MOVES, PlayState.OPEN, {PlayState.SETTLED, PlayState.REJECTED}, id="play"),
    pytest.param(RELEASE_MOVES, ReleaseState.DRAFT, set(), id="release"),  # each can change
    pytest.param(
        VERSION_MOVES,
        VersionState.WAITING,
        {VersionState.REJECTED, VersionState.CANCELLED},
        id="version",
    ),
    pytest.param(
        ARCHIVE_MOVES,
        ArchiveState.RECEIVED,
        {ArchiveState.UNPACKED, ArchiveState.REJECTED},
        id="archive",
    ),
    # A late message makes more of one that was done; one that failed waits for its sender.
    pytest.param(DELIVERY_MOVES, DeliveryState.RECEIVING, set(), id="delivery"),
    pytest.param(
        ARTWORK_MOVES,
        ArtworkState.RECEIVED,
        {ArtworkState.READY},
        id="artwork",
    ),
    pytest.param(
        MEMBER_MOVES,
        MemberState.APPLIED,
        {
            MemberState.REFUSED,
            MemberState.WITHDRAWN,
            MemberState.RESIGNED,
            MemberState.EXCLUDED,
        },
        id="member",
    ),
    pytest.param(
        SHEET_MOVES,
        SheetState.PROPOSED,
        {SheetState.AGREED, SheetState.DECLINED, SheetState.REPLACED},
        id="sheet",
    ),
    pytest.param(
        CLAIM_MOVES,
        ClaimState.OPEN,
        {ClaimState.APPROVED, ClaimState.DENIED},
        id="claim",
    ),
    pytest.param(
        UPLOAD_MOVES,
        UploadState.OPEN,
        {UploadState.EXPIRED, UploadState.TERMINATED},
        id="upload",
    ),
    # What was lost may be won after all.
    pytest.param(PAYMENT_MOVES, PaymentState.NEW, set(), id="payment"),
    pytest.param(
        RUN_MOVES, RunState.DRAFT, {RunState.EXPORTED, RunState.CANCELLED}, id="payout run"
    ),
    pytest.param(
        PAYOUT_MOVES,
        PayoutState.PLANNED,
        {PayoutState.RETURNED, PayoutState.CANCELLED},
        id="payout",
    ),
]


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_every_state_is_reachable(moves: Moves, start: StrEnum, ends: set[StrEnum]) -> None:
    assert ends <= set(type(start))
    reached = {start}
    for _ in moves:
        reached |= {after for (state, _), after in moves.items() if state in reached}

    assert reached == set(type(start))


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_every_unfinished_state_is_leavable(
    moves: Moves, start: StrEnum, ends: set[StrEnum]
) -> None:
    leavable = {state for (state, _), after in moves.items() if after is not state}

    assert leavable == set(type(start)) - ends


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_every_event_can_happen(moves: Moves, start: StrEnum, ends: set[StrEnum]) -> None:
    del start, ends
    kinds = {type(event) for _, event in moves}

    assert {event for _, event in moves} == {event for kind in kinds for event in kind}


@pytest.mark.parametrize(
    ("moves", "path"),
    [
        pytest.param(
            TRACK_MOVES,
            [
                (TrackState.RECEIVED, TrackEvent.EXAMINE, TrackState.EXAMINING),
                (TrackState.EXAMINING, TrackEvent.EXAMINE, TrackState.EXAMINING),
                (TrackState.EXAMINING, TrackEvent.PUBLISH, TrackState.PLAYABLE),
                (TrackState.PLAYABLE, TrackEvent.FINISH, TrackState.COMPLETE),
                (TrackState.COMPLETE, TrackEvent.WITHDRAW, TrackState.WITHDRAWN),
                (TrackState.WITHDRAWN, TrackEvent.REINSTATE, TrackState.PLAYABLE),
                (TrackState.PLAYABLE, TrackEvent.FINISH, TrackState.COMPLETE),
            ],
            id="a track whose worker died once, taken down and put back",
        ),
        pytest.param(
            TRACK_MOVES,
            [
                (TrackState.EXAMINING, TrackEvent.PUBLISH, TrackState.PLAYABLE),
                (TrackState.PLAYABLE, TrackEvent.EXAMINE, TrackState.PLAYABLE),
                (TrackState.PLAYABLE, TrackEvent.PUBLISH, TrackState.PLAYABLE),
                (TrackState.PLAYABLE, TrackEvent.REJECT, TrackState.REJECTED),
                (TrackState.REJECTED, TrackEvent.REMOVE, TrackState.REMOVED),
            ],
            id="a track heard before its worker died, and found damaged at its end",
        ),
        pytest.param(
            TRACK_MOVES,
            [
                (TrackState.PLAYABLE, TrackEvent.WITHDRAW, TrackState.WITHDRAWN),
                (TrackState.WITHDRAWN, TrackEvent.EXAMINE, TrackState.WITHDRAWN),
                (TrackState.WITHDRAWN, TrackEvent.PUBLISH, TrackState.WITHDRAWN),
                (TrackState.WITHDRAWN, TrackEvent.REINSTATE, TrackState.PLAYABLE),
            ],
            id="a track taken down while it was examined, and put back",
        ),
        pytest.param(
            JOB_MOVES,
            [
                (JobState.WAITING, JobEvent.LEASE, JobState.LEASED),
                (JobState.LEASED, JobEvent.EXPIRE, JobState.WAITING),
                (JobState.WAITING, JobEvent.LEASE, JobState.LEASED),
                (JobState.LEASED, JobEvent.GIVE_UP, JobState.QUARANTINED),
                (JobState.QUARANTINED, JobEvent.REPLAY, JobState.WAITING),
            ],
            id="a job that kills its workers",
        ),
        pytest.param(
            PLAY_MOVES,
            [
                (PlayState.OPEN, PlayEvent.QUALIFY, PlayState.QUALIFIED),
                (PlayState.QUALIFIED, PlayEvent.SETTLE, PlayState.SETTLED),
            ],
            id="a play that counts",
        ),
        pytest.param(
            UPLOAD_MOVES,
            [
                (UploadState.OPEN, UploadEvent.FILL, UploadState.FINISHING),
                (UploadState.FINISHING, UploadEvent.ACCEPT, UploadState.ACCEPTED),
            ],
            id="an upload that becomes a master",
        ),
        pytest.param(
            UPLOAD_MOVES,
            [
                (UploadState.OPEN, UploadEvent.SET_ASIDE, UploadState.WHOLE),
                (UploadState.WHOLE, UploadEvent.TERMINATE, UploadState.TERMINATED),
            ],
            id="a partial upload that was joined",
        ),
    ],
)
def test_the_way_of_each_subject(
    moves: Moves, path: list[tuple[StrEnum, StrEnum, StrEnum]]
) -> None:
    for before, event, after in path:
        assert next_state(moves, before, event) is after


@pytest.mark.parametrize(("moves", "start", "ends"), SUBJECTS)
def test_what_has_ended_stays_ended(moves: Moves, start: StrEnum, ends: set[StrEnum]) -> None:
    del start

    for end in ends:
        for event in {event for _, event in moves}:
            with pytest.raises(Broken, match="illegal-move"):
                next_state(moves, end, event)


def test_the_picture_shows_every_move() -> None:
    assert diagram(PLAY_MOVES) == (
        "stateDiagram-v2\n"
        "    open --> qualified: qualify\n"
        "    open --> rejected: reject\n"
        "    qualified --> settled: settle\n"
        "    qualified --> rejected: reject\n"
        "    qualified --> held: hold\n"
        "    held --> qualified: release\n"
        "    held --> rejected: reject"
    )
    assert len(diagram(TRACK_MOVES).splitlines()) == 1 + len(TRACK_MOVES)
