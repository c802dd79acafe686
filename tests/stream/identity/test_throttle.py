import pytest

from stream.identity.throttle import sign_in_counters, waiting


def names(folded: str, block: str, device: str | None = None) -> set[str]:
    counters = sign_in_counters(folded=folded, block=block, device=device)
    return {one.name for one in counters}


def test_no_counter_is_of_an_account_alone() -> None:
    here = names("ada@example.org", "203.0.113.0/24")
    elsewhere = names("ada@example.org", "198.51.100.0/24")

    assert here & elsewhere == set()


def test_a_network_is_counted_over_all_accounts() -> None:
    ada, ben = (names(f"{who}@example.org", "203.0.113.0/24") for who in ("ada", "ben"))

    assert len(ada & ben) == 1


def test_a_known_device_shares_no_counter_with_anybody() -> None:
    stranger = names("ada@example.org", "203.0.113.0/24")
    known = names("ada@example.org", "203.0.113.0/24", device="abc")

    assert known & stranger == set()
    assert known != names("ada@example.org", "203.0.113.0/24", device="abd")


def test_no_address_stands_in_a_counter() -> None:
    assert not any("ada" in name for name in names("ada@example.org", "203.0.113.0/24"))


@pytest.mark.parametrize(("s", "said"), [(0.1, "1 minute"), (61, "1 minute"), (899, "15 minutes")])
def test_a_wait_is_told_in_minutes(s: float, said: str) -> None:
    assert waiting(s) == said
