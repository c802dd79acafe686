"""What stands in for Mollie: the few calls that are made, answered in the shapes of its reference.

Its answers are abridged, and have the fields that docs.mollie.com/reference lists.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.support.stripe_server import PAGE, listening

Object = dict[str, Any]
_HAL = "application/hal+json"


class MollieServer:
    def __init__(self) -> None:
        self.url = ""
        self.payments: dict[str, Object] = {}
        self.keys: dict[str, str] = {}
        self.refunds: list[Object] = []
        self.asked = 0
        #: What it is about to do, and does when it may.
        self.under_way: set[str] = set()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def create_payment(self, request: web.Request) -> web.Response:
        wanted, key = await request.json(), request.headers["Idempotency-Key"]
        if key not in self.keys:
            name = f"tr_7UDhS{len(self.payments)}"
            self.keys[key] = name
            self.payments[name] = {
                "resource": "payment",
                "id": name,
                "mode": "test",
                "createdAt": "2026-11-24T12:00:00+00:00",
                "status": "open",
                "sequenceType": "oneoff",
                "profileId": "pfl_QkEhN94Ba",
                **wanted,
                "_links": {
                    "self": {"href": f"{self.url}/v2/payments/{name}", "type": _HAL},
                    "checkout": {
                        "href": f"https://www.mollie.com/checkout/select-method/{name}",
                        "type": "text/html",
                    },
                },
            }
        return _said(self.payments[self.keys[key]], status=201)

    async def get_payment(self, request: web.Request) -> web.Response:
        self.asked += 1
        payment = self.payments.get(request.match_info["payment"])
        if payment is None:
            said = {"status": 404, "title": "Not Found", "detail": "No payment exists."}
            return _said(said, status=404)
        embedded = payment if request.query.get("embed") else _without(payment, "_embedded")
        return _said(embedded)

    async def list_payments(self, request: web.Request) -> web.Response:
        found = [*self.payments.values()][::-1]
        if after := request.query.get("from"):
            found = found[[one["id"] for one in found].index(after) :]
        some, more = found[:PAGE], found[PAGE:]
        url = f"{self.url}/v2/payments?limit=250&from={more[0]['id']}" if more else ""
        return _said(
            {
                "count": len(some),
                "_embedded": {"payments": some},
                "_links": {"next": {"href": url, "type": _HAL} if more else None},
            }
        )

    async def create_refund(self, request: web.Request) -> web.Response:
        wanted, key = await request.json(), request.headers["Idempotency-Key"]
        if key in self.under_way:
            said = {"status": 409, "title": "Conflict", "detail": "It is being processed."}
            return _said(said, status=409)
        self.under_way.add(key)
        await self.may_answer.wait()
        self.under_way.remove(key)
        payment = self.payments[request.match_info["payment"]]
        name = f"re_{len(self.refunds)}"
        payment["amountRefunded"] = wanted["amount"]
        self.refunds.append({"resource": "refund", "id": name, "status": "pending", **wanted})
        payment.setdefault("_embedded", {})["refunds"] = self.refunds
        return _said(self.refunds[-1], status=201)

    def pay(self, name: str) -> None:
        payment = self.payments[name]
        payment |= {
            "status": "paid",
            "paidAt": "2026-11-24T13:00:00+01:00",
            "method": "ideal",
            "countryCode": "NL",
            "amountRefunded": {"value": "0.00", "currency": payment["amount"]["currency"]},
            "amountRemaining": payment["amount"],
            "details": {
                "consumerName": "T. TEST",
                "consumerAccount": "NL44 RABO 0123 4567 89",
                "consumerBic": "RABONL2U",
            },
            "settlementAmount": payment["amount"],
        }

    def charge_back(self, name: str, *, reversed_at: str | None = None) -> None:
        payment = self.payments[name]
        payment["amountChargedBack"] = payment["amount"]
        payment["_embedded"] = {
            "chargebacks": [
                {
                    "resource": "chargeback",
                    "id": "chb_n9z0tp",
                    "amount": payment["amount"],
                    "createdAt": "2026-11-25T12:00:00+00:00",
                    "reason": {"code": "AC01", "description": "Account identifier incorrect"},
                    "reversedAt": reversed_at,
                    "paymentId": name,
                }
            ]
        }


def _without(payment: Object, name: str) -> Object:
    return {key: value for key, value in payment.items() if key != name}


def _said(body: Object, *, status: int = 200) -> web.Response:
    return web.json_response(body, status=status, content_type=_HAL)


@asynccontextmanager
async def mollie_server() -> AsyncIterator[MollieServer]:
    server = MollieServer()
    app = web.Application()
    app.router.add_post("/v2/payments", server.create_payment)
    app.router.add_get("/v2/payments", server.list_payments)
    app.router.add_get("/v2/payments/{payment}", server.get_payment)
    app.router.add_post("/v2/payments/{payment}/refunds", server.create_refund)
    async with listening(app) as server.url:
        yield server
