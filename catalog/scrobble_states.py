"""What may become of an account elsewhere that is told of listens, and of each listen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Service(StrEnum):
    """Who keeps histories of listening."""

    LISTENBRAINZ = "listenbrainz"
    LASTFM = "lastfm"


class LinkState(StrEnum):
    """Where the connection to an account elsewhere stands."""

    #: Its owner has still to allow it there.
    ASKED = "asked"
    CONNECTED = "connected"
    #: It is no longer let in, and has to be connected anew.
    SIGNED_OUT = "signed-out"


class LinkEvent(StrEnum):
    """What can happen to it."""

    ALLOW = "allow"
    SIGN_OUT = "sign out"


LINK_MOVES: Mapping[tuple[LinkState, LinkEvent], LinkState] = {
    (LinkState.ASKED, LinkEvent.ALLOW): LinkState.CONNECTED,
    (LinkState.CONNECTED, LinkEvent.SIGN_OUT): LinkState.SIGNED_OUT,
    (LinkState.SIGNED_OUT, LinkEvent.ALLOW): LinkState.CONNECTED,
    # Connected anew while it still was: the new key takes the place of the old.
    (LinkState.CONNECTED, LinkEvent.ALLOW): LinkState.CONNECTED,
}


class ScrobbleState(StrEnum):
    """Where the telling of one session stands."""

    #: It sounds, and nobody knows yet whether it comes to a listen.
    BEGUN = "begun"
    WAITING = "waiting"
    SENT = "sent"
    #: It will never be taken.
    REFUSED = "refused"


class ScrobbleEvent(StrEnum):
    """What can happen to it."""

    LISTEN = "listen"
    SEND = "send"
    REFUSE = "refuse"


SCROBBLE_MOVES: Mapping[tuple[ScrobbleState, ScrobbleEvent], ScrobbleState] = {
    (ScrobbleState.BEGUN, ScrobbleEvent.LISTEN): ScrobbleState.WAITING,
    (ScrobbleState.WAITING, ScrobbleEvent.SEND): ScrobbleState.SENT,
    (ScrobbleState.WAITING, ScrobbleEvent.REFUSE): ScrobbleState.REFUSED,
}
