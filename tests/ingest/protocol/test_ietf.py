"""The IETF's resumable uploads as rules: what is read, what is refused, what is told."""

from datetime import UTC, datetime, timedelta

import pytest

from base.errors import Refused
from ingest.protocol import ietf
from ingest.protocol.heads import Head
from ingest.protocol.standing import Standing
from ingest.refusals import OffsetMismatch, ended, length_changed, too_much

LIMIT = 1000
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
PARTIAL = {"content-type": "application/partial-upload"}
DONE = Standing(offset_bytes=100, length_bytes=100, is_complete=True)


def head(method: str = "POST", **fields: str) -> Head:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return Head(method=method, fields=named)


@pytest.mark.parametrize(
    ("request_head", "is_spoken"),
    [
        (head("HEAD"), True),
        (head("HEAD", tus_resumable="1.0.0"), False),
        (head("PATCH", content_type="application/partial-upload"), True),
        (head("PATCH", content_type="application/offset+octet-stream"), False),
        (head("POST", upload_complete="?0"), True),
        (head("POST", upload_complete="?1;x=y"), True),
        (head("POST", upload_complete="yes"), False),
        (head("POST", upload_length="5"), False),
    ],
)
def test_which_protocol_is_spoken(request_head: Head, is_spoken: bool) -> None:  # noqa: FBT001 - a column of a table
    assert ietf.is_spoken(request_head) is is_spoken


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        ({"upload_complete": "?1", "content_length": "7"}, 7),
        ({"upload_complete": "?1", "content_length": "7", "upload_length": "7"}, 7),
        ({"upload_complete": "?0", "content_length": "7"}, None),
        ({"upload_complete": "?0", "upload_length": "9"}, 9),
        ({"upload_complete": "?1", "transfer_encoding": "chunked"}, None),
        ({"upload_complete": "?1", "transfer_encoding": "chunked", "upload_length": "9"}, 9),
        # "Other values MUST cause the entire header field to be ignored."
        ({"upload_complete": "?0", "upload_length": "-9"}, None),
        ({"upload_complete": "?0", "upload_length": "9.0"}, None),
    ],
)
def test_the_length_is_deduced(fields: dict[str, str], length: int | None) -> None:
    assert ietf.read_creation(head(**fields), limit_bytes=LIMIT).length_bytes == length


def test_lengths_that_disagree_are_refused_with_the_draft_s_type() -> None:
    with pytest.raises(Refused) as caught:
        ietf.read_creation(
            head(upload_complete="?1", content_length="7", upload_length="8"), limit_bytes=LIMIT
        )

    assert caught.value.status == 400
    assert ietf.problem_members(caught.value) == {
        "type": "https://iana.org/assignments/http-problem-types#inconsistent-upload-length"
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"upload_complete": "?1", "content_length": "1001"},
        {"upload_complete": "?0", "upload_length": "1001"},
        {"upload_complete": "?0", "content_length": "1001"},
    ],
)
def test_more_than_is_taken_is_a_413(fields: dict[str, str]) -> None:
    with pytest.raises(Refused) as caught:
        ietf.read_creation(head(**fields), limit_bytes=LIMIT)

    assert caught.value.status == 413


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (
            "inline; filename=\"file name.wav\"; filename*=UTF-8''file%20n%C3%A4me.wav",
            "file näme.wav",
        ),
        ('inline; filename="a \\"b\\".wav"', 'a "b".wav'),
        ("attachment; filename=song.flac", "song.flac"),
        ("inline", None),
    ],
)
def test_the_name_is_in_content_disposition(disposition: str, name: str | None) -> None:
    wanted = ietf.read_creation(
        head(upload_complete="?0", content_disposition=disposition), limit_bytes=LIMIT
    )

    assert wanted.filename == name


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"upload-offset": "0", "upload-complete": "?0"}, 415),
        ({**PARTIAL, "upload-complete": "?0"}, 400),
        ({**PARTIAL, "upload-offset": "5"}, 400),
        ({**PARTIAL, "upload-offset": "-5", "upload-complete": "?0"}, 400),
        (
            {
                **PARTIAL,
                "upload-offset": "5",
                "upload-complete": "?1",
                "content-length": "5",
                "upload-length": "9",
            },
            400,
        ),
    ],
)
def test_an_append_that_is_none_is_refused(fields: dict[str, str], status: int) -> None:
    with pytest.raises(Refused) as caught:
        ietf.read_addition(Head(method="PATCH", fields=fields))

    assert caught.value.status == status


def test_the_last_content_tells_the_length() -> None:
    fields = {**PARTIAL, "upload-offset": "5", "upload-complete": "?1", "content-length": "7"}

    addition = ietf.read_addition(Head(method="PATCH", fields=fields))

    assert (addition.is_last, addition.length_bytes) == (True, 12)


@pytest.mark.parametrize(
    ("error", "members"),
    [
        (
            OffsetMismatch(70, 80),
            {
                "type": "https://iana.org/assignments/http-problem-types#mismatching-upload-offset",
                "expected-offset": 70,
                "provided-offset": 80,
            },
        ),
        (
            length_changed(100),
            {"type": "https://iana.org/assignments/http-problem-types#inconsistent-upload-length"},
        ),
        (ended(), {"type": "https://iana.org/assignments/http-problem-types#completed-upload"}),
        (too_much(100), {}),
    ],
)
def test_problems_have_the_draft_s_types(error: Refused, members: dict[str, object]) -> None:
    assert ietf.problem_members(error) == members


@pytest.mark.parametrize(
    ("spoken", "answered"), [("8", "8"), ("7", "7"), ("6", "6"), ("5", None), ("", None)]
)
def test_interim_responses_are_only_for_a_version_that_we_speak(
    spoken: str, answered: str | None
) -> None:
    assert ietf.interop_version(head(upload_draft_interop_version=spoken)) == answered


def test_an_interim_response_names_its_version() -> None:
    assert ietf.interim("8", {"Location": "/u/1"}) == (
        b"HTTP/1.1 104 Upload Resumption Supported\r\n"
        b"Upload-Draft-Interop-Version: 8\r\nLocation: /u/1\r\n\r\n"
    )


def test_limits_are_a_dictionary() -> None:
    later = NOON + timedelta(hours=1)

    assert ietf.limits(limit_bytes=LIMIT, expires_at=later, now=NOON) == {
        "Upload-Limit": "max-size=1000, max-age=3600"
    }
    assert ietf.limits(limit_bytes=LIMIT, expires_at=None, now=NOON) == {
        "Upload-Limit": "max-size=1000"
    }


def test_what_is_told_of_an_upload() -> None:
    assert ietf.description(DONE) == {
        "Upload-Complete": "?1",
        "Upload-Offset": "100",
        "Upload-Length": "100",
        "Cache-Control": "no-store",
    }
