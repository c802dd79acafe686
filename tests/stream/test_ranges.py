from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.ranges import Decision, RequestHead, Resource, decide, plain_range

MODIFIED = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
DATE, BEFORE, AFTER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (37, 36, 38))
TAG, OTHER = f'"{"a" * 64}"', '"b"'


def resource(size_bytes: int, etag: str = TAG) -> Resource:
    return Resource(
        size_bytes=size_bytes, etag=etag, content_type="audio/mp4", modified_at=MODIFIED
    )


SONG, EMPTY = resource(10_000), resource(0)


def ask(
    ranges: str | None = None, *, method: str = "GET", of: Resource = SONG, **fields: str
) -> Decision:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    if ranges is not None:
        headers["range"] = ranges
    return decide(RequestHead(method=method, headers=headers), of)


def spans(decision: Decision) -> list[tuple[int, int]]:
    return [(span.start, span.start + span.length) for span in decision.spans]


def body_bytes(decision: Decision) -> int:
    spans = sum(len(span.preamble) + span.length for span in decision.spans)
    return spans + len(decision.epilogue)


@pytest.mark.parametrize(
    ("ranges", "start", "end"),
    [
        # The examples of RFC 9110, 14.1.2, for a representation of 10000 bytes.
        ("bytes=0-499", 0, 500),
        ("bytes=500-999", 500, 1_000),
        ("bytes=-500", 9_500, 10_000),
        ("bytes=9500-", 9_500, 10_000),
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 10_000),
        ("bytes=9999-9999", 9_999, 10_000),
        pytest.param("bytes=0-999999", 0, 10_000, id="an end past the file is clamped"),
        pytest.param("bytes=9000-10000", 9_000, 10_000, id="so is an end just past it"),
        pytest.param("bytes=-999999", 0, 10_000, id="and a suffix longer than the file"),
        pytest.param(f"bytes=5-{'9' * 5_000}", 5, 10_000, id="and an end past all parsers"),
        pytest.param("bytes=0-,0-,0-", 0, 10_000, id="nobody is sent a byte twice"),
        pytest.param("Bytes=0-1", 0, 2, id="units know no case"),
        pytest.param("bytes=, 0-1 ,", 0, 2, id="empty list members are skipped"),
        pytest.param("bytes=500-600,601-999", 500, 1_000, id="neighbours are joined"),
        pytest.param("bytes=500-700,601-999", 500, 1_000, id="overlaps are joined"),
        pytest.param("bytes=5-9,10000-", 5, 10, id="what cannot be satisfied is left out"),
    ],
)
def test_one_range_is_206_with_exactly_its_bytes(ranges: str, start: int, end: int) -> None:
    decision = ask(ranges)

    headers = decision.headers
    assert decision.status == 206
    assert spans(decision) == [(start, end)]
    assert headers["Content-Range"] == f"bytes {start}-{end - 1}/10000"
    assert headers["Content-Length"] == str(end - start)
    assert headers["ETag"] == TAG


@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param("bytes=500-499", id="the end before the start"),
        pytest.param("bytes=0-1,9-8", id="one of them backwards"),
        pytest.param("bytes=a-b", id="no digits"),
        pytest.param("bytes=\u0661-\u0662", id="digits of another script"),
        pytest.param("bytes=-", id="neither end"),
        pytest.param("bytes=", id="no range"),
        pytest.param("bytes= , ", id="only commas"),
        pytest.param("bytes", id="no equals sign"),
        pytest.param("bytes=0-1-2", id="three ends"),
        pytest.param("bytes=+0-1", id="a sign"),
        pytest.param("items=0-1", id="an unknown unit"),
        pytest.param("bytes =0-1", id="a space where none may be"),
    ],
)
def test_a_range_that_says_nothing_useful_is_ignored(ranges: str) -> None:
    decision = ask(ranges)

    assert decision.status == 200
    assert spans(decision) == [(0, 10_000)]


@pytest.mark.parametrize(
    "ranges",
    [
        "bytes=10000-",
        "bytes=10000-10001",
        "bytes=-0",
        "bytes=-0,10000-",
        pytest.param("bytes=" + ",".join(f"{n * 500}-{n * 500}" for n in range(17)), id="many"),
    ],
)
def test_416_when_nothing_of_it_is_there_or_it_is_too_much(ranges: str) -> None:
    decision = ask(ranges)

    assert (decision.status, decision.spans) == (416, ())
    assert decision.headers["Content-Range"] == "bytes */10000"


@pytest.mark.parametrize(("ranges", "status"), [(None, 200), ("bytes=-5", 200), ("bytes=0-", 200)])
def test_an_empty_file_has_no_ranges(ranges: str | None, status: int) -> None:
    assert ask(ranges, of=EMPTY).status == status


def test_several_ranges_come_as_parts_in_the_order_asked() -> None:
    decision = ask("bytes=9000-9009,0-9")

    headers = decision.headers
    kind, _, boundary = headers["Content-Type"].partition("; boundary=")
    assert (decision.status, kind) == (206, "multipart/byteranges")
    assert "Content-Range" not in headers
    assert spans(decision) == [(9_000, 9_010), (0, 10)]
    assert (
        decision.spans[0].preamble
        == (
            f"\r\n--{boundary}\r\nContent-Type: audio/mp4\r\n"
            "Content-Range: bytes 9000-9009/10000\r\n\r\n"
        ).encode()
    )
    assert decision.epilogue == f"\r\n--{boundary}--\r\n".encode()
    assert headers["Content-Length"] == str(body_bytes(decision))


def test_the_whole_says_that_ranges_may_be_asked() -> None:
    decision = ask()

    assert decision.headers == {
        "Accept-Ranges": "bytes",
        "ETag": TAG,
        "Last-Modified": DATE,
        "Content-Type": "audio/mp4",
        "Content-Length": "10000",
    }


@pytest.mark.parametrize("ranges", [None, "bytes=0-1", "bytes=10000-"])
def test_head_is_the_get_of_the_whole_without_a_body(ranges: str | None) -> None:
    decision = ask(ranges, method="HEAD")

    assert (decision.status, decision.headers) == (200, ask().headers)
    assert decision.spans == ()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        # RFC 9110, 13.1.1
        ({"if_match": "*"}, 200),
        ({"if_match": TAG}, 200),
        ({"if_match": f"{OTHER}, {TAG}"}, 200),
        ({"if_match": OTHER}, 412),
        pytest.param({"if_match": f"W/{TAG}"}, 412, id="a weak tag is never strongly equal"),
        pytest.param({"if_match": TAG.strip('"')}, 412, id="a tag without quotes is none"),
        # 13.1.2
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": TAG}, 304),
        ({"if_none_match": f"W/{TAG}"}, 304),
        ({"if_none_match": f'{OTHER},"x,y", W/{TAG}'}, 304),
        ({"if_none_match": OTHER}, 200),
        ({"if_none_match": "nonsense"}, 200),
        ({"if_none_match": f"x{TAG}y"}, 200),
        ({"if_none_match": f"{OTHER} {TAG}"}, 200),
        ({"if_none_match": f", {TAG} ,\t,"}, 304),
        ({"if_match": f"x{TAG}"}, 412),
        # 13.1.3
        ({"if_modified_since": DATE}, 304),
        ({"if_modified_since": AFTER}, 304),
        ({"if_modified_since": BEFORE}, 200),
        ({"if_modified_since": "yesterday"}, 200),
        # 13.1.4
        ({"if_unmodified_since": DATE}, 200),
        ({"if_unmodified_since": AFTER}, 200),
        ({"if_unmodified_since": BEFORE}, 412),
        ({"if_unmodified_since": "yesterday"}, 200),
        # 13.2.2: tags before dates, If-Match before If-None-Match
        ({"if_match": TAG, "if_unmodified_since": BEFORE}, 200),
        ({"if_none_match": OTHER, "if_modified_since": AFTER}, 200),
        ({"if_none_match": TAG, "if_modified_since": BEFORE}, 304),
        ({"if_match": OTHER, "if_none_match": TAG}, 412),
        ({"if_match": TAG, "if_none_match": TAG}, 304),
        ({"if_unmodified_since": BEFORE, "if_none_match": TAG}, 412),
    ],
)
def test_conditions_are_weighed_in_their_order(
    conditions: dict[str, str], status: int, method: str
) -> None:
    headers = {name.replace("_", "-"): value for name, value in conditions.items()}

    decision = decide(RequestHead(method=method, headers=headers), SONG)

    assert decision.status == status


@pytest.mark.parametrize("ranges", ["bytes=0-1", "bytes=10000-"])
def test_conditions_come_before_ranges(ranges: str) -> None:
    assert ask(ranges, if_none_match=TAG).status == 304
    assert ask(ranges, if_match=OTHER).status == 412


def test_304_names_the_tag_and_has_no_body() -> None:
    decision = ask(if_none_match=TAG)

    assert decision.headers["ETag"] == TAG
    assert decision.spans == ()


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        (TAG, 206),
        (DATE, 206),
        (f"W/{TAG}", 200),
        (OTHER, 200),
        (BEFORE, 200),
        pytest.param(AFTER, 200, id="a later date is not the same date"),
        (TAG.strip('"'), 200),
        ("", 200),
    ],
)
def test_a_range_of_another_file_is_the_whole_of_this_one(if_range: str, status: int) -> None:
    assert ask("bytes=0-1", if_range=if_range).status == status


def test_a_changed_file_is_sent_whole_even_where_the_range_would_be_past_its_end() -> None:
    assert ask("bytes=10000-", if_range=OTHER).status == 200


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_dates_are_read_in_their_three_forms(date: str) -> None:
    assert ask(if_modified_since=date).status == 304
    assert ask(if_unmodified_since=date).status == 200


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        pytest.param(f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT", id="a year past all machines"),
        pytest.param(f"Sun, 06 Nov {'9' * 5_000} 08:49:37 GMT", id="a year past all parsers"),
    ],
)
def test_what_is_no_date_is_ignored(date: str) -> None:
    assert ask(if_modified_since=date).status == 200
    assert ask(if_unmodified_since=date).status == 200
    assert ask("bytes=0-1", if_range=date).status == 200


#: What header fields are made of, and a letter that they should not have.
WORDS = st.text(alphabet='bytes=0123456789-, "W/*:GMTé', max_size=40)
NUMBERS = st.integers(0, 12_000).map(str) | st.just("")
SPECS = st.lists(st.tuples(NUMBERS, NUMBERS).map("-".join), max_size=18)
RANGES = SPECS.map(lambda specs: "bytes=" + ",".join(specs)) | WORDS
FIELDS = st.sampled_from([TAG, OTHER, "*", DATE, BEFORE, AFTER]) | WORDS
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "range": RANGES,
        "if-match": FIELDS,
        "if-none-match": FIELDS,
        "if-modified-since": FIELDS,
        "if-unmodified-since": FIELDS,
        "if-range": FIELDS,
    },
)


@given(method=st.sampled_from(["GET", "HEAD"]), headers=HEADERS, size=st.integers(0, 12_000))
def test_any_request_gets_bytes_that_are_there_and_a_true_length(
    method: str, headers: dict[str, str], size: int
) -> None:
    decision = decide(RequestHead(method=method, headers=headers), resource(size))

    assert decision.status in {200, 206, 304, 412, 416}
    assert all(0 <= start <= end <= size for start, end in spans(decision))
    assert sum(span.length for span in decision.spans) <= size
    if decision.status in {200, 206} and method == "GET":
        assert decision.headers["Content-Length"] == str(body_bytes(decision))
    if decision.status == 206:
        assert all(span.length > 0 for span in decision.spans)
        assert ("Content-Range" in decision.headers) == (len(decision.spans) == 1)


@given(method=st.sampled_from(["GET", "HEAD"]), headers=HEADERS, size=st.integers(0, 12_000))
def test_what_is_plain_is_decided_alike(method: str, headers: dict[str, str], size: int) -> None:
    plain = plain_range(method, headers, size)

    if plain is not None:
        decision = decide(RequestHead(method=method, headers=headers), resource(size))
        assert (decision.status, spans(decision)) == (206, [plain])


@pytest.mark.parametrize("ranges", ["bytes=0-499", "bytes=9500-", "bytes=0-999999"])
def test_what_players_ask_is_plain(ranges: str) -> None:
    assert plain_range("GET", {"range": ranges}, 10_000) is not None
    assert plain_range("GET", {"range": ranges, "if-range": TAG}, 10_000) is None


def test_ten_thousand_ranges_of_a_byte_are_not_answered_one_by_one() -> None:
    many = ",".join(f"{at}-{at}" for at in range(0, 20_000, 2))

    assert ask(f"bytes={many}").status == 416


def test_an_object_beyond_all_integers_of_a_small_machine_is_served() -> None:
    size = 12 << 30
    decision = ask(f"bytes={size - 10}-", of=resource(size))

    assert spans(decision) == [(size - 10, size)]
    assert decision.headers["Content-Range"] == f"bytes {size - 10}-{size - 1}/{size}"


@given(SPECS, st.integers(1, 12_000))
def test_a_206_has_the_bytes_that_were_asked_for_each_once_and_no_other(
    specs: list[str], size: int
) -> None:
    decision = ask("bytes=" + ",".join(specs), of=resource(size))

    if decision.status == 206:
        sent = [at for start, end in spans(decision) for at in range(start, end)]
        assert len(sent) == len(set(sent))
        assert set(sent) == {at for spec in specs for at in bytes_of(spec, size)}


def bytes_of(spec: str, size: int) -> range:
    first, _, last = spec.partition("-")
    if not first:
        return range(max(0, size - int(last)), size)
    return range(int(first), min(size, int(last) + 1) if last else size)


def test_what_has_no_date_is_told_by_its_tag_alone() -> None:
    undated = replace(SONG, modified_at=None)

    assert "Last-Modified" not in ask(of=undated).headers
    assert ask(of=undated, **{"if-modified-since": AFTER}).status == 200
    assert ask(of=undated, **{"if-unmodified-since": BEFORE}).status == 200
    assert ask("bytes=0-1", of=undated, **{"if-range": DATE}).status == 200
    assert ask("bytes=0-1", of=undated, **{"if-range": TAG}).status == 206
    assert ask(of=undated, **{"if-none-match": TAG}).status == 304
