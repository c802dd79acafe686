from uuid import uuid4

import pytest

from stream.identity.devices import block_of, country_in, device_of
from stream.identity.known_devices import device_cookie, device_in
from stream.identity.origins import is_ours

HOSTS = frozenset({"refrain.example", "127.0.0.1:8780"})


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"
            ),
            "Edge on Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/142.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome on Android",
        ),
        ("curl/8.10.1", "curl"),
        ("", "an unknown device"),
        ("<script>", "an unknown device"),
    ],
)
def test_a_device_is_called_what_people_call_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("unix", "unix"),
    ],
)
def test_an_address_is_told_as_its_network(address: str, block: str) -> None:
    assert block_of(address) == block


@pytest.mark.parametrize(
    ("header", "country"), [("de", "DE"), (" FR ", "FR"), ("XX", None), ("", None), ("DEU", None)]
)
def test_a_country_is_told_where_it_is_known(header: str, country: str | None) -> None:
    assert country_in(header) == country


def test_a_device_is_known_for_its_account_alone_and_by_our_seal_alone() -> None:
    ada, eve = uuid4(), uuid4()
    cookie = device_cookie(ada, b"secret")

    assert device_in(cookie, ada, [b"newer", b"secret"]) == cookie.partition(".")[0]
    assert device_in(cookie, eve, [b"secret"]) is None
    assert device_in(cookie, ada, [b"another"]) is None
    assert device_cookie(ada, b"secret") != cookie


@pytest.mark.parametrize("cookie", ["", ".", "x", "x.y", "ü.ü", "x." + "A" * 43])
def test_what_is_no_cookie_of_ours_tells_of_no_device(cookie: str) -> None:
    assert device_in(cookie, uuid4(), [b"secret"]) is None


@pytest.mark.parametrize(
    ("site", "origin", "ours"),
    [
        ("same-origin", "", True),
        ("none", "", True),
        ("same-site", "https://refrain.example", False),
        ("cross-site", "https://refrain.example", False),
        ("", "https://refrain.example", True),
        ("", "http://127.0.0.1:8780", True),
        ("", "http://127.0.0.1:8781", False),
        ("", "https://evil.example", False),
        ("", "https://refrain.example.evil.example", False),
        ("", "null", False),
        ("", "", False),
    ],
)
def test_only_a_page_of_ours_is_ours(site: str, origin: str, ours: bool) -> None:  # noqa: FBT001
    assert is_ours(fetch_site=site, origin=origin, hosts=HOSTS) is ours
