"""The command: look over the store, show what is wrong, answer the exit status."""

from __future__ import annotations

import json

from rich.console import Console
from rich.text import Text

from base.settings import Settings
from catalog.models.checks import StoreCheck
from catalog.store_checks import note_check
from refrain.output import say
from workers.fsck import Scope, check
from workers.fsck_flaws import Flaw
from workers.holding import open_holding


async def fsck_and_show(settings: Settings, scope: Scope, *, as_json: bool) -> int:
    """Answer 0 where nothing is wrong, 1 where something was, mended or not."""
    console = Console(highlight=False, soft_wrap=True)

    def tell(flaw: Flaw) -> None:
        if as_json:
            say(json.dumps(flaw.as_json()))
        else:
            console.print(_told(flaw))

    async with open_holding(settings) as holding:
        found = await check(holding, scope, tell=tell)
        summary = _summary(found)
        async with holding.tools.database.begin() as session:
            await note_check(session, found)
    if as_json:
        say(json.dumps(summary))
    else:
        console.print(_sentence(found), style="bold red" if found.codes else "bold green")
    return 1 if found.codes else 0


def _summary(found: StoreCheck) -> dict[str, object]:
    return {
        "objects": found.objects,
        "read": found.read,
        "decoded": found.decoded,
        "masters": found.masters,
        "findings": sum(found.codes.values()),
        "losses": found.losses,
        "mended": found.mended,
        "codes": found.codes,
    }


def _told(flaw: Flaw) -> Text:
    mark = "mended" if flaw.is_mended else "LOSS" if flaw.is_loss else "found"
    style = "green" if flaw.is_mended else "bold red" if flaw.is_loss else "yellow"
    advice = "" if flaw.is_mended else f"\n      {flaw.advice}"
    return Text.assemble(
        (f"{mark:6}", style),
        f"  {flaw.code}  {flaw.subject}\n      {flaw.sentence}",
        (advice, "dim"),
    )


def _sentence(found: StoreCheck) -> str:
    findings = sum(found.codes.values())
    return (
        f"{findings} findings ({found.losses} losses, {found.mended} mended) in {found.objects} "
        f"objects of {found.masters} masters; {found.read} were read, {found.decoded} decoded."
    )
