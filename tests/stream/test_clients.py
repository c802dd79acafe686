import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.clients import Clients

PROXIES = "10.0.0.0/8, ::1"


@pytest.mark.parametrize(
    ("peer", "chain", "who"),
    [
        pytest.param("203.0.113.7", "", "203.0.113.7", id="nobody between"),
        pytest.param("203.0.113.7", "198.51.100.1", "203.0.113.7", id="a stranger's word"),
        pytest.param("10.0.0.1", "198.51.100.1", "198.51.100.1", id="a proxy's word"),
        pytest.param("::1", "198.51.100.1:4711", "198.51.100.1", id="with a port"),
        pytest.param("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1", id="forged before it"),
        pytest.param("10.0.0.1", "198.51.100.1, 10.9.9.9", "198.51.100.1", id="two proxies"),
        pytest.param("10.0.0.1", "10.9.9.9", "10.9.9.9", id="proxies all the way"),
        pytest.param("10.0.0.1", "unknown", "10.0.0.1", id="no address"),
        pytest.param("10.0.0.1", "x, 10.9.9.9", "10.9.9.9", id="nonsense behind a proxy"),
        pytest.param("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1", id="mapped"),
        pytest.param("10.0.0.1", "[2001:db8:1:2:3::4]:99", "2001:db8:1:2::/64", id="a household"),
        pytest.param("2001:db8:1:2::9", "", "2001:db8:1:2::/64", id="of its own"),
        pytest.param("", "", "", id="a socket of the file system"),
    ],
)
def test_who_asks_is_the_nearest_that_no_trusted_proxy_vouches_for(
    peer: str, chain: str, who: str
) -> None:
    assert Clients(PROXIES).of(peer, x_forwarded_for=chain) == who


@pytest.mark.parametrize(
    "forwarded",
    [
        "for=198.51.100.1",
        "for=6.6.6.6;proto=http, For=198.51.100.1;by=10.0.0.1",
        'proto=https;for="198.51.100.1:80"',
    ],
)
def test_the_standard_field_is_read_where_the_usual_one_is_not_there(forwarded: str) -> None:
    clients = Clients(PROXIES)

    assert clients.of("10.0.0.1", forwarded=forwarded) == "198.51.100.1"
    assert clients.of("10.0.0.1", x_forwarded_for="8.8.8.8", forwarded=forwarded) == "8.8.8.8"


@given(chain=st.text(max_size=60), forwarded=st.text(max_size=60))
def test_whatever_a_stranger_writes_they_are_who_they_are(chain: str, forwarded: str) -> None:
    clients = Clients(PROXIES)

    assert clients.of("203.0.113.7", x_forwarded_for=chain, forwarded=forwarded) == "203.0.113.7"
    assert clients.of("10.0.0.1", x_forwarded_for=chain, forwarded=forwarded)
    assert clients.of("10.0.0.1", x_forwarded_for=f"{chain},198.51.100.1") == "198.51.100.1"
