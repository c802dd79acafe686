"""A page as a row of the table of all pages."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp.typedefs import Handler

from catalog.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: where it is, who shows it, and what one needs to see it."""

    path: str
    handler: Handler
    needs: Permission
    method: str = "GET"
