"""The store, for operators: how much it holds, what checks found in it, and what comes in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from base.errors import Refused
from base.locks import lock_alone
from base.tools import Tools
from catalog.jobs import NewJob, add, is_under_way, job_of
from catalog.kinds import Kind
from catalog.models.checks import StoreCheck
from catalog.permissions import Permission
from catalog.states import UploadState
from catalog.store_checks import Sizes, check_of, checks_before, latest_check, sizes_since
from catalog.upload_rows import UploadsAsked, unfinished_bytes, uploads_of_all
from ingest.routes.documents import UploadDocument, document_of
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import Sparse, asking
from stream.api.openapi import Route
from stream.api.paging import Keyset, Paged
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS

_CHECKS = Keyset("findings", tuple[AwareDatetime, UUID])
UPLOADS = Keyset("incoming", tuple[AwareDatetime, UUID])
_DAYS, _MOST_DAYS = 30, 90


class GrowthQuery(Sparse):
    """How many days of growth."""

    days: int = Field(default=_DAYS, ge=1, le=_MOST_DAYS)


class KindSize(BaseModel):
    """How many objects of a kind there are, their bytes, and how many bytes there were before."""

    kind: str
    objects: int
    bytes: int
    bytes_before: int


class SizeThen(BaseModel):
    """How many bytes the store held on a day."""

    day: date
    objects: int
    bytes: int


class StorageDocument(BaseModel):
    """What the store holds, as the check of `counted_at` counted it; null before any did.

    Sizes before are those at the beginning of the days that are asked for. Unfinished uploads lie
    beside the store, and are as they are now.
    """

    counted_at: datetime | None
    objects: int
    bytes: int
    kinds: list[KindSize]
    growth: list[SizeThen]
    unfinished_uploads: int
    unfinished_bytes: int


class Finding(BaseModel):
    """One thing that is wrong in the store, and what to do about it."""

    code: str
    subject: str
    sentence: str
    advice: str
    is_loss: bool
    is_mended: bool


class CheckFacts(BaseModel):
    """A check of the store: how much it looked at, and how often it found what."""

    check: str
    started_at: datetime
    ended_at: datetime
    objects: int
    read: int
    decoded: int
    masters: int
    found: int
    losses: int
    mended: int
    codes: dict[str, int]


_SAME = CheckFacts.model_fields.keys() - {"check", "found"}


class CheckDocument(CheckFacts):
    """A check, and the first of what it found, what is damaged first."""

    findings: list[Finding]


class CheckList(BaseModel):
    """The checks of three months, the latest first, and whether one is under way."""

    items: list[CheckFacts]
    next: str | None
    is_under_way: bool


class CheckBegun(BaseModel):
    """The job that checks the store; it mends nothing."""

    job: str


class IncomingQuery(Paged):
    """Which uploads of everybody: in a state, of an account, or only what is unfinished."""

    state: UploadState | None = None
    owner: UUID | None = None
    unfinished: bool = False


class IncomingUpload(UploadDocument):
    """An upload, whose it is, and when it was written to last."""

    owner: str
    owner_name: str
    touched_at: datetime


class IncomingList(BaseModel):
    """Uploads of everybody, the newest first."""

    items: list[IncomingUpload]
    next: str | None


async def get_storage(request: web.Request) -> web.Response:
    """Answer how much the store holds."""
    asked, tools = asking(request, GrowthQuery), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await sizes_since(session, tools.clock() - timedelta(days=asked.days))
        number, size = await unfinished_bytes(session)
    body = storage_document(found, unfinished=(number, size))
    return answered(request, body, cache=NEVER_KEPT)


async def get_findings(request: web.Request) -> web.Response:
    """Answer the last checks."""
    asked = asking(request, Paged)
    async with request.app[TOOLS].database.read() as session:
        place = _CHECKS.after(asked.cursor)
        found = await checks_before(session, place, limit=asked.limit + 1)
        under_way = await is_under_way(session, Kind.FSCK)
    page = _CHECKS.page(found, limit=asked.limit, place=lambda one: (one.ended_at, one.id))
    items = [CheckFacts(**_facts(one)) for one in page.items]
    body = CheckList(items=items, next=page.next, is_under_way=under_way)
    return answered(request, body, cache=NEVER_KEPT)


async def get_findings_of(request: web.Request) -> web.Response:
    """Answer what a check found, or what the latest did."""
    said, unknown = request.match_info["check"], _unknown()
    async with request.app[TOOLS].database.read() as session:
        if said == "latest":
            found = await latest_check(session)
        else:
            found = await check_of(session, id_in(said, unknown))
    if found is None:
        raise unknown
    findings = [Finding.model_validate(one) for one in found.flaws]
    body = CheckDocument(**_facts(found), findings=findings)
    return answered(request, body, cache=NEVER_KEPT)


async def post_check(request: web.Request) -> web.Response:
    """Let the store be checked now."""
    job = await begin_check(request.app[TOOLS], request[REQUEST_ID])
    return answered(request, CheckBegun(job=job), status=202, cache=NEVER_KEPT)


async def begin_check(tools: Tools, request_id: str) -> str:
    """Add the job of a check; answer its id.

    Raises:
        Refused: `check-under-way`, 409.

    """
    now = tools.clock()
    new = NewJob(kind=Kind.FSCK, subject=f"{now:%Y-%m-%dT%H:%M:%SZ}", request_id=request_id)
    async with tools.database.begin() as session:
        await lock_alone(session, "fsck")
        if await is_under_way(session, Kind.FSCK):
            raise Refused("check-under-way", "A check is under way: wait for it.", status=409)
        await add(session, new, now=now)
        job = await job_of(session, Kind.FSCK, new.subject)
    return "" if job is None else str(job.id)


async def get_incoming(request: web.Request) -> web.Response:
    """Answer uploads of everybody."""
    asked = asking(request, IncomingQuery)
    which = UploadsAsked(state=asked.state, is_unfinished=asked.unfinished, owner_id=asked.owner)
    async with request.app[TOOLS].database.read() as session:
        place = UPLOADS.after(asked.cursor)
        found = await uploads_of_all(session, which, after=place, limit=asked.limit + 1)
    page = UPLOADS.page(found, limit=asked.limit, place=lambda one: (one[0].created_at, one[0].id))
    items = [
        IncomingUpload(
            **document_of(upload).model_dump(),
            owner=str(upload.owner_id),
            owner_name=name,
            touched_at=upload.touched_at,
        )
        for upload, name in page.items
    ]
    return answered(request, IncomingList(items=items, next=page.next), cache=NEVER_KEPT)


def storage_document(
    found: list[tuple[datetime, Sizes]], *, unfinished: tuple[int, int]
) -> StorageDocument:
    """Answer what checks counted, the earliest first: of each day the last is told."""
    first, last = (found[0][1], found[-1][1]) if found else ({}, {})
    days = {at.date(): sizes for at, sizes in found}
    kinds = [
        KindSize(kind=kind, objects=number, bytes=size, bytes_before=first.get(kind, (0, 0))[1])
        for kind, (number, size) in sorted(last.items(), key=lambda one: -one[1][1])
    ]
    return StorageDocument(
        counted_at=found[-1][0] if found else None,
        objects=sum(one.objects for one in kinds),
        bytes=sum(one.bytes for one in kinds),
        kinds=kinds,
        growth=[
            SizeThen(
                day=day,
                objects=sum(number for number, _ in sizes.values()),
                bytes=sum(size for _, size in sizes.values()),
            )
            for day, sizes in days.items()
        ],
        unfinished_uploads=unfinished[0],
        unfinished_bytes=unfinished[1],
    )


def _facts(check: StoreCheck) -> dict[str, Any]:
    return {
        "check": str(check.id),
        "found": sum(check.codes.values()),
        **{name: getattr(check, name) for name in _SAME},
    }


def _unknown() -> Refused:
    return Refused("check-unknown", "There is no such check, or no more.", status=404)


def store_routes() -> list[Route]:
    """Answer every operation on what the house stores."""
    return [
        Route(
            method="GET",
            path="/api/v1/storage",
            handler=get_storage,
            needs=Permission.FLEET_READ,
            summary="For operators: what the store holds by kind, and how it grows.",
            query=GrowthQuery,
            answers={200: StorageDocument},
        ),
        Route(
            method="GET",
            path="/api/v1/findings",
            handler=get_findings,
            needs=Permission.FLEET_READ,
            summary="For operators: the checks of the store, the latest first.",
            query=Paged,
            answers={200: CheckList},
            problems={422: ("bad-cursor",)},
        ),
        Route(
            method="POST",
            path="/api/v1/findings/run",
            handler=post_check,
            needs=Permission.FLEET_RUN,
            summary="For operators: check the store now; it mends nothing.",
            answers={202: CheckBegun},
            problems={409: ("check-under-way",)},
        ),
        Route(
            method="GET",
            path="/api/v1/findings/{check:latest|[0-9a-f-]+}",
            handler=get_findings_of,
            needs=Permission.FLEET_READ,
            summary="For operators: what a check found, or the latest, and what to do about it.",
            query=Sparse,
            answers={200: CheckDocument},
            problems={404: ("check-unknown",)},
        ),
        Route(
            method="GET",
            path="/api/v1/incoming",
            handler=get_incoming,
            needs=Permission.FLEET_READ,
            summary="For operators: uploads of everybody, the newest first.",
            query=IncomingQuery,
            answers={200: IncomingList},
            problems={422: ("bad-cursor",)},
        ),
    ]
