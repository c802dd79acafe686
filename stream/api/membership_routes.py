"""Membership, as rows of the table of the interface."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.membership import (
    delete_membership,
    get_badge,
    get_classes,
    get_membership,
    patch_membership,
    post_charge,
    post_membership,
)
from stream.api.membership_documents import (
    BadgeDocument,
    ChargeDocument,
    ClassList,
    Decision,
    DuesFound,
    EditMembership,
    EntryList,
    MemberList,
    MembershipDocument,
    NewCharge,
    NewMembership,
    RollDocument,
    ShareRedemption,
    ShareTransfer,
    WhyExcluded,
)
from stream.api.membership_keeping import (
    AsOf,
    LinesAsked,
    MembersAsked,
    get_member,
    get_members,
    get_register,
    get_roll,
    get_roll_table,
    post_decision,
    post_exclusion,
    post_member_payment,
    post_redemption,
    post_transfer,
)
from stream.api.openapi import Route

_OWN = "/api/v1/membership"
_ALL = "/api/v1/coop-members"
_ONE = f"{_ALL}/{{member:[0-9a-fA-F-]{{1,36}}}}"
_KEEP = Permission.MEMBERSHIP_KEEP


def membership_routes() -> list[Route]:
    """Answer every operation on members."""
    return [*_seen(), *_own(), *_kept(), *_decided(), *_register()]


def _seen() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/membership-classes",
            handler=get_classes,
            needs=Permission.CATALOGUE_READ,
            summary="Classes of members, and what each gives and is given.",
            answers={200: ClassList},
            problems=(),
        ),
        Route(
            method="GET",
            path="/api/v1/accounts/{account}/membership",
            handler=get_badge,
            needs=Permission.CATALOGUE_READ,
            summary="That somebody is a member, as far as they let it be seen.",
            answers={200: BadgeDocument},
            problems=(404,),
        ),
    ]


def _own() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_OWN,
            handler=get_membership,
            needs=Permission.OWN_MEMBERSHIP_READ,
            summary="Your membership: its shares, what you paid, what happened to it.",
            answers={200: MembershipDocument},
        ),
        Route(
            method="POST",
            path=_OWN,
            handler=post_membership,
            needs=Permission.OWN_MEMBERSHIP_WRITE,
            summary="Apply to be a member.",
            body=NewMembership,
            answers={201: MembershipDocument},
            problems=(404, 409, 422),
        ),
        Route(
            method="PATCH",
            path=_OWN,
            handler=patch_membership,
            needs=Permission.OWN_MEMBERSHIP_WRITE,
            summary="Say what everybody may see of your membership.",
            body=EditMembership,
            answers={200: MembershipDocument},
            problems=(404, 422),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path=_OWN,
            handler=delete_membership,
            needs=Permission.OWN_MEMBERSHIP_WRITE,
            summary="Take your application back, or resign.",
            answers={200: MembershipDocument},
            problems=(404, 409),
            is_conditional=True,
        ),
        Route(
            method="POST",
            path=f"{_OWN}/charges",
            handler=post_charge,
            needs=Permission.WALLET_SPEND,
            summary="Pay dues, shares, or both.",
            is_keyed=True,
            body=NewCharge,
            answers={201: ChargeDocument},
            problems=(404, 409, 422, 503),
        ),
    ]


def _kept() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_ALL,
            handler=get_members,
            needs=_KEEP,
            summary="Memberships, the newest applications first; for treasurers.",
            query=MembersAsked,
            answers={200: MemberList},
            problems=(403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/membership-roll",
            handler=get_roll,
            needs=_KEEP,
            summary="The roll for votes at a time; for treasurers.",
            query=AsOf,
            answers={200: RollDocument},
            problems=(403,),
        ),
        Route(
            method="GET",
            path="/api/v1/membership-roll/csv",
            handler=get_roll_table,
            needs=_KEEP,
            summary="The roll for votes at a time, as a table; for treasurers.",
            query=AsOf,
            answers={200: "text/csv"},
            problems=(403,),
        ),
        Route(
            method="GET",
            path=_ONE,
            handler=get_member,
            needs=_KEEP,
            summary="A membership, by its id or its number; for treasurers.",
            answers={200: MembershipDocument},
            problems=(403, 404),
        ),
    ]


def _decided() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_ONE}/decision",
            handler=post_decision,
            needs=_KEEP,
            summary="Admit an applicant, or refuse them with a reason.",
            body=Decision,
            hears_key=True,
            answers={200: MembershipDocument},
            problems=(403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path=f"{_ONE}/exclusion",
            handler=post_exclusion,
            needs=_KEEP,
            summary="Exclude a member, with a reason.",
            body=WhyExcluded,
            hears_key=True,
            answers={200: MembershipDocument},
            problems=(403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path=f"{_ONE}/payments",
            handler=post_member_payment,
            needs=_KEEP,
            summary="Say that dues or shares were paid at the bank.",
            is_keyed=True,
            body=DuesFound,
            answers={201: ChargeDocument},
            problems=(403, 404, 409, 422),
        ),
    ]


def _register() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/share-register",
            handler=get_register,
            needs=_KEEP,
            summary="The register of shares as of a time; for treasurers.",
            query=LinesAsked,
            answers={200: EntryList},
            problems=(403, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/share-register/transfers",
            handler=post_transfer,
            needs=_KEEP,
            summary="Enter that shares are another member's now.",
            is_keyed=True,
            body=ShareTransfer,
            answers={201: EntryList},
            problems=(403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/share-register/redemptions",
            handler=post_redemption,
            needs=_KEEP,
            summary="Book that shares were paid back.",
            is_keyed=True,
            body=ShareRedemption,
            answers={201: EntryList},
            problems=(403, 404, 409, 422),
        ),
    ]
