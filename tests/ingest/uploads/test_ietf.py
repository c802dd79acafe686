"""The IETF's resumable uploads over the wire, interim responses and all."""

import base64
import gzip
import hashlib
import os
import re
import time
from pathlib import Path
from select import select
from urllib.parse import urlsplit

import pytest

from tests.support.house import Answer, House, until
from tests.support.uploading import (
    LIMIT_BYTES,
    OFFSET_TYPE,
    PARTIAL_TYPE,
    UPLOADS,
    Tus,
    bytes_of,
    content,
    head,
    heard,
    line,
    taken_in,
)

VERSION = {"Upload_Draft_Interop_Version": "8"}
PROBLEMS = "https://iana.org/assignments/http-problem-types#"


@pytest.fixture
def http(upload_house: House) -> "Http":
    return Http(upload_house)


class Http(Tus):
    """A client of the draft that does what it is told."""

    def ask(
        self, method: str, path: str, data: bytes | None = None, **fields: str | None
    ) -> Answer:
        return super().ask(method, path, data, **{"Tus_Resumable": None, **fields})

    def begin(self, data: bytes = b"", complete: str = "?0", **fields: str | None) -> Answer:
        fields["Content_Type"] = fields.get("Content_Type", "audio/wav")
        return self.ask("POST", UPLOADS, data, Upload_Complete=complete, **fields)

    def place(self, data: bytes = b"", **fields: str | None) -> str:
        """Begin an upload, and answer its path."""
        return urlsplit(self.begin(data, **fields).headers["location"]).path

    def add(
        self, path: str, offset: int, data: bytes, complete: str = "?0", **fields: str | None
    ) -> Answer:
        fields = {"Content_Type": PARTIAL_TYPE, "Upload_Offset": str(offset), **fields}
        return self.ask("PATCH", path, data, Upload_Complete=complete, **fields)


def interim_location(said: str) -> str:
    found = re.search(r"\r\nLocation: (\S+)", said)
    assert found, said
    return urlsplit(found[1]).path


# Creation


def test_a_whole_upload_is_answered_as_the_master_it_is(http: Http, tmp_path: Path) -> None:
    data = bytes_of(101, folder=tmp_path)

    answer = http.begin(data, "?1", Content_Disposition='inline; filename="My Song.wav"')

    assert answer.status == 201
    assert answer.headers["upload-complete"] == "?1"
    assert answer.json["sha256"] == hashlib.sha256(data).hexdigest()
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert answer.headers["location"] == f"/api/v1/tracks/{answer.json['track']}"
    assert http.house.track(answer.json["track"])["title"] == "My Song"


def test_of_a_known_file_what_is_sent_along_is_passed_over(http: Http, tmp_path: Path) -> None:
    data = bytes_of(131, seconds=3, folder=tmp_path)
    first = http.begin(data, "?1")

    again = http.begin(data, "?1", Repr_Digest=first.headers["repr-digest"])
    wrong = http.begin(data, "?1", Repr_Digest=f"sha-256=:{'A' * 43}=:")

    assert (again.status, again.json) == (200, first.json)
    assert again.headers["upload-complete"] == "?1"
    assert (wrong.status, wrong.json["type"]) == (422, "urn:refrain:problem:digest-mismatch")


def test_an_incomplete_creation_must_include_location_and_limits(http: Http) -> None:
    for data in (b"", b"hello"):
        answer = http.begin(data)

        assert answer.status == 201
        assert answer.headers["upload-complete"] == "?0"
        assert urlsplit(answer.headers["location"]).path.startswith(f"{UPLOADS}/")
        assert f"max-size={LIMIT_BYTES}" in answer.headers["upload-limit"]
        assert re.search(r"max-age=\d+", answer.headers["upload-limit"])


def test_the_interim_response_must_include_location_limits_and_its_version(
    upload_house: House, tmp_path: Path
) -> None:
    data = bytes_of(102, folder=tmp_path)
    length = str(len(data))

    with line(upload_house) as connection:
        fields = {**VERSION, "Upload_Complete": "?1", "Content_Length": length}
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields))
        interim = heard(connection)  # before any of the content was sent
        connection.sendall(data)
        final = heard(connection)

    assert interim.startswith("HTTP/1.1 104 Upload Resumption Supported\r\n")
    assert "\r\nUpload-Draft-Interop-Version: 8\r\n" in interim
    assert "\r\nUpload-Limit: max-size=" in interim
    assert interim_location(interim).startswith(f"{UPLOADS}/")
    assert final.startswith("HTTP/1.1 201 Created\r\n")
    assert "\r\nUpload-Complete: ?1\r\n" in final


@pytest.mark.parametrize("version", [None, "5", "9", "eight"])
def test_no_interim_response_is_sent_for_a_version_that_is_missing_or_mismatching(
    upload_house: House, version: str | None
) -> None:
    fields = {"Upload_Complete": "?0", "Content_Length": "0"}
    if version is not None:
        fields["Upload_Draft_Interop_Version"] = version

    with line(upload_house) as connection:
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields))

        assert heard(connection).startswith("HTTP/1.1 201 Created\r\n")


def test_location_is_the_same_in_interim_and_final_responses(upload_house: House) -> None:
    with line(upload_house) as connection:
        fields = {**VERSION, "Upload_Complete": "?0", "Content_Length": "5"}
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields) + b"hello")
        places = [interim_location(heard(connection)) for _ in range(2)]

    assert places[0] == places[1]


def test_a_put_of_a_master_is_upgraded_when_the_client_asks_for_it(
    upload_house: House, http: Http, tus: Tus, tmp_path: Path
) -> None:
    data = bytes_of(103, folder=tmp_path)
    with line(upload_house) as connection:
        fields = {**VERSION, "Upload_Complete": "?1", "Content_Length": str(len(data))}
        connection.sendall(head(upload_house, "PUT", "/api/v1/masters/Put.wav", **fields))
        place = interim_location(heard(connection))
        connection.sendall(data[:5000])
        until(lambda: taken_in(upload_house, place) == 5000)

    # The line went dead; what came is kept. Who asks before takes the upload over, and on a busy
    # machine sends again what was not counted by then.
    until(lambda: tus.document(place)["offset"] == 5000)
    told = http.ask("HEAD", place)
    rest = http.add(place, 5000, data[5000:], "?1")

    assert (told.headers["upload-offset"], told.headers["upload-complete"]) == ("5000", "?0")
    assert told.headers["upload-length"] == str(len(data))
    assert rest.status == 201
    assert http.house.track(rest.json["track"])["title"] == "Put"


def test_who_puts_a_file_is_told_what_is_odd_about_it(http: Http, tmp_path: Path) -> None:
    data = bytes_of(132, folder=tmp_path)

    for fields in ({}, {"Upload_Complete": "?1"}):
        answer = http.ask("PUT", "/api/v1/masters/song.mp3", data, **fields)
        assert [one["code"] for one in answer.json["warnings"]] == ["misnamed"]


def test_options_must_tell_the_limits(http: Http) -> None:
    for path in (UPLOADS, "/api/v1/masters/song.wav"):
        answer = http.ask("OPTIONS", path)

        assert f"max-size={LIMIT_BYTES}" in answer.headers["upload-limit"]


def test_too_large_is_a_413(http: Http) -> None:
    assert http.begin(b"x", Upload_Length=str(LIMIT_BYTES + 1)).status == 413


def test_who_waits_for_an_invitation_is_refused_before_sending(upload_house: House) -> None:
    fields = {
        "Upload_Complete": "?1",
        "Content_Length": str(LIMIT_BYTES + 1),
        "Expect": "100-continue",
    }
    with line(upload_house) as connection:
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields))

        assert heard(connection).startswith("HTTP/1.1 413 ")


def test_the_invitation_is_not_omitted_because_of_an_interim_response(
    upload_house: House, tmp_path: Path
) -> None:
    data = bytes_of(104, folder=tmp_path)
    fields = {
        **VERSION,
        "Upload_Complete": "?1",
        "Content_Length": str(len(data)),
        "Expect": "100-continue",
    }
    with line(upload_house) as connection:
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields))
        said = [heard(connection).split("\r\n")[0] for _ in range(2)]
        connection.sendall(data)
        said.append(heard(connection).split("\r\n")[0])

    assert said == [
        "HTTP/1.1 104 Upload Resumption Supported",
        "HTTP/1.1 100 Continue",
        "HTTP/1.1 201 Created",
    ]


# Offset retrieval


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_the_offset_must_be_told_with_completeness_length_and_limits(
    http: Http, method: str
) -> None:
    path = http.place(b"hello", Upload_Length="11")

    answer = http.ask(method, path, **VERSION)

    assert answer.status == 200
    told = {name: answer.headers[f"upload-{name}"] for name in ("offset", "complete", "length")}
    assert told == {"offset": "5", "complete": "?0", "length": "11"}
    assert answer.headers["cache-control"] == "no-store"
    assert "max-size" in answer.headers["upload-limit"]


def test_the_length_is_not_told_when_the_client_has_not_supplied_one(http: Http) -> None:
    told = http.ask("HEAD", http.place(b"hello")).headers

    assert "upload-length" not in told
    assert told["upload-complete"] == "?0"


# Append


def test_parts_are_appended_and_the_last_is_answered_as_the_master_it_is(
    http: Http, tmp_path: Path
) -> None:
    data = bytes_of(105, folder=tmp_path)
    path = http.place(data[:1000])

    middle = http.add(path, 1000, data[1000:2000])
    last = http.add(path, 2000, data[2000:], "?1")

    assert (middle.status, middle.headers["upload-complete"]) == (204, "?0")
    assert middle.headers["upload-offset"] == "2000"
    assert (last.status, last.headers["upload-complete"]) == (201, "?1")
    assert last.json["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_offset_can_match_the_length_and_the_upload_still_be_incomplete(
    http: Http, tmp_path: Path
) -> None:
    data = bytes_of(106, folder=tmp_path)
    path = http.place(data, Upload_Length=str(len(data)))

    told = http.ask("HEAD", path).headers
    done = http.add(path, len(data), b"", "?1")

    assert (told["upload-offset"], told["upload-complete"]) == (str(len(data)), "?0")
    assert done.status == 201


def test_a_mismatching_offset_must_be_a_409_with_the_right_one(http: Http) -> None:
    path = http.place(b"hello")

    answer = http.add(path, 3, b"lo")

    assert answer.status == 409
    assert answer.headers["upload-offset"] == "5"
    assert answer.headers["upload-complete"] == "?0"
    assert answer.json["type"] == f"{PROBLEMS}mismatching-upload-offset"
    assert (answer.json["expected-offset"], answer.json["provided-offset"]) == (5, 3)


@pytest.mark.parametrize(
    ("complete", "fields"),
    [
        ("?1", {"Upload_Length": "12"}),  # other than what the content comes to
        ("?0", {"Upload_Length": "10"}),  # other than before
        ("?1", {}),  # the content comes to less than was said before
    ],
)
def test_lengths_must_match(http: Http, complete: str, fields: dict[str, str]) -> None:
    path = http.place(b"hello", Upload_Length="11")

    answer = http.add(path, 5, b" wor", complete, **fields)

    assert answer.status == 400
    assert answer.json["type"] == f"{PROBLEMS}inconsistent-upload-length"
    assert http.ask("HEAD", path).headers["upload-offset"] == "5"


def test_the_offset_must_not_exceed_the_length(http: Http) -> None:
    path = http.place(b"hello", Upload_Length="11")

    answer = http.add(path, 5, b" world!")

    assert answer.status == 413
    assert http.ask("HEAD", path).headers["upload-offset"] == "5"


def test_an_append_must_be_of_the_draft_s_type(http: Http) -> None:
    path = http.place(b"hello")

    assert http.add(path, 5, b" world", Content_Type="audio/wav").status == 415


@pytest.mark.parametrize("coding", ["gzip", "aws-chunked", "identity, gzip"])
def test_content_that_is_packed_for_the_way_is_a_415(http: Http, tus: Tus, coding: str) -> None:
    data, fields = gzip.compress(b"hello"), {"Content_Encoding": coding}
    path, mine = http.place(b"hello"), tus.create(5)

    answers = [
        http.ask("PUT", "/api/v1/masters/song.wav", data, **fields),
        http.begin(data, "?1", **fields),
        http.add(path, 5, data, **fields),
        tus.ask("POST", UPLOADS, data, Upload_Length="5", Content_Type=OFFSET_TYPE, **fields),
        tus.patch(mine, 0, data, **fields),
    ]

    assert {answer.status for answer in answers} == {415}
    assert {answer.json["type"] for answer in answers} == {"urn:refrain:problem:content-coding"}
    assert (http.ask("HEAD", path).headers["upload-offset"], tus.offset(mine)) == ("5", 0)


def test_a_lost_answer_is_given_again(http: Http, tmp_path: Path) -> None:
    data = bytes_of(107, folder=tmp_path)
    path = http.place(data[:10])
    first = http.add(path, 10, data[10:], "?1")

    told = http.ask("HEAD", path).headers
    again = http.add(path, len(data), b"", "?1")
    more = http.add(path, len(data), b"more", "?1")
    wrong = http.add(path, 3, b"more", "?1")

    assert told["upload-complete"] == "?1"
    assert again.json == first.json
    assert (more.status, more.json["type"]) == (409, f"{PROBLEMS}completed-upload")
    assert (wrong.status, wrong.headers["upload-offset"]) == (409, str(len(data)))
    assert more.headers["upload-complete"] == wrong.headers["upload-complete"] == "?1"


def test_content_that_does_not_match_its_digest_is_not_appended(http: Http) -> None:
    path = http.place(b"hello")
    digest = base64.b64encode(hashlib.sha256(b" world").digest()).decode()

    wrong = http.add(path, 5, b" wurld", Content_Digest=f"sha-256=:{digest}:")
    right = http.add(path, 5, b" world", Content_Digest=f"sha-256=:{digest}:")

    assert (wrong.status, right.status) == (460, 204)
    assert right.headers["upload-offset"] == "11"


def test_progress_is_told_meanwhile(upload_house: House, http: Http, tmp_path: Path) -> None:
    # More than the server takes in between two looks at what is durable, and then a trickle.
    data, trickle = bytes_of(108, folder=tmp_path) + os.urandom(18 << 20), 150
    length = len(data) + trickle
    path = http.place()

    with line(upload_house) as connection:
        fields = {**VERSION, "Upload_Complete": "?0", "Content_Length": str(length)}
        fields |= {"Upload_Offset": "0", "Content_Type": PARTIAL_TYPE}
        connection.sendall(head(upload_house, "PATCH", path, **fields) + data)
        while trickle and not select([connection], [], [], 0.2)[0]:
            connection.sendall(b"!")
            trickle -= 1
        interim = heard(connection)
        connection.sendall(bytes(trickle))
        said = heard(connection)
        while said.startswith("HTTP/1.1 104"):
            said = heard(connection)

    assert interim.startswith("HTTP/1.1 104 ")
    told = re.search(r"\r\nUpload-Offset: (\d+)\r\n", interim)
    assert told
    assert 0 < int(told[1]) <= length
    # "These interim responses MUST NOT include the Location header field."
    assert "Location" not in interim
    assert said.startswith("HTTP/1.1 204")
    assert f"\r\nUpload-Offset: {length}\r\n" in said
    assert http.ask("DELETE", path).status == 204


def test_content_in_chunks_needs_no_length(upload_house: House, tmp_path: Path) -> None:
    data = bytes_of(109, folder=tmp_path)

    with line(upload_house) as connection:
        fields = {"Upload_Complete": "?1", "Transfer_Encoding": "chunked"}
        connection.sendall(head(upload_house, "POST", UPLOADS, **fields))
        for part in (data[:5000], data[5000:], b""):
            connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        said = heard(connection)
        body = content(connection, said)

    assert said.startswith("HTTP/1.1 201")
    assert hashlib.sha256(data).hexdigest().encode() in body


POEM = b"Roses are red\n" * 20


def test_what_comes_of_the_whole_is_told_from_what_comes_of_the_transfer(http: Http) -> None:
    at_once = http.begin(POEM, "?1")
    path = http.place(POEM[:10])
    in_parts = http.add(path, 10, POEM[10:], "?1")
    later = http.ask("HEAD", path)

    # "Resuming the upload would not resolve this error."
    for answer in (at_once, in_parts):
        assert (answer.status, answer.headers["upload-complete"]) == (415, "?1")
    assert later.status == 415


# Cancellation


def test_a_cancelled_upload_is_gone(http: Http) -> None:
    path = http.place(b"hello")

    assert http.ask("DELETE", path).status == 204

    assert http.ask("HEAD", path).status == 410
    assert http.add(path, 5, b"!").status == 410


# Whoever comes back


def test_who_comes_back_while_the_old_request_hangs_goes_on_within_a_second(
    upload_house: House, http: Http, tmp_path: Path
) -> None:
    data = bytes_of(110, seconds=4, folder=tmp_path)
    path = http.place(Upload_Length=str(len(data)))
    with line(upload_house) as hanging:
        fields = {"Upload_Complete": "?1", "Content_Length": str(len(data)), "Upload_Offset": "0"}
        hanging.sendall(head(upload_house, "PATCH", path, Content_Type=PARTIAL_TYPE, **fields))
        hanging.sendall(data[:300_000])
        until(lambda: taken_in(upload_house, path) == 300_000)

        begun = time.monotonic()
        offset = int(http.ask("HEAD", path).headers["upload-offset"])
        answer = http.add(path, offset, data[offset:], "?1")
        seconds = time.monotonic() - begun
        hanging.sendall(bytes(1000))  # what still comes on the old line counts no more

    assert offset == 300_000
    assert answer.status == 201
    assert answer.json["sha256"] == hashlib.sha256(data).hexdigest()
    assert seconds < 3  # one, on a machine of its own


def test_an_upload_goes_on_by_the_other_protocol(http: Http, tus: Tus, tmp_path: Path) -> None:
    data = bytes_of(111, folder=tmp_path)
    path = tus.create(len(data))
    tus.patch(path, 0, data[:100])

    answer = http.add(path, 100, data[100:], "?1")

    assert answer.status == 201
    assert tus.ask("HEAD", path).headers["refrain-track"] == answer.json["track"]
