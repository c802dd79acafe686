"""The commands of who keeps the roll of members and the register of their shares."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from catalog.member_states import MemberState
from catalog.membership import Admission, Right, Terms
from refrain.starting import run, settings_of

members_app = typer.Typer(help="Members of the co-operative.", no_args_is_help=True)

Member = Annotated[str, typer.Argument(help="Number of a member, or id of a membership.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the membership.")]
Count = Annotated[int, typer.Argument(min=1, help="How many shares.")]
BankReference = Annotated[str, typer.Option(help="Its number on the bank's statement.")]
At = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="As of when (UTC); now."),
]


class Form(StrEnum):
    """How a roll is printed."""

    CSV = "csv"
    JSON = "json"


@members_app.command()
def classes() -> None:
    """Show what holds for each class now, as a JSON line each."""
    from refrain.members import list_classes

    run(list_classes(settings_of()))


@members_app.command("class")
def set_class(  # noqa: PLR0913, PLR0917 - a class has as many sides
    name: Annotated[str, typer.Argument(help="As in listener.")],
    dues: Annotated[str, typer.Argument(help="Of a year, as in 12.50.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Day (UTC).")],
    title: Annotated[str, typer.Option(help="What members read.")] = "",
    share_value: Annotated[str, typer.Option(help="Of one share.")] = "1",
    shares: Annotated[int, typer.Option(min=0, help="That a member holds at least.")] = 1,
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "EUR",
    admission: Annotated[Admission, typer.Option(help="Who admits.")] = Admission.OPERATOR,
    right: Annotated[list[Right] | None, typer.Option(help="Any number; all unless told.")] = None,
    grace_days: Annotated[int, typer.Option(min=0, help="After dues ran out.")] = 30,
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Takes no new members.")] = False,
) -> None:
    """Say what a class asks and gives from a day on; what was said before stays so."""
    from accounting.payments.amounts import parsed
    from refrain.members import write_class

    terms = Terms(
        class_id=name,
        valid_from=since.replace(tzinfo=UTC),
        title=title or name,
        dues=parsed(dues, currency).micros,
        share_value=parsed(share_value, currency).micros,
        shares=shares,
        currency=currency,
        admission=admission,
        rights=frozenset(right or Right),
        grace_days=grace_days,
        is_open=not closed,
    )
    run(write_class(settings_of(), terms))


@members_app.command("list")
def list_(
    state: Annotated[MemberState | None, typer.Option(help="Of these alone.")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="Of this alone.")] = None,
) -> None:
    """List memberships, the newest first, as a JSON line each."""
    from refrain.members import list_members

    run(list_members(settings_of(), state, class_))


@members_app.command()
def admit(member: Member) -> None:
    """Admit an applicant."""
    from refrain.members import decide_about

    run(decide_about(settings_of(), member, reason=None, admits=True))


@members_app.command()
def refuse(member: Member, reason: Why) -> None:
    """Refuse an applicant."""
    from refrain.members import decide_about

    run(decide_about(settings_of(), member, reason=reason, admits=False))


@members_app.command()
def exclude(member: Member, reason: Why) -> None:
    """Exclude a member."""
    from refrain.members import exclude_member

    run(exclude_member(settings_of(), member, reason=reason))


@members_app.command()
def paid(  # noqa: PLR0913 - what was found at the bank
    member: Member,
    amount: Annotated[str, typer.Argument(help="As in 12.50: all that is due, no more.")],
    bank_reference: BankReference,
    shares: Annotated[int, typer.Option(min=0, help="New shares among it.")] = 0,
    currency: Annotated[str, typer.Option(help="Of the amount.")] = "EUR",
    *,
    dues: Annotated[bool, typer.Option(help="Dues of a year are among it.")] = True,
) -> None:
    """Say that dues or shares were paid at the bank, where nothing was ordered."""
    from accounting.payments.amounts import parsed
    from refrain.members import Paid, record_paid

    said = Paid(
        member=member,
        has_dues=dues,
        shares=shares,
        amount=parsed(amount, currency),
        reference=bank_reference,
    )
    run(record_paid(settings_of(), said))


@members_app.command()
def roll(
    at: At = None, form: Annotated[Form, typer.Option(help="Of the output.")] = Form.CSV
) -> None:
    """Print the roll for votes: one member one vote."""
    from refrain.members import print_roll

    run(print_roll(settings_of(), at, is_csv=form is Form.CSV))


@members_app.command()
def register(at: At = None) -> None:
    """Print the register of shares as JSON lines, and who holds what."""
    from refrain.members import print_register

    run(print_register(settings_of(), at))


@members_app.command()
def transfer(
    member: Member,
    to: Annotated[str, typer.Argument(help="Number of who gets them.")],
    count: Count,
    key: Annotated[str, typer.Option(help="The same again moves nothing more.")],
    reason: Why = "",
) -> None:
    """Enter that shares are another member's now."""
    from refrain.members import transfer_shares

    run(transfer_shares(settings_of(), (member, to), count, key=key, reason=reason))


@members_app.command()
def redeem(member: Member, count: Count, bank_reference: BankReference, reason: Why = "") -> None:
    """Book that shares were paid back from the bank."""
    from refrain.members import redeem_shares

    run(redeem_shares(settings_of(), member, count, reference=bank_reference, reason=reason))
