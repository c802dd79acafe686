"""ID tokens: signed for the application that asked, and read again when it signs somebody out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from base.bridge import awaited
from base.errors import Broken
from base.signing_keys import ALGORITHM
from stream.identity.oidc.claims import Occasion, id_token_claims, person_claims
from stream.identity.oidc.messages import Message
from stream.identity.oidc.people import person_of
from stream.identity.oidc.provider import Moment

_LONGEST = 8_000


def id_token(moment: Moment, request: Message, access_token: str, scope: str) -> str:
    """Say by our signature who signed in."""
    family = request.family
    if family is None:
        raise Broken("no-family", "An ID token was asked for before there were tokens.")
    occasion = Occasion(
        issuer=moment.issuer,
        client_id=family.client_id,
        # Core, 12.2: what was asked for once is answered once.
        nonce=family.nonce if request.refresh_token is None else None,
        authenticated_at=family.authenticated_at,
        factors=tuple(family.factors),
        sign_in_id=family.sign_in_id,
    )
    person = awaited(person_of(moment.session, family.account_id))
    claims = id_token_claims(occasion, person_claims(person, set(scope.split())), now=moment.now)
    claims["at_hash"] = create_half_hash(access_token, ALGORITHM).decode()
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": moment.key.kid}
    return jwt.encode(header, claims, moment.key, [ALGORITHM])


def said_in(text: str, keys: KeySet, *, issuer: str) -> Mapping[str, Any] | None:
    """Answer what an ID token of ours says, also long after: nothing if it is not ours."""
    if len(text) > _LONGEST:
        return None
    try:
        claims = jwt.decode(text, keys, [ALGORITHM]).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return claims if claims.get("iss") == issuer else None
