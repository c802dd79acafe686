"""What who gets a report leaves beside it."""

import pytest

from workers.report_answers import answer_in, answers_among


@pytest.mark.parametrize(
    "content",
    [b"", b"OK", b"<Status>FileOK</Status>", b"STATUS\tOK\nno errors\n", b"0 errors", b"\xff\xfe"],
)
def test_an_answer_that_speaks_of_no_error_takes_a_report(content: bytes) -> None:
    assert answer_in(content).is_taken


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<Status>Error</Status><Text>no ISRC</Text>", "Error no ISRC"),
        (b"Rejected:\x1b[31m sums differ\n", "Rejected: [31m sums differ"),
        (b"x" * 70_000 + b" error", None),
    ],
)
def test_an_answer_that_speaks_of_an_error_refuses_it_in_its_own_words(
    content: bytes, says: str | None
) -> None:
    answer = answer_in(content)

    assert answer.is_taken is (says is None)
    assert answer.says == says


def test_answers_are_known_by_the_name_or_the_number_of_what_they_answer() -> None:
    names = ["ACK_DSR_A_1of1.xml", "ACK_M-1.txt", "DSR_A_1of1.tsv.gz", "ACK_DSR_B.xml", "ACK_"]

    assert answers_among(names, ["DSR_A_1of1", "", "M-1"]) == ["ACK_DSR_A_1of1.xml", "ACK_M-1.txt"]
