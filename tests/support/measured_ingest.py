"""What a long message takes of a worker, told as JSON: `python -m tests.support.measured_ingest 1`.

It has 121 tracks and 351 deals, and is about 750 KB long; the number says how many times as much.
With `files` behind it all its files come, too, of a few bytes each: so its tracks are written.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from catalog.kinds import Kind
from tests.support.delivering import a_partner, deliver, message_of
from tests.support.ern import US, deal_43
from tests.support.ern_album import Album, Song
from tests.support.working import do, workshop

_TRACKS, _DEALS, _CREDITS = 121, 351, 29
_PLACES = ("Worldwide", "DE", "US")


def long_message(times: int, *, has_files: bool) -> Album:
    """Write an album of so many times 121 tracks, each of them with deals of its own."""
    songs = tuple(
        Song(number=n, title=f"Song {n}", data=b"%d" % n if has_files else None, more=_credits(n))
        for n in range(1, _TRACKS * times + 1)
    )
    deals = "".join(_deal(n % (_TRACKS * times) + 1, n) for n in range(_DEALS * times))
    return Album(songs=songs, deals=deals, parties=_parties())


def _deal(track: int, n: int) -> str:
    where = f"<TerritoryCode>{_PLACES[n % len(_PLACES)]}</TerritoryCode>"
    starts = f"<StartDate>2024-03-{n % 28 + 1:02}</StartDate>"
    return deal_43(f"R{track}", where=where, starts=starts)


def _credits(n: int) -> str:
    return "".join(
        f'<Contributor SequenceNumber="{k}"><ContributorPartyReference>PC{(n + k) % 100}'
        "</ContributorPartyReference><Role>Composer</Role></Contributor>"
        for k in range(1, _CREDITS + 1)
    )


def _parties() -> str:
    return Album(songs=()).parties + "".join(
        f"<Party><PartyReference>PC{n}</PartyReference><PartyName><FullName>Composer {n}</FullName>"
        f'</PartyName><PartyId><ProprietaryId Namespace="PADPIDA1">{n}</ProprietaryId></PartyId>'
        "</Party>"
        for n in range(100)
    )


def _memory_bytes(what: str) -> int:
    """Answer what the kernel says of our memory: `VmRSS` is now, `VmHWM` the most since a reset."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) * 1024


def _forget_the_most() -> None:
    """Let the most memory that we had be counted anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


async def measured(folder: Path, times: int, *, has_files: bool) -> dict[str, float | str]:
    """Ingest a short message, and then a long one; answer what that took beyond the short one."""
    async with workshop(folder, ddex_party_id=US) as holding:
        first = await a_partner(holding, "PADPIDA1")
        short = Album(songs=(Song(number=99_999),), sender="PADPIDA1")
        await deliver(holding, first, short.xml())
        await do(holding, Kind.INGEST)
        album = long_message(times, has_files=has_files)
        content = album.xml()
        message_id = await deliver(holding, await a_partner(holding), content, album.files())
        size_bytes = len(content)
        del content, album
        _forget_the_most()
        before, began = _memory_bytes("VmRSS"), time.process_time()
        await do(holding, Kind.INGEST)
        cpu_s = time.process_time() - began
        more = _memory_bytes("VmHWM") - before
        return {
            "bytes": size_bytes,
            "cpu_s": round(cpu_s, 3),
            "memory_mib": round(more / 2**20, 1),
            "state": (await message_of(holding, message_id)).state,
        }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = asyncio.run(measured(Path(place), int(sys.argv[1]), has_files="files" in sys.argv))
        sys.stdout.write(json.dumps(found) + "\n")
