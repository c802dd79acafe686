"""A payout run as the file that a bank takes: pain.001.001.09, SEPA credit transfers.

The same batch makes the same bytes, whenever and wherever: whoever sends a file twice to a bank
sends the same message, which a bank takes once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from text_unidecode import unidecode

from accounting.bank_accounts import BankAccount

if TYPE_CHECKING:
    from xmlschema import XMLSchema

SCHEMA = "pain.001.001.09"
CURRENCY = "EUR"
_LONGEST_NAME, _LONGEST_TEXT = 70, 140
#: What banks must take in texts (EPC217-08, 6.1).
_OUTSIDE = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A payment to one account; `reference` comes back with whatever becomes of it."""

    reference: str
    to: BankAccount
    cents: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Transfers from one account on one day, booked by the bank as one."""

    message: str
    created_at: datetime
    executes_on: date
    source: BankAccount
    transfers: Sequence[Transfer]

    @property
    def cents(self) -> int:
        """What all of it comes to."""
        return sum(one.cents for one in self.transfers)


def document(batch: Batch) -> bytes:
    """Answer the file, valid by the schema.

    Raises:
        xmlschema.XMLSchemaValidationError: the schema does not allow a text of it.

    """
    from sepaxml import SepaTransfer  # noqa: PLC0415 - a tenth of what a server begins with

    made = SepaTransfer(_source(batch.source), schema=SCHEMA)
    for one in batch.transfers:
        made.add_payment(_payment(one, batch.executes_on))
    written = _settled(_with_agent(made.export(validate=False).decode()), batch)
    _schema().validate(written.decode())
    return written


def sepa_text(text: str, *, limit: int) -> str:
    """Answer a text in the letters that every bank takes; no slashes where they mean something."""
    latin = unidecode(text.replace("&", "+"))
    plain = re.sub(r"/{2,}", "/", _OUTSIDE.sub(" ", latin))
    return " ".join(plain.split())[:limit].strip(" /") or "-"


@cache
def _schema() -> XMLSchema:
    from xmlschema import XMLSchema  # noqa: PLC0415 - the same

    # The library has it, and would read it again for each file.
    return XMLSchema(str(files("sepaxml").joinpath("schemas", f"{SCHEMA}.xsd")))


def _source(account: BankAccount) -> dict[str, object]:
    told: dict[str, object] = {
        "name": sepa_text(account.holder, limit=_LONGEST_NAME),
        "IBAN": account.iban,
        "batch": True,
        "currency": CURRENCY,
    }
    return told | ({"BIC": account.bic} if account.bic else {})


def _payment(one: Transfer, executes_on: date) -> dict[str, object]:
    told: dict[str, object] = {
        "name": sepa_text(one.to.holder, limit=_LONGEST_NAME),
        "IBAN": one.to.iban,
        "amount": one.cents,
        "execution_date": executes_on,
        "description": sepa_text(one.text, limit=_LONGEST_TEXT),
        "endtoend_id": one.reference,
    }
    return told | ({"BIC": one.to.bic} if one.to.bic else {})


def _with_agent(text: str) -> str:
    """Say that our bank is not named, where no BIC is: banks refuse an agent of nothing."""
    return re.sub(
        r"<FinInstnId\s*/>", "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>", text
    )


def _settled(text: str, batch: Batch) -> bytes:
    """Put our names and our time where the library takes chance and the clock."""
    created = batch.created_at.replace(microsecond=0).isoformat()
    for tag, said in (("MsgId", batch.message), ("PmtInfId", batch.message), ("CreDtTm", created)):
        text, found = re.subn(rf"(<{tag}>)[^<]*(</{tag}>)", rf"\g<1>{said}\g<2>", text)
        if found != 1:
            raise AssertionError(f"{found} times {tag} in what sepaxml made")
    return text.encode()
