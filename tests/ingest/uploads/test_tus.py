"""Every MUST of tus 1.0.0 that a server has, by the sentence of the specification."""

import base64
import hashlib
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.support.house import House
from tests.support.uploading import (
    LIMIT_BYTES,
    OFFSET_TYPE,
    UPLOADS,
    Tus,
    bytes_of,
    checksum,
)

NAMED = "filename c29uZy53YXY=,is_confidential"
VERSIONS = [None, "", "0.2.2", "1.0.1", "2.0.0"]


# Core protocol


def test_the_tus_resumable_header_must_be_included_in_every_response(tus: Tus) -> None:
    path = tus.create(5)
    answers = [
        tus.ask("POST", UPLOADS, Upload_Length="5"),
        tus.ask("POST", UPLOADS),
        tus.ask("HEAD", path),
        tus.ask("HEAD", f"{UPLOADS}/{uuid4()}"),
        tus.ask("HEAD", f"{UPLOADS}/none"),
        tus.ask("HEAD", path, Authorization="Bearer nobody"),
        tus.ask("PUT", path),
        tus.patch(path, 3, b"x"),
        tus.patch(path, 0, b"x"),
        tus.ask("OPTIONS", UPLOADS),
        tus.ask("DELETE", path),
    ]

    told = [answer.headers.get("tus-resumable") for answer in answers if answer.status != 405]

    assert [answer.status for answer in answers] == [
        *(201, 400, 200, 404, 404, 401, 405, 409, 204, 204, 204)
    ]
    assert told == ["1.0.0"] * (len(answers) - 1)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_unsupported_version_must_be_a_412_with_tus_version_and_not_be_processed(
    tus: Tus, method: str, version: str | None
) -> None:
    path = tus.create(5)
    target = UPLOADS if method == "POST" else path
    fields = {"Upload_Length": "5", "Upload_Offset": "0", "Content_Type": OFFSET_TYPE}

    answer = tus.ask(method, target, b"hello", **fields, Tus_Resumable=version)

    assert answer.status == 412
    assert answer.headers["tus-version"] == "1.0.0"
    assert "location" not in answer.headers
    assert tus.offset(path) == 0


def test_options_must_contain_tus_version_and_ignore_tus_resumable(tus: Tus) -> None:
    for version in (None, "0.0.1"):
        answer = tus.ask("OPTIONS", UPLOADS, Tus_Resumable=version, Authorization="none")

        assert answer.status == 204
        assert answer.headers["tus-version"] == "1.0.0"


def test_tus_max_size_must_be_a_non_negative_integer(tus: Tus) -> None:
    assert tus.ask("OPTIONS", UPLOADS).headers["tus-max-size"] == str(LIMIT_BYTES)


@pytest.mark.parametrize(
    "extension",
    [
        *("creation", "creation-with-upload", "creation-defer-length", "expiration"),
        *("checksum", "termination", "concatenation"),
    ],
)
def test_a_supported_extension_must_be_announced(tus: Tus, extension: str) -> None:
    told = tus.ask("OPTIONS", UPLOADS).headers["tus-extension"]

    assert extension in told.split(",")


def test_the_method_override_must_be_interpreted_as_the_method(tus: Tus) -> None:
    path = tus.create(5)

    added = tus.patch(path, 0, b"hel", X_HTTP_Method_Override="DELETE")
    gone = tus.ask("HEAD", path)

    assert (added.status, gone.status) == (204, 410)
    other = tus.create(5)
    fields = {"Upload_Offset": "0", "Content_Type": OFFSET_TYPE}
    assert tus.ask("POST", other, b"hel", **fields, X_HTTP_Method_Override="PATCH").status == 204
    assert tus.offset(other) == 3


@pytest.mark.parametrize("sent", [0, 3])
def test_head_must_always_include_upload_offset(tus: Tus, sent: int) -> None:
    path = tus.create(5)
    tus.patch(path, 0, b"hello"[:sent])

    answer = tus.ask("HEAD", path)

    assert answer.status == 200
    assert answer.headers["upload-offset"] == str(sent)
    assert answer.headers["upload-length"] == "5"
    assert answer.headers["cache-control"] == "no-store"


def test_head_must_include_upload_offset_even_if_the_upload_is_completed(
    tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(1, folder=tmp_path)
    path = tus.create(len(data))
    done = tus.patch(path, 0, data)

    answer = tus.ask("HEAD", path)

    assert done.headers["upload-offset"] == str(len(data))
    assert answer.headers["upload-offset"] == answer.headers["upload-length"] == str(len(data))
    assert answer.headers["refrain-track"] == done.headers["refrain-track"]


def test_head_of_what_is_not_found_has_no_offset(tus: Tus, upload_house: House) -> None:
    unknown = tus.ask("HEAD", f"{UPLOADS}/{uuid4()}")
    foreign = tus.ask("HEAD", tus.create(5), Authorization=f"Bearer {upload_house.operator}")

    assert (unknown.status, foreign.status) == (404, 404)
    assert "upload-offset" not in {**unknown.headers, **foreign.headers}


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "audio/wav"])
def test_all_patch_requests_must_use_the_offset_type(tus: Tus, kind: str | None) -> None:
    path = tus.create(5)

    answer = tus.patch(path, 0, b"hello", Content_Type=kind)

    assert answer.status == 415
    assert tus.offset(path) == 0


@pytest.mark.parametrize("offset", [1, 2, 4, 5, 6, 10**14])
def test_offsets_that_do_not_match_must_be_a_409_without_modifying_the_upload(
    tus: Tus, offset: int
) -> None:
    path = tus.create(5)
    tus.patch(path, 0, b"hel")

    answer = tus.patch(path, offset, b"lo")

    assert answer.status == 409
    assert tus.offset(path) == 3


@pytest.mark.parametrize("offset", ["-1", "1.0", "one", "", "1e1", "9" * 30, None])
def test_upload_offset_must_be_a_non_negative_integer(tus: Tus, offset: str | None) -> None:
    path = tus.create(5)

    answer = tus.patch(path, 0, b"hello", Upload_Offset=offset)

    assert answer.status == 400
    assert tus.offset(path) == 0


def test_patch_must_be_acknowledged_with_204_and_the_new_offset_as_the_sum(
    tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(2, folder=tmp_path)
    path = tus.create(len(data))

    answers = [
        tus.patch(path, at, data[at : at + size])
        for at, size in ((0, 0), (0, 1000), (1000, 1), (1001, 0), (1001, len(data)))
    ]

    assert [answer.status for answer in answers] == [204] * 5
    assert [int(answer.headers["upload-offset"]) for answer in answers] == [
        *(0, 1000, 1001, 1001, len(data))
    ]
    assert answers[-1].headers["refrain-track"]
    assert tus.document(path)["state"] == "accepted"


def test_patch_of_what_does_not_exist_is_a_404(tus: Tus) -> None:
    assert tus.patch(f"{UPLOADS}/{uuid4()}", 0, b"x").status == 404


def test_more_than_the_length_is_refused_and_nothing_of_it_counts(tus: Tus) -> None:
    path = tus.create(5)

    answer = tus.patch(path, 0, b"hello!")

    assert answer.status == 413
    assert tus.offset(path) == 0


def test_what_is_no_music_is_refused_and_whoever_comes_back_is_told_so(tus: Tus) -> None:
    poem = b"Roses are red\n" * 20
    path = tus.create(len(poem), Upload_Metadata=NAMED)

    sent = tus.patch(path, 0, poem)
    later = tus.ask("HEAD", path)

    assert (sent.status, later.status) == (415, 415)
    assert "upload-offset" not in later.headers
    assert later.headers["cache-control"] == "no-store"
    assert tus.document(path)["refusal"] == {
        "code": sent.json["type"].rpartition(":")[2],
        "detail": sent.json["detail"],
    }


def test_who_has_begun_uploads_can_list_them(tus: Tus, upload_house: House) -> None:
    path = tus.create(5, Upload_Metadata=NAMED)
    tus.patch(path, 0, b"hel")

    mine = tus.ask("GET", UPLOADS, Tus_Resumable=None).json["uploads"]
    nobody = upload_house.ask("GET", UPLOADS)

    [listed] = [one for one in mine if path.endswith(one["id"])]
    assert (listed["filename"], listed["offset"], listed["length"]) == ("song.wav", 3, 5)
    assert {one["state"] for one in mine} <= {"open", "whole", "finishing"}
    assert nobody.status == 401


# Creation


@pytest.mark.parametrize("value", ["0", "2", "true", ""])
def test_upload_defer_length_must_be_1(tus: Tus, value: str) -> None:
    assert tus.ask("POST", UPLOADS, Upload_Defer_Length=value).status == 400


def test_the_creation_must_include_a_length_or_defer_it(tus: Tus) -> None:
    assert tus.ask("POST", UPLOADS).status == 400
    assert tus.ask("POST", UPLOADS, Upload_Length="5", Upload_Defer_Length="1").status == 400
    assert tus.ask("POST", UPLOADS, Upload_Length="-5").status == 400


def test_creation_must_be_acknowledged_with_201_and_a_location(tus: Tus) -> None:
    answer = tus.ask("POST", UPLOADS, Upload_Length="5")

    assert answer.status == 201
    # Absolute, for there are clients that take it as it is.
    assert answer.headers["location"].startswith(f"{tus.house.url}{UPLOADS}/")


def test_head_must_set_upload_defer_length_as_long_as_the_length_is_not_known(
    tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(3, folder=tmp_path)
    path = tus.create(Upload_Defer_Length="1")
    tus.patch(path, 0, data[:100])

    deferred = tus.ask("HEAD", path)
    done = tus.patch(path, 100, data[100:], Upload_Length=str(len(data)))

    assert deferred.headers["upload-defer-length"] == "1"
    assert "upload-length" not in deferred.headers
    assert done.headers["refrain-track"]
    known = tus.ask("HEAD", path)
    assert "upload-defer-length" not in known.headers
    assert known.headers["upload-length"] == str(len(data))


def test_once_set_the_length_must_not_be_changed(tus: Tus) -> None:
    deferred = tus.create(Upload_Defer_Length="1")
    assert tus.patch(deferred, 0, b"he", Upload_Length="5").status == 204

    for path in (deferred, tus.create(5)):
        offset = tus.offset(path)
        assert tus.patch(path, offset, b"l", Upload_Length="6").status == 400
        assert tus.patch(path, offset, b"l", Upload_Length="5").status == 204


def test_the_length_must_not_exceed_the_maximum(tus: Tus) -> None:
    too_long = str(LIMIT_BYTES + 1)

    assert tus.ask("POST", UPLOADS, Upload_Length=too_long).status == 413
    path = tus.create(Upload_Defer_Length="1")
    assert tus.patch(path, 0, b"x", Upload_Length=too_long).status == 413


def test_responses_to_head_must_include_the_metadata_as_specified_by_the_client(tus: Tus) -> None:
    field = "filename c29uZy53YXY=,is_confidential,raw //79"

    path = tus.create(5, Upload_Metadata=field)

    assert tus.ask("HEAD", path).headers["upload-metadata"] == field
    assert tus.document(path)["filename"] == "song.wav"
    assert "upload-metadata" not in tus.ask("HEAD", tus.create(5)).headers


@pytest.mark.parametrize(
    "field", ["a YQ==,a Yg==", "a b c", " ", ",", "k\u00e4 YQ==", "a !", "a" * 5000]
)
def test_metadata_must_be_unique_keys_and_base64_values(tus: Tus, field: str) -> None:
    answer = tus.ask("POST", UPLOADS, Upload_Length="5", Upload_Metadata=field)

    assert answer.status in ({201} if field == " " else {400, 413})


def test_a_file_without_bytes_is_refused_at_once(tus: Tus) -> None:
    answer = tus.ask("POST", UPLOADS, Upload_Length="0")

    assert (answer.status, answer.json["type"]) == (422, "urn:refrain:problem:empty-file")


# Creation with upload


def test_creation_with_upload_must_include_the_offset_after_the_accepted_bytes(
    tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(4, folder=tmp_path)

    part = tus.ask(
        "POST", UPLOADS, data[:1000], Upload_Length=str(len(data)), Content_Type=OFFSET_TYPE
    )
    whole = tus.ask("POST", UPLOADS, data, Upload_Length=str(len(data)), Content_Type=OFFSET_TYPE)

    assert (part.status, part.headers["upload-offset"]) == (201, "1000")
    assert tus.offset(urlsplit(part.headers["location"]).path) == 1000
    assert (whole.status, whole.headers["upload-offset"]) == (201, str(len(data)))
    assert whole.headers["refrain-track"]


def test_of_a_known_file_what_is_sent_along_is_passed_over(tus: Tus, tmp_path: Path) -> None:
    data = bytes_of(31, seconds=3, folder=tmp_path)
    tus.patch(tus.create(len(data)), 0, data)
    digest = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    fields = {"Upload_Length": str(len(data)), "Upload_Metadata": f"sha256 {digest}"}

    answer = tus.ask("POST", UPLOADS, data, Content_Type=OFFSET_TYPE, **fields)

    assert (answer.status, answer.headers["upload-offset"]) == (201, str(len(data)))
    assert answer.headers["refrain-track"]
    assert tus.offset(urlsplit(answer.headers["location"]).path) == len(data)


def test_creation_with_upload_must_be_of_the_offset_type(tus: Tus) -> None:
    answer = tus.ask("POST", UPLOADS, b"hello", Upload_Length="5", Content_Type="audio/wav")

    assert answer.status == 415


def test_creation_with_upload_follows_the_rules_of_patch(tus: Tus) -> None:
    fields = {"Upload_Length": "5", "Content_Type": OFFSET_TYPE}

    too_much = tus.ask("POST", UPLOADS, b"hello!", **fields)
    broken = tus.ask("POST", UPLOADS, b"hel", **fields, Upload_Checksum=checksum("sha1", b"x"))

    assert (too_much.status, broken.status) == (413, 460)


# Expiration


def test_upload_expires_must_be_included_in_every_patch_response_and_be_a_date(tus: Tus) -> None:
    created = tus.ask("POST", UPLOADS, Upload_Length="5")
    patched = tus.patch(urlsplit(created.headers["location"]).path, 0, b"hel")

    for answer in (created, patched):
        expires = answer.headers["upload-expires"]
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", expires)
        assert parsedate_to_datetime(expires) > parsedate_to_datetime(answer.headers["date"])


# Checksum


def test_the_server_must_support_at_least_sha1_and_tell_its_algorithms(tus: Tus) -> None:
    told = tus.ask("OPTIONS", UPLOADS).headers["tus-checksum-algorithm"].split(",")

    assert {"sha1", "sha256", "md5"} <= set(told)
    assert all(name.isascii() and name == name.lower() for name in told)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_the_server_must_verify_the_chunk_against_the_checksum(tus: Tus, algorithm: str) -> None:
    path = tus.create(10)

    wrong = tus.patch(path, 0, b"hello", Upload_Checksum=checksum(algorithm, b"hallo"))
    after = tus.offset(path)
    right = tus.patch(path, 0, b"hello", Upload_Checksum=checksum(algorithm, b"hello"))

    assert (wrong.status, after) == (460, 0)
    assert (right.status, right.headers["upload-offset"]) == (204, "5")


@pytest.mark.parametrize("field", ["sha3 YQ==", "SHA1 YQ==", "sha1", "sha1 !", "sha1 YQ=="])
def test_an_unsupported_checksum_must_discard_the_chunk(tus: Tus, field: str) -> None:
    path = tus.create(5)

    answer = tus.patch(path, 0, b"hello", Upload_Checksum=field)

    assert answer.status == 400
    assert tus.offset(path) == 0


# Termination


def test_delete_must_be_acknowledged_with_204_and_the_upload_is_gone(tus: Tus) -> None:
    path = tus.create(5)
    tus.patch(path, 0, b"hel")

    assert tus.ask("DELETE", path).status == 204

    later = [tus.ask("HEAD", path), tus.patch(path, 3, b"lo"), tus.ask("DELETE", path)]
    assert {answer.status for answer in later} == {410}
    assert all("upload-offset" not in answer.headers for answer in later)


def test_a_refused_upload_can_be_terminated(tus: Tus) -> None:
    poem = b"Roses are red\n" * 20
    path = tus.create(len(poem))
    tus.patch(path, 0, poem)

    answers = [tus.ask(method, path).status for method in ("DELETE", "HEAD", "DELETE")]

    assert answers == [204, 410, 410]


def test_a_completed_upload_can_be_terminated_and_its_track_stays(tus: Tus, tmp_path: Path) -> None:
    data = bytes_of(5, folder=tmp_path)
    path = tus.create(len(data))
    track = tus.patch(path, 0, data).headers["refrain-track"]

    assert tus.ask("DELETE", path).status == 204

    assert tus.ask("HEAD", path).status == 410
    assert tus.house.track(track)["state"] == "received"


# Concatenation


def partials(tus: Tus, data: bytes, *, cut: int = 1000) -> list[str]:
    paths = []
    for part in (data[:cut], data[cut:]):
        path = tus.create(len(part), Upload_Concat="partial", Upload_Metadata=NAMED)
        tus.patch(path, 0, part)
        paths.append(path)
    return paths


def test_the_final_upload_must_be_the_partial_ones_in_the_specified_order(
    tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(6, folder=tmp_path)
    second, first = partials(tus, data[-1000:] + data[:-1000])
    concat = f"final;{first} {tus.house.url}{second}"

    final = tus.ask("POST", UPLOADS, Upload_Concat=concat)

    assert final.status == 201
    path = urlsplit(final.headers["location"]).path
    told = tus.ask("HEAD", path).headers
    # "After successful concatenation, the Upload-Offset and Upload-Length MUST be set and equal."
    assert told["upload-offset"] == told["upload-length"] == str(len(data))
    assert told["upload-concat"] == concat
    # "The partial uploads' metadata SHALL NOT be transferred to the new final upload."
    assert "upload-metadata" not in told
    assert tus.document(path)["sha256"] == hashlib.sha256(data).hexdigest()
    assert told["refrain-track"]


def test_the_response_to_head_of_a_partial_upload_must_tell_offset_and_concat(tus: Tus) -> None:
    path = tus.create(5, Upload_Concat="partial")

    told = tus.ask("HEAD", path).headers
    tus.patch(path, 0, b"hello")
    whole = tus.ask("HEAD", path).headers

    assert (told["upload-offset"], told["upload-concat"]) == ("0", "partial")
    assert (whole["upload-offset"], whole["upload-length"]) == ("5", "5")
    assert parsedate_to_datetime(whole["upload-expires"])
    # "The Server SHOULD NOT process these partial uploads."
    assert "refrain-track" not in whole


def test_patch_of_a_final_upload_must_be_a_403(tus: Tus, tmp_path: Path) -> None:
    data = bytes_of(7, folder=tmp_path)
    first, second = partials(tus, data)
    final = tus.ask("POST", UPLOADS, Upload_Concat=f"final;{first} {second}")
    path = urlsplit(final.headers["location"]).path

    answer = tus.patch(path, len(data), b"more")

    assert answer.status == 403
    assert tus.offset(path) == len(data)


@pytest.mark.parametrize(
    ("concat", "fields", "status"),
    [
        ("final;", {}, 400),
        ("final", {}, 400),
        ("final;nowhere", {}, 400),
        ("finally;{first}", {}, 400),
        ("parts", {"Upload_Length": "5"}, 400),
        ("final;{first} {second}", {"Upload_Length": "10"}, 400),
        ("final;{first} {unknown}", {}, 404),
        ("final;{first} {unfinished}", {}, 409),
        ("final;{first} {whole}", {}, 409),
    ],
)
def test_a_final_upload_must_name_partial_ones_that_are_complete(
    tus: Tus, concat: str, fields: dict[str, str], status: int
) -> None:
    first, second = partials(tus, b"hello world", cut=5)
    named = concat.format(
        first=first,
        second=second,
        unknown=f"{UPLOADS}/{uuid4()}",
        unfinished=tus.create(5, Upload_Concat="partial"),
        whole=tus.create(5),
    )

    answer = tus.ask("POST", UPLOADS, Upload_Concat=named, **fields)

    assert answer.status == status
    assert tus.offset(first) == 5


# Browsers


def test_a_page_of_another_site_may_upload(tus: Tus) -> None:
    asked = tus.ask(
        "OPTIONS",
        f"{UPLOADS}/{uuid4()}",
        Tus_Resumable=None,
        Authorization="none",
        Origin="https://label.example",
        Access_Control_Request_Method="PATCH",
        Access_Control_Request_Headers="authorization,tus-resumable,upload-offset",
    )
    told = tus.ask("HEAD", tus.create(5), Origin="https://label.example")
    refused = tus.ask("POST", UPLOADS, Origin="https://label.example")

    assert "PATCH" in asked.headers["access-control-allow-methods"]
    allowed = asked.headers["access-control-allow-headers"].lower()
    assert {"authorization", "tus-resumable", "upload-offset"} <= set(allowed.split(", "))
    for answer in (asked, told, refused):
        assert answer.headers["access-control-allow-origin"] == "*"
    exposed = told.headers["access-control-expose-headers"].lower().split(", ")
    assert {"location", "upload-offset", "upload-length", "refrain-track"} <= set(exposed)
