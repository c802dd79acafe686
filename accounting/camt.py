"""What a bank says has become of transfers: camt.053 (statement) and camt.054 (notification).

Of a bank's entries only what names one of our references is read: a debit means that a transfer,
or the whole file that it was in, left the account; a credit means that one came back. Elements are
found by their names, whichever version of the message a bank writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from base.errors import Refused

#: No month of transfers makes a larger statement.
LARGEST_BYTES = 64 * 2**20
#: A bank that tells no reason.
NO_REASON = "NARR"
_AMOUNT = re.compile(r"(\d{1,16})(?:\.(\d{1,2})0*)?")
_CODE = re.compile(r"[A-Z0-9]{4}")
#: References as our files write them: an id without its dashes, whatever a bank makes of its case.
_OURS = re.compile(r"[0-9A-Fa-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A booked entry about one reference: of a transfer, or of all in a file.

    `cents` is None where the bank writes an amount that nobody can read.
    """

    reference: str
    cents: int | None
    currency: str
    #: Why it came back, a code of ISO 20022; empty when it did not.
    returned: str = ""


def news_in(content: bytes) -> list[News]:
    """Answer what a statement or notification tells of our references, in its order.

    Raises:
        Refused: 422, `statement-unreadable`: it is none, or larger than any.

    """
    root = _root(content)
    return [one for entry in _named(root, "Ntry") if _is_booked(entry) for one in _of(entry)]


def _root(content: bytes) -> ET.Element:
    try:
        text = content.decode() if len(content) <= LARGEST_BYTES else ""
        # Whoever declares entities wants something else than to tell of transfers.
        if "<!DOCTYPE" in text or "camt.05" not in text:
            raise _unreadable()
        return ET.fromstring(text)  # noqa: S314 - without entities there is nothing to expand
    except (UnicodeDecodeError, ET.ParseError):
        raise _unreadable() from None


def _unreadable() -> Refused:
    return Refused(
        "statement-unreadable", "This is no camt.053 or camt.054 message in UTF-8.", status=422
    )


def _of(entry: ET.Element) -> Iterator[News]:
    details = list(_named(entry, "TxDtls"))
    single = [one for part in details for one in _told(part, entry, "EndToEndId")]
    # A file that was booked as one: nothing is said of each transfer.
    whole = [] if single else list(_told(entry, entry, "PmtInfId"))
    yield from single or whole


def _told(part: ET.Element, entry: ET.Element, tag: str) -> Iterator[News]:
    reference = _text(part, tag)
    if not _OURS.fullmatch(reference):
        return
    amount = _first(part, "Amt")
    amount = _first(entry, "Amt") if amount is None else amount
    direction = _text(part, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    yield News(
        reference=reference,
        cents=None if amount is None else _cents(amount.text or ""),
        currency="" if amount is None else amount.get("Ccy", ""),
        returned=_reason(part) if direction == "CRDT" else "",
    )


def _reason(part: ET.Element) -> str:
    back = _first(part, "RtrInf")
    code = "" if back is None else _text(back, "Cd")
    return code if _CODE.fullmatch(code) else NO_REASON


def _is_booked(entry: ET.Element) -> bool:
    status = _first(entry, "Sts")
    return status is not None and "".join(status.itertext()).strip() == "BOOK"


def _cents(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _named(root: ET.Element, tag: str) -> Iterator[ET.Element]:
    return (one for one in root.iter() if one.tag.rpartition("}")[2] == tag)


def _first(root: ET.Element, tag: str) -> ET.Element | None:
    return next(_named(root, tag), None)


def _text(root: ET.Element, tag: str) -> str:
    found = _first(root, tag)
    return "" if found is None else (found.text or "").strip()
