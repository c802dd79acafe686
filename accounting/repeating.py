"""What is said when a key comes again with something else under it."""

from __future__ import annotations

from base.errors import Refused


def mismatch() -> Refused:
    """Say that a key was used for something else."""
    return Refused(
        "idempotency-mismatch",
        "Something else was said under the same key: use another key for another thing.",
        status=409,
    )
