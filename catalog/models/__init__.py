"""The tables, by subject. Those of the ledger are asked for by name, by accounting alone."""

from catalog.models import (
    checks,
    events,
    files,
    jobs,
    likeness,
    music,
    people,
    plays,
    reconciling,
    reencoding,
    releases,
    splits,
    suspicions,
    uploads,
)
from catalog.models.base import Model

__all__ = [
    "Model",
    "checks",
    "events",
    "files",
    "jobs",
    "likeness",
    "music",
    "people",
    "plays",
    "reconciling",
    "reencoding",
    "releases",
    "splits",
    "suspicions",
    "uploads",
]
