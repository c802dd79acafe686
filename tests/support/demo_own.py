"""What people of the demo house keep: lists, favourites, a wallet, drafts, shares and a band."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
from aiohttp import ClientSession, CookieJar

from accounting.bank_accounts import bank_account
from accounting.bank_details import enter_details
from catalog.links import make_link
from catalog.models.sign_in import Purpose
from tests.support.demo_music import DRAFT
from tests.support.demo_records import send
from tests.support.joined import Browser
from tests.support.payouts import IBANS

if TYPE_CHECKING:
    from tests.support.demo import Demo

_LISTS = (
    ("Walking home", "For the long way, after rain.", "public"),
    ("Sunday, slowly", "", "public"),
    ("Kitchen dancing", "", "private"),
)


async def furnish(demo: Demo) -> None:
    """Let them keep what they keep."""
    await _library(demo)
    await _wallet(demo)
    await _studio(demo)
    await _band(demo)
    await _two_step(demo)


async def _two_step(demo: Demo) -> None:
    """Bring somebody to the second step of signing in, who has an app for it."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        browser = Browser(demo.client, http)
        await browser.join("kim@example.org", name="Kim")
        shown = (await browser.ask("POST", "/account/security/app", {"next": "/"})).body.decode()
        [secret] = re.findall(r'data-testid="secret">([A-Z2-7 ]+)<', shown)
        [begun] = re.findall(r'name="begun" value="([^"]+)"', shown)
        code = pyotp.TOTP(secret.replace(" ", "")).at(demo.clock())
        fields = {"begun": begun, "next": "/", "code": code}
        await browser.ask("POST", "/account/security/app/code", fields)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        browser = Browser(demo.client, http)
        await browser.sign_in("kim@example.org")
        step = browser.cookie("refrain_step")
        assert step
        demo.cookies["two-step"] = {"refrain_step": step}
    noor = demo.people["noor"].id
    async with demo.client.holding.tools.database.begin() as session:
        link = await make_link(session, noor, Purpose.SET_UP, address=None, now=demo.clock())
    demo.places["reset"] = link.token


async def _library(demo: Demo) -> None:
    noor, places = demo.people["noor"], demo.places
    records = demo.shelf.records
    tracks = [track for put in records for track in put.tracks]
    for number, (title, words, visibility) in enumerate(_LISTS):
        said = {"title": title, "description": words, "visibility": visibility}
        made = await demo.done("POST", "/api/v1/playlists", noor, said)
        path = f"/api/v1/playlists/{made['id']}"
        await demo.done("POST", f"{path}/entries", noor, {"tracks": tracks[number::3][:12]})
        places.setdefault("playlist", made["id"])
    path = f"/api/v1/playlists/{places['playlist']}/invitations"
    places["joining"] = (await demo.done("POST", path, noor, {"part": "editor"}))["code"]
    for track in tracks[::4]:
        await demo.done("PUT", f"/api/v1/favourites/tracks/{track}", noor)
    for put in records[:5]:
        await demo.done("PUT", f"/api/v1/favourites/releases/{put.id}", noor)
        await demo.done("PUT", f"/api/v1/follows/artists/{put.artist}", noor)
    places["person"] = str(noor.id)
    places |= _of_music(demo)


def _of_music(demo: Demo) -> dict[str, str]:
    harbour = demo.shelf.called("Harbour Years")
    return {
        "release": harbour.id,
        "track": harbour.tracks[0],
        "artist": harbour.artist,
        "unowned": demo.shelf.called("Songs for the Ferry").id,
        "unowned_track": demo.shelf.called("Songs for the Ferry").tracks[1],
        "genre": harbour.record.genre,
    }


async def _wallet(demo: Demo) -> None:
    noor, ada, places = demo.people["noor"], demo.people["ada"], demo.places
    order = {"product": "credits-20", "provider": "manual", "country": "DE"}
    made = await demo.done("POST", "/api/v1/topups", noor, order)
    found = {
        "bank_reference": "2026-11-20/118",
        "amount": made["price"],
        "currency": "EUR",
        "scale": 6,
        "arrived_at": demo.clock().isoformat(),
    }
    await demo.done("POST", f"/api/v1/topups/{made['id']}/confirmation", ada, found)
    places["paid"] = made["id"]
    other = {**order, "product": "credits-10"}
    places["topup"] = (await demo.done("POST", "/api/v1/topups", noor, other))["id"]
    wanted = {"track": demo.shelf.records[-1].tracks[-1]}
    bought = await demo.done("POST", "/api/v1/purchases", noor, wanted)
    places["purchase"] = bought["purchases"][0]["id"]
    gift = await demo.done("POST", "/api/v1/gifts", noor, {"track": places["track"]})
    places["gift"] = gift["code"]
    await _member(demo)


async def _member(demo: Demo) -> None:
    """Let Noor be a member, and a fan want to be one, who had a top-up sent back."""
    noor, ada, fan = demo.people["noor"], demo.people["ada"], demo.fans[0]
    said = {"class": "listener", "name": noor.name}
    await demo.done("POST", "/api/v1/membership", noor, said)
    charge = {"dues": True, "shares": 2, "provider": "manual"}
    charged = await demo.done("POST", "/api/v1/membership/charges", noor, charge)
    money = {"currency": "EUR", "scale": 6}
    path = f"/api/v1/topups/{charged['id']}"
    price = (await demo.done("GET", path, noor))["price"]
    found = {"bank_reference": "2026-11-19/3", "amount": price, **money}
    await demo.done("POST", f"{path}/confirmation", ada, found)
    wanted = {"class": "artist", "name": fan.name}
    demo.places["member"] = (await demo.done("POST", "/api/v1/membership", fan, wanted))["id"]
    order = {"product": "credits-10", "provider": "manual", "country": "DE"}
    topup = await demo.done("POST", "/api/v1/topups", fan, order)
    found = {"bank_reference": "2026-11-21/7", "amount": topup["price"], **money}
    path = f"/api/v1/topups/{topup['id']}"
    await demo.done("POST", f"{path}/confirmation", ada, found)
    refund = await demo.done("POST", f"{path}/refund", ada, {"reason": "They asked for it."})
    demo.places["refund"] = refund["id"]


async def _studio(demo: Demo) -> None:
    mara, places = demo.people["mara"], demo.places
    draft = await send(demo, DRAFT, mara, of=mara.name)
    places |= {"draft": draft.id, "draft_track": draft.tracks[0]}
    async with demo.client.holding.tools.database.begin() as session:
        for number, put in enumerate({one.owner.name: one for one in demo.shelf.records}.values()):
            account = bank_account(holder=put.owner.name, iban=IBANS[number % len(IBANS)])
            await enter_details(
                session, put.owner.id, account, by=put.owner.id, now=demo.clock() - _SETTLED
            )
    await _shares(demo)


_SETTLED = timedelta(days=40)


async def _shares(demo: Demo) -> None:
    """Let Mara share a track with somebody who is here, and with somebody who is not."""
    mara, other, places = demo.people["mara"], demo.shelf.records[-1].owner, demo.places
    cleo = await _payee(demo, mara, {"kind": "member", "name": "Cleo Sand", "mine": False})
    places["payee"] = cleo
    own, others = [
        (await demo.done("GET", "/api/v1/payees", one))["payees"][0]["id"] for one in (mara, other)
    ]
    shares = [
        {"payee": own, "ppm": 700_000},
        {"payee": others, "ppm": 200_000},
        {"payee": cleo, "ppm": 100_000},
    ]
    split = {"track": places["track"], "shares": shares}
    await demo.done("POST", "/api/v1/splits", mara, split)
    claim = {"payee": cleo, "words": "Mara asked me to play the harmonium."}
    made = await demo.done("POST", "/api/v1/claims", demo.fans[0], claim)
    places["claim"] = made["id"]


async def _payee(demo: Demo, who: Any, said: dict[str, Any]) -> str:  # noqa: ANN401 - a person
    made: str = (await demo.done("POST", "/api/v1/payees", who, said))["id"]
    return made


async def _band(demo: Demo) -> None:
    """Let Mara have a band, and invite somebody."""
    mara, places = demo.people["mara"], demo.places
    said = {"name": "Lindqvist & Wren", "kind": "artist"}
    places["band"] = (await demo.done("POST", "/api/v1/accounts", mara, said))["account"]
    made = await demo.done(
        "POST",
        "/api/v1/account/invitations",
        mara,
        {"capacity": "editor"},
        Refrain_Acting_For=places["band"],
    )
    places["invitation"] = str(made["link"]).rpartition("/")[2]
