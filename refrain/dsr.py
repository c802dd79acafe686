"""Reports of sales on a terminal: written to a folder, and checked wherever they come from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4

from accounting.dsr.cells import text_of
from accounting.dsr.checking import Checked, Finding
from accounting.dsr.known import PROFILES
from accounting.dsr.reading_back import check_files
from accounting.dsr.reporting import Asked, Made, make_basic_audio
from base.errors import Refused
from base.log import escaped
from base.settings import Settings
from base.tools import open_tools
from refrain.output import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which report is to be written: of which month and account, to whom, and how."""

    month: str
    account: UUID | None
    recipient_id: str
    recipient: str
    sender: str
    out: Path
    is_packed: bool
    most_lines: int | None


async def write(settings: Settings, wanted: Wanted, *, as_json: bool) -> None:
    """Write a report, and the empty file that says that all of it is there.

    Raises:
        Refused: `dsr-sender`: the house has no DPID; or as `make_basic_audio` does.

    """
    if not settings.ddex_party_id:
        raise Refused(
            "dsr-sender",
            "Reports say who sends them: put the co-operative's DPID into REFRAIN_DDEX_PARTY_ID.",
        )
    wanted.out.mkdir(parents=True, exist_ok=True)
    async with open_tools(settings) as tools, tools.database.snapshot() as session:
        asked = Asked(
            month=wanted.month,
            zone=settings.books_zone,
            message_id=str(uuid4()),
            created_at=tools.clock(),
            sender_id=settings.ddex_party_id,
            sender=wanted.sender,
            recipient_id=wanted.recipient_id,
            recipient=wanted.recipient or wanted.recipient_id,
            account_id=wanted.account,
            is_packed=wanted.is_packed,
            most_lines=wanted.most_lines,
        )
        made = await make_basic_audio(session, asked, wanted.out)
    (wanted.out / made.semaphore).touch()
    say(json.dumps(_document(made)) if as_json else _text(made))


def check(files: Sequence[Path], *, as_json: bool) -> bool:
    """Check all files of a report, and say what is wrong; answer whether nothing is."""
    checked, faults = check_files(files, PROFILES)
    found = [
        *((path.name, one) for path, each in zip(files, checked, strict=True)
          for one in each.findings),
        *(("", one) for one in faults),
    ]  # fmt: skip
    if as_json:
        say(json.dumps(_checked_document(files, checked, found)))
        return not found
    for name, one in found:
        where = f"{name}:{one.line}: " if one.line else f"{name}: " if name else ""
        # What a file holds must not move the cursor of who reads it.
        say(escaped(f"{where}{one.text} ({one.rule})", but="\n"))
    lines, blocks = sum(one.lines for one in checked), sum(one.blocks for one in checked)
    say(f"{lines} lines, {blocks} blocks: " + ("something is wrong." if found else "all is right."))
    return not found


def _checked_document(
    files: Sequence[Path], checked: Sequence[Checked], found: Sequence[tuple[str, Finding]]
) -> dict[str, object]:
    first = checked[0]
    return {
        "right": not found,
        "profile": first.profile and f"{first.profile.name} {first.profile.version}",
        "message_id": first.head.text("MessageId") if first.head else None,
        "files": [
            {"name": path.name, "lines": one.lines, "blocks": one.blocks}
            for path, one in zip(files, checked, strict=True)
        ],
        "summaries": first.told,
        "findings": [{"file": name, **asdict(one)} for name, one in found],
    }


def _document(made: Made) -> dict[str, object]:
    return {
        "files": [str(one) for one in made.files],
        "semaphore": made.semaphore,
        "message_id": made.message_id,
        "lines": made.lines,
        "blocks": made.blocks,
        "scale": 6,
        "sums": made.sums,
    }


def _text(made: Made) -> str:
    told = [f"{one}" for one in made.files]
    for currency, sums in made.sums.items():
        revenue, artists = sums["revenue"] or 0, sums["artists"] or 0
        told.append(
            f"{currency} {text_of(revenue)} for {sums['plays']} plays, {sums['purchases']} "
            f"purchases and {sums['returns']} returns, of which artists have {text_of(artists)}"
        )
    told.append(f"{made.lines} lines, {made.blocks} blocks; it is what the books have.")
    return "\n".join(told)
