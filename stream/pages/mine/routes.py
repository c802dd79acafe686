"""The pages of what is a listener's own, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.mine import (
    buying,
    gifts,
    history,
    library,
    liking,
    meaning,
    playlist,
    playlist_people,
    playlists,
    topping_up,
    wallet,
)
from stream.pages.pages import Page

_SEE, _KEEP = Permission.LIBRARY_READ, Permission.LIBRARY_WRITE
_LOOK, _SPEND = Permission.WALLET_READ, Permission.WALLET_SPEND
_OPEN = Permission.CATALOGUE_READ
_LIST = f"/playlists/{{playlist:{ID}}}"
_JOINING = "/playlists/invitations/{code:[A-Za-z0-9_-]{10,60}}"
_GIFT = "/gifts/{code:[A-Za-z0-9_-]{20,80}}"


def mine_pages() -> Sequence[Page]:
    """Answer them."""
    return [*_library(), *_playlists(), *_members(), *_wallet(), *_buying()]


def _library() -> Sequence[Page]:
    return [
        _page("/library", library.get_library_page, _SEE),
        _page("/library/owned", library.get_owned_page, _SEE),
        _page("/library/begun", library.get_begun_page, _SEE),
        _page("/library/near", library.get_near_page, _SEE),
        _page("/library/favourites", liking.get_favourites_page, _SEE),
        _page("/following", liking.get_following_page, _SEE),
        _deed("/favourites/{kind}/{subject}", liking.post_favourite_page, _KEEP),
        _deed("/ratings/{kind}/{subject}", liking.post_rating_page, _KEEP),
        _deed("/following/{kind}/{subject}", liking.post_follow_page, _KEEP),
        _page("/history", history.get_history_page, _SEE),
        _deed("/history/forget", history.post_forget_all_page, _KEEP),
        _deed("/history/counted", history.post_counted_page, _KEEP),
        _deed(f"/history/{{play:{ID}}}/forget", history.post_forget_page, _KEEP),
        _deed(
            f"/history/elsewhere/{{listen:{ID}}}/forget", history.post_forget_elsewhere_page, _KEEP
        ),
    ]


def _playlists() -> Sequence[Page]:
    return [
        _page("/playlists", playlists.get_playlists_page, _SEE),
        _deed("/playlists", playlists.post_playlists_page, _KEEP),
        _page("/playlists/add", playlists.get_choosing_page, _SEE),
        _deed("/playlists/add", playlists.post_choosing_page, _KEEP),
        _page(_LIST, playlist.get_playlist_page, _OPEN),
        _deed(f"{_LIST}/wording", playlist.post_wording_page, _KEEP),
        _deed(f"{_LIST}/delete", playlist.post_delete_page, _KEEP),
        _deed(f"{_LIST}/entries/{{entry}}/move", playlist.post_move_page, _KEEP),
        _deed(f"{_LIST}/entries/{{entry}}/take", playlist.post_take_page, _KEEP),
    ]


def _members() -> Sequence[Page]:
    return [
        _page(_JOINING, playlist_people.get_joining_page, _SEE),
        _deed(_JOINING, playlist_people.post_joining_page, _KEEP),
        _deed(f"{_LIST}/invitations", playlist.post_invitation_page, _KEEP),
        _deed(f"{_LIST}/invitations/end", playlist_people.post_end_invitations_page, _KEEP),
        _deed(f"{_LIST}/members/{{member}}", playlist_people.post_member_page, _KEEP),
        _deed(f"{_LIST}/leave", playlist_people.post_leave_page, _KEEP),
    ]


def _wallet() -> Sequence[Page]:
    return [
        _page("/stream-to-own", meaning.get_meaning_page, _OPEN),
        _page("/wallet", wallet.get_wallet_page, _LOOK),
        _page("/wallet/history", wallet.get_spending_page, _LOOK),
        _page("/wallet/top-up", topping_up.get_topping_up_page, _LOOK),
        _deed("/wallet/top-up", topping_up.post_topping_up_page, _SPEND),
        _page("/wallet/top-ups", topping_up.get_topups_page, _LOOK),
        _page(f"/wallet/top-ups/{{topup:{ID}}}", topping_up.get_topup_page, _LOOK),
    ]


def _buying() -> Sequence[Page]:
    track, release = f"/tracks/{{track:{ID}}}", f"/releases/{{release:{ID}}}"
    returned = f"/wallet/purchases/{{purchase:{ID}}}/return"
    return [
        _page(f"{track}/buy", buying.get_buying_page, _LOOK),
        _deed(f"{track}/buy", buying.post_buying_page, _SPEND),
        _page(f"{release}/buy", buying.get_buying_release_page, _LOOK),
        _deed(f"{release}/buy", buying.post_buying_release_page, _SPEND),
        _page(returned, buying.get_return_page, _LOOK),
        _deed(returned, buying.post_return_page, _SPEND),
        _page("/wallet/gifts", gifts.get_gifts_page, _LOOK),
        _deed("/wallet/gifts/credit", gifts.post_credit_page, _SPEND),
        _deed(f"/wallet/gifts/{{gift:{ID}}}/end", gifts.post_end_page, _SPEND),
        _page(f"{track}/give", gifts.get_giving_page, _LOOK),
        _deed(f"{track}/give", gifts.post_giving_page, _SPEND),
        _page(_GIFT, gifts.get_gift_page, _OPEN),
        _deed(_GIFT, gifts.post_gift_page, _SPEND),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
