"""Answers for hot media, as bytes: the way that most requests of listeners take.

It answers what the full application would answer, by the same rules; whatever is not at hand, or
out of the ordinary, it leaves to the application.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from stream.evidence import Deliveries
from stream.grants import Granted, Grants
from stream.hot import Hot
from stream.http_head import Head
from stream.media_headers import OBJECT
from stream.objects import Served
from stream.ranges import Decision, RequestHead, decide
from stream.traffic import Traffic

_ADDRESS = re.compile(r"/media/([A-Za-z0-9_-]+)/([a-z0-9-]+(?:\.[0-9]{1,6})?\.mp4)")
_COMMON = "".join(f"{name}: {value}\r\n" for name, value in OBJECT.items())
_REASONS = {status: HTTPStatus(status).phrase for status in (200, 206, 304)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What to send: a head, then `body`, which is so much of `served` from `start`."""

    head: bytes
    body: memoryview | None
    granted: Granted
    served: Served
    start: int


class Front:
    """What is needed to answer without the application."""

    def __init__(
        self, *, grants: Grants, hot: Hot, deliveries: Deliveries, traffic: Traffic
    ) -> None:
        """Take what the application has as well."""
        self._grants = grants
        self._hot = hot
        self._deliveries = deliveries
        self.traffic = traffic
        self._date = (0, "")

    def answer(self, head: Head) -> Answer | None:
        """Answer a request for hot media; nothing where it is anything else."""
        if head.method not in {"GET", "HEAD"} or head.body_bytes or "host" not in head.headers:
            return None
        address = _ADDRESS.fullmatch(head.target)
        granted = address and self._grants.known(address[1])
        if not address or not granted:
            return None
        served = granted.objects.get(address[2])
        if served is None:
            return None
        decision = decide(RequestHead(method=head.method, headers=head.headers), served.resource)
        return self._printed(decision, granted, served)

    def sent(self, answer: Answer, start: int, length: int) -> None:
        """Note what was handed to a listener of an answer's body."""
        self._deliveries.note(
            answer.granted.session_id, answer.served.timing, answer.start + start, length
        )

    def _printed(self, decision: Decision, granted: Granted, served: Served) -> Answer | None:
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
        fields = "".join(f"{name}: {value}\r\n" for name, value in decision.headers.items())
        head = (
            f"HTTP/1.1 {decision.status} {_REASONS[decision.status]}\r\n"
            f"{fields}{_COMMON}Date: {self._now()}\r\n\r\n"
        )
        self.traffic.answered(decision.status, 0 if body is None else len(body))
        return Answer(head=head.encode(), body=body, granted=granted, served=served, start=start)

    def _now(self) -> str:
        second = int(time.time())  # noqa: TID251 - what the header says is this machine's time
        if second != self._date[0]:
            self._date = (second, formatdate(second, usegmt=True))
        return self._date[1]
