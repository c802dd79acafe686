import re
import zlib
from base64 import a85decode
from contextlib import suppress

import pytest

from accounting.statement_pdf import as_pdf
from accounting.statements import Proof, Section
from tests.support.statements import line, statement

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_PAGE = re.compile(rb"/Type /Page\b(?!s)")


def drawn(pdf: bytes) -> bytes:
    """Answer what is drawn on the pages, as the operators of PDF."""
    found = b""
    for stream in _STREAM.findall(pdf):
        with suppress(ValueError, zlib.error):  # fonts are packed otherwise
            found += zlib.decompress(a85decode(stream.strip(), adobe=True))
    return found


def pages(pdf: bytes) -> int:
    return len(_PAGE.findall(pdf))


def test_a_statement_is_a_document_that_is_the_same_each_time() -> None:
    made = statement(line(amount=12_345), line(Section.PAYOUTS, amount=-10_000), opening=7)

    pdf = as_pdf(made, proof=Proof(head="ab", root="cd"))

    assert pdf.startswith(b"%PDF-1")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pdf == as_pdf(made, proof=Proof(head="ab", root="cd"))
    # A program can read the text out of it: each font says which letters its glyphs are.
    assert pdf.count(b"/ToUnicode") >= 3
    assert b"(March 2026) Tj" in drawn(pdf)
    assert b"(Root of the journal cd) Tj" in drawn(pdf)


def test_many_tracks_go_on_over_pages_and_very_many_are_told_together() -> None:
    def of(tracks: int) -> bytes:
        lines = [line(recording=f"song {n}", amount=1680 * n) for n in range(1, tracks + 1)]
        return as_pdf(statement(*lines))

    few, many, very_many = of(3), of(199), of(900)

    assert pages(few) < pages(many) == pages(very_many)


@pytest.mark.parametrize(
    "title",
    ["", "Łódź, Ωδή, ночь", "夜に駆ける", "봄날", "\N{PILE OF POO} \x00\x1b[31m", "x" * 4000],
)
def test_any_title_can_be_printed(title: str) -> None:
    made = statement(line(), payee=title, titles={"song": title})

    assert pages(as_pdf(made)) == 2


def test_a_month_in_which_nothing_happened_is_a_page() -> None:
    assert pages(as_pdf(statement(opening=5))) == 1


def test_each_table_tells_the_same_sums_and_what_is_no_sale_apart() -> None:
    made = statement(
        line(step=1, number=2, amount=3_360),
        line(step=2, amount=3_361),
        line(Section.REFUNDS, step=1, amount=-1_680),
        line(Section.SHARES, step=0, territory="", amount=777_777),
        line(Section.REFUNDS, recording="", step=0, territory="", amount=-7),
        line(Section.PAYOUTS, recording="", step=0, territory="", amount=-10_000),
    )

    said = drawn(as_pdf(made))

    # Thrice by something, by track, and in the figures; not rounded otherwise anywhere.
    assert said.count(b"0.782811") == 5
    assert said.count(b"0.777777") == 6
    # In the account, beside its bar, by track, territory and month.
    assert said.count(b"0.006721") == 5
    for row in (b"Shares released", b"Refunds and corrections", b"song: shares released"):
        assert b"(" + row + b") Tj" in said
    assert b"Bought outright" not in said
    # Two and one were heard, and one of them was undone.
    assert said.count(b"(2) Tj") >= 4


def test_a_restated_statement_tells_on_paper_what_changed() -> None:
    later = line(Section.REFUNDS, amount=-5)
    made = statement(line(), corrections=(later,), version=2, why="It was a farm.")

    assert b"(Why: It was a farm.) Tj" in drawn(as_pdf(made))
    assert b"What changed" not in drawn(as_pdf(statement(line())))
