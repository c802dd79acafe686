"""The built front end: hashed file names, by the names that templates use."""

from __future__ import annotations

import json
from pathlib import Path

#: Beside the packages, in the sources and in the wheel alike.
DIST = Path(__file__).resolve().parents[2] / "web" / "dist"


def load_assets() -> dict[str, str]:
    """Answer the address of each asset; none where the front end was not built."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text())
    return {logical: f"/assets/{hashed}" for logical, hashed in names.items()}
