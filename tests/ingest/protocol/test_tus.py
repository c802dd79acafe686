"""tus 1.0.0 as rules: what is read, what is refused, what is told."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from base.errors import Refused
from ingest.protocol import tus
from ingest.protocol.details import details_of
from ingest.protocol.heads import Head
from ingest.protocol.standing import Standing

LIMIT = 1000
OFFSET_TYPE = {"content-type": "application/offset+octet-stream"}
PIECES = (
    UUID("00000000-0000-4000-8000-000000000001"),
    UUID("00000000-0000-4000-8000-000000000002"),
)
UPLOAD = Standing(offset_bytes=70, length_bytes=100, is_complete=False)
EXPIRES = datetime(2014, 6, 25, 16, tzinfo=UTC)


def post(**fields: str) -> Head:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return Head(method="POST", fields={"tus-resumable": "1.0.0", **named})


def refused(head: Head) -> Refused:
    with pytest.raises(Refused) as caught:
        tus.read_creation(head, limit_bytes=LIMIT)
    return caught.value


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.1", "2.0.0", "1.0.0,1.0.0"])
def test_a_version_that_is_not_ours_is_a_412_that_names_ours(version: str) -> None:
    with pytest.raises(Refused) as caught:
        tus.require_version(Head(method="HEAD", fields={"tus-resumable": version}))

    assert caught.value.status == 412
    assert tus.refusal(caught.value)["Tus-Version"] == "1.0.0"


def test_the_override_is_the_method_and_the_actual_one_is_ignored() -> None:
    assert tus.method_of(post(x_http_method_override="patch")) == "PATCH"
    assert tus.method_of(post()) == "POST"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"upload_length": "5", "upload_defer_length": "1"}, 400),
        ({"upload_defer_length": "2"}, 400),
        ({"upload_length": "-5"}, 400),
        ({"upload_length": "five"}, 400),
        ({"upload_length": "1001"}, 413),
        ({"upload_length": "5", "upload_metadata": "a b c"}, 400),
        ({"upload_length": "5", "upload_concat": "some"}, 400),
        ({"upload_concat": "final;"}, 400),
        ({"upload_concat": "final /files/a"}, 400),
        ({"upload_concat": "final;/files/a"}, 400),
        ({"upload_concat": f"final;{PIECES[0]}", "upload_length": "5"}, 400),
        ({"upload_concat": "final;" + f"{PIECES[0]} " * 101}, 400),
        ({"upload_length": "5", "content_length": "5"}, 415),
        ({"upload_length": "5", "upload_checksum": "sha3 YQ=="}, 400),
    ],
)
def test_a_creation_that_is_none_is_refused(fields: dict[str, str], status: int) -> None:
    assert refused(post(**fields)).status == status


def test_more_content_than_was_promised_is_refused_before_it_is_sent() -> None:
    head = post(upload_length="5", content_length="6", content_type=OFFSET_TYPE["content-type"])

    assert refused(head).status == 413


@pytest.mark.parametrize(
    ("fields", "length", "is_partial"),
    [
        ({"upload_length": "0"}, 0, False),
        ({"upload_length": "1000"}, 1000, False),
        ({"upload_defer_length": "1"}, None, False),
        ({"upload_length": "5", "upload_concat": "partial"}, 5, True),
    ],
)
def test_a_creation_is_read(fields: dict[str, str], length: int | None, is_partial: bool) -> None:  # noqa: FBT001 - a column of a table
    wanted = tus.read_creation(post(**fields), limit_bytes=LIMIT)

    assert isinstance(wanted, tus.Creation)
    assert (wanted.length_bytes, wanted.is_partial) == (length, is_partial)
    assert not wanted.has_content


def test_a_final_upload_names_its_pieces_in_order_by_absolute_or_relative_addresses() -> None:
    concat = f"final;https://here/api/v1/uploads/{PIECES[1]} /api/v1/uploads/{PIECES[0]}"

    wanted = tus.read_creation(post(upload_concat=concat), limit_bytes=LIMIT)

    assert isinstance(wanted, tus.Joining)
    assert wanted.pieces == (PIECES[1], PIECES[0])
    assert wanted.concat == concat


def test_a_patch_without_its_type_is_a_415_and_without_an_offset_a_400() -> None:
    for fields, status in (
        ({"upload-offset": "0"}, 415),
        ({"upload-offset": "0", "content-type": "application/octet-stream"}, 415),
        (OFFSET_TYPE, 400),
        ({**OFFSET_TYPE, "upload-offset": "-1"}, 400),
    ):
        with pytest.raises(Refused) as caught:
            tus.read_addition(Head(method="PATCH", fields=fields))
        assert caught.value.status == status


def test_what_is_told_of_an_upload() -> None:
    asked = replace(
        UPLOAD, metadata="filename c29uZw==,draft", concat="partial", expires_at=EXPIRES
    )

    assert tus.description(asked) == {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "70",
        "Upload-Length": "100",
        "Upload-Metadata": "filename c29uZw==,draft",
        "Upload-Concat": "partial",
        "Upload-Expires": "Wed, 25 Jun 2014 16:00:00 GMT",
        "Cache-Control": "no-store",
    }
    deferred = tus.description(replace(UPLOAD, length_bytes=None))
    assert deferred["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in deferred


def test_what_is_complete_may_still_expire_or_not() -> None:
    done = replace(UPLOAD, offset_bytes=100, is_complete=True, expires_at=None)
    part = replace(done, expires_at=EXPIRES)

    assert tus.progress(done) == {"Tus-Resumable": "1.0.0", "Upload-Offset": "100"}
    assert tus.progress(part)["Upload-Expires"] == "Wed, 25 Jun 2014 16:00:00 GMT"


def test_discovery_lists_what_there_is() -> None:
    told = tus.discovery(limit_bytes=LIMIT)

    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Max-Size"] == "1000"
    assert "sha1" in told["Tus-Checksum-Algorithm"].split(",")
    assert told["Tus-Extension"] == (
        "creation,creation-with-upload,creation-defer-length,"
        "expiration,checksum,termination,concatenation"
    )


def test_no_pair_of_a_client_passes_for_a_field_of_ours() -> None:
    # "Upload-Concat" and a value with a line break, and one that is no text.
    field = "Upload-Concat Zg0KWDogeQ==,name YQ==,raw /w=="

    assert details_of(field) == {"name": "a", "Upload-Metadata": field, "Upload-Concat": ""}
