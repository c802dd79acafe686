"""Sheets of shares as people read them, and what they write of new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from accounting.splits import WHOLE_PPM
from catalog.models.rights import PayeeKind, SheetKind
from catalog.states import SheetState
from catalog.words import folded
from stream.api.split_documents import ShareFacts, SheetDocument
from stream.pages.language import N_

_CONTRACT, _SHARES = N_("a label's part, taken before the rest is shared"), N_("shares")
_REST, _PART_OF_REST = N_("the rest"), N_("a part of the rest")
_PPM_OF_PERCENT, _MOST_ROWS = 10_000, 100
#: What is said of sheets, of shares and of payees, by what programs are told.
STATES = {
    SheetState.PROPOSED: N_("proposed"),
    SheetState.AGREED: N_("agreed"),
    SheetState.DECLINED: N_("declined"),
    SheetState.REPLACED: N_("replaced by another"),
    "accepted": N_("accepted"),
    "waiting": N_("waiting"),
    "unclaimed": N_("for nobody yet"),
}
KINDS = {
    PayeeKind.ARTIST: N_("artist"),
    PayeeKind.LABEL: N_("label"),
    PayeeKind.GROUP: N_("group"),
    PayeeKind.MEMBER: N_("member"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a form: who, and how much, as they were typed."""

    who: str = ""
    percent: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.who or self.percent or self.email)


def sheet_words(found: SheetDocument) -> dict[str, Any]:
    """Tell a sheet as people read it."""
    is_contract = found.kind is SheetKind.CONTRACT
    shown = [share for share in found.shares if share.ppm or share.yours]
    left = WHOLE_PPM - sum(share.ppm for share in shown)
    return {
        "id": found.id,
        "title": found.title,
        "owner": found.owner_name,
        "what": _CONTRACT if is_contract else _SHARES,
        "by": found.proposed_by,
        "state": found.state,
        "since": found.in_force_from or found.valid_from,
        "until": found.valid_until,
        "shares": [
            _share(
                one,
                rest=left if is_contract and one is not found.shares[0] else 0,
                what=_REST if one.payee == found.owner else _PART_OF_REST,
            )
            for one in shown
        ],
        "waits": [one.model_dump() for one in found.waits],
        "may_answer": found.may_answer,
    }


def rows_of(form: Mapping[str, str]) -> list[Row]:
    """Read the lines of a form, in their order."""
    numbers = sorted(
        int(name.removeprefix("who-"))
        for name in form
        if name.startswith("who-") and name.removeprefix("who-").isdecimal()
    )
    return [
        Row(
            who=form[f"who-{n}"].strip(),
            percent=form.get(f"percent-{n}", "").strip(),
            email=form.get(f"email-{n}", "").strip(),
        )
        for n in numbers[:_MOST_ROWS]
    ]


def ppm_of(percent: str) -> int | None:
    """Read per cent, with a point or a comma, as millionths; nothing where it is no such number.

    >>> ppm_of("33,3333")
    333333
    """
    try:
        value = Decimal(percent.rstrip("%").strip().replace(",", ".")) * _PPM_OF_PERCENT
    except InvalidOperation:
        return None
    is_whole = value.is_finite() and value == value.to_integral_value()
    return int(value) if is_whole and 0 < value <= WHOLE_PPM else None


def percent_of(ppm: int) -> str:
    """Write millionths as a form has them.

    >>> percent_of(333333), percent_of(500000)
    ('33.3333', '50')
    """
    return f"{Decimal(ppm) / _PPM_OF_PERCENT:f}"


def rows_in(shares: Sequence[ShareFacts], names: Mapping[str, str]) -> list[Row]:
    """Answer the lines of a sheet that is to be changed; by number where a name is that of many."""
    often = Counter(folded(one) for one in names.values())
    return [
        Row(
            who=one.name if often[folded(one.name)] == 1 else one.payee or "",
            percent=percent_of(one.ppm),
        )
        for one in shares
        if one.ppm
    ]


def _share(share: ShareFacts, *, rest: int, what: str) -> dict[str, Any]:
    """Say what a share is; `rest` is what a contract leaves to those who share the music."""
    return {
        "name": share.name,
        "what": what if rest else "",
        "part": share.ppm,
        "ppm": rest or share.ppm,
        "state": share.state,
        "yours": share.yours,
    }
