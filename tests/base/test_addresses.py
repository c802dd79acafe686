"""Which addresses are ours: by every form in which a number can be written."""

import pytest

from base.addresses import require_public, require_public_host
from base.errors import Refused


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:c0a8:101::1", "2001:0:7f00:1::"),
    ],
)
def test_no_form_of_a_private_number_passes(address: str) -> None:
    with pytest.raises(Refused, match="no public address"):
        require_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_numbers_of_the_public_pass(address: str) -> None:
    require_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0"),
        *("10.1", "[::1]", "[::ffff:7f00:1]", "localhost.", "a.localhost", "LOCALHOST"),
        *("\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "127.0.0.1\u00ad"),
    ],
)
def test_no_other_way_to_write_one_passes_either(host: str) -> None:
    # A client of HTTP takes digits and dots for a number, and asks no resolver about it.
    with pytest.raises(Refused):
        require_public_host(f"http://{host}:8080/hook")


@pytest.mark.parametrize("host", ["label.example", "1.1.1.1", "0x.example"])
def test_names_and_public_numbers_are_let_through(host: str) -> None:
    require_public_host(f"https://{host}/hook")
