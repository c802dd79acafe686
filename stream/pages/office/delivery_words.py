"""What ways, states, severities and changes of deliveries are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from catalog.ern_states import DeliveryState, MessageState
from catalog.findings import Severity
from catalog.partners import PartnerState
from stream.pages.language import N_

#: Of a message: its word, and the kind of its badge.
MESSAGE_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        MessageState.RECEIVED: (N_("received"), ""),
        MessageState.WAITING: (N_("waits for files"), "warn"),
        MessageState.TAKEN: (N_("taken"), "good"),
        MessageState.SUPERSEDED: (N_("older than another"), ""),
        MessageState.TESTED: (N_("a test"), ""),
        MessageState.REFUSED: (N_("not taken"), "wrong"),
        MessageState.CONFLICT: (N_("number used twice"), "wrong"),
    }
)
#: What that means, and what to do about it.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        MessageState.RECEIVED: N_("It is kept, and waits for its turn."),
        MessageState.WAITING: N_("Files that it names are still to come, or cannot be used yet."),
        MessageState.TAKEN: N_("The catalogue says what it says."),
        MessageState.SUPERSEDED: N_("A later one was taken before: nothing of it is done."),
        MessageState.TESTED: N_("It says that it is a test: it was judged, and nothing more."),
        MessageState.REFUSED: N_("Nothing of it is done: its errors have to be mended first."),
        MessageState.CONFLICT: N_("Another message came under the same number before."),
    }
)
DELIVERY_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        DeliveryState.RECEIVING: (N_("on its way"), "accent"),
        DeliveryState.COMPLETE: (N_("complete"), ""),
        DeliveryState.DONE: (N_("done"), "good"),
        DeliveryState.FAILED: (N_("failed"), "wrong"),
    }
)
PARTNER_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        PartnerState.ACTIVE: (N_("active"), "good"),
        PartnerState.PAUSED: (N_("paused"), "warn"),
    }
)
SEVERITIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Severity.ERROR: (N_("error"), "wrong"),
        Severity.WARNING: (N_("warning"), "warn"),
        Severity.NOTE: (N_("note"), ""),
    }
)
WAYS: Mapping[str, str] = MappingProxyType(
    {
        "sftp": N_("by SFTP"),
        "bucket": N_("in a bucket"),
        "http": N_("over HTTP"),
        "folder": N_("in a folder"),
    }
)
#: Of what a change is.
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "message": N_("Message"),
        "release": N_("Release"),
        "recording": N_("Recording"),
        "deal": N_("Deal"),
        "image": N_("Picture"),
        "video": N_("Video"),
        "text": N_("Text"),
        "sheetmusic": N_("Sheet music"),
        "software": N_("Software"),
    }
)
#: What of a release or a recording may be otherwise; what a message calls by more words, it calls.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "identifiers": N_("Numbers"),
        "type": N_("Type"),
        "title": N_("Title"),
        "artist": N_("Artist"),
        "artists": N_("Artists"),
        "contributors": N_("Contributors"),
        "label": N_("Label"),
        "genre": N_("Genre"),
        "released on": N_("Comes out"),
        "first released on": N_("First came out"),
        "advisory": N_("Advisory"),
        "place": N_("Where it stands"),
        "duration": N_("Duration"),
        "language": N_("Language"),
        "contains AI": N_("Made with AI"),
        "files": N_("Files"),
        "kind": N_("What it is"),
        "profile": N_("Profile"),
    }
)
