"""Join the lists of what an image is made of: Python's, the front end's, Debian's.

Usage: python join.py PYTHON WEB DEBIAN FFMPEG OUT

The first two are CycloneDX in JSON as cyclonedx-py and npm write them; the third has a package a
line, `name version architecture`, and the fourth the version of ffmpeg's source. Written is
CycloneDX again, which is the same whenever the parts are. An invalid one ends it with status 1.
"""

import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

_RELEASE = "distro=debian-13"


def debian(lines: str) -> Iterator[dict[str, str]]:
    """Answer the packages of Debian."""
    for line in lines.splitlines():
        name, version, architecture = line.split()
        yield _component(
            name,
            version,
            f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}&{_RELEASE}",
        )


def joined(python: dict[str, Any], web: dict[str, Any], others: list[Any]) -> dict[str, Any]:
    """Answer one list with the components of all."""
    at = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    python["metadata"]["timestamp"] = at.isoformat().replace("+00:00", "Z")
    # What is optional there is the bundler for other machines.
    bundled = [one for one in web["components"] if one.get("scope") != "optional"]
    python["components"] += [*bundled, *others]
    return python


def _component(name: str, version: str, purl: str) -> dict[str, str]:
    return {"type": "library", "name": name, "version": version, "bom-ref": purl, "purl": purl}


def main() -> None:
    """Read what is named, and write the whole."""
    python, web, listed, ffmpeg, out = (Path(name) for name in sys.argv[1:])
    version, own = ffmpeg.read_text().strip(), platform.python_version()
    others = [
        *debian(listed.read_text()),
        _component("ffmpeg", version, f"pkg:deb/debian/ffmpeg@{quote(version)}?arch=source"),
        _component("python", own, f"pkg:generic/python@{own}"),
    ]
    whole = joined(json.loads(python.read_text()), json.loads(web.read_text()), others)
    text = json.dumps(whole, indent=1, sort_keys=True)
    if (wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        sys.exit(f"the joined list is not CycloneDX: {wrong}")
    out.write_text(f"{text}\n")


if __name__ == "__main__":
    main()
