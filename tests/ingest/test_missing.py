import pytest

from catalog.findings import Finding, Severity
from ingest.missing import still_missing


def lost(about: str | None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code="x", severity=severity, text="T", advice="A", about=about)


def said(findings: list[Finding], *sent: str) -> list[tuple[str | None, str]]:
    return [(one.about, str(one.severity)) for one in still_missing(findings, sent)]


def test_a_track_that_could_not_be_taken_out_keeps_the_release_back() -> None:
    assert said([lost("A/01 Song.wav")], "A/02 Tune.wav") == [("A/01 Song.wav", "error")]


@pytest.mark.parametrize("sent", ["A/01 Song.wav", "01 Song.wav", "01 song.FLAC", "A/01 Song.aiff"])
def test_it_came_another_way(sent: str) -> None:
    assert said([lost("A/01 Song.wav")], "A/02 Tune.wav", sent) == []


@pytest.mark.parametrize(
    "sent", ["Song.wav", "CD1/01.wav", "x01 Song.wav", "B/A/01 Song.wav", "A", ""]
)
def test_another_file_is_no_stand_in(sent: str) -> None:
    assert said([lost("A/01 Song.wav")], sent) == [("A/01 Song.wav", "error")]


def test_each_track_stands_in_for_one_file() -> None:
    assert said([lost("CD1/01.wav"), lost("CD2/01.wav")], "01.wav") == [("CD2/01.wav", "error")]


def test_what_is_no_audio_is_told_and_blocks_nothing() -> None:
    findings = [lost("cover.png"), lost(None), lost("n.txt", Severity.NOTE)]

    assert said(findings) == [("cover.png", "warning"), (None, "warning"), ("n.txt", "note")]
