"""The tables, by subject. Those of the ledger are asked for by name, by accounting alone."""

from catalog.models import (
    checks,
    events,
    files,
    jobs,
    likeness,
    music,
    payouts,
    people,
    plays,
    reencoding,
    releases,
    rights,
    splits,
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
    "payouts",
    "people",
    "plays",
    "reencoding",
    "releases",
    "rights",
    "splits",
    "uploads",
]
