import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from base.errors import Broken
from base.signing_keys import make_key, open_key

SECRET, OTHER = b"s" * 40, b"o" * 40


def test_a_key_signs_what_its_public_part_checks() -> None:
    kept = make_key(SECRET)

    token = jwt.encode({"alg": "RS256"}, {"sub": "ben"}, open_key(kept, [OTHER, SECRET]))

    public = RSAKey.import_key(dict(kept.public))
    assert jwt.decode(token, public).claims == {"sub": "ben"}
    assert "d" not in kept.public
    assert public.kid == kept.id


def test_nothing_of_it_stands_in_what_is_kept() -> None:
    kept = make_key(SECRET)
    private = open_key(kept, [SECRET]).as_dict(private=True)

    assert all(str(private[name]) not in kept.sealed for name in ("d", "p", "q"))


def test_who_has_none_of_the_secrets_is_told_what_to_do() -> None:
    with pytest.raises(Broken, match="REFRAIN_TICKET_SECRETS_BEFORE"):
        open_key(make_key(SECRET), [OTHER])
