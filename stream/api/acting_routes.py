"""The part of the table that is about who acts for whom, tokens, and offices."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.acting import (
    delete_member,
    delete_membership,
    get_members,
    get_memberships,
    post_account,
    put_acting,
    put_member,
)
from stream.api.acting_documents import (
    ActFor,
    EditMember,
    InvitationDocument,
    InvitationList,
    InvitationMade,
    MemberDocument,
    MemberList,
    MembershipDocument,
    MembershipList,
    NewAccount,
    NewInvitation,
)
from stream.api.invitations import (
    delete_invitation,
    get_invitation,
    get_invitations,
    post_invitation,
    put_acceptance,
    put_refusal,
)
from stream.api.offices import (
    ActList,
    AuditQuery,
    RolesDocument,
    delete_role,
    get_audit,
    get_roles,
    put_role,
)
from stream.api.openapi import Handler, Route
from stream.api.openapi_parameters import ID
from stream.api.tokens import NewToken, TokenList, TokenMade, delete_token, get_tokens, post_token

_MEMBERS, _INVITATIONS = "/api/v1/account/members", "/api/v1/account/invitations"
_INVITATION = "/api/v1/invitations/{secret:[A-Za-z0-9_-]+}"
_TOKENS, _ROLES = "/api/v1/tokens", "/api/v1/accounts/{account}/roles"
_NOTHING = "text/plain"


def acting_routes() -> list[Route]:
    """Answer every operation on them."""
    return [*_memberships(), *_members(), *_invitations(), *_answers(), *_tokens(), *_offices()]


def _memberships() -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/v1/accounts",
            handler=post_account,
            needs=Permission.ARTISTS_MAKE,
            summary="Make the account of an artist or a label, whose owner you are.",
            body=NewAccount,
            answers={201: MembershipDocument},
            problems=(401, 403, 409, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/memberships",
            handler=get_memberships,
            needs=Permission.MEMBERSHIPS,
            summary="For whom you act: send one's id in Refrain-Acting-For to do so.",
            answers={200: MembershipList},
            problems=(401, 403),
        ),
        Route(
            method="PUT",
            path="/api/v1/memberships/acting",
            handler=put_acting,
            needs=Permission.MEMBERSHIPS,
            summary="Let your sign-in act for an account until told otherwise.",
            body=ActFor,
            answers={204: _NOTHING},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="DELETE",
            path=f"/api/v1/memberships/{{account:{ID}}}",
            handler=delete_membership,
            name="stop_acting_for",
            needs=Permission.MEMBERSHIPS,
            summary="Act for an account no longer.",
            answers={204: _NOTHING},
            problems=(401, 403, 404, 409),
        ),
    ]


def _members() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_MEMBERS,
            handler=get_members,
            name="get_account_members",
            needs=Permission.MEMBERS_READ,
            summary="Who acts for the account, and as what.",
            answers={200: MemberList},
            problems=(401, 403),
        ),
        Route(
            method="PUT",
            path=f"{_MEMBERS}/{{person}}",
            handler=put_member,
            needs=Permission.MEMBERS_KEEP,
            summary="Let a member act as a viewer, an editor or an owner.",
            body=EditMember,
            answers={200: MemberDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="DELETE",
            path=f"{_MEMBERS}/{{person}}",
            handler=delete_member,
            needs=Permission.MEMBERS_KEEP,
            summary="Let a person no longer act for the account.",
            answers={204: _NOTHING},
            problems=(401, 403, 404, 409),
        ),
    ]


def _invitations() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_INVITATIONS,
            handler=post_invitation,
            needs=Permission.MEMBERS_KEEP,
            summary="Invite somebody to act for the account, by mail or by a link to hand on.",
            body=NewInvitation,
            hears_key=True,
            answers={201: InvitationMade},
            problems=(401, 403, 409, 422, 429),
        ),
        Route(
            method="GET",
            path=_INVITATIONS,
            handler=get_invitations,
            needs=Permission.MEMBERS_READ,
            summary="The last invitations of the account, and what became of them.",
            answers={200: InvitationList},
            problems=(401, 403),
        ),
        Route(
            method="DELETE",
            path=f"{_INVITATIONS}/{{invitation}}",
            handler=delete_invitation,
            needs=Permission.MEMBERS_KEEP,
            summary="Withdraw an invitation that waits.",
            answers={204: _NOTHING},
            problems=(401, 403, 404),
        ),
    ]


def _answers() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_INVITATION,
            handler=get_invitation,
            needs=Permission.MEMBERSHIPS,
            summary="What you are invited to, by the secret of the link.",
            answers={200: InvitationDocument},
            problems=(401, 403, 404),
        ),
        *(
            _answer(name, handler, what)
            for name, handler, what in (
                ("acceptance", put_acceptance, "Accept: you act for the account from then on."),
                ("refusal", put_refusal, "Decline."),
            )
        ),
    ]


def _answer(name: str, handler: Handler, what: str) -> Route:
    return Route(
        method="PUT",
        path=f"{_INVITATION}/{name}",
        handler=handler,
        needs=Permission.MEMBERSHIPS,
        summary=what,
        answers={200: InvitationDocument},
        problems=(401, 403, 404, 410),
    )


def _tokens() -> list[Route]:
    return [
        Route(
            method="POST",
            path=_TOKENS,
            handler=post_token,
            needs=Permission.TOKENS_KEEP,
            summary="Make a token for a program of yours, as narrow as you like; told once.",
            body=NewToken,
            answers={201: TokenMade},
            problems=(401, 403, 409, 422),
        ),
        Route(
            method="GET",
            path=_TOKENS,
            handler=get_tokens,
            needs=Permission.TOKENS_KEEP,
            summary="Your tokens, what they may, and when each was used last.",
            answers={200: TokenList},
            problems=(401, 403),
        ),
        Route(
            method="DELETE",
            path=f"{_TOKENS}/{{token}}",
            handler=delete_token,
            needs=Permission.TOKENS_KEEP,
            summary="End a token at once.",
            answers={204: _NOTHING},
            problems=(401, 403, 404),
        ),
    ]


def _offices() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_ROLES,
            handler=get_roles,
            needs=Permission.ROLES_KEEP,
            summary="For operators: the roles of an account.",
            answers={200: RolesDocument},
            problems=(401, 403, 404),
        ),
        *(_on_role(method, handler, what) for method, handler, what in _STEPS),
        Route(
            method="GET",
            path="/api/v1/audit",
            handler=get_audit,
            needs=Permission.AUDIT_READ,
            summary="Who did what in an office, the newest first; go on with `cursor`.",
            query=AuditQuery,
            answers={200: ActList},
            problems=(401, 403, 422),
        ),
    ]


_STEPS: tuple[tuple[str, Handler, str], ...] = (
    ("PUT", put_role, "For operators: grant a role."),
    ("DELETE", delete_role, "For operators: revoke a role."),
)


def _on_role(method: str, handler: Handler, what: str) -> Route:
    return Route(
        method=method,
        path=f"{_ROLES}/{{role:[a-z]+}}",
        handler=handler,
        needs=Permission.ROLES_KEEP,
        summary=what,
        answers={200: RolesDocument},
        problems=(401, 403, 404, 409, 422),
    )
