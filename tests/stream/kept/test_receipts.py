"""What a receipt adds up."""

from datetime import UTC, datetime
from uuid import UUID

from stream.kept.receipts import Item, receipt

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def item(path: str, recording: int, *, is_gift: bool = False) -> Item:
    return Item(
        path=path,
        recording_id=UUID(int=recording),
        title=path,
        artist="Jo",
        owned_at=NOON,
        plays=3,
        for_plays=14,
        for_rest=1_000,
        is_gift=is_gift,
    )


def test_what_was_paid_for_a_recording_counts_once_however_often_it_is_in_it() -> None:
    items = [item("single", 1), item("album", 1), item("other", 2), item("given", 3, is_gift=True)]

    text = receipt("Tide", items, []).decode()

    assert "4 files; 2.028 credits paid for them." in text
    assert text.count("3 plays paid: 0.014 credits") == 4
