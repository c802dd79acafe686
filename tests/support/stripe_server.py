"""What stands in for Stripe: the few calls that are made, answered in the shapes of its reference.

It remembers payments, sends messages signed as Stripe signs them, and answers an idempotency key
as it did before. Its answers are abridged, and have the fields that docs.stripe.com/api lists.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import stripe
from aiohttp import web

SECRET = "whsec_of_a_test"  # noqa: S105 - of a test
Object = dict[str, Any]
#: Of a list, so many are answered at once.
PAGE = 2


class StripeServer:
    def __init__(self) -> None:
        self.url = ""
        self.sessions: dict[str, Object] = {}
        self.disputes: list[Object] = []
        self.refunds: list[Object] = []
        self.keys: dict[str, Object] = {}
        self.asked = 0

    # What is asked of it.

    async def create_session(self, request: web.Request) -> web.Response:
        form = await request.post()
        number = len(self.sessions) + 1
        session = {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "currency": form["line_items[0][price_data][currency]"],
            "amount_total": int(str(form["line_items[0][price_data][unit_amount]"])),
            "metadata": {"payment": form["metadata[payment]"]},
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.com/c/pay/cs_test_{number}",
            "livemode": False,
        }
        assert form["adaptive_pricing[enabled]"] == "false"
        assert form["payment_intent_data[metadata][payment]"] == form["metadata[payment]"]
        return self._once(request, session, self.sessions)

    async def get_session(self, request: web.Request) -> web.Response:
        self.asked += 1
        session = self.sessions.get(request.match_info["session"])
        return web.json_response(session) if session else _missing("checkout.session")

    async def list_sessions(self, request: web.Request) -> web.Response:
        self.asked += 1
        wanted = request.query.get("payment_intent")
        found = list(self.sessions.values())
        if wanted:
            found = [one for one in found if intent_of(one).get("id") == wanted]
        if after := request.query.get("starting_after"):
            found = found[[one["id"] for one in found].index(after) + 1 :]
        page = _listed(found[:PAGE], "/v1/checkout/sessions")
        return web.json_response({**page, "has_more": len(found) > PAGE})

    async def list_disputes(self, request: web.Request) -> web.Response:
        wanted = request.query["payment_intent"]
        found = [one for one in self.disputes if one["payment_intent"] == wanted]
        return web.json_response(_listed(found, "/v1/disputes"))

    async def create_refund(self, request: web.Request) -> web.Response:
        form = await request.post()
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            intent, amount = str(form["payment_intent"]), int(str(form["amount"]))
            self.keys[key] = self.refund(intent, amount, refund=str(form["metadata[refund]"]))
        return web.json_response(self.keys[key])

    async def list_refunds(self, request: web.Request) -> web.Response:
        wanted = request.query["payment_intent"]
        found = [one for one in self.refunds if one["payment_intent"] == wanted]
        return web.json_response(_listed(found, "/v1/refunds"))

    def _once(self, request: web.Request, made: Object, kept: dict[str, Object]) -> web.Response:
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            self.keys[key] = made
            kept[made["id"]] = made
        return web.json_response(self.keys[key])

    # What happens there.

    def pay(self, session_id: str, *, fee: int = 44, settled: tuple[int, str] | None = None) -> str:
        session = self.sessions[session_id]
        number = session_id.rpartition("_")[2]
        amount, currency = settled or (session["amount_total"], session["currency"])
        session |= {
            "status": "complete",
            "payment_status": "paid",
            "payment_intent": {
                "id": f"pi_{number}",
                "object": "payment_intent",
                "amount": session["amount_total"],
                "amount_received": session["amount_total"],
                "currency": session["currency"],
                "metadata": session["metadata"],
                "status": "succeeded",
                "latest_charge": {
                    "id": f"ch_{number}",
                    "object": "charge",
                    "amount": session["amount_total"],
                    "amount_captured": session["amount_total"],
                    "amount_refunded": 0,
                    "currency": session["currency"],
                    "created": 1_795_780_800,
                    "disputed": False,
                    "paid": True,
                    "balance_transaction": {
                        "id": f"txn_{number}",
                        "object": "balance_transaction",
                        "amount": amount,
                        "currency": currency,
                        "exchange_rate": None if settled is None else amount,
                        "fee": fee,
                        "net": amount - fee,
                        "type": "charge",
                    },
                    "payment_method_details": {
                        "type": "card",
                        "card": {
                            "brand": "visa",
                            "country": "DE",
                            "fingerprint": "AOB934RVNwzk6xtn",
                            "last4": "4242",
                        },
                    },
                },
            },
        }
        return f"pi_{number}"

    def refund(self, intent: str, amount: int, **metadata: str) -> Object:
        charge = self.charge_of(intent)
        charge["amount_refunded"] += amount
        made = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": amount,
            "currency": charge["currency"],
            "metadata": metadata,
            "payment_intent": intent,
            "status": "succeeded",
        }
        self.refunds.append(made)
        return made

    def fail(self, refund: Object) -> None:
        """Let a refund come back, days after it was sent."""
        refund["status"] = "failed"
        self.charge_of(refund["payment_intent"])["amount_refunded"] -= refund["amount"]

    def dispute(self, intent: str, *, amount: int, status: str = "needs_response") -> Object:
        charge = self.charge_of(intent)
        charge["disputed"] = True
        number = len(self.disputes) + 1
        made = {
            "id": f"dp_{number}",
            "object": "dispute",
            "amount": amount,
            "currency": charge["currency"],
            "charge": charge["id"],
            "payment_intent": intent,
            "reason": "fraudulent",
            "status": status,
            "balance_transactions": []
            if status.startswith("warning")
            else [_moved(-amount, charge["currency"], fee=1500)],
        }
        self.disputes.append(made)
        return made

    def close(self, dispute: Object, status: str, *, fee_back: int = 0) -> None:
        dispute["status"] = status
        if status == "won":
            back = _moved(dispute["amount"], dispute["currency"], fee=-fee_back)
            dispute["balance_transactions"].append(back)

    def charge_of(self, intent: str) -> Object:
        [charge] = [
            intent_of(one)["latest_charge"]
            for one in self.sessions.values()
            if intent_of(one).get("id") == intent
        ]
        found: Object = charge
        return found

    def balance(self) -> int:
        """Answer what it owes us: what was paid and not sent back, less its fees."""
        charges = [
            intent_of(one)["latest_charge"] for one in self.sessions.values() if intent_of(one)
        ]
        received = sum(
            one["balance_transaction"]["net"] - one["amount_refunded"] for one in charges
        )
        moved = [one for made in self.disputes for one in made["balance_transactions"]]
        return received + sum(one["net"] for one in moved)

    def message(self, kind: str, subject: Object, *, event: str = "evt_1") -> tuple[bytes, str]:
        """Answer a message and its signature."""
        body = json.dumps(
            {
                "id": event,
                "object": "event",
                "api_version": "2026-10-28",
                "created": 1_795_780_801,
                "type": kind,
                "data": {"object": subject},
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
            },
            indent=2,
        )
        signed = stripe.WebhookSignature.generate_signature_header(body, SECRET)
        return body.encode(), str(signed)


def intent_of(session: Object) -> Object:
    return session["payment_intent"] or {}


def _moved(amount: int, currency: str, *, fee: int) -> Object:
    return {
        "id": "txn_of_a_dispute",
        "object": "balance_transaction",
        "amount": amount,
        "currency": currency,
        "fee": fee,
        "net": amount - fee,
        "type": "adjustment",
    }


def _listed(found: list[Object], url: str) -> Object:
    return {"object": "list", "url": url, "has_more": False, "data": found}


def _missing(kind: str) -> web.Response:
    said = {"type": "invalid_request_error", "code": "resource_missing", "message": f"No {kind}"}
    return web.json_response({"error": said}, status=404)


@asynccontextmanager
async def stripe_server() -> AsyncIterator[StripeServer]:
    server = StripeServer()
    app = web.Application()
    app.router.add_post("/v1/checkout/sessions", server.create_session)
    app.router.add_get("/v1/checkout/sessions", server.list_sessions)
    app.router.add_get("/v1/checkout/sessions/{session}", server.get_session)
    app.router.add_get("/v1/disputes", server.list_disputes)
    app.router.add_post("/v1/refunds", server.create_refund)
    app.router.add_get("/v1/refunds", server.list_refunds)
    async with listening(app) as server.url:
        yield server


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        [address] = runner.addresses
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        await runner.cleanup()
