import pytest
from hypothesis import given
from hypothesis.strategies import text

from stream.negotiation import chosen

OFFERED = ("image/avif", "image/webp", "image/jpeg")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/avif"),  # Chromium
        ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/avif"),
        ("image/webp,image/*,*/*;q=0.8", "image/webp"),
        ("image/webp;q=0.5, image/jpeg", "image/jpeg"),
        ("image/avif;q=0, image/webp", "image/webp"),
        ("*/*", "image/jpeg"),
        ("image/*", "image/jpeg"),
        ("", "image/jpeg"),
        ("text/html", None),
        ("image/jpeg;q=0", None),
        ("IMAGE/AVIF ; q=0.9", "image/avif"),
    ],
)
def test_which_form_a_client_gets(accept: str, wanted: str | None) -> None:
    assert chosen(accept, OFFERED, said_by_all="image/jpeg") == wanted


@given(text("image/avif*;,q=01. ", max_size=80))
def test_whatever_is_asked_for_is_read_to_some_end(accept: str) -> None:
    assert chosen(accept, OFFERED, said_by_all="image/jpeg") in {None, *OFFERED}
