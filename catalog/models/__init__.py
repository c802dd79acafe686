"""The tables, by subject. Those of the ledger are asked for by name, by accounting alone."""

from catalog.models import (
    checks,
    deals,
    events,
    files,
    jobs,
    likeness,
    music,
    people,
    plays,
    purchases,
    reconciling,
    reencoding,
    releases,
    rights,
    splits,
    suspicions,
    uploads,
)
from catalog.models.base import Model

__all__ = [
    "Model",
    "checks",
    "deals",
    "events",
    "files",
    "jobs",
    "likeness",
    "music",
    "people",
    "plays",
    "purchases",
    "reconciling",
    "reencoding",
    "releases",
    "rights",
    "splits",
    "suspicions",
    "uploads",
]
