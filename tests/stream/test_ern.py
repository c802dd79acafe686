"""An album is told of: over HTTP to its owner, and as a delivery with all its files."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from base.storage.port import Key, LocalFiles
from catalog.kinds import Kind
from catalog.models.ddex import Partner, SuppliedRelease
from catalog.models.files import Master
from catalog.music import describe_master
from catalog.people import caller_of
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.arriving.layouts import Entry, Layout, deliveries_in
from ingest.ddex.arriving.manifests import compare
from ingest.ddex.arriving.manifests import parse as parse_manifest
from ingest.ddex.canonical import IdKind, Message
from ingest.ddex.export.deliveries import Folder, delivery_of
from ingest.ddex.export.telling import Wanted, tell
from ingest.ddex.messages import parse
from ingest.ddex.versions import MessageKind
from refrain.ddex_export import export_to
from tests.support.catalog import NOON
from tests.support.covers import cover
from tests.support.demo_music import music
from tests.support.served import Client, served
from tests.support.working import do
from transcode.probe import probe
from transcode.tools import find_tools

pytestmark = pytest.mark.asyncio(loop_scope="module")
US, THEM = "PADPIDA2020020202Y", "PADPIDA2020030303Z"
UPC = "4006381333931"
MASTERS = [music(0.3, seed=seed) for seed in (1, 2)]
SAID: dict[str, Any] = {
    "title": "Harbour & <Lights>",
    "artists": [{"name": "Ada", "isni": "0000000121032683"}],
    "upc": UPC,
    "genres": ["Folk"],
    "language": "en",
    "label": "Nine Beads",
    "p_line": {"year": 2026, "owner": "Nine Beads"},
    "c_line": {"year": 2026, "owner": "Nine Beads"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("ern"), ddex_party_id=US) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def token(client: Client) -> str:
    return await client.artist()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def album(client: Client, token: str) -> str:
    """Answer a release that is out, of two masters, with a cover."""
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"})
    path = f"/api/v1/releases/{begun.json['id']}"
    for number, master in enumerate(MASTERS, 1):
        sent = f"/api/v1/masters/{number}.flac?release={begun.json['id']}"
        assert (await client.ask("PUT", sent, token=token, data=master)).status == 201
    await client.play()
    await look_into(client)
    draft = await client.release(begun.json["id"], token)
    songs = [
        {
            "track": one["track"],
            "title": f"Song {number}",
            "artists": [{"name": "Ada"}],
            "isrc": f"QZTST26{number:05}",
            "credits": [{"role": "Violin", "name": "Jo Adler"}],
            "explicit": "not",
            "language": "zxx",
        }
        for number, one in enumerate(draft["tracks"], 1)
    ]
    said = await client.ask("PATCH", path, token=token, data={**SAID, "tracks": songs})
    assert said.status == 200, said.json
    drawn = cover("tide", ("#123456", "#654321", "#abcdef"), side=300)
    assert (await client.ask("PUT", f"{path}/artwork", token=token, data=drawn)).status < 300
    await do(client.holding, Kind.ARTWORK)
    out = await client.ask("POST", f"{path}/publish", token=token)
    assert out.status == 200, out.json
    return str(begun.json["id"])


async def look_into(client: Client) -> None:
    """Write down what the masters are, as an examination does that hears them to the end."""
    tools, engine = client.holding.tools, await find_tools()
    async with tools.database.begin() as session:
        for master in await session.scalars(select(Master)):
            assert isinstance(tools.storage, LocalFiles)
            source = await probe(engine, tools.storage.local_path(Key(master.storage_key)))
            facts = {
                "container": source.container,
                "codec": source.codec,
                "channels": source.channels,
                "bit_depth": source.bit_depth,
                "sample_rate": source.sample_rate,
                "samples": source.declared_samples,
            }
            await describe_master(session, master.id, facts)


async def test_its_owner_downloads_what_is_told(client: Client, token: str, album: str) -> None:
    answer = await client.ask("GET", f"/api/v1/releases/{album}/ern?to={THEM}", token=token)

    assert answer.status == 200, answer.body
    assert answer.headers["content-type"] == "application/xml"
    assert ".xml" in answer.headers["content-disposition"]
    message = parse(answer.body)
    assert message.header.recipients == (THEM,)
    assert message.main_release
    assert [one.text for one in message.main_release.titles] == ["Harbour & <Lights>"]
    assert [one.identifiers[0].value for one in message.resources[:2]] == [
        *("QZTST2600001", "QZTST2600002")
    ]


async def test_the_page_of_how_it_comes_out_leads_there(
    client: Client, token: str, album: str
) -> None:
    page = await client.ask("GET", f"/studio/releases/{album}/coming-out", token=token)

    assert f'href="/api/v1/releases/{album}/ern"' in page.body.decode()


async def test_each_message_has_a_number_of_its_own_and_the_thread_of_its_release(
    client: Client, token: str, album: str
) -> None:
    path = f"/api/v1/releases/{album}/ern"
    [one, other] = [
        parse((await client.ask("GET", path, token=token)).body).header for _ in range(2)
    ]

    assert one.message_id != other.message_id
    assert one.thread_id == other.thread_id == album


async def test_nobody_else_is_told(client: Client, album: str) -> None:
    path = f"/api/v1/releases/{album}/ern"

    assert (await client.ask("GET", path)).status == 401
    assert (await client.ask("GET", path, token=await client.artist())).status == 404


async def test_a_delivery_has_all_files_and_is_valid_and_whole(
    client: Client, album: str, tmp_path: Path
) -> None:
    wanted = Wanted(release_id=UUID(album), recipient=THEM)

    put = await export_to(client.holding.tools.settings, [wanted], tmp_path)

    folder = put.folder
    assert (put.files, put.findings) == (4, [])
    assert folder.name.startswith(f"N_{UPC}_20")
    assert files_in(tmp_path) == {
        f"{folder.name}/{UPC}.xml",
        f"{folder.name}/resources/001.flac",
        f"{folder.name}/resources/002.flac",
        f"{folder.name}/resources/cover.jpg",
    }
    assert await validated(folder / f"{UPC}.xml") == (0, [])
    message = parse((folder / f"{UPC}.xml").read_bytes())
    assert_hashes_agree(message, folder)
    sounds = [folder / one.files[0].uri for one in message.resources[:2]]
    assert [sound.read_bytes() for sound in sounds] == MASTERS


async def test_what_we_deliver_is_taken_as_a_delivery(
    client: Client, album: str, tmp_path: Path
) -> None:
    wanted = Wanted(release_id=UUID(album), recipient=THEM)
    await export_to(client.holding.tools.settings, [wanted], tmp_path)

    entries = await FolderInbox(tmp_path).entries(settled=())
    [found] = deliveries_in(entries, now=datetime.now(UTC), still=timedelta(0))

    assert (found.layout, found.is_complete, found.odd) == (Layout.RELEASE, True, ())
    assert found.messages == (f"{UPC}.xml",)
    assert len(found.files) == 4


async def validated(path: Path) -> tuple[int | None, Any]:
    """Run the command in a process of its own, as it logs as its own settings say."""
    command = (sys.executable, "-m", "refrain", "ddex", "validate", str(path), "--json")
    settings = {**os.environ, "REFRAIN_DDEX_PARTY_ID": THEM}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=settings)
    said, _ = await process.communicate()
    return process.returncode, json.loads(said)["findings"]


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def assert_hashes_agree(message: Message, folder: Path) -> None:
    for resource in message.resources:
        [file] = resource.files
        digest = hashlib.sha256((folder / file.uri).read_bytes()).hexdigest()
        assert digest == file.hashes[0].value


async def test_several_releases_are_a_batch_that_a_manifest_ends(
    client: Client, album: str
) -> None:
    wanted = Wanted(release_id=UUID(album), recipient=THEM)
    async with client.holding.tools.database.read() as session:
        settings, now = client.holding.tools.settings, client.holding.tools.clock()
        one = await tell(session, wanted, settings, now=now)
    other = replace(one, told=replace(one.told, release=replace(one.told.release, upc=None)))

    folder = delivery_of([one, other], now)

    number = f"{NOON:%Y%m%d%H%M%S}000"
    assert folder.name == f"N_{number}"
    assert list(folder.written) == [
        *(f"{name}/{name}.xml" for name in (UPC, UUID(album).hex)),
        f"BatchComplete_{number}.xml",
    ]
    assert len(folder.copied) == 6
    [found] = deliveries_in(entries_of(folder), now=NOON, still=timedelta(days=1))
    assert (found.layout, found.is_complete, found.odd) == (Layout.BATCH, True, ())
    assert set(found.messages) == set(list(folder.written)[:2])
    manifest = parse_manifest(folder.written[f"BatchComplete_{number}.xml"])
    compared = compare(manifest, found.messages, delivery=folder.name)
    assert (compared.is_whole, compared.odd, manifest.number) == (True, (), 2)
    assert [each.value for listed in manifest.messages for each in listed.sums] == [
        hashlib.sha256(each.content).hexdigest() for each in (one, other)
    ]


def entries_of(folder: Folder) -> list[Entry]:
    return [
        Entry(path=f"{folder.name}/{path}", size_bytes=1, changed_at=NOON, mark=path)
        for path in (*folder.copied, *folder.written)
    ]


async def test_what_came_from_a_partner_is_not_ours_to_tell(
    client: Client, token: str, album: str
) -> None:
    database = client.holding.tools.database
    async with database.begin() as session:
        owner = await caller_of(session, token, now=NOON)
        assert owner
        partner = Partner(
            id=uuid4(),
            dpid=THEM,
            name="They",
            account_id=owner.id,
            state="active",
            severities={},
            keys=[],
            created_by=owner.id,
            created_at=NOON,
            changed_at=NOON,
        )
        session.add(partner)
        await session.flush()
        row = SuppliedRelease(
            id=uuid4(),
            partner_id=partner.id,
            release_id=UUID(album),
            title="R",
            told_at=NOON,
            message_id="M",
            told={},
        )
        session.add(row)
    answer = await client.ask("GET", f"/api/v1/releases/{album}/ern", token=token)
    async with database.begin() as session:
        await session.delete(await session.merge(row))

    assert (answer.status, answer.json["type"]) == (409, "urn:refrain:problem:release-supplied")


async def test_a_draft_is_told_to_nobody(client: Client, token: str) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"})

    answer = await client.ask("GET", f"/api/v1/releases/{begun.json['id']}/ern", token=token)

    assert (answer.status, answer.json["type"]) == (409, "urn:refrain:problem:release-not-out")


async def test_what_is_withdrawn_is_told_without_deals_and_may_be_purged(
    client: Client, token: str, album: str
) -> None:
    path = f"/api/v1/releases/{album}"
    early = await client.ask("GET", f"{path}/ern?purge=true", token=token)
    assert (early.status, early.json["type"]) == (409, "urn:refrain:problem:release-out")
    why = {"reason": "The masters were the wrong ones."}
    gone = await client.ask("POST", f"{path}/withdraw", token=token, data=why)
    assert gone.status == 200, gone.json

    told = parse((await client.ask("GET", f"{path}/ern", token=token)).body)
    purged = parse((await client.ask("GET", f"{path}/ern?purge=true", token=token)).body)

    assert (told.kind, told.deals) == (MessageKind.NEW_RELEASE, ())
    assert purged.kind is MessageKind.PURGE
    assert {one.kind for one in purged.purged[0]} == {IdKind.ICPN, IdKind.PROPRIETARY}
