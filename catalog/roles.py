"""What an account may be to the house, and what a person may be to an account of others."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account is to the house; it may be several, and each is a listener as well."""

    LISTENER = "listener"
    ARTIST = "artist"
    LABEL = "label"
    #: Who has a share of what others publish: that tells it, nobody grants it.
    COLLABORATOR = "collaborator"
    TREASURER = "treasurer"
    MODERATOR = "moderator"
    OPERATOR = "operator"


#: What nobody is granted: all are the one, and what they agreed on makes them the other.
DERIVED = frozenset({Role.LISTENER, Role.COLLABORATOR})
#: What is: who is one of these has music or work that bears their name.
GRANTED = frozenset(Role) - DERIVED
#: Who keeps the books, and sees those of all.
KEEPERS = (Role.TREASURER, Role.OPERATOR)


#: What one holds for the house.
OFFICES = frozenset({Role.TREASURER, Role.MODERATOR, Role.OPERATOR})


class SecondFactor(StrEnum):
    """Of whom the house wants more than a password."""

    OFFICES = "offices"
    ALL = "all"
    NONE = "none"


class AccountKind(StrEnum):
    """Who an account stands for; only persons sign in, and act for the others as members."""

    PERSON = "person"
    ARTIST = "artist"
    LABEL = "label"


class Capacity(StrEnum):
    """As what a person is a member of an account; each may what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    def covers(self, needed: Capacity) -> bool:
        """Whether it may what `needed` may."""
        ranks = list(Capacity)
        return ranks.index(self) >= ranks.index(needed)


class InvitationState(StrEnum):
    """What became of an invitation; the last three are answers, and kept as such."""

    WAITING = "waiting"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
