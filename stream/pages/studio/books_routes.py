"""The pages of how music is heard and what it earns, and how it comes out, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.pages import Page
from stream.pages.studio import coming_out, earnings, insights, profile, proof, splits, terms

_SPLIT = f"{splits.HERE}/{{subject:all|{ID}}}"
_COMING_OUT = f"/studio/releases/{{release:{ID}}}/coming-out"
_CLAIM = f"{splits.HERE}/claim/{{payee:{ID}}}"


def books_pages() -> Sequence[Page]:
    """Answer them."""
    return [*_figures(), *_splits(), *_coming_out(), *_profile()]


def _figures() -> Sequence[Page]:
    read, write = Permission.EARNINGS_READ, Permission.EARNINGS_WRITE
    return [
        _page(insights.HERE, insights.get_insights_page, Permission.MUSIC_READ),
        _page(f"{insights.HERE}.csv", insights.get_insights_file, Permission.MUSIC_READ),
        _page(earnings.HERE, earnings.get_earnings_page, read),
        _page(f"{earnings.HERE}.csv", earnings.get_earnings_file, read),
        _page(earnings.BANK, earnings.get_bank_page, read),
        _deed(earnings.BANK, earnings.post_bank_page, write),
        _page(proof.HERE, proof.get_proof_page, read),
    ]


def _splits() -> Sequence[Page]:
    read, write = Permission.SHARES_READ, Permission.SHARES_WRITE
    return [
        _page(splits.HERE, splits.get_splits_page, read),
        _deed(f"{splits.HERE}/sheets/{{sheet}}", splits.post_answer_page, write),
        _page(_CLAIM, splits.get_claim_page, write),
        _deed(_CLAIM, splits.post_claim_page, write),
        _page(_SPLIT, splits.get_split_page, read),
        _deed(_SPLIT, splits.post_split_page, write),
        _page("/shares", splits.get_old_page, read),
    ]


def _coming_out() -> Sequence[Page]:
    read, publish = Permission.MUSIC_READ, Permission.MUSIC_PUBLISH
    return [
        _page(_COMING_OUT, coming_out.get_coming_out_page, read),
        _deed(_COMING_OUT, coming_out.post_coming_out_page, publish),
        _deed(f"{_COMING_OUT}/terms", terms.post_terms_page, Permission.MUSIC_TERMS),
    ]


def _profile() -> Sequence[Page]:
    read, write = Permission.MUSIC_READ, Permission.MUSIC_WRITE
    artist, label = (
        f"{profile.HERE}/artists/{{artist:{ID}}}",
        f"{profile.HERE}/labels/{{label:{ID}}}",
    )
    return [
        _page(profile.HERE, profile.get_profile_page, read),
        _deed(profile.HERE, profile.post_profile_page, write),
        _page(artist, profile.get_artist_page, read),
        _deed(artist, profile.post_artist_page, write),
        _page(label, profile.get_label_page, read),
        _deed(label, profile.post_label_page, write),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
