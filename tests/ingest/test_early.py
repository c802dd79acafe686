import pytest

from ingest.early import early_word
from refrain.bench_upload import wav_header

SIZE = 1 << 20


@pytest.mark.parametrize(
    ("head", "name", "status", "code"),
    [
        (b"#EXTM3U\nhttp://somewhere/a.mp3\n", "list.wav", 415, "playlist"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "cover.flac", 415, "picture"),
        (b"", "nothing.wav", 422, "empty-file"),
        (wav_header(SIZE) + bytes(1000), "cut.wav", 422, "truncated"),
    ],
)
def test_what_nothing_can_come_of_is_refused_by_its_kind_or_its_claims(
    head: bytes, name: str, status: int, code: str
) -> None:
    judgement = early_word(head, name, len(head))

    assert judgement.refusal is not None
    assert (judgement.refusal.code, judgement.refusal.status) == (code, status)


def test_what_is_odd_is_a_warning_and_what_is_not_is_none() -> None:
    head = wav_header(SIZE) + bytes(SIZE - 44)

    odd, fine = early_word(head, "song.flac", SIZE), early_word(head, "song.wav", SIZE)

    assert odd.refusal is fine.refusal is None
    assert [one["code"] for one in odd.warnings] == ["misnamed"]
    assert fine.warnings == ()
