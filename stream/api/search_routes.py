"""The operations by which music is found."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.openapi import Route
from stream.api.search import get_own_drafts, get_search, get_suggestions
from stream.api.search_documents import SearchAnswer, SearchQuery, SuggestionList, SuggestionQuery


def search_routes() -> list[Route]:
    """Answer them."""
    return [
        Route(
            method="GET",
            path="/api/v1/search",
            handler=get_search,
            needs=Permission.CATALOGUE_READ,
            summary="Find music by any part of what it is called, or of whom it is credited to.",
            query=SearchQuery,
            answers={200: SearchAnswer},
            problems={422: ("bad-cursor",)},
        ),
        Route(
            method="GET",
            path="/api/v1/search/suggestions",
            handler=get_suggestions,
            needs=Permission.CATALOGUE_READ,
            summary="What may be meant by what somebody has written so far.",
            query=SuggestionQuery,
            answers={200: SuggestionList},
            problems=(),
        ),
        Route(
            method="GET",
            path="/api/v1/search/drafts",
            handler=get_own_drafts,
            needs=Permission.MUSIC_READ,
            summary="Find what is yours and not out yet.",
            query=SuggestionQuery,
            answers={200: SuggestionList},
            problems=(),
        ),
    ]
