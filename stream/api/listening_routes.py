"""The part of the table that is about what listeners like, follow, hear next and have heard."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.charts import ChartDocument, ChartQuery, get_chart
from stream.api.favourites import (
    GiveStars,
    LikedList,
    MarkList,
    MarksQuery,
    delete_favourite,
    delete_rating,
    get_favourites,
    get_marks,
    get_ratings,
    put_favourite,
    put_rating,
)
from stream.api.follows import (
    FollowedReleaseList,
    FollowList,
    delete_follow,
    get_follows,
    get_new_playlists,
    get_new_releases,
    put_follow,
)
from stream.api.history import (
    HeardList,
    HistoryOfQuery,
    ListeningChoice,
    delete_heard,
    delete_history,
    get_choice,
    get_heard,
    put_choice,
)
from stream.api.openapi import Route
from stream.api.openapi_parameters import ID
from stream.api.paging import Paged
from stream.api.playlist_documents import PlaylistList
from stream.api.queue import QueueDocument, WriteQueue, get_queue, put_queue
from stream.api.recommendations import (
    RecommendationList,
    RecommendationQuery,
    get_recommendations,
)

_LIKED = "/api/v1/favourites/{kind:tracks|releases|artists|playlists}"
_RATED = "/api/v1/ratings/{kind:tracks|releases|artists}"
_FOLLOWED = "/api/v1/follows/{kind:artists|labels|people}/{subject}"


def listening_routes() -> list[Route]:
    """Answer every operation of who listens."""
    return [*_liking(), *_rating(), *_following(), *_hearing(), *_choosing(), *_finding()]


def _liking() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_LIKED,
            handler=get_favourites,
            needs=Permission.LIBRARY_READ,
            summary="What you like, the newest first.",
            query=Paged,
            answers={200: LikedList},
        ),
        Route(
            method="PUT",
            path=_LIKED + "/{subject}",
            handler=put_favourite,
            needs=Permission.LIBRARY_WRITE,
            summary="Like something.",
            answers={204: "text/plain"},
            problems={404: (), 409: ("too-many",)},
        ),
        Route(
            method="DELETE",
            path=_LIKED + "/{subject}",
            handler=delete_favourite,
            needs=Permission.LIBRARY_WRITE,
            summary="Like something no more.",
            answers={204: "text/plain"},
        ),
        Route(
            method="GET",
            path="/api/v1/marks/{kind:tracks|releases|artists|playlists}",
            handler=get_marks,
            needs=Permission.LIBRARY_READ,
            summary="Whether you like some things, and the stars that you gave them.",
            query=MarksQuery,
            answers={200: MarkList},
        ),
    ]


def _rating() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_RATED,
            handler=get_ratings,
            needs=Permission.LIBRARY_READ,
            summary="What you gave stars to, the newest first; nobody else is told.",
            query=Paged,
            answers={200: LikedList},
        ),
        Route(
            method="PUT",
            path=_RATED + "/{subject}",
            handler=put_rating,
            needs=Permission.LIBRARY_WRITE,
            summary="Give something one to five stars.",
            body=GiveStars,
            answers={204: "text/plain"},
            problems={404: (), 409: ("too-many",)},
        ),
        Route(
            method="DELETE",
            path=_RATED + "/{subject}",
            handler=delete_rating,
            needs=Permission.LIBRARY_WRITE,
            summary="Take your stars away.",
            answers={204: "text/plain"},
        ),
    ]


def _following() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/follows",
            handler=get_follows,
            needs=Permission.LIBRARY_READ,
            summary="Whom you follow, the newest first.",
            query=Paged,
            answers={200: FollowList},
        ),
        Route(
            method="PUT",
            path=_FOLLOWED,
            handler=put_follow,
            needs=Permission.LIBRARY_WRITE,
            summary="Follow an artist, a label, or somebody who has public playlists.",
            answers={204: "text/plain"},
            problems={404: (), 409: ("too-many",)},
        ),
        Route(
            method="DELETE",
            path=_FOLLOWED,
            handler=delete_follow,
            needs=Permission.LIBRARY_WRITE,
            summary="Follow somebody no more.",
            answers={204: "text/plain"},
        ),
        Route(
            method="GET",
            path="/api/v1/follows/releases",
            handler=get_new_releases,
            needs=Permission.LIBRARY_READ,
            summary="What came out of artists and labels that you follow, the newest first.",
            query=Paged,
            answers={200: FollowedReleaseList},
        ),
        Route(
            method="GET",
            path="/api/v1/follows/playlists",
            handler=get_new_playlists,
            needs=Permission.LIBRARY_READ,
            summary="Public playlists of people whom you follow, those first that changed last.",
            query=Paged,
            answers={200: PlaylistList},
        ),
    ]


def _hearing() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/queue",
            handler=get_queue,
            needs=Permission.LIBRARY_READ,
            summary="What you hear next, on all your devices.",
            answers={200: QueueDocument},
        ),
        Route(
            method="PUT",
            path="/api/v1/queue",
            handler=put_queue,
            needs=Permission.LIBRARY_WRITE,
            summary="Say what you hear next, and where you are in it.",
            body=WriteQueue,
            answers={200: QueueDocument},
            is_conditional=True,
        ),
        Route(
            method="GET",
            path="/api/v1/history",
            handler=get_heard,
            needs=Permission.LIBRARY_READ,
            summary="What you heard, or began to (`of=sessions`), the newest first; for you alone.",
            query=HistoryOfQuery,
            answers={200: HeardList},
        ),
        Route(
            method="DELETE",
            path="/api/v1/history",
            handler=delete_history,
            needs=Permission.LIBRARY_WRITE,
            summary="Be told no more of what you heard until now; the books keep what was paid.",
            answers={204: "text/plain"},
        ),
        Route(
            method="DELETE",
            path=f"/api/v1/history/{{play:{ID}}}",
            handler=delete_heard,
            needs=Permission.LIBRARY_WRITE,
            summary="Be told no more of one thing that you heard.",
            answers={204: "text/plain"},
        ),
    ]


def _choosing() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/listening",
            handler=get_choice,
            needs=Permission.LIBRARY_READ,
            summary="Whether what you hear may be part of what others are recommended.",
            answers={200: ListeningChoice},
        ),
        Route(
            method="PUT",
            path="/api/v1/listening",
            handler=put_choice,
            needs=Permission.LIBRARY_WRITE,
            summary="Let what you hear be part of what others are recommended, or not.",
            body=ListeningChoice,
            answers={200: ListeningChoice},
            is_conditional=True,
        ),
    ]


def _finding() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/charts/{chart:new|trending|most-played|up-for-ownership|undiscovered}",
            handler=get_chart,
            needs=Permission.CATALOGUE_READ,
            summary="A chart, with the rule by which it comes about.",
            query=ChartQuery,
            answers={200: ChartDocument},
        ),
        Route(
            method="GET",
            path="/api/v1/recommendations",
            handler=get_recommendations,
            needs=Permission.LIBRARY_READ,
            summary="What you might like to hear, each with the reason why.",
            query=RecommendationQuery,
            answers={200: RecommendationList},
        ),
    ]
