"""How much a label may have in its inbox: counted once, and from then on as it writes."""

from __future__ import annotations

from dataclasses import dataclass

import asyncssh


@dataclass(slots=True, kw_only=True)
class Room:
    """What lies in an inbox, in bytes, and the most that may, of one file and of all."""

    used_bytes: int
    most_bytes: int
    most_file_bytes: int

    def require(self, end: int, size_bytes: int) -> None:
        """See that a file of `size_bytes` may come to end at `end`.

        Raises:
            SFTPQuotaExceeded: it is too large, or the inbox is full.

        """
        if end > self.most_file_bytes:
            raise asyncssh.SFTPQuotaExceeded(f"A file has at most {self.most_file_bytes} bytes.")
        if self.used_bytes + max(0, end - size_bytes) > self.most_bytes:
            raise asyncssh.SFTPQuotaExceeded(
                f"Your inbox holds at most {self.most_bytes} bytes: remove what was answered."
            )

    def take(self, size_bytes: int) -> None:
        """Count what came, or went."""
        self.used_bytes = max(0, self.used_bytes + size_bytes)
