"""An e-mail address as it is written to, and as it is compared.

Two addresses are the same where their folded forms are: capitals do not tell them apart, nor ways
to write one letter, nor a domain in letters of its own (IDNA). Dots and what stands behind a plus
do: only the receiver's server knows what they mean.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from base.errors import Refused

_LONGEST, _LONGEST_LOCAL = 254, 64
#: An atom of RFC 5322 with dots; what needs quotes, nobody has.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """`address` is written to, `folded` compared."""

    address: str
    folded: str


def parse_email(text: str) -> Email:
    """Read an address as somebody typed it.

    Raises:
        Refused: `email-unfit`, 422: nothing can be sent there; the sentence says why.

    """
    local, at, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    if not at or not local or not domain:
        raise _unfit("An e-mail address has a name, an @ and a domain, as ada@example.org.")
    if not _LOCAL.fullmatch(local):
        raise _unfit("Before the @ there is something that no mail of ours can be sent to.")
    host = _host(domain)
    email = Email(address=f"{local}@{host}", folded=f"{local.casefold()}@{host}")
    if len(local) > _LONGEST_LOCAL or len(email.address) > _LONGEST:
        raise _unfit("This address is longer than addresses may be.")
    return email


def _host(domain: str) -> str:
    try:
        host = domain.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004 - name and top
        raise _unfit("What is behind the @ is no domain, as example.org; is a letter missing?")
    return host


def _unfit(sentence: str) -> Refused:
    return Refused("email-unfit", sentence, status=422)
