from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.camt import NO_REASON, News, news_in
from base.errors import Refused

PAYOUT, RUN = "cd" * 16, "ab" * 16


def details(direction: str, *, reference: str = PAYOUT, reason: str = "") -> str:
    back = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>"
        f'<Amt Ccy="EUR">10.00</Amt><CdtDbtInd>{direction}</CdtDbtInd>{back}</TxDtls>'
    )


def entry(inner: str, *, direction: str = "DBIT", status: str = "<Cd>BOOK</Cd>") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>{status}</Sts>'
        f"<NtryDtls>{inner}</NtryDtls></Ntry>"
    )


def statement(*entries: str, version: str = "053.001.08") -> bytes:
    inner = "".join(entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">'
        f"<BkToCstmrStmt><Stmt>{inner}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def told(returned: str = "", *, reference: str = PAYOUT) -> News:
    return News(reference=reference, cents=1_000, currency="EUR", returned=returned)


def test_a_debit_left_and_a_credit_came_back() -> None:
    left = entry(details("DBIT"))
    back = entry(details("CRDT", reason="AC04"), direction="CRDT")

    assert news_in(statement(left, back)) == [told(), told("AC04")]


def test_older_and_newer_messages_are_read_alike() -> None:
    written = entry(details("CRDT"), direction="CRDT", status="BOOK")

    assert news_in(statement(written, version="054.001.02")) == [told(NO_REASON)]


def test_a_file_that_was_booked_as_one_is_told_as_one() -> None:
    batch = entry(f"<Btch><PmtInfId>{RUN}</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>")

    assert news_in(statement(batch)) == [told(reference=RUN)]


def test_what_is_not_booked_yet_or_names_nothing_is_left_out() -> None:
    pending = entry(details("DBIT"), status="<Cd>PDNG</Cd>")
    other = entry("<TxDtls><Refs/></TxDtls>")

    assert news_in(statement(pending, other)) == []


@pytest.mark.parametrize("amount", ["ten", "1.005", "", "9" * 17])
def test_an_amount_that_cannot_be_read_spoils_its_own_entry_only(amount: str) -> None:
    unread = entry(details("DBIT")).replace("10.00", amount)
    others = entry(details("DBIT", reference="NOTPROVIDED")).replace("10.00", amount)

    found = news_in(statement(unread, others, entry(details("DBIT"))))

    assert found == [replace(told(), cents=None), told()]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"<Document>",
        b"<Document/>",
        statement("<Ntry>"),
        b"<!DOCTYPE a [<!ENTITY b 'camt.053'>]><a>&b;</a>",
    ],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="statement-unreadable"):
        news_in(content)


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_read_or_refused(junk: bytes) -> None:
    whole = statement(entry(details("DBIT")))
    for content in (junk, whole[:200] + junk + whole[200:]):
        with suppress(Refused):
            assert news_in(content) in ([], [told()])
