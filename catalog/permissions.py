"""Who may do what: one table, in which every operation of the house finds its row.

It says which roles may, whether a visitor may whom nobody knows, which scope of a token allows
it, and as what a member may do it for an artist or a label. Whose something is, it does not say:
that is for the use case. docs/permissions.md shows the table to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from base.errors import Refused
from catalog.roles import KEEPERS, OFFICES, Capacity, Role


class Scope(StrEnum):
    """What a token may be limited to."""

    PLAY = "play"
    LIBRARY_READ = "library.read"
    LIBRARY_WRITE = "library.write"
    WALLET_READ = "wallet.read"
    WALLET_SPEND = "wallet.spend"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    MUSIC_READ = "music.read"
    MUSIC_WRITE = "music.write"
    SHARES_READ = "shares.read"
    SHARES_WRITE = "shares.write"
    EARNINGS_READ = "earnings.read"
    EARNINGS_WRITE = "earnings.write"
    WEBHOOKS = "webhooks"
    MEMBERS = "members"
    BOOKS_READ = "books.read"
    BOOKS_KEEP = "books.keep"
    MODERATE = "moderate"
    FLEET_READ = "fleet.read"
    FLEET_RUN = "fleet.run"
    AUDIT_READ = "audit.read"


#: What a person is told that a token may do.
SCOPES: Mapping[Scope, str] = MappingProxyType(
    {
        Scope.PLAY: "play music in your name",
        Scope.LIBRARY_READ: "see and download what you own",
        Scope.LIBRARY_WRITE: "change your library and playlists",
        Scope.WALLET_READ: "see your credit and what you paid",
        Scope.WALLET_SPEND: "buy music and credit in your name",
        Scope.ACCOUNT_READ: "see your name, roles, country and membership",
        Scope.ACCOUNT_WRITE: "change your profile and your membership",
        Scope.MUSIC_READ: "see your masters, drafts and reports",
        Scope.MUSIC_WRITE: "upload, change, publish and delete your music",
        Scope.SHARES_READ: "see what shares you have agreed on",
        Scope.SHARES_WRITE: "propose and answer shares in your name",
        Scope.EARNINGS_READ: "see what you earn and how it is paid out",
        Scope.EARNINGS_WRITE: "change where your earnings are paid to",
        Scope.WEBHOOKS: "have what happens to your music sent elsewhere",
        Scope.MEMBERS: "see and change who acts for your artists and labels",
        Scope.BOOKS_READ: "read the books of the co-operative",
        Scope.BOOKS_KEEP: "keep the books of the co-operative",
        Scope.MODERATE: "look after the music of others",
        Scope.FLEET_READ: "see how the machines do",
        Scope.FLEET_RUN: "steer the jobs of the machines",
        Scope.AUDIT_READ: "read who did what in an office",
    }
)


class Permission(StrEnum):
    """What an operation needs: one for each capability, however many operations it has."""

    SITE = "site"
    SIGN_IN = "sign-in"
    OPENID = "openid"
    CATALOGUE_READ = "catalogue.read"
    MEDIA = "media"
    OWN_DATA_FETCH = "own-data.fetch"
    HEALTH = "health"
    METRICS = "metrics"
    PAYMENTS_NOTIFY = "payments.notify"
    BOOKS_VERIFY = "books.verify"

    PLAY = "play"
    DOWNLOAD = "download"
    LIBRARY_READ = "library.read"
    LIBRARY_WRITE = "library.write"
    WALLET_READ = "wallet.read"
    WALLET_SPEND = "wallet.spend"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    ACCOUNT_CLOSE = "account.close"
    OWN_MEMBERSHIP_READ = "own-membership.read"
    OWN_MEMBERSHIP_WRITE = "own-membership.write"
    CREDENTIALS_KEEP = "credentials.keep"
    TOKENS_KEEP = "tokens.keep"
    LISTENS_SEND = "listens.send"
    MEMBERSHIPS = "memberships"
    ARTISTS_MAKE = "artists.make"
    ARTISTS_JOIN = "artists.join"
    SHARES_READ = "shares.read"
    SHARES_WRITE = "shares.write"
    EARNINGS_READ = "earnings.read"
    EARNINGS_WRITE = "earnings.write"

    MUSIC_READ = "music.read"
    UPLOAD = "upload"
    DELIVER = "deliver"
    MUSIC_WRITE = "music.write"
    MUSIC_PUBLISH = "music.publish"
    MUSIC_DELETE = "music.delete"
    MUSIC_TERMS = "music.terms"
    WEBHOOKS = "webhooks"
    MEMBERS_READ = "members.read"
    MEMBERS_KEEP = "members.keep"

    OFFICE = "office"
    MODERATE = "moderate"
    BOOKS_READ = "books.read"
    BOOKS_KEEP = "books.keep"
    PAYOUTS_KEEP = "payouts.keep"
    HOLDS_KEEP = "holds.keep"
    WALLETS_KEEP = "wallets.keep"
    MEMBERSHIP_KEEP = "membership.keep"
    AUDIT_READ = "audit.read"
    MUSIC_OVERSEE = "music.oversee"
    DELIVERIES_KEEP = "deliveries.keep"
    PLAYS_OVERSEE = "plays.oversee"
    ACCOUNTS_KEEP = "accounts.keep"
    ROLES_KEEP = "roles.keep"
    CLIENTS_KEEP = "clients.keep"
    FLEET_READ = "fleet.read"
    FLEET_RUN = "fleet.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may: read as "you may {words}".

    Without a `scope` no token may that is limited to any; without a `capacity` nobody may do it
    for an account of others, as it is a person's own.
    """

    words: str
    roles: frozenset[Role] = frozenset()
    is_open: bool = False
    scope: Scope | None = None
    capacity: Capacity | None = None


_EVERYBODY = frozenset({Role.LISTENER})
_MAKERS = frozenset({Role.ARTIST, Role.LABEL, Role.OPERATOR})
_KEEPERS = frozenset(KEEPERS)
_OPERATORS = frozenset({Role.OPERATOR})
_MODERATORS = frozenset({Role.MODERATOR, Role.OPERATOR})
_VIEWER, _EDITOR, _OWNER = Capacity.VIEWER, Capacity.EDITOR, Capacity.OWNER


def _open(words: str) -> Rule:
    return Rule(words=words, is_open=True)


def _all(words: str, scope: Scope | None, capacity: Capacity | None = None) -> Rule:
    return Rule(words=words, roles=_EVERYBODY, scope=scope, capacity=capacity)


def _makers(words: str, scope: Scope, capacity: Capacity) -> Rule:
    return Rule(words=words, roles=_MAKERS, scope=scope, capacity=capacity)


def _office(words: str, roles: frozenset[Role], scope: Scope | None) -> Rule:
    return Rule(words=words, roles=roles, scope=scope)


_VISITORS = {
    Permission.SITE: _open("see these pages"),
    Permission.SIGN_IN: _open("sign in, and out"),
    Permission.OPENID: _open("ask as an application, which shows who it is in its own way"),
    Permission.CATALOGUE_READ: _open("see what there is to hear"),
    Permission.MEDIA: _open("fetch media with the address of a play"),
    Permission.OWN_DATA_FETCH: _open("fetch your data with the address that you were given"),
    Permission.HEALTH: _open("ask whether the house is up"),
    Permission.METRICS: _open("read the figures for monitoring"),
    Permission.PAYMENTS_NOTIFY: _open("tell what became of a payment"),
    Permission.BOOKS_VERIFY: _open("check the published roots of the books"),
}

_ACCOUNTS = {
    Permission.PLAY: _all("play music", Scope.PLAY),
    Permission.DOWNLOAD: _all("download what you own", Scope.LIBRARY_READ, _VIEWER),
    Permission.LIBRARY_READ: _all("see your library", Scope.LIBRARY_READ),
    Permission.LIBRARY_WRITE: _all("change your library", Scope.LIBRARY_WRITE),
    Permission.WALLET_READ: _all("see your credit and prices", Scope.WALLET_READ),
    Permission.WALLET_SPEND: _all("spend money and credit", Scope.WALLET_SPEND),
    Permission.ACCOUNT_READ: _all("see your account", Scope.ACCOUNT_READ, _VIEWER),
    Permission.ACCOUNT_WRITE: _all("change your account", Scope.ACCOUNT_WRITE, _OWNER),
    Permission.ACCOUNT_CLOSE: _all("close your account", None),
    Permission.OWN_MEMBERSHIP_READ: _all(
        "see your membership of the co-operative", Scope.ACCOUNT_READ
    ),
    Permission.OWN_MEMBERSHIP_WRITE: _all(
        "apply to be a member of the co-operative, and leave it", Scope.ACCOUNT_WRITE
    ),
    Permission.CREDENTIALS_KEEP: _all("change your password and address, and sign out", None),
    Permission.TOKENS_KEEP: _all("make and end tokens", None),
    Permission.LISTENS_SEND: _all("have what you listen to told elsewhere", None),
    Permission.MEMBERSHIPS: _all("see for whom you act, and answer invitations", Scope.MEMBERS),
    Permission.ARTISTS_JOIN: _all("ask to be an artist here", None),
    Permission.SHARES_READ: _all("see shares and payees", Scope.SHARES_READ, _VIEWER),
    Permission.SHARES_WRITE: _all("propose and answer shares", Scope.SHARES_WRITE, _OWNER),
    Permission.EARNINGS_READ: _all("see your earnings", Scope.EARNINGS_READ, _VIEWER),
    Permission.EARNINGS_WRITE: _all(
        "change where your earnings are paid to", Scope.EARNINGS_WRITE, _OWNER
    ),
}

_MUSIC = {
    Permission.MUSIC_READ: _makers("see masters, drafts and reports", Scope.MUSIC_READ, _VIEWER),
    Permission.UPLOAD: _makers("upload music", Scope.MUSIC_WRITE, _EDITOR),
    Permission.DELIVER: _makers(
        "deliver music by DDEX, and so change, price, withdraw and purge it",
        Scope.MUSIC_WRITE,
        _OWNER,
    ),
    Permission.MUSIC_WRITE: _makers("change music", Scope.MUSIC_WRITE, _EDITOR),
    Permission.MUSIC_PUBLISH: _makers("publish music", Scope.MUSIC_WRITE, _EDITOR),
    Permission.MUSIC_DELETE: _makers("delete or withdraw music", Scope.MUSIC_WRITE, _OWNER),
    Permission.MUSIC_TERMS: _makers(
        "say where and at what price music may be had", Scope.MUSIC_WRITE, _OWNER
    ),
    Permission.WEBHOOKS: _makers("have events sent elsewhere", Scope.WEBHOOKS, _EDITOR),
    Permission.ARTISTS_MAKE: Rule(
        words="make the account of an artist or a label", roles=_MAKERS, scope=Scope.MEMBERS
    ),
    Permission.MEMBERS_READ: _makers("see who acts for an artist", Scope.MEMBERS, _VIEWER),
    Permission.MEMBERS_KEEP: _makers("say who acts for an artist", Scope.MEMBERS, _OWNER),
}

_OFFICES = {
    Permission.OFFICE: _office("see what there is to do in an office", OFFICES, None),
    Permission.MODERATE: _office("review music", _MODERATORS, Scope.MODERATE),
    Permission.BOOKS_READ: _office("read all of the books", _KEEPERS, Scope.BOOKS_READ),
    Permission.BOOKS_KEEP: _office("keep the books", _KEEPERS, Scope.BOOKS_KEEP),
    Permission.PAYOUTS_KEEP: _office("pay out earnings", _KEEPERS, Scope.BOOKS_KEEP),
    Permission.HOLDS_KEEP: _office("judge suspicious plays", _KEEPERS, Scope.BOOKS_KEEP),
    Permission.WALLETS_KEEP: _office(
        "confirm, give, take back and freeze credit", _KEEPERS, Scope.BOOKS_KEEP
    ),
    Permission.MEMBERSHIP_KEEP: _office("keep the roll of members", _KEEPERS, Scope.BOOKS_KEEP),
    Permission.AUDIT_READ: _office("read who did what in an office", _KEEPERS, Scope.AUDIT_READ),
    Permission.MUSIC_OVERSEE: _office("see to the music of others", _OPERATORS, Scope.MODERATE),
    Permission.DELIVERIES_KEEP: _office(
        "keep the partners who deliver by DDEX, and see to what they send",
        _OPERATORS,
        Scope.MODERATE,
    ),
    Permission.PLAYS_OVERSEE: _office("see to the plays of others", _OPERATORS, Scope.MODERATE),
    Permission.ACCOUNTS_KEEP: _office("see to the accounts of others", _OPERATORS, None),
    Permission.ROLES_KEEP: _office("grant and revoke roles", _OPERATORS, None),
    Permission.CLIENTS_KEEP: _office("keep the applications that may sign in", _OPERATORS, None),
    Permission.FLEET_READ: _office("see how the machines do", _OPERATORS, Scope.FLEET_READ),
    Permission.FLEET_RUN: _office("steer jobs", _OPERATORS, Scope.FLEET_RUN),
}

#: What is done in an office: whatever of it changes something is written down.
OFFICE_PERMISSIONS = frozenset(_OFFICES)
#: What of an office may be left to a token.
OFFICE_SCOPES = frozenset(one.scope for one in _OFFICES.values() if one.scope is not None)
#: The table.
RULES: Mapping[Permission, Rule] = MappingProxyType(
    {**_VISITORS, **_ACCOUNTS, **_MUSIC, **_OFFICES}
)

#: What one may of whom the house wants a second factor, and who has not shown any.
WITHOUT_FACTOR = frozenset(
    {Permission.ACCOUNT_READ, Permission.ACCOUNT_CLOSE, Permission.CREDENTIALS_KEEP}
)


def roles_may(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of some roles suffices."""
    rule = RULES[permission]
    return rule.is_open or not rule.roles.isdisjoint(roles)


def scopes_may(scopes: frozenset[Scope] | None, permission: Permission) -> bool:
    """Whether a token with these scopes may, if its owner may; without any it may all of that."""
    rule = RULES[permission]
    return scopes is None or rule.is_open or rule.scope in scopes


def capacity_may(capacity: Capacity, permission: Permission) -> bool:
    """Whether a member may it for an account of others, if that account may."""
    rule = RULES[permission]
    return rule.is_open or (rule.capacity is not None and capacity.covers(rule.capacity))


def is_personal(permission: Permission) -> bool:
    """Whether nobody does it for an account of others."""
    rule = RULES[permission]
    return not rule.is_open and rule.capacity is None


def scopes_of(text: str) -> frozenset[Scope]:
    """Read scopes with blanks between them.

    Raises:
        Refused: `scope-unknown`, 422: one of them is none of ours.

    """
    said = frozenset(text.split())
    if unknown := said - set(Scope):
        raise Refused(
            "scope-unknown",
            f"There is no scope “{min(unknown)}”; there are: {', '.join(Scope)}.",
            status=422,
        )
    return frozenset(map(Scope, said))


def text_of(scopes: Iterable[Scope]) -> str:
    """Write scopes in the order of the table."""
    chosen = set(scopes)
    return " ".join(one for one in Scope if one in chosen)
