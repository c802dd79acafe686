"""Bank accounts that SEPA credit transfers reach: checked at the door, masked wherever shown.

An IBAN is enough within the European Economic Area (Regulation (EU) No 260/2012, article 5);
a bank outside of it is named by its BIC as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from base.errors import Refused

#: Whose IBANs name their bank well enough: the European Union, Iceland, Liechtenstein, Norway.
EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
#: Who takes part in SEPA besides (EPC409-09).
_FURTHER = "AD AL CH GB GI MC MD ME MK RS SM VA"
LONGEST_HOLDER = 70


class Iban(str):
    """A number that no log, no fault and no trace tells: it shows itself masked."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show what may stand anywhere."""
        return f"Iban({masked(self)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """An account, and who holds it."""

    holder: str
    iban: Iban
    bic: str | None = None


def bank_account(*, holder: str, iban: str, bic: str = "") -> BankAccount:
    """Answer an account that a transfer can be sent to.

    Raises:
        Refused: 422, `holder-unfit`, `iban-invalid`, `iban-not-sepa`, `bic-invalid`,
            `bic-missing`.

    """
    holder = " ".join(holder.split())
    if not 1 <= len(holder) <= LONGEST_HOLDER:
        raise _unfit("holder-unfit", f"A holder has a name of 1 to {LONGEST_HOLDER} letters.")
    number = _iban(iban)
    return BankAccount(holder=holder, iban=number, bic=_bic(bic, number[:2]))


def masked(iban: str) -> str:
    """Answer what may be shown of an IBAN: enough to know one's own."""
    return f"{iban[:4]}…{iban[-4:]}"


def _iban(text: str) -> Iban:
    try:
        number: str = ibans.validate(text)
    except ValidationError:
        # Neither the number nor the library's words go further: answers are logged.
        raise _unfit("iban-invalid", "This is no IBAN: one of its digits is wrong.") from None
    if number[:2] not in (*EEA.split(), *_FURTHER.split()):
        raise _unfit("iban-not-sepa", "SEPA transfers do not reach the country of this IBAN.")
    return Iban(number)


def _bic(text: str, country: str) -> str | None:
    if not text.strip():
        if country in EEA.split():
            return None
        raise _unfit("bic-missing", "A bank outside of the EEA is named by its BIC, too.")
    try:
        code: str = bics.validate(text)
    except ValidationError:
        raise _unfit("bic-invalid", "This is no BIC: it has 8 or 11 letters and digits.") from None
    return code


def _unfit(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, status=422)
