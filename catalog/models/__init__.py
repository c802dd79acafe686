"""The tables, by subject. Those of the ledger are asked for by name, by accounting alone."""

from catalog.models import (
    checks,
    deals,
    events,
    files,
    jobs,
    likeness,
    music,
    payments,
    payouts,
    people,
    plays,
    purchases,
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
    "deals",
    "events",
    "files",
    "jobs",
    "likeness",
    "music",
    "payments",
    "payouts",
    "people",
    "plays",
    "purchases",
    "reencoding",
    "releases",
    "rights",
    "splits",
    "uploads",
]
