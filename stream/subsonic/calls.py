"""The table of calls: what each is named, what it needs, and what is left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.permissions import Permission
from stream.subsonic import system
from stream.subsonic.door import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A call, and what it needs."""

    call: Call
    needs: Permission


_KNOWN, _SITE = Permission.ACCOUNT_READ, Permission.SITE
CALLS: Mapping[str, Placed] = MappingProxyType(
    {
        "ping": Placed(call=system.ping, needs=_KNOWN),
        "getLicense": Placed(call=system.get_license, needs=_KNOWN),
        "getOpenSubsonicExtensions": Placed(call=system.get_extensions, needs=_SITE),
        "tokenInfo": Placed(call=system.token_info, needs=_KNOWN),
        "getMusicFolders": Placed(call=system.get_music_folders, needs=_KNOWN),
        "getScanStatus": Placed(call=system.get_scan_status, needs=_KNOWN),
        "getUser": Placed(call=system.get_user, needs=_KNOWN),
        "getUsers": Placed(call=system.get_users, needs=_KNOWN),
    }
)
