import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from base.database import Database
from base.storage.port import Key
from base.tools import open_storage
from catalog.ern_states import DeliveryState, MessageState
from ingest.ddex.arriving.answering import answer, clear, end
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.arriving.receiving import LATE, receive
from tests.support.catalog import NOON
from tests.support.deliveries import BATCH, Office, batch, lay, manifest, office_of

MARK = f"{BATCH}/BatchComplete_{BATCH[2:]}"


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """Answer one of the two: what is asked of both, `test_receiving_again` asks."""
    return migrated_sqlite_url


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture
async def office(database: Database, disk_url: str, root: Path) -> AsyncIterator[Office]:
    async with (
        open_storage(disk_url) as storage,
        office_of(database, storage, FolderInbox(root)) as opened,
    ):
        yield opened


async def test_what_is_not_complete_is_seen_and_nothing_of_it_is_taken(
    office: Office, root: Path
) -> None:
    files = batch()
    del files[MARK]
    lay(root, files)

    new = await office.look()

    found = await office.known()
    assert new == 0
    assert [one.state for one in found.deliveries] == [DeliveryState.RECEIVING]
    assert (found.files, found.messages, found.jobs) == ([], [], [])


async def test_a_message_that_is_sent_again_with_other_bytes_is_another(
    office: Office, root: Path
) -> None:
    lay(root, batch())
    await office.look()

    lay(root, {f"{BATCH}/A1/A1.xml": b"<other/>"})
    new = await office.look()

    found = await office.known()
    assert new == 1
    assert [one.path for one in found.messages].count("A1/A1.xml") == 2
    assert len({one.sha256 for one in found.files if one.path == "A1/A1.xml"}) == 2
    assert len(found.jobs) == 3


async def test_an_older_file_that_is_sent_again_is_what_came_last(
    office: Office, root: Path
) -> None:
    path = "A1/resources/01.flac"
    first = batch(BATCH, "A1")[f"{BATCH}/{path}"]
    lay(root, batch(BATCH, "A1"))
    await office.look()

    for data in (b"fLaC other", first):
        lay(root, {f"{BATCH}/{path}": data})
        await office.look()

    rows = [one for one in (await office.known()).files if one.path == path]
    assert len(rows) == 2
    assert max(rows, key=lambda one: one.received_at).size_bytes == len(first)


async def test_a_batch_whose_manifest_says_so_is_a_test(office: Office, root: Path) -> None:
    files = batch(BATCH, "A1")
    told = manifest({"A1/A1.xml": files[f"{BATCH}/A1/A1.xml"]})
    lay(root, files | {MARK: told.replace(b"<IsTestFlag>false<", b"<IsTestFlag>true<")})

    await office.look()
    lay(root, batch(BATCH, "A2"))
    await office.look()

    [delivery] = (await office.known()).deliveries
    assert delivery.is_test


async def test_a_release_that_comes_late_to_a_batch_that_is_done_is_taken(
    office: Office, root: Path
) -> None:
    lay(root, batch())
    await office.look()
    for one in (await office.known()).messages:
        await office.set_state(one.id, MessageState.TAKEN)
    await end(office.reception, office.partner)
    assert (await office.known()).deliveries[0].state == DeliveryState.DONE

    lay(root, batch(BATCH, "A3"))
    new = await office.look()

    assert new == 1
    assert (await office.known()).deliveries[0].state == DeliveryState.COMPLETE


async def test_what_is_late_and_still_being_sent_is_left_until_it_is_still(
    office: Office, root: Path
) -> None:
    lay(root, batch())
    await office.look()
    limits = replace(office.reception.limits, still=timedelta(hours=1))
    patient = replace(office, reception=replace(office.reception, limits=limits))

    lay(root, {f"{BATCH}/A3/A3.xml": b"<half"})
    early = await patient.look()
    late = await office.look()

    assert (early, late) == (0, 1)


async def test_a_manifest_that_names_more_than_is_there_is_waited_for(
    office: Office, root: Path
) -> None:
    files = batch(BATCH, "A1", "A2")
    listed = {one: files[f"{BATCH}/{one}"] for one in ("A1/A1.xml", "A2/A2.xml")}
    late = files.pop(f"{BATCH}/A2/A2.xml")
    lay(root, files | {MARK + ".xml": manifest(listed)})

    early = await office.look()
    waits = await office.known()
    lay(root, {f"{BATCH}/A2/A2.xml": late})
    new = await office.look()

    found = await office.known()
    assert (early, new) == (0, 2)
    assert (waits.codes, waits.messages) == (["several-markers", "message-missing"], [])
    assert found.codes == ["several-markers"]
    assert not found.deliveries[0].is_unlisted


async def test_a_message_that_is_not_what_the_manifest_tells_of_is_waited_for(
    office: Office, root: Path
) -> None:
    files = batch(BATCH, "A1")
    listed = {"A1/A1.xml": files[f"{BATCH}/A1/A1.xml"]}
    files[MARK] = manifest(listed)
    lay(root, files | {f"{BATCH}/A1/A1.xml": b"<cut"})

    early = await office.look()
    told = (await office.known()).codes
    lay(root, files)
    new = await office.look()

    found = await office.known()
    assert (early, told, new) == (0, ["message-differs"], 1)
    assert found.codes == []
    assert [one.sha256 for one in found.messages] == [
        one.sha256 for one in found.files if one.size_bytes == len(listed["A1/A1.xml"])
    ]


@pytest.mark.parametrize(
    ("mark", "code", "new"),
    [
        (b"done\n", "marker-no-manifest", 1),
        (b"<ManifestMessage>", "manifest-unreadable", 0),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><ManifestMessage/>", "manifest-unreadable", 0),
    ],
)
async def test_a_mark_with_something_else_in_it(
    office: Office, root: Path, mark: bytes, code: str, new: int
) -> None:
    lay(root, batch(BATCH, "A1") | {MARK: mark})

    assert await office.look() == new
    assert (await office.known()).codes == [code]


async def test_a_batch_without_a_message_fails_until_one_comes(office: Office, root: Path) -> None:
    lay(root, {MARK: b"", f"{BATCH}/A1/resources/01.flac": b"fLaC"})

    await office.look()
    failed = await office.known()
    lay(root, batch(BATCH, "A1"))
    new = await office.look()

    assert (failed.deliveries[0].state, failed.codes) == ("failed", ["no-messages"])
    assert new == 1
    assert (await office.known()).deliveries[0].state == DeliveryState.COMPLETE


async def test_too_many_files_fail_and_nothing_of_them_is_stored(
    office: Office, root: Path
) -> None:
    limits = replace(office.reception.limits, delivery_files=3)
    strict = replace(office, reception=replace(office.reception, limits=limits))
    lay(root, batch())

    await strict.look()
    await strict.look()

    found = await office.known()
    assert (found.deliveries[0].state, found.codes, found.files) == ("failed", ["too-much"], [])


async def test_a_file_that_is_too_large_is_told_of_and_the_rest_is_taken(
    office: Office, root: Path
) -> None:
    limits = replace(office.reception.limits, file_bytes=20_000)
    strict = replace(office, reception=replace(office.reception, limits=limits))
    lay(root, batch(BATCH, "A1") | {f"{BATCH}/A1/resources/02.wav": bytes(20_001)})

    new = await strict.look()

    found = await office.known()
    assert (new, found.codes) == (1, ["too-large"])
    assert "A1/resources/02.wav" not in found.paths


async def test_links_lead_nowhere(office: Office, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.flac"
    secret.write_bytes(b"fLaC secret")
    lay(root, batch(BATCH, "A1"))
    (root / BATCH / "A1/resources/02.flac").symlink_to(secret)
    (root / BATCH / "A1/more").symlink_to(tmp_path)
    os.mkfifo(root / BATCH / "A1/pipe")

    await office.look()

    found = await office.known()
    assert found.paths == ["A1/A1.xml", "A1/resources/01.flac"]
    assert found.codes == ["no-file"] * 3


async def test_a_file_that_changes_while_it_is_read_is_left_for_later(
    office: Office, root: Path
) -> None:
    lay(root, batch(BATCH, "A1"))
    music = root / BATCH / "A1/resources/01.flac"

    async def write_on() -> None:
        with music.open("ab") as file:
            file.write(b"more")

    changing = replace(office, reception=replace(office.reception, on_way=write_on))
    during = await changing.look()
    between = await office.known()
    after = await office.look()

    found = await office.known()
    assert (during, after) == (0, 1)
    assert "A1/resources/01.flac" not in between.paths
    [stored] = [one for one in found.files if one.path.endswith(".flac")]
    assert stored.size_bytes == music.stat().st_size


async def test_urgent_messages_go_first_and_all_others_in_order(office: Office, root: Path) -> None:
    lay(root, batch("N_10", "X") | batch("N_9", "Y") | batch("P_99", "Z"))

    await office.look()

    found = await office.known()
    in_order = sorted(found.jobs, key=lambda one: (-one.priority, one.created_at))
    paths = {str(one.id): one.path for one in found.messages}
    assert [paths[one.payload["subject"]] for one in in_order] == [
        *("Z/Z.xml", "Y/Y.xml", "X/X.xml")
    ]


async def test_answers_are_brought_to_the_delivery_they_are_of(office: Office, root: Path) -> None:
    lay(root, batch(BATCH, "A1"))
    await office.look()
    [message] = (await office.known()).messages
    key = Key("ddex/aa/" + "a" * 64 + ".xml")
    await office.reception.claims.store(key, b"<ack/>")
    await office.set_state(message.id, MessageState.TAKEN, acknowledgement_key=key, ended_at=NOON)

    out = [await answer(office.reception, office.partner, office.inbox) for _ in range(2)]
    await end(office.reception, office.partner)
    again = await office.look()

    found = await office.known()
    assert out == [1, 0]
    assert again == 0
    answered = root / BATCH / "acknowledgements" / f"ACK_{NOON:%Y%m%d%H%M%S}000_A1.xml"
    assert answered.read_bytes() == b"<ack/>"
    assert found.messages[0].acknowledged_at is not None
    assert found.deliveries[0].state == DeliveryState.DONE


def folders(root: Path) -> list[str]:
    return sorted(one.name for one in root.iterdir())


async def test_what_was_done_long_ago_is_removed_and_links_lead_nowhere(
    office: Office, root: Path, tmp_path: Path
) -> None:
    lay(root, batch("N_1", "A1") | batch("N_3", "A1"))
    lay(root / "releases", batch("N_2", "A1"))
    (tmp_path / "other").mkdir()
    (root / "N_1" / "out").symlink_to(tmp_path / "other")
    lay(tmp_path / "other", {"x": b"x"})
    await office.look()
    for one in (await office.known()).messages:
        await office.set_state(one.id, MessageState.TAKEN)
    await end(office.reception, office.partner)
    lay(root, batch("N_4", "A1"))
    await office.look()
    inbox, now = FolderInbox(root), office.reception.clock()

    await clear(office.reception, office.partner, inbox, older_than=timedelta(minutes=1))
    kept = folders(root)
    later = replace(office.reception, clock=lambda: now + timedelta(minutes=2))
    await clear(later, office.partner, inbox, older_than=timedelta(minutes=1))

    assert kept == ["N_1", "N_3", "N_4", "releases"]
    assert folders(root) == ["N_4", "releases"]
    assert folders(root / "releases") == []
    assert (tmp_path / "other" / "x").exists()


async def test_what_is_done_for_long_is_not_looked_at_any_more(office: Office, root: Path) -> None:
    lay(root, batch(BATCH, "A1"))
    await office.look()
    [message] = (await office.known()).messages
    await office.set_state(message.id, MessageState.TAKEN)
    await end(office.reception, office.partner)
    much_later = office.reception.clock() + LATE + timedelta(minutes=1)

    lay(root, batch(BATCH, "A2"))
    later = replace(office.reception, clock=lambda: much_later)

    assert await receive(later, office.partner, office.inbox) == 0
