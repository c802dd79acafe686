"""How releases come out, as rows of the table of the interface: by owners, and by moderators."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api import coming_out, pre_saves, review_rules, version_reviews
from stream.api.openapi import Handler, Route
from stream.api.paging import Paged
from stream.api.release_documents import (
    MoveList,
    PublishDate,
    Reason,
    ReleaseDocument,
    ReleaseList,
    SubmitRelease,
)
from stream.api.versions import VersionList

_RELEASE, _REVIEW = "/api/v1/releases/{release}", "/api/v1/reviews/{release}"
_VERSION = "/api/v1/version-reviews/{track}/{number:[0-9]+}"
_RULE = "/api/v1/accounts/{account}/review-rule"


def coming_out_routes() -> list[Route]:
    """Answer every operation on how releases come out."""
    return [*_coming_out(), *_reviews(), *_rules(), *_pre_saves()]


def _coming_out() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_RELEASE}/schedule",
            handler=coming_out.schedule_release,
            hears_key=True,
            needs=Permission.MUSIC_PUBLISH,
            summary="Let all hear a draft from a time on; `recall` takes it back.",
            body=PublishDate,
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409, 422),
            is_conditional=True,
        ),
        Route(
            method="POST",
            path=f"{_RELEASE}/submit",
            handler=coming_out.submit_release,
            hears_key=True,
            needs=Permission.MUSIC_PUBLISH,
            summary="Ask that a draft is looked at before it comes out.",
            body=SubmitRelease,
            answers={200: ReleaseDocument},
            problems=(401, 403, 404, 409, 422),
            is_conditional=True,
        ),
        *(
            Route(
                method="POST",
                path=f"{_RELEASE}/{name}",
                handler=handler,
                needs=Permission.MUSIC_PUBLISH,
                summary=summary,
                body=Reason,
                answers={200: ReleaseDocument},
                problems=(401, 403, 404, 409, 422),
                hears_key=True,
                is_conditional=True,
            )
            for name, handler, summary in _OWN
        ),
        Route(
            method="GET",
            path=f"{_RELEASE}/moves",
            handler=coming_out.get_moves,
            needs=Permission.MUSIC_READ,
            summary="What happened to your release, by whom and why.",
            answers={200: MoveList},
            problems=(401, 403, 404),
        ),
    ]


def _reviews() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/reviews",
            handler=coming_out.get_reviews,
            query=Paged,
            needs=Permission.MODERATE,
            summary="Releases that wait to be looked at, those that wait longest first.",
            answers={200: ReleaseList},
            problems=(401, 403),
        ),
        Route(
            method="GET",
            path=_REVIEW,
            handler=coming_out.get_review,
            needs=Permission.MODERATE,
            summary="A release as its owner sees it.",
            answers={200: ReleaseDocument},
            problems=(401, 403, 404),
        ),
        *(
            Route(
                method="POST",
                path=f"{_REVIEW}/{name}",
                handler=handler,
                needs=Permission.MODERATE,
                summary=summary,
                body=Reason,
                answers={200: ReleaseDocument},
                problems=(401, 403, 404, 409, 422),
                hears_key=True,
                is_conditional=True,
            )
            for name, handler, summary in _OVERSEEN
        ),
        *_reviews_of_versions(),
    ]


def _reviews_of_versions() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/version-reviews",
            handler=version_reviews.get_version_reviews,
            query=Paged,
            needs=Permission.MODERATE,
            summary="Other masters of music that is out that wait to be looked at.",
            answers={200: version_reviews.VersionsToReview},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path=f"{_VERSION}/approve",
            handler=version_reviews.post_version_approval,
            hears_key=True,
            needs=Permission.MODERATE,
            summary="Let all hear a master that was looked at.",
            answers={200: VersionList},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path=f"{_VERSION}/return",
            handler=version_reviews.post_version_return,
            hears_key=True,
            needs=Permission.MODERATE,
            summary="Give a master back to its owner, with a reason.",
            body=Reason,
            answers={200: VersionList},
            problems=(401, 403, 404, 409, 422),
        ),
    ]


def _rules() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_RULE,
            handler=review_rules.get_review_rule,
            needs=Permission.MUSIC_OVERSEE,
            summary="For operators: whether an account's releases are looked at.",
            answers={200: review_rules.ReviewRuleDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="PUT",
            path=_RULE,
            handler=review_rules.put_review_rule,
            needs=Permission.MUSIC_OVERSEE,
            summary="For operators: say whether an account's releases are looked at.",
            body=review_rules.WriteReviewRule,
            answers={200: review_rules.ReviewRuleDocument},
            problems=(401, 403, 404, 422),
            is_conditional=True,
        ),
    ]


def _pre_saves() -> list[Route]:
    return [
        Route(
            method="PUT",
            path=f"{_RELEASE}/pre-save",
            handler=pre_saves.put_pre_save,
            needs=Permission.LIBRARY_WRITE,
            summary="Want a release that is announced: it is among your favourites once it is out.",
            answers={204: "text/plain"},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="DELETE",
            path=f"{_RELEASE}/pre-save",
            handler=pre_saves.delete_pre_save,
            needs=Permission.LIBRARY_WRITE,
            summary="Want a release no more.",
            answers={204: "text/plain"},
            problems=(401, 403, 404),
        ),
        Route(
            method="GET",
            path="/api/v1/pre-saves",
            handler=pre_saves.get_pre_saves,
            query=Paged,
            needs=Permission.LIBRARY_READ,
            summary="The releases that you wait for.",
            answers={200: pre_saves.PreSaveList},
            problems=(401, 403),
        ),
    ]


_OWN: tuple[tuple[str, Handler, str], ...] = (
    (
        "recall",
        coming_out.recall_release,
        "Make a draft again of what was submitted or scheduled; nothing comes out.",
    ),
    (
        "withdraw",
        coming_out.withdraw_release,
        "Let nobody hear your release but those who own its tracks; say why.",
    ),
    ("reinstate", coming_out.reinstate_release, "Let all hear your release again."),
)
_OVERSEEN: tuple[tuple[str, Handler, str], ...] = (
    ("take-up", coming_out.take_up_release, "Look at a release that was submitted."),
    (
        "approve",
        coming_out.approve_release,
        "Let a release come out, now or at the time that its owner named.",
    ),
    ("return", coming_out.return_release, "Give a release back to its owner; say why."),
    ("withdraw", coming_out.take_down_release, "Take down anybody's release; say why."),
    ("reinstate", coming_out.put_back_release, "Put a release back that was taken down."),
)
