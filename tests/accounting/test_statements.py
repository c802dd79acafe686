import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.statement_forms import as_csv, as_json
from accounting.statements import Section, cents_of, exactly, in_cents, money, sums_by
from base.errors import Broken
from tests.support.statements import line, statement

AMOUNTS = st.integers(-(10**13), 10**13)
LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(Section),
        recording=st.sampled_from(["", "song", "other"]),
        step=st.integers(0, 9),
        territory=st.sampled_from(["", "DE", "FR"]),
        month=st.sampled_from(["2026-02", "2026-03"]),
        number=st.integers(0, 9),
        amount=AMOUNTS,
    ),
    max_size=12,
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_statement_that_does_not_add_up_cannot_be_made() -> None:
    made = statement(line(amount=10))

    with pytest.raises(Broken, match="statement-wrong"):
        replace(made, closing=11)


@given(amounts=st.lists(AMOUNTS))
def test_shown_cents_add_up_to_what_is_shown_of_the_sum(amounts: list[int]) -> None:
    shown = in_cents(amounts)

    assert sum(shown) == cents_of(sum(amounts))
    assert all(
        abs(cents * 10_000 - amount) < 20_000 for cents, amount in zip(shown, amounts, strict=True)
    )


@given(lines=LINES, opening=AMOUNTS)
def test_csv_tells_each_micro_unit_and_its_cents_add_up(lines: list, opening: int) -> None:
    made = statement(*lines, opening=opening)

    told = rows(as_csv(made))

    assert [told[0]["part"], told[-1]["part"]] == ["opening", "closing"]
    amounts = [int(row["amount_micros"]) for row in told]
    assert sum(amounts[:-1]) == amounts[-1] == made.closing
    cents = [int(row["amount"].replace(".", "")) for row in told]
    assert sum(cents[:-1]) == cents[-1] == cents_of(made.closing)


@given(lines=LINES, opening=AMOUNTS)
def test_json_tells_each_micro_unit(lines: list, opening: int) -> None:
    made = statement(*lines, opening=opening)

    told = json.loads(as_json(made))

    assert told["opening"] + sum(one["amount"] for one in told["lines"]) == told["closing"]
    assert told["closing_cents"] * 10_000 + told["carried"] == told["closing"]
    assert told["digest"] == made.digest.hex()


def test_late_plays_are_flagged_with_the_month_in_which_they_happened() -> None:
    made = statement(line(), line(month="2026-02"), line(Section.REFUNDS, month="2026-02"))

    told = {(row["reason"], row["month"]): row["late"] for row in rows(as_csv(made))[1:-1]}

    assert told == {
        ("plays", "2026-03"): "",
        ("plays", "2026-02"): "late",
        ("refunds", "2026-02"): "",
    }


def test_a_restated_statement_keeps_what_was_booked_and_tells_what_changed_and_why() -> None:
    first = statement(line(amount=50_000))
    later = line(Section.REFUNDS, amount=-20_000)
    second = replace(first, version=2, why="A play was no play.", corrections=(later,))

    told = json.loads(as_json(second))

    assert (told["closing"], told["restated"], told["why"]) == (50_000, 30_000, second.why)
    assert [row["part"] for row in rows(as_csv(second))] == [
        *("opening", "booked", "closing", "booked later", "restated"),
    ]
    assert second.digest != first.digest


def test_the_digest_is_of_what_is_said_and_not_of_its_order_or_names() -> None:
    lines = [line(step=step) for step in (3, 1, 2)]

    made = statement(*lines, titles={"song": "One"})

    assert made.digest == statement(*reversed(lines), titles={"song": "Two"}).digest
    assert made.digest != statement(*lines[:2], replace(lines[2], amount=1681)).digest


def test_a_title_is_no_formula() -> None:
    made = statement(line(), titles={"song": '=HYPERLINK("http://evil")'})

    assert rows(as_csv(made))[1]["title"].startswith("'=")


def test_sums_are_by_what_one_likes_the_most_first() -> None:
    lines = [line(step=1, amount=1), line(step=2, amount=2), line(step=1, amount=3, number=2)]

    found = sums_by(lines, lambda one: str(one.step))

    assert [(one.of, one.number, one.amount) for one in found] == [("1", 3, 4), ("2", 1, 2)]


def test_amounts_are_written_as_people_write_them() -> None:
    assert [money(cents) for cents in (0, 5, -5, -1234)] == ["0.00", "0.05", "-0.05", "-12.34"]
    assert exactly(-1_226_400) == "-1.226400"
