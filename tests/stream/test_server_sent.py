import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.server_sent import last_number, message


def parsed(text: str) -> dict[str, str]:
    """Read one message as the WHATWG says."""
    assert text.endswith("\n\n")
    return dict(line.split(": ", 1) for line in text[:-2].split("\n"))


@given(
    data=st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False)), number=st.integers(1)
)
def test_whatever_the_data_a_client_reads_it_back(data: dict[str, object], number: int) -> None:
    fields = parsed(message("track.playable", json.dumps(data), number=number))

    assert fields["id"] == str(number)
    assert fields["event"] == "track.playable"
    assert json.loads(fields["data"]) == data


def test_what_has_no_number_leaves_the_place_where_a_client_resumes() -> None:
    assert "id" not in parsed(message("progress", "{}"))


@pytest.mark.parametrize("data", ["a\nid: 9", "a\rb"])
def test_data_cannot_pretend_to_be_a_field(data: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        message("progress", data)


@pytest.mark.parametrize(
    ("header", "number"),
    [("17", 17), ("0", 0), ("", None), ("-1", None), ("²", None), ("9" * 40, None)],
)
def test_only_our_numbers_are_read(header: str, number: int | None) -> None:
    assert last_number(header) == number
