from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from stream.tickets import Terms, open_ticket, require_fresh, seal

SECRET, OLD, FOREIGN = b"new" * 16, b"old" * 16, b"foreign" * 16
SESSION = UUID("0f2b7c1e-6d1f-4f57-9a55-3a2f1d1c9e77")
PATH_SAFE = set(ascii_letters + digits + "-_")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS = Terms(lifetime=timedelta(hours=6), age=timedelta(days=7))


@given(session=st.uuids(), secret=st.binary(min_size=32, max_size=64))
def test_a_ticket_stands_in_a_path_and_opens_its_session(session: UUID, secret: bytes) -> None:
    ticket = seal(session, secret)

    assert len(ticket) == 43
    assert set(ticket) <= PATH_SAFE
    assert open_ticket(ticket, [secret]) == session


def test_tickets_of_the_secret_before_open_until_it_is_taken_away() -> None:
    ticket = seal(SESSION, OLD)

    assert open_ticket(ticket, [SECRET, OLD]) == SESSION
    with pytest.raises(Refused, match="ticket-invalid"):
        open_ticket(ticket, [SECRET])


@pytest.mark.parametrize("secrets", [[], [FOREIGN]])
def test_a_ticket_that_we_did_not_seal_is_refused(secrets: list[bytes]) -> None:
    with pytest.raises(Refused, match="ticket-invalid") as refused:
        open_ticket(seal(SESSION, SECRET), secrets)

    assert refused.value.status == 403


@given(session=st.uuids(), at=st.integers(0, 42), bit=st.integers(0, 6))
def test_a_ticket_with_any_bit_flipped_is_refused(session: UUID, at: int, bit: int) -> None:
    ticket = seal(session, SECRET)
    forged = ticket[:at] + chr(ord(ticket[at]) ^ 1 << bit) + ticket[at + 1 :]

    with pytest.raises(Refused, match="ticket-invalid"):
        open_ticket(forged, [SECRET])


@given(session=st.uuids(), letter=st.sampled_from(sorted(PATH_SAFE)))
def test_a_ticket_is_written_in_one_way_only(session: UUID, letter: str) -> None:
    # The last letter has two bits that no byte needs: four spellings, were it not checked.
    ticket = seal(session, SECRET)

    if letter != ticket[-1]:
        with pytest.raises(Refused, match="ticket-invalid"):
            open_ticket(ticket[:-1] + letter, [SECRET])


@pytest.mark.parametrize("change", [str.lower, lambda text: text + "=", lambda text: text[:-1]])
def test_a_ticket_that_a_client_mangled_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(Refused, match="ticket-invalid"):
        open_ticket(change(seal(SESSION, SECRET)), [SECRET])


@given(st.text(alphabet="".join(sorted(PATH_SAFE)) + "=+/.\n é\ud800", max_size=64))
def test_any_text_is_refused_and_never_breaks(text: str) -> None:
    with pytest.raises(Refused, match="ticket-invalid"):
        open_ticket(text, [SECRET])


def test_a_seek_after_a_long_pause_still_finds_the_door_open() -> None:
    ends_at = TERMS.end(opened_at=NOON, active_at=NOON)

    require_fresh(ends_at, NOON + TERMS.lifetime)


def test_activity_keeps_a_ticket_alive_past_its_first_lifetime() -> None:
    ends_at = TERMS.end(opened_at=NOON, active_at=NOON + timedelta(hours=5))

    require_fresh(ends_at, NOON + timedelta(hours=10))


@pytest.mark.parametrize("active_for", [timedelta(0), TERMS.age - timedelta(hours=1)])
def test_a_ticket_of_a_session_long_asleep_or_very_old_is_gone(active_for: timedelta) -> None:
    ends_at = TERMS.end(opened_at=NOON, active_at=NOON + active_for)
    assert ends_at == NOON + min(active_for + TERMS.lifetime, TERMS.age)

    with pytest.raises(Refused, match="ticket-expired") as refused:
        require_fresh(ends_at, ends_at + timedelta(microseconds=1))

    assert refused.value.status == 410
