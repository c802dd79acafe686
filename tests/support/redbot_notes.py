"""Runs redbot's checks of one address, with all requests that it makes, and prints its notes.

`python redbot_notes.py URL [NAME VALUE]…`; in a process of its own, since it has a loop of its own.
"""

from __future__ import annotations

import json
import sys
from configparser import ConfigParser

import thor
from redbot.resource import HttpResource

config = ConfigParser()
config.read_dict({"redbot": {"enable_local_access": "True"}})
_, url, *fields = sys.argv
resource = HttpResource(config["redbot"])
resource.set_request(url, headers=list(zip(fields[::2], fields[1::2], strict=True)))
resource.on("check_done", thor.stop)
resource.check()
thor.run()
found = [resource, *resource.subreqs.values()]
notes = [
    [note.level.value, type(note).__name__, note.subject, str(note.summary)]
    for one in found
    for note in one.response.notes
]
sys.stdout.write(json.dumps({"status": resource.response.status_code, "notes": notes}))
