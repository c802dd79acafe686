"""Who asks: an account, the person who acts, and what the credential allows that they showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from catalog.permissions import (
    WITHOUT_FACTOR,
    Permission,
    Scope,
    capacity_may,
    roles_may,
    scopes_may,
)
from catalog.roles import Capacity, Role


class CredentialKind(StrEnum):
    """What was shown: the cookie of a sign-in, one's own token, or one that was given away."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind of them
    ACCESS = "access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """By what somebody is known; without `scopes` it may all that its owner may.

    `factors` are how its owner had proved who they are, at `authenticated_at`.
    """

    kind: CredentialKind
    id: UUID
    scopes: frozenset[Scope] | None = None
    authenticated_at: datetime | None = None
    factors: frozenset[str] = frozenset()
    #: To the minute.
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """The person who acts for an account of others, and as what they are its member."""

    person_id: UUID
    capacity: Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking: the account, whose rows are meant, and what it was known by.

    Without a credential it is the house itself that acts for them, which none limits. Roles that
    are `withheld` rest until they show a second factor.
    """

    id: UUID
    name: str
    roles: frozenset[Role] = frozenset({Role.LISTENER})
    credential: Credential | None = None
    acting: Acting | None = None
    withheld: frozenset[Role] = frozenset()

    @property
    def person_id(self) -> UUID:
        """Who really acts."""
        return self.id if self.acting is None else self.acting.person_id

    @property
    def scopes(self) -> frozenset[Scope] | None:
        """What the credential is limited to; nothing, where it is not."""
        return None if self.credential is None else self.credential.scopes

    def personal_id(self, permission: Permission) -> UUID | None:
        """Answer whose own things may be shown: the person's, if what they showed allows it.

        For places that are open to all and tell some more; they act for whom they will.
        """
        return self.person_id if scopes_may(self.scopes, permission) else None

    def roles_for(self, permission: Permission) -> frozenset[Role]:
        """Answer the roles that count: where one shows a second factor, those that rest do too."""
        return self.roles | self.withheld if permission in WITHOUT_FACTOR else self.roles

    def has(self, *roles: Role) -> bool:
        """Whether the account is one of `roles`, whatever the credential allows."""
        return not self.roles.isdisjoint(roles)

    def may(self, permission: Permission) -> bool:
        """Whether they may: by the roles, by the credential, and as the member that they are."""
        return (
            roles_may(self.roles_for(permission), permission)
            and scopes_may(self.scopes, permission)
            and (self.acting is None or capacity_may(self.acting.capacity, permission))
        )
