"""The report of a month, from what is booked to a file that a label reads."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, update

from accounting.agreeing import accept
from accounting.articles import article_of
from accounting.buying import Order, buy
from accounting.closing import close
from accounting.dsr.basic_audio import BASIC_AUDIO
from accounting.dsr.reading_back import check_files
from accounting.dsr.reporting import Asked, Made, make_basic_audio
from accounting.gifts import Offer, accept_gift, offer_gift
from accounting.journal import balance_of
from accounting.ledger import Account, AccountKind
from accounting.lots import LotKind
from accounting.month_end import settle_month
from accounting.plays import settle
from accounting.purchase_rows import Bought
from accounting.refunds import Why, refund_plays, refund_purchase
from base.clock import ManualClock
from base.database import Database, Session
from base.errors import Broken, Refused
from catalog.callers import Caller
from catalog.models.music import Recording, Track
from catalog.models.plays import Play, PlaySession
from catalog.models.releases import Credit, Release, ReleaseTrack
from catalog.roles import Role
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.credit import credited
from tests.support.shares import SOON, proposed
from tests.support.tampering import unguard

ZONE = "Europe/Berlin"
MONTH = "2026-11"
_HOSTILE = 'Love|Hate\t\\o/\n#"1"\x1b[2J'
#: What no database does in a way of its own is asked of one; what reads the books, of both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def asked(account: Caller | None, **other: object) -> Asked:
    plain = Asked(
        month=MONTH,
        zone=ZONE,
        message_id=str(uuid4()),
        created_at=datetime(2026, 12, 3, 8, tzinfo=UTC),
        sender_id="PADPIDA2020010101X",
        sender="Kooperativ",
        recipient_id="PADPIDA2020010102Y",
        recipient="A label",
        account_id=None if account is None else account.id,
    )
    return replace(plain, **other)  # type: ignore[arg-type]


async def closed(database: Database) -> None:
    later = datetime(2026, 12, 2, tzinfo=UTC)
    await close(database, MONTH, zone=ZONE, clock=lambda: later, settle=settle_month)


async def made(database: Database, of: Asked, folder: Path) -> Made:
    async with database.snapshot() as session:
        return await make_basic_audio(session, of, folder)


def listed(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.name.startswith("DSR"))


def records(*files: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Answer the records of files, by the names of their cells."""
    for file in files:
        for line in file.read_text(encoding="utf-8").removesuffix("\n").split("\n"):
            kind, *cells = line.split("\t")
            names = [one.name for one in BASIC_AUDIO.shapes[kind].cells]
            if len(cells) == len(names):
                yield kind, dict(zip(names, cells, strict=True))


@dataclass(frozen=True)
class Label:
    """A label, its track, and who hears it."""

    owner: Caller
    track: UUID
    database: Database
    clock: ManualClock

    async def heard(self, listener: Caller, times: int = 1, territory: str | None = "DE") -> None:
        for _ in range(times):
            one = await qualified(self.database, self.clock, listener=listener, track_id=self.track)
            async with self.database.begin() as session:
                await session.execute(
                    update(PlaySession).where(PlaySession.id == one).values(territory=territory)
                )
            await self.database.run(lambda session, one=one: settle(session, [one], now=NOON))
            self.clock.advance(timedelta(minutes=1))

    async def bought(self, listener: Caller) -> Bought:
        async def work(session: Session) -> list[Bought]:
            order = Order(
                key=str(uuid4()),
                asked="it",
                listener_id=listener.id,
                payer_id=listener.id,
                articles=[await article_of(session, self.track)],
                territory="FR",
            )
            return await buy(session, order, now=NOON)

        [one] = await self.database.run(work)
        return one

    async def given(self, giver: Caller, friend: Caller) -> None:
        async def work(session: Session) -> None:
            article = await article_of(session, self.track)
            offer = Offer(
                key="k", giver_id=giver.id, article=article, territory="FR",
                expires_at=NOON + timedelta(days=9),
            )  # fmt: skip
            gift = await offer_gift(session, offer, now=NOON)
            await accept_gift(
                session, gift.id, friend.id, article=article, territory="FR", now=NOON
            )

        await self.database.run(work)


@pytest.fixture
async def label(database: Database) -> Label:
    owner = await person(database, Role.ARTIST)
    track = await audible(database, owner)
    return Label(owner, track, database, ManualClock(NOON))


async def listener(database: Database, millicredits: int = 0, **lot: object) -> Caller:
    who = await person(database, Role.LISTENER)
    if millicredits:
        await credited(database, who, millicredits, **lot)  # type: ignore[arg-type]
    return who


async def test_each_way_to_use_a_track_is_a_row_at_what_was_paid_for_it(
    database: Database, label: Label, tmp_path: Path
) -> None:
    owns = await listener(database, 1022)
    await label.heard(owns, 10)  # the tenth is its owner's
    await label.heard(await listener(database, 100, kind=LotKind.PROMO), 2, territory=None)
    await label.heard(await listener(database, 100, price_micros=1_500_000, vat_ppm=200_000), 1)
    buys = await listener(database, 2000)
    await label.heard(buys, 2, territory="FR")
    await label.bought(buys)
    undone = await label.bought(await listener(database, 2000))
    await label.given(await listener(database, 1022), await listener(database))
    await label.heard(label.owner)
    why = Why(by=label.owner.id, reason="a test")
    await database.run(lambda s: refund_purchase(s, undone.id, why=why, now=NOON))
    await closed(database)

    report = await made(database, asked(label.owner), tmp_path)

    [file], sums = report.files, report.sums["EUR"]
    # As the example of docs/dsr.md.
    assert (sums["plays"], sums["purchases"], sums["returns"]) == (16, 3, 1)
    assert (report.lines, sums["revenue"], sums["artists"]) == (31, 3_688_800, 2_582_160)
    assert file.name == (
        "DSR_PADPIDA2020010102Y_PADPIDA2020010101X_StreamToOwn_2026-11_multi_1of1_"
        "20261203T080000.tsv"
    )
    rows = list(records(file))
    contexts = {
        each["SummaryRecordId"]: (each["CommercialModel"], each["UseType"], each["Territory"],
                                  each["ServiceDescription"].removeprefix("StreamToOwn"))
        for kind, each in rows if kind == "SY01.01"
    }  # fmt: skip
    pay, free = "PayAsYouGoModel", "FreeOfChargeModel"
    stream, download = "OnDemandStream", "PermanentDownload"
    streams = {
        (*contexts[each["SummaryRecordId"]], each["PriceConsumerPaidExcSalesTax"]):
            (int(each["NumberOfStreams"]), each["IsRoyaltyBearing"])
        for kind, each in rows if kind == "SU02"
    }  # fmt: skip
    prices = ["0.0024", "0.0048", "0.0096", "0.0192", "0.0384", "0.0768", "0.1536", "0.3072"]
    assert streams == {
        **{(pay, stream, "DE", "", one): (1, "true") for one in [*prices, "0.6144"]},
        (pay, stream, "DE", "", "0.0024"): (2, "true"),  # 1.50 each, of which 0.30 is tax
        (pay, stream, "FR", "", "0.0024"): (1, "true"),
        (pay, stream, "FR", "", "0.0048"): (1, "true"),
        (pay, stream, "Worldwide", "-GivenCredit", "0.0024"): (1, "true"),
        (pay, stream, "Worldwide", "-GivenCredit", "0.0048"): (1, "true"),
        (free, stream, "DE", "-Owned", "0"): (1, "false"),
        (free, stream, "DE", "-OwnMusic", "0"): (1, "false"),
    }
    sales = Counter(
        (*contexts[each["SummaryRecordId"]], each["PriceConsumerPaidExcSalesTax"], each["Usages"],
         each["Returns"], each["SalesUpgrade"], each["PromotionalActivity"])
        for kind, each in rows if kind == "SU01"
    )  # fmt: skip
    assert sales == Counter([
        (pay, download, "DE", "", "0", "1", "0", "true", ""),
        (pay, download, "FR", "", "1.2192", "1", "0", "true", ""),
        (pay, download, "FR", "", "1.2264", "1", "0", "false", ""),
        (pay, download, "FR", "", "1.2264", "1", "0", "false", "Gift from a listener to another"),
        (pay, download, "FR", "", "1.2264", "0", "1", "false", ""),
    ])  # fmt: skip


async def test_what_a_report_comes_to_is_what_the_statement_and_the_ledger_say(
    database: Database, label: Label, tmp_path: Path
) -> None:
    other = await person(database, Role.ARTIST)
    elsewhere = Label(other, await audible(database, other, b"another"), database, label.clock)
    async with database.read() as session:
        recordings = {
            one: (await article_of(session, one.track)).recording_id for one in (label, elsewhere)
        }
    for one, about, partner in (
        (label, recordings[label], other),
        (elsewhere, recordings[elsewhere], label.owner),
    ):
        shares: dict[UUID | None, int] = {one.owner.id: 600_000, partner.id: 400_000}
        sheet = await proposed(database, one.owner, about, shares)
        for who in (one.owner, partner):
            await database.run(lambda s, who=who, sheet=sheet: accept(s, sheet.id, who, now=NOON))
    label.clock.advance(SOON - NOON)
    hears = await listener(database, 2000)
    await label.heard(hears, 3)
    await elsewhere.heard(hears, 2)
    async with database.read() as session:
        last = await session.get_one(Play, (await _plays(session, label.track))[-1])
    why = Why(by=label.owner.id, reason="a test")
    await database.run(lambda s: refund_plays(s, [last.id], why=why, now=NOON))
    await closed(database)

    report = await made(database, asked(label.owner), tmp_path)

    # 70 of 100 of the plays that stayed, and of that 60 of 100.
    revenue, artists = 2400 + 4800, (2400 + 4800) * 7 // 10
    assert report.sums["EUR"] == {
        "plays": 3,
        "purchases": 0,
        "returns": 1,
        "revenue": revenue,
        "artists": artists,
        "coop": revenue - artists,
        "own": artists * 6 // 10,
        "booked": artists * 6 // 10 + artists * 4 // 10,
        "elsewhere": artists * 4 // 10,
        "taken": 0,
        "told": artists,
    }
    async with database.read() as session:
        owed = -(await balance_of(session, Account(AccountKind.PAYABLE, str(label.owner.id))))[
            "EUR"
        ]
    assert owed == report.sums["EUR"]["told"]
    returns = [each for kind, each in records(*report.files) if kind == "SU01"]
    assert [
        (one["Usages"], one["Returns"], one["PriceConsumerPaidExcSalesTax"]) for one in returns
    ] == [("0", "1", "0.0096")]
    everybodys = await made(database, asked(None, created_at=NOON), tmp_path)
    assert everybodys.sums["EUR"]["revenue"] == everybodys.sums["EUR"]["coop"] // 3 * 10
    assert everybodys.blocks == 2


async def _plays(session: Session, track: UUID) -> list[UUID]:
    from sqlalchemy import select  # noqa: PLC0415

    query = select(Play.id).where(Play.track_id == track).order_by(Play.occurred_at)
    return list(await session.scalars(query))


@ON_SQLITE
async def test_a_report_that_leaves_a_play_out_is_none(
    database: Database, label: Label, tmp_path: Path
) -> None:
    await label.heard(await listener(database, 2000), 3)
    await closed(database)
    async with database.begin() as session:
        await unguard(session, "plays")
        [first, *_] = await _plays(session, label.track)
        await session.execute(delete(Play).where(Play.id == first))

    for account in (label.owner, None):
        with pytest.raises(Broken, match="and the ledger to") as refused:
            await made(database, asked(account), tmp_path)
        assert refused.value.code == "dsr-differs"
    assert listed(tmp_path) == []


@ON_SQLITE
async def test_a_track_is_described_by_all_that_is_known_and_no_title_ends_a_line(
    database: Database, label: Label, tmp_path: Path
) -> None:
    async with database.begin() as session:
        track = await session.get_one(Track, label.track)
        track.title, track.iswc, track.artist = _HOSTILE, "T0345246801", "Ärzte & Söhne"
        (await session.get_one(Recording, track.recording_id)).isrc = "DEABC2600001"
        release = Release(
            id=uuid4(), owner_id=label.owner.id, title="An album", artist="Various", edited=[],
            label="A label", upc="4006381333931", grid="A12425GABC1234002M", type="compilation",
            catalogue_number="CAT 1", p_year=2026, p_owner="A label", state="published",
            changed_at=NOON, created_at=NOON,
        )  # fmt: skip
        session.add(release)
        await session.flush()
        session.add(
            ReleaseTrack(track_id=track.id, release_id=release.id, disc=1, position=1, edited=[])
        )
        people = [("composer", "Ann|A", "0000000121032683"), ("lyricist", "Bo", "0000000121032691")]
        session.add_all(
            Credit(track_id=track.id, number=number, role=role, name=name, kind=role, isni=isni)
            for number, (role, name, isni) in enumerate([*people, ("publisher", "Pub", None)])
        )
    await label.heard(await listener(database, 10))
    await closed(database)

    report = await made(database, asked(label.owner), tmp_path)

    text = report.files[0].read_text(encoding="utf-8")
    assert check_files(report.files, [BASIC_AUDIO])[1] == []
    cells = {line.split("\t")[0]: line for line in text.split("\n") if line}
    assert len(text.split("\n")) == report.lines + 1 == 7
    assert cells["AS02.02"] == "\t".join([
        *("AS02.02", "1", "1", str(track.recording_id), "DEABC2600001"),
        r"Love\|Hate\	\\o/ #" + '"1" [2J', "", "Ärzte & Söhne", "", "", "SoundRecording",
        *("T0345246801", r"Ann\|A|Bo", "ISNI::0000000121032683|ISNI::0000000121032691", "", ""),
        *("Pub", "", "", "", "", ""),
    ])  # fmt: skip
    assert cells["RE01"] == "\t".join([
        *("RE01", "1", "1", str(release.id), "GRid::A12425GABC1234002M", "CAT 1", "4006381333931"),
        *("Various", "", "An album", "", "Album", "A label", "2026 A label", ""),
    ])  # fmt: skip


@ON_SQLITE
async def test_a_month_without_sales_is_reported_too(
    database: Database, label: Label, tmp_path: Path
) -> None:
    await label.heard(await listener(database, 10))
    await closed(database)

    report = await made(database, asked(await person(database, Role.ARTIST)), tmp_path)

    text = report.files[0].read_text(encoding="utf-8")
    assert [line.split("\t")[0] for line in text.splitlines()] == ["HEAD", "SY01.01", "FOOT"]
    assert text.splitlines()[1:] == [
        "SY01.01\t1\t\t\tPayAsYouGoModel\tOnDemandStream\tWorldwide\tStreamToOwn\t0\t\tEUR\t0\t\t\t",
        "FOOT\t3\t3\t1\t0\t0",
    ]
    assert report.sums == {}


@ON_SQLITE
async def test_files_are_packed_and_divided_where_that_is_asked(
    database: Database, label: Label, tmp_path: Path
) -> None:
    more = [await audible(database, label.owner, content) for content in (b"1", b"2")]
    heard = [label, *(replace(label, track=track) for track in more)]
    hears = await listener(database, 100)
    for one in heard:
        await one.heard(hears, 2)
    await closed(database)

    whole = await made(database, asked(label.owner), tmp_path)
    report = await made(database, asked(label.owner, is_packed=True, most_lines=4), tmp_path)

    assert [one.name.split("_")[6] for one in report.files] == ["1of3", "2of3", "3of3"]
    assert all(one.name.endswith(".tsv.gz") for one in report.files)
    assert report.semaphore.endswith("_multi_20261203T080000.ctrl") is False
    assert report.semaphore == (
        "DSR_PADPIDA2020010102Y_PADPIDA2020010101X_StreamToOwn_2026-11_DE_20261203T080000.ctrl"
    )
    packed = [gzip.decompress(one.read_bytes()).decode().splitlines() for one in report.files]
    plain = whole.files[0].read_text(encoding="utf-8").splitlines()
    assert [line for lines in packed for line in lines[2:-1]] == plain[2:-1]
    assert report.sums == whole.sums
    assert [lines[-1].split("\t")[1:3] for lines in packed] == [["7", "21"]] * 3


@ON_SQLITE
async def test_a_month_that_is_open_is_not_reported(
    database: Database, label: Label, tmp_path: Path
) -> None:
    await label.heard(await listener(database, 10))

    with pytest.raises(Refused) as refused:
        await made(database, asked(label.owner), tmp_path)

    assert refused.value.code == "period-not-closed"


@ON_SQLITE
async def test_what_was_there_before_is_not_written_over(
    database: Database, label: Label, tmp_path: Path
) -> None:
    await label.heard(await listener(database, 10))
    await closed(database)
    report = await made(database, asked(label.owner), tmp_path)
    before = report.files[0].read_bytes()

    with pytest.raises(Refused, match="is there already"):
        await made(database, asked(label.owner), tmp_path)

    assert report.files[0].read_bytes() == before
