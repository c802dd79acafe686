"""What is decided of music that waits: taken up, approved, returned; and how it is heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from base.storage.port import Key
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.files import Master
from catalog.models.releases import Release
from catalog.music import track_of, unknown_track
from catalog.releases import release_of
from catalog.removal import remove_holder
from catalog.states import ReleaseState
from catalog.version_reviews import approve_version, return_version
from catalog.version_states import VersionState
from catalog.versions import versions_of
from ingest.coming_out import approve, reinstate, send_back, take_up, withdraw
from ingest.release_deeds import Occasion
from ingest.words import one_line
from stream.api.releases import release_id_in
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS
from stream.objects import Served, Timing, whole
from stream.pages.forms import form_of
from stream.pages.language import saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.reviews import HERE
from stream.ranges import Resource
from stream.sending import Stored, send

_NOTE_LETTERS = 1_000
_Deed = Callable[[Session, UUID, Occasion], Awaitable[Release]]
_DEEDS: Mapping[str, _Deed] = MappingProxyType(
    {
        "take-up": take_up,
        "approve": approve,
        "return": send_back,
        "withdraw": withdraw,
        "reinstate": reinstate,
    }
)
_REASONED = frozenset({"return", "withdraw"})
_TYPES = {"flac": "audio/flac", "wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4"}
_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


async def get_decide_page(request: web.Request) -> web.Response:
    """Say what deciding of a release comes to."""
    return await ask(request, await _deciding(request, {}))


async def post_decide_page(request: web.Request) -> web.Response:
    """Decide of a release."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    deed, release_id, _ = request.match_info["deed"], release_id_in(request), saying(request)
    occasion = Occasion(
        caller=who,
        request_id=request[REQUEST_ID],
        now=tools.clock(),
        note=one_line(form.get("reason"), _NOTE_LETTERS),
        is_overseeing=True,
    )

    async def work(session: Session) -> None:
        release = await _DEEDS[deed](session, release_id, occasion)
        facts = {"state": release.state}
        await note_act(
            session, who, Act.RELEASE_REVIEWED, release.id, now=occasion.now, facts=facts
        )

    try:
        if deed in _REASONED and occasion.note is None:
            raise Unfit({"reason": _("Say why: its owner reads it, and mends it.")})
        await keyed_form(request, who, form).first(tools, work)
    except Refused as refused:
        return await ask_again(request, await _deciding(request, form), refused)
    return done(f"{HERE}/{release_id}", deed)


async def get_version_page(request: web.Request) -> web.Response:
    """Say what deciding of another master comes to."""
    return await ask(request, await _deciding_version(request, {}))


async def post_version_page(request: web.Request) -> web.Response:
    """Let all hear another master, or give it back."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    track_id, number, _ = _track_in(request), int(request.match_info["number"]), saying(request)
    deed, now = request.match_info["deed"], tools.clock()
    reason = one_line(form.get("reason"), _NOTE_LETTERS)
    until = now + timedelta(seconds=tools.settings.removal_grace_s)

    async def work(session: Session) -> None:
        if deed == "approve":
            await approve_version(session, track_id, number, by=who, now=now)
            return
        if reason is None:
            raise Unfit({"reason": _("Say why: its owner reads it, and mends it.")})
        holder = await return_version(session, track_id, number, reason=reason, by=who, now=now)
        if holder is not None:
            await remove_holder(session, holder, now=now, until=until)

    try:
        await keyed_form(request, who, form).first(tools, work)
    except Refused as refused:
        return await ask_again(request, await _deciding_version(request, form), refused)
    return done(HERE, f"version-{deed}")


async def get_sound(request: web.Request) -> web.StreamResponse:
    """Answer what a track sounds like to who looks at it, out or not: no play, and no charge."""
    async with request.app[TOOLS].database.read() as session:
        found = await track_of(session, _track_in(request))
    if found.release is None or found.release.state == ReleaseState.DRAFT:
        raise unknown_track()  # what nobody has sent to be looked at is its owner's alone
    whole_ones = [one for one in found.renditions if not one.is_preview and not one.is_download]
    made = next((one for one in whole_ones if "mp4a" in one.mime), None)
    served = _as_sent(found.master) if made is None else whole(made)
    return await send(request, Stored(served=served, headers=_HEADERS))


async def get_version_sound(request: web.Request) -> web.StreamResponse:
    """Answer another master as it was sent, to who looks at it."""
    number = int(request.match_info["number"])
    async with request.app[TOOLS].database.read() as session:
        versions = await versions_of(session, _track_in(request))
    masters = {
        version.number: master
        for version, master in versions
        if version.state == VersionState.READY
    }
    if number not in masters:
        raise Refused("version-unknown", "There is no such version.", status=404)
    return await send(request, Stored(served=_as_sent(masters[number]), headers=_HEADERS))


def _as_sent(master: Master) -> Served:
    suffix = master.filename.rpartition(".")[2].lower()
    return Served(
        key=Key(master.storage_key),
        resource=Resource(
            etag=f'"{master.sha256}"',
            size_bytes=master.size_bytes,
            modified_at=master.created_at,
            content_type=_TYPES.get(suffix, "application/octet-stream"),
        ),
        timing=Timing(fragments=(), timescale=1),
    )


def _track_in(request: web.Request) -> UUID:
    return id_in(request.match_info["track"], unknown_track())


async def _deciding(request: web.Request, form: Mapping[str, str]) -> Question:
    _, deed = saying(request), request.match_info["deed"]
    async with request.app[TOOLS].database.read() as session:
        release = await release_of(session, release_id_in(request))
    name = release.title
    title, button, happens = {
        "take-up": (
            _("Look at “%(name)s”?", name=name),
            _("Take it up"),
            _("Its owner cannot change it meanwhile. You, or another moderator, decide."),
        ),
        "approve": (
            _("Approve “%(name)s”?", name=name),
            _("Approve it"),
            _("It comes out at once, or at the time that its owner chose."),
        ),
        "return": (
            _("Return “%(name)s”?", name=name),
            _("Return it"),
            _("It is a draft again. Its owner reads your reason, mends it and sends it again."),
        ),
        "withdraw": (
            _("Withdraw “%(name)s”?", name=name),
            _("Withdraw it"),
            _("Nobody hears it but those who own its tracks; its owner cannot put it back."),
        ),
        "reinstate": (
            _("Put “%(name)s” back?", name=name),
            _("Put it back"),
            _("All hear it again, and its plays count."),
        ),
    }[deed]
    return Question(
        title=title,
        button=button,
        back=f"{HERE}/{release.id}",
        facts=[(_("Artist"), release.artist)],
        happens=[happens],
        said=said_in(request, form, "reason"),
        reason=_("Why") if deed in _REASONED else "",
        reason_hint=_("Its owner reads this. Your name is not told."),
        is_final=deed == "withdraw",
    )


async def _deciding_version(request: web.Request, form: Mapping[str, str]) -> Question:
    _, approves = saying(request), request.match_info["deed"] == "approve"
    async with request.app[TOOLS].database.read() as session:
        found = await track_of(session, _track_in(request))
    name = found.track.title
    return Question(
        title=_("Let all hear the new master of “%(name)s”?", name=name)
        if approves
        else _("Return the new master of “%(name)s”?", name=name),
        button=_("Let it be heard") if approves else _("Return it"),
        back=HERE,
        happens=[
            _("It takes the place of the old one. Plays, owners and places on playlists stay.")
            if approves
            else _("The old one is heard on. Its owner reads your reason.")
        ],
        said=said_in(request, form, "reason"),
        reason="" if approves else _("Why"),
    )
