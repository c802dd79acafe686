"""Runs redbot's checks of addresses, with all requests that it makes, and prints its notes.

`python redbot_notes.py '[[URL, [[NAME, VALUE]]]]'`; in a process and with packages of its own.
"""

from __future__ import annotations

import json
import sys
from configparser import ConfigParser

import thor
from redbot.resource import HttpResource

config = ConfigParser()
config.read_dict({"redbot": {"enable_local_access": "True"}})
asked = json.loads(sys.argv[1])
told: list[dict[str, object]] = []


def look_at_next() -> None:
    """Look at one after the other: its loop runs once."""
    if len(told) == len(asked):
        thor.stop()
        return
    url, fields = asked[len(told)]
    resource = HttpResource(config["redbot"])
    resource.set_request(url, headers=[(name, value) for name, value in fields])
    resource.on("check_done", lambda: tell(resource))
    resource.check()


def tell(resource: HttpResource) -> None:
    notes = {
        (note.level.value, type(note).__name__, note.subject, str(note.summary))
        for one in (resource, *resource.subreqs.values())
        for note in one.response.notes
    }
    told.append({"status": resource.response.status_code, "notes": sorted(notes)})
    thor.schedule(0, look_at_next)


thor.schedule(0, look_at_next)
thor.run()
sys.stdout.write(json.dumps(told))
