"""Answers for hot media, as bytes: the way that most requests of listeners take.

It answers what the full application would answer, by the same rules; whatever is not at hand, or
out of the ordinary, or too much for now, it leaves to the application.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from stream.evidence import Deliveries
from stream.grants import Granted, Grants
from stream.hot import Hot
from stream.http_head import Head
from stream.limits import Limits
from stream.media_headers import OBJECT
from stream.objects import Served
from stream.offload import Offload, may_be_handed_over
from stream.presence import Presence
from stream.ranges import RequestHead, decide, plain_range
from stream.traffic import Traffic

_ADDRESS = re.compile(r"/media/([A-Za-z0-9_-]+)/([a-z0-9-]+(?:\.[0-9]{1,6})?\.mp4)")
_SAID = {**OBJECT, "Server-Timing": "hot"}
_COMMON = "".join(f"{name}: {value}\r\n" for name, value in _SAID.items())
_REASONS = {status: HTTPStatus(status).phrase for status in (200, 206, 304)}


@dataclass(slots=True, kw_only=True, eq=False)
class Answer:
    """What to send: a head, then `body`, which is so much of `served` from `start`."""

    head: bytes
    body: memoryview | None
    granted: Granted
    served: Served
    start: int
    address: str


@dataclass(slots=True, kw_only=True, eq=False)
class _Found:
    """An answer, before it is known whether it may be asked for now."""

    status: int
    fields: str
    body: memoryview | None = None
    start: int = 0


class Front:
    """What is needed to answer without the application."""

    def __init__(  # noqa: PLR0913 - all that an answer touches
        self,
        *,
        grants: Grants,
        hot: Hot,
        deliveries: Deliveries,
        traffic: Traffic,
        limits: Limits,
        presence: Presence,
        offload: Offload | None,
    ) -> None:
        """Take what the application has as well."""
        self._grants = grants
        self._hot = hot
        self._deliveries = deliveries
        self._presence = presence
        self._offload = offload
        self.limits = limits
        self.traffic = traffic
        self._date = (0, "")

    def answer(self, head: Head, *, peer: str, now_s: float) -> Answer | None:
        """Answer a request for hot media; nothing where it is anything else."""
        if head.method not in {"GET", "HEAD"} or head.body_bytes:
            return None
        address = _ADDRESS.fullmatch(head.target)
        granted = address and self._grants.known(address[1], now_s)
        served = granted and address and granted.objects.get(address[2])
        found = self._found(head, served) if served else None
        if not granted or not served or not found:
            return None
        said = head.headers
        who = self.limits.clients.of(
            peer,
            x_forwarded_for=said.get("x-forwarded-for", ""),
            forwarded=said.get("forwarded", ""),
        )
        is_allowed = self.limits.addresses.admit(who, now_s) and self.limits.accounts.admit(
            granted.listener_id, now_s
        )
        if not is_allowed:
            return None
        self._presence.note(granted.session_id, granted.listener_id, who)
        self.traffic.answers[head.method, found.status] += 1
        return Answer(
            head=self._printed(found),
            body=found.body,
            granted=granted,
            served=served,
            start=found.start,
            address=who,
        )

    def sent(self, answer: Answer, start: int, length: int, *, now_s: float) -> None:
        """Note what was handed to a listener of an answer's body."""
        self._deliveries.note(
            answer.granted.session_id, answer.served.timing, answer.start + start, length
        )
        self.traffic.bytes += length
        self.limits.addresses.spend(answer.address, now_s, length)
        self.limits.accounts.spend(answer.granted.listener_id, now_s, length)

    def _found(self, head: Head, served: Served) -> _Found | None:
        """Answer what is at hand of an object."""
        if self._offload is not None:
            if not may_be_handed_over(head.headers):
                return None
            fields = {**self._offload.fields(served), "Content-Length": "0"}
            return _Found(status=200, fields=_text(fields))
        plain = plain_range(head.method, head.headers, served.resource.size_bytes)
        return self._plain(served, *plain) if plain else self._decided(head, served)

    def _plain(self, served: Served, start: int, end: int) -> _Found | None:
        """Answer what nine of ten ask: one range, and no conditions."""
        body = self._hot.view(served, start, end - start)
        if body is None:
            return None
        self._hot.look_ahead(served, start, end - start)
        resource = served.resource
        fields = (
            f"Content-Length: {end - start}\r\n"
            f"Content-Range: bytes {start}-{end - 1}/{resource.size_bytes}\r\n{resource.text}"
        )
        return _Found(status=206, fields=fields, body=body, start=start)

    def _decided(self, head: Head, served: Served) -> _Found | None:
        decision = decide(RequestHead(method=head.method, headers=head.headers), served.resource)
        if decision.status not in _REASONS or len(decision.spans) > 1:
            return None
        body, start = None, 0
        if decision.spans:
            [span] = decision.spans
            start = span.start
            body = self._hot.view(served, start, span.length)
            if body is None:
                return None
            self._hot.look_ahead(served, start, span.length)
        return _Found(
            status=decision.status, fields=_text(decision.headers), body=body, start=start
        )

    def _printed(self, found: _Found) -> bytes:
        status = found.status
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
            f"{found.fields}{_COMMON}Date: {self._now()}\r\n\r\n"
        )
        return head.encode()

    def _now(self) -> str:
        second = int(time.time())  # noqa: TID251 - what the header says is this machine's time
        if second != self._date[0]:
            self._date = (second, formatdate(second, usegmt=True))
        return self._date[1]


def _text(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items())
