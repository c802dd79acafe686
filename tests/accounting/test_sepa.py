import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.bank_accounts import BankAccount, Iban, bank_account, masked
from accounting.sepa import Batch, Transfer, document, sepa_text
from base.errors import Refused
from tests.support.catalog import NOON

GERMAN, FRENCH = "DE89370400440532013000", "FR1420041010050500013M02606"
BRITISH = "GB29NWBK60161331926819"
_TAKEN = re.compile(r"[a-zA-Z0-9/\-?:().,'+ ]+")


def batch(*transfers: Transfer) -> Batch:
    return Batch(
        message="ab" * 16,
        created_at=NOON,
        executes_on=date(2026, 11, 25),
        source=bank_account(holder="Söhne & Töchter eG", iban=GERMAN, bic="COBADEFFXXX"),
        transfers=transfers,
    )


def transfer(cents: int, *, reference: str = "cd" * 16, text: str = "Payout") -> Transfer:
    to = bank_account(holder="Zoë Ångström", iban=FRENCH)
    return Transfer(reference=reference, to=to, cents=cents, text=text)


def all_of(tag: str, written: bytes) -> list[str]:
    return re.findall(rf"<{tag}(?: [^>]*)?>([^<]*)</{tag}>", written.decode())


def test_a_batch_is_a_file_that_names_all_and_adds_up() -> None:
    given = batch(transfer(1_000, reference="e1"), transfer(123_456_05, reference="e2"))

    written = document(given)

    assert all_of("MsgId", written) == ["ab" * 16]
    assert all_of("CreDtTm", written) == ["2026-11-24T12:00:00+00:00"]
    assert all_of("Dt", written) == ["2026-11-25"]
    assert all_of("InstdAmt", written) == ["10.00", "123456.05"]
    assert all_of("CtrlSum", written) == ["123466.05"] * 2
    assert given.cents == 12_346_605
    assert all_of("NbOfTxs", written) == ["2", "2"]
    assert all_of("EndToEndId", written) == ["e1", "e2"]
    assert all_of("IBAN", written) == [GERMAN, FRENCH, FRENCH]
    assert all_of("BICFI", written) == ["COBADEFFXXX"]
    assert all_of("Nm", written) == ["Sohne + Tochter eG"] * 2 + ["Zoe Angstrom"] * 2


def test_a_bank_that_is_not_named_is_said_to_be_so() -> None:
    """An empty `FinInstnId` is valid by the schema, and refused by banks."""
    nameless = replace(batch(transfer(1)), source=bank_account(holder="eG", iban=GERMAN))

    written = document(nameless).decode()

    agent = re.search(r"<DbtrAgt>(.*?)</DbtrAgt>", written, re.DOTALL)
    assert agent is not None
    assert "".join(agent[1].split()) == (
        "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>"
    )
    assert "BICFI" not in written


def test_the_same_batch_is_the_same_file() -> None:
    given = batch(transfer(1_000), transfer(2_000))

    assert document(given) == document(given)


@given(st.text())
def test_texts_are_of_the_letters_that_every_bank_takes(text: str) -> None:
    written = sepa_text(text, limit=30)

    assert _TAKEN.fullmatch(written)
    assert len(written) <= 30
    assert "//" not in written
    assert not written.startswith("/")
    assert not written.endswith("/")


def test_a_hostile_text_stays_a_text() -> None:
    written = document(batch(transfer(1, text="</Ustrd><InstdAmt>9</InstdAmt>")))

    assert all_of("InstdAmt", written) == ["0.01"]


@pytest.mark.parametrize(
    ("iban", "bic", "code"),
    [
        ("DE89370400440532013001", "", "iban-invalid"),
        ("DE8937040044053201300", "", "iban-invalid"),
        ("", "", "iban-invalid"),
        ("BR1500000000000010932840814P2", "", "iban-not-sepa"),
        (BRITISH, "", "bic-missing"),
        (GERMAN, "COBA", "bic-invalid"),
    ],
)
def test_an_account_that_no_transfer_reaches_is_refused(iban: str, bic: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        bank_account(holder="Ada", iban=iban, bic=bic)

    assert refused.value.code == code
    assert refused.value.status == 422
    assert not iban or iban not in refused.value.sentence


def test_an_account_is_known_however_it_is_written() -> None:
    given = bank_account(
        holder=" Ada  Lovelace ", iban="de89 3704 0044 0532 0130 00", bic="cobadeff"
    )

    assert given == BankAccount(holder="Ada Lovelace", iban=Iban(GERMAN), bic="COBADEFF")
    assert bank_account(holder="Ada", iban=BRITISH, bic="NWBKGB2L").bic == "NWBKGB2L"


def test_nobody_reads_an_iban_where_one_is_shown() -> None:
    assert masked(GERMAN) == "DE89…3000"
    assert GERMAN not in repr(bank_account(holder="Ada", iban=GERMAN))
    with pytest.raises(Refused, match="holder-unfit"):
        bank_account(holder=" ", iban=GERMAN)
