import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.folding import parse_email


@pytest.mark.parametrize(
    ("typed", "address", "folded"),
    [
        ("ada@example.org", "ada@example.org", "ada@example.org"),
        ("  Ada.Lovelace@Example.ORG ", "Ada.Lovelace@example.org", "ada.lovelace@example.org"),
        ("ada+refrain@example.org", "ada+refrain@example.org", "ada+refrain@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ａｄａ＠example.org", "ada@example.org", "ada@example.org"),  # noqa: RUF001 - wide letters
        ("ada@example.org.", "ada@example.org", "ada@example.org"),
    ],
)
def test_an_address_is_written_one_way_and_compared_another(
    typed: str, address: str, folded: str
) -> None:
    email = parse_email(typed)

    assert (email.address, email.folded) == (address, folded)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ada", "ada@", "@example.org", "ada@localhost", "ada@@example.org"),
        *("ada@exa mple.org", "a b@example.org", "ada@-example.org", "ada@example..org"),
        *("ada\r\nBcc: eve@example.org@example.org", "ada@example.org\r\nBcc: eve@example.org"),
        *("<ada@example.org>", "ada@[127.0.0.1]", ".ada@example.org", "ada..b@example.org"),
        *(f"{'a' * 65}@example.org", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}"),
    ],
)
def test_what_no_mail_reaches_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_email(typed)

    assert refused.value.code == "email-unfit"
    assert refused.value.sentence.endswith((".", "?"))


@given(
    st.tuples(st.text(max_size=20), st.text("abcÄß-.@\u3002", max_size=20)).map("@".join)
    | st.text(max_size=80)
)
def test_whatever_is_read_is_one_line_and_reads_the_same_again(typed: str) -> None:
    try:
        email = parse_email(typed)
    except Refused:
        return

    assert email.address.isascii()
    assert email.address.isprintable()
    assert " " not in email.address
    assert parse_email(email.address) == email
    assert parse_email(email.folded).folded == email.folded
