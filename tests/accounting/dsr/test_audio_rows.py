"""Whatever was used, of whatever it is called: a file that is right, and comes to the same."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.dsr.audio_rows import Summaries, block_of, context_of_nothing, duration_of
from accounting.dsr.basic_audio import BASIC_AUDIO
from accounting.dsr.checking import Checker, faults_of
from accounting.dsr.profiles import Head
from accounting.dsr.usage import (
    CHARGED,
    PURCHASES,
    Books,
    Sums,
    Tally,
    Used,
    UseKind,
    differences,
    document,
)
from accounting.dsr.words import territory_of
from accounting.dsr.writing import Report
from catalog.credit_roles import RoleKind
from catalog.described import Person, ReleaseDescribed, TrackDescribed

_HEAD = Head(
    message_id="M-1",
    created_at=datetime(2026, 12, 3, tzinfo=UTC),
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    sender_id="PADPIDA2020010101X",
    sender="Kooperativ",
)
_TRACK = UUID(int=7)
anything = st.text(max_size=30)
maybe = st.none() | anything


@st.composite
def uses(draw: st.DrawFn) -> Used:
    kind = draw(st.sampled_from(UseKind))
    is_charged = kind in CHARGED
    price = draw(st.integers(0, 10**9)) if is_charged else 0
    number = draw(st.integers(1, 10**6))
    is_return = is_charged and draw(st.booleans())
    step = draw(st.integers(1, 9)) if is_charged else 0
    artists = (-1 if is_return else 1) * price * number * 7 // 10
    return Used(
        track_id=_TRACK,
        territory=draw(st.sampled_from(["", "DE", "FR", "T1", "XX"])),
        kind=kind,
        first_step=step,
        last_step=9 if kind in PURCHASES else step,
        is_return=is_return,
        gives_it=is_charged and (kind in PURCHASES or step == 9),
        currency=draw(st.sampled_from(["EUR", "CHF"])),
        price=price,
        number=number,
        artists=artists,
        own=artists // 2,
    )


tracks = st.builds(
    TrackDescribed,
    id=st.just(_TRACK),
    recording_id=st.uuids(),
    title=anything,
    artist=anything,
    isrc=maybe | st.just("DEABC2600001"),
    iswc=maybe | st.just("T0345246801"),
    duration_ms=st.none() | st.integers(0, 10**8),
    release=st.none()
    | st.builds(
        ReleaseDescribed,
        id=st.uuids(),
        title=anything,
        artist=anything,
        upc=maybe | st.just("4006381333931"),
        grid=maybe,
        catalogue_number=maybe,
        type=maybe | st.sampled_from(["album", "dj-mix"]),
        label=maybe,
        p_line=maybe,
    ),
    credits=st.lists(
        st.builds(Person, name=anything, role=st.sampled_from(RoleKind), isni=st.none()), max_size=4
    ).map(tuple),
)


@given(st.lists(st.tuples(tracks, st.lists(uses(), min_size=1, max_size=6)), max_size=5))
def test_whatever_was_used_is_a_file_that_is_right_and_comes_to_the_same(
    used: list[tuple[TrackDescribed, list[Used]]],
) -> None:
    report, summaries, tally = Report(BASIC_AUDIO, io.BytesIO), Summaries(), Tally()
    for number, (track, some) in enumerate(used, 1):
        for one in some:
            tally.add(one)
        report.add(block_of(number, track, some, summaries))
    if not used:
        summaries.add(context_of_nothing("EUR"), usages=0, revenue=0)
    out = io.BytesIO()
    report.write(1, out, head=_HEAD, summaries=summaries.lines())

    checker = Checker([BASIC_AUDIO])
    for line in out.getvalue().decode().removesuffix("\n").split("\n"):
        checker.take(line)
    checked = checker.end()

    assert [*checked.findings, *faults_of([checked])] == []
    everything = [one for _, some in used for one in some]
    assert {of: amount for of, amount in summaries.revenue_by_currency().items() if amount} == {
        of: sums.revenue for of, sums in tally.by_currency.items() if sums.revenue
    }
    assert sum(sums["NetRevenue"] for sums in checked.found.values()) == sum(
        one.revenue for one in everything
    )
    given_by_plays = [one for one in everything if one.gives_it and one.kind not in PURCHASES]
    assert sum(sums["Usages"] for sums in checked.found.values()) == sum(
        one.number for one in [*everything, *given_by_plays] if not one.is_return
    )


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "PT0S"), (187_500, "PT3M7.5S"), (3_600_000, "PT1H0M0S"), (59_001, "PT59.001S")],
)
def test_durations(milliseconds: int, text: str) -> None:
    assert duration_of(milliseconds) == text


def test_where_no_country_is_known_it_was_anywhere() -> None:
    assert [territory_of(one) for one in ("DE", "T1", "")] == ["DE", "Worldwide", "Worldwide"]


def _tally(**sums: int) -> Tally:
    return Tally({"EUR": Sums(**sums)})


@pytest.mark.parametrize(
    ("tally", "books", "said"),
    [
        (_tally(revenue=10, artists=7, own=4), Books(booked=6, elsewhere=2, taken=-1, told=5), []),
        (_tally(revenue=10, artists=7), Books(booked=7, coop=3), []),
        (_tally(own=4), Books(booked=5, told=5), ["the ledger to 5"]),
        (_tally(own=4), Books(booked=4, told=3), ["the statement to 3"]),
        (_tally(revenue=9, artists=7), Books(booked=7, coop=3), ["and 3 in the ledger"]),
        (Tally(), Books(booked=1, told=1), ["comes to 0"]),
    ],
)
def test_a_report_that_is_not_what_the_books_have_says_where(
    tally: Tally, books: Books, said: list[str]
) -> None:
    found = differences(tally, {"EUR": books})

    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))
    assert document(tally, {"EUR": books})["EUR"]["booked"] == books.booked
