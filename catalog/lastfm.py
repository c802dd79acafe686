"""Calls of Last.fm as they are signed and written, and its answers as they are read.

Source: Last.fm API, "Authentication" (desktop), `track.scrobble`, `track.updateNowPlaying`. Its
signature is an MD5 over what is sent and a secret that it shares with this house.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml import etree

from base.errors import Refused
from catalog.listens import Later, Listen, SignedOut

#: So many listens go in one call.
MOST_LISTENS = 50
#: Codes of errors, by who can mend what is wrong.
_SIGNED_OUT = frozenset({"4", "9", "17"})
_NOT_ALLOWED_YET, _EXPIRED = "14", "15"
_UNFIT = frozenset({"5", "6", "7"})
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_MOST_TOLD = 300
#: Why a listen is not taken, by Last.fm's numbers.
_IGNORED = {
    "1": "The artist is one that Last.fm leaves out.",
    "2": "The track is one that Last.fm leaves out.",
    "3": "It was listened to too long ago for Last.fm.",
    "4": "Last.fm thinks that it was listened to in the future.",
}
_TODAY_NO_MORE = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What Last.fm knows this house by, and the secret that signs its calls."""

    api_key: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whose account was connected, and the key by which they are spoken for from then on."""

    name: str
    session_key: str


def signed(parameters: Mapping[str, str], key: Key) -> dict[str, str]:
    """Answer the parameters of a call with those that say who calls, and their signature."""
    named = {**parameters, "api_key": key.api_key}
    text = "".join(f"{name}{named[name]}" for name in sorted(named)) + key.secret
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return {**named, "api_sig": digest}


def print_call(parameters: Mapping[str, str], key: Key) -> bytes:
    """Write the body of a call."""
    return urlencode(signed(parameters, key)).encode()


def playing(listen: Listen, session_key: str) -> dict[str, str]:
    """Answer what tells that a track sounds now."""
    told = _told(listen)
    return {"method": "track.updateNowPlaying", "sk": session_key, **told}


def scrobbling(listens: Sequence[Listen], session_key: str) -> dict[str, str]:
    """Answer what tells of listens, each of which has a time; at most fifty."""
    call = {"method": "track.scrobble", "sk": session_key}
    for at, one in enumerate(listens):
        call |= {f"{name}[{at}]": said for name, said in _told(one).items()}
    return call


def _told(listen: Listen) -> dict[str, str]:
    told = {
        "artist": listen.artist,
        "track": listen.track,
        "album": listen.release,
        "timestamp": listen.listened_at and str(int(listen.listened_at.timestamp())),
        "duration": listen.duration_ms and str(listen.duration_ms // 1_000),
        "trackNumber": listen.number and str(listen.number),
        "mbid": listen.recording_mbid and str(listen.recording_mbid),
    }
    return {name: said for name, said in told.items() if said}


def parse_token(body: bytes) -> str:
    """Read the token that a person is asked to allow."""
    return _text(_answer(body), "token")


def parse_person(body: bytes) -> Person:
    """Read whose account is connected.

    Raises:
        Refused: `not-allowed-yet`, 409: they have not allowed it, or too long ago.

    """
    answer = _answer(body)
    return Person(name=_text(answer, "session/name"), session_key=_text(answer, "session/key"))


def parse_accepted(body: bytes) -> None:
    """Read that a call was heard."""
    _answer(body)


def parse_scrobbled(body: bytes, *, sent: int) -> list[str | None]:
    """Read of each listen that was sent why it will never be taken, or nothing if it was.

    Raises:
        SignedOut: `signed-out`: the person no longer allows it.
        Refused: `listens-unfit`: it cannot be read as it was sent.
        Later: not now.

    """
    found = _answer(body).findall("scrobbles/scrobble")
    if len(found) != sent:
        raise Later("Last.fm answered of other listens than were sent.")
    codes = [_ignored(one) for one in found]
    if _TODAY_NO_MORE in codes:
        raise Later("Last.fm takes no more of this account today.")
    return [None if code == "0" else _IGNORED.get(code, _unnamed(code)) for code in codes]


def _ignored(scrobble: etree._Element) -> str:
    message = scrobble.find("ignoredMessage")
    return "0" if message is None else message.get("code", "0")


def _unnamed(code: str) -> str:
    return f"Last.fm left it out (code {code})."


def _answer(body: bytes) -> etree._Element:
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        raise Later("Last.fm's answer cannot be read.") from None
    if root.tag == "lfm" and root.get("status") == "ok":
        return root
    error = root.find("error")
    code = "" if error is None else error.get("code", "")
    raise _fault(code, "" if error is None else (error.text or "").strip()[:_MOST_TOLD])


def _fault(code: str, said: str) -> Refused | Later:
    if code in _SIGNED_OUT:
        return SignedOut("signed-out", f"Last.fm no longer knows the account: {said}", status=409)
    if code in {_NOT_ALLOWED_YET, _EXPIRED}:
        sentence = "Last.fm has not been told yet that you allow it; allow it there, then finish."
        return Refused("not-allowed-yet", sentence, status=409)
    if code in _UNFIT:
        return Refused("listens-unfit", f"Last.fm cannot take it: {said}", status=400)
    return Later(f"Last.fm says: {said or 'nothing that we know'}")


def _text(answer: etree._Element, path: str) -> str:
    found = answer.findtext(path)
    if not found:
        raise Later(f"Last.fm's answer has no {path}.")
    return found
