"""An import, over the interface: looks at what is there, and does what is not done yet.

All of it may be done again, after it was broken off, too: nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from base.errors import Refused
from catalog.findings import Finding
from refrain.client import Client
from refrain.imports.comparing import Step, compare, is_same
from refrain.imports.wanted import Song, Wanted, fault

if TYPE_CHECKING:  # documents are types alone
    from refrain.api_client.operations import EditRelease, ReleaseDocument

#: What says no to one file, and nothing of the next.
_OF_THE_FILE = frozenset({413, 415, 422})


async def look(client: Client, wanted: Wanted) -> Step:
    """Answer what is to be done for a release.

    Raises:
        Refused, Unavailable: as `Client`.

    """
    found = await _found(client, wanted)
    return compare(wanted, found, orders=wanted.is_said)


async def do(client: Client, step: Step, told: Callable[[Song], None]) -> Step:
    """Do it; answer what was done, with what the house said no to.

    Raises:
        Refused, Unavailable: as `Client`, of what is no matter of one file.

    """
    wanted, findings = step.wanted, list(step.findings)
    release = step.release or (await client.begin(wanted.title, wanted.artist))["id"]
    if step.words:  # first of all, for by its numbers it is found again
        await client.write(release, cast("EditRelease", dict(step.words)))
    if step.sends_cover and wanted.cover is not None:
        await client.cover(release, wanted.cover)
    for song in step.send:
        findings += await _send(client, release, song)
        told(song)
    if step.send or step.change:
        orders = wanted.is_said or bool(step.send)
        rest = compare(wanted, await client.release(release), orders=orders)
        if rest.change:
            await client.write(release, cast("EditRelease", rest.change))
    return replace(step, release=release, findings=findings)


async def _send(client: Client, release: str, song: Song) -> list[Finding]:
    try:
        await client.send(song.path, lambda _: None, release=release)
    except Refused as error:
        if error.status not in _OF_THE_FILE:
            raise
        return [fault("file-refused", song.about, error.sentence)]
    return []


async def _found(client: Client, wanted: Wanted) -> ReleaseDocument | None:
    for name in ("mbid", "upc"):
        if name in wanted.words:
            numbered = await client.releases(**{name: wanted.words[name]})
            if numbered:
                return numbered[0]
    called = await client.releases(title=wanted.title)
    return next((one for one in called if is_same(wanted, one)), None)
