"""The part of the table that is about partners and what they deliver."""

from __future__ import annotations

from functools import partial

from catalog.permissions import Permission
from stream.api.archived import (
    ChangesQuery,
    ValidateQuery,
    get_acknowledgement,
    get_changes,
    get_content,
    validate_message,
)
from stream.api.deliveries import (
    acknowledge_message,
    get_counts,
    get_deliveries,
    get_delivery,
    get_files,
    get_message,
    get_messages,
    retry_delivery,
    retry_of_message,
)
from stream.api.delivery_documents import (
    ChangesDocument,
    CountsDocument,
    DeliveriesQuery,
    DeliveryDocument,
    DeliveryList,
    Dpid,
    EditPartner,
    FileList,
    FilesQuery,
    JudgementDocument,
    MessageDocument,
    MessageList,
    MessagesQuery,
    NewPartner,
    PartnerDocument,
    PartnerList,
)
from stream.api.openapi import Handler, Route
from stream.api.partners import get_partner, get_partners, patch_partner, post_partner

_DDEX = "/api/v1/ddex"
_PARTNER = f"{_DDEX}/partners/{{dpid}}"
_DELIVERY = f"{_DDEX}/deliveries/{{delivery}}"
_MESSAGE = f"{_DDEX}/messages/{{message}}"
_XML = "application/xml"
#: Whoever has music here may ask, and is told of what was delivered for them.
_read = partial(Route, method="GET", needs=Permission.MUSIC_READ)


def ddex_routes() -> list[Route]:
    """Answer every operation on partners, deliveries and messages."""
    return [*_of_partners(), *_of_deliveries(), *_of_messages(), *_as_they_came()]


def _of_partners() -> list[Route]:
    return [
        _read(
            path=f"{_DDEX}/partners",
            handler=get_partners,
            summary="Who delivers by DDEX: operators see all, others who delivers for them.",
            answers={200: PartnerList},
            problems=(401, 403),
        ),
        Route(
            method="POST",
            path=f"{_DDEX}/partners",
            handler=post_partner,
            needs=Permission.DELIVERIES_KEEP,
            summary="For operators: let somebody deliver.",
            body=NewPartner,
            answers={201: PartnerDocument},
            problems={
                404: ("account-unknown",),
                409: ("partner-known", "prefix-taken"),
                422: ("key-invalid", "rule-unknown", "prefix-invalid"),
            },
        ),
        Route(
            method="GET",
            path=_PARTNER,
            places={"dpid": Dpid},
            handler=get_partner,
            needs=Permission.DELIVERIES_KEEP,
            summary="For operators: a partner.",
            answers={200: PartnerDocument},
            problems={404: ("partner-unknown",)},
        ),
        Route(
            method="PATCH",
            path=_PARTNER,
            places={"dpid": Dpid},
            handler=patch_partner,
            needs=Permission.DELIVERIES_KEEP,
            summary="For operators: say anew what is otherwise of a partner, or let it pause.",
            body=EditPartner,
            is_conditional=True,
            answers={200: PartnerDocument},
            problems={
                404: ("partner-unknown", "account-unknown"),
                409: ("prefix-taken",),
                422: ("key-invalid", "rule-unknown", "prefix-invalid"),
            },
        ),
    ]


def _of_deliveries() -> list[Route]:
    unknown = {404: ("delivery-unknown",)}
    return [
        _read(
            path=f"{_DDEX}/counts",
            handler=get_counts,
            summary="How many deliveries and messages there are of each partner, by state.",
            answers={200: CountsDocument},
            problems=(401, 403),
        ),
        _read(
            path=f"{_DDEX}/deliveries",
            handler=get_deliveries,
            summary="What was delivered, the newest first.",
            query=DeliveriesQuery,
            answers={200: DeliveryList},
            problems={404: ("partner-unknown",), 422: ("bad-cursor",)},
        ),
        _read(
            path=_DELIVERY,
            handler=get_delivery,
            summary="A delivery: how it came, and what is odd about it.",
            answers={200: DeliveryDocument},
            problems=unknown,
        ),
        _read(
            path=f"{_DELIVERY}/files",
            handler=get_files,
            summary="The files of a delivery, and what their bytes come to.",
            query=FilesQuery,
            answers={200: FileList},
            problems={**unknown, 422: ("bad-cursor",)},
        ),
        Route(
            method="POST",
            path=f"{_DELIVERY}/retry",
            handler=retry_delivery,
            needs=Permission.DELIVERIES_KEEP,
            summary="For operators: look again at all of a delivery that was not taken.",
            hears_key=True,
            answers={200: DeliveryDocument},
            problems={**unknown, 409: ("nothing-undone",)},
        ),
    ]


def _of_messages() -> list[Route]:
    return [
        _read(
            path=f"{_DDEX}/messages",
            handler=get_messages,
            summary="Messages, the newest first, and what became of each.",
            query=MessagesQuery,
            answers={200: MessageList},
            problems={404: ("partner-unknown",), 422: ("bad-cursor",)},
        ),
        _read(
            path=_MESSAGE,
            handler=get_message,
            summary="A message with all that was found in it.",
            answers={200: MessageDocument},
            problems={404: ("message-unknown",)},
        ),
        _act("retry", retry_of_message, "look at a message again, as if it had just come."),
        _act(
            "acknowledge",
            acknowledge_message,
            "let the answer to a message go out once more.",
            refusals=("not-answered",),
        ),
    ]


def _as_they_came() -> list[Route]:
    return [
        _read(
            path=f"{_MESSAGE}/content",
            handler=get_content,
            summary="A message as it came, byte by byte.",
            answers={200: _XML},
            problems={404: ("message-unknown",), 503: ("too-busy",)},
        ),
        _read(
            path=f"{_MESSAGE}/acknowledgement",
            handler=get_acknowledgement,
            summary="What a message was answered, as DDEX has it.",
            answers={200: _XML},
            problems={404: ("message-unknown", "not-answered"), 503: ("too-busy",)},
        ),
        _read(
            path=f"{_MESSAGE}/changes",
            handler=get_changes,
            summary="What a message says otherwise than another, or than the one before it.",
            query=ChangesQuery,
            answers={200: ChangesDocument},
            problems={404: ("message-unknown", "nothing-before"), 503: ("too-busy",)},
        ),
        Route(
            method="POST",
            path=f"{_DDEX}/validate",
            handler=validate_message,
            needs=Permission.UPLOAD,
            summary="Judge a message as if it had been delivered; nothing is written or fetched.",
            query=ValidateQuery,
            body=_XML,
            answers={200: JudgementDocument},
            problems={404: ("partner-unknown",), 408: ("too-slow",), 503: ("too-busy",)},
        ),
    ]


def _act(name: str, handler: Handler, what: str, *, refusals: tuple[str, ...] = ()) -> Route:
    return Route(
        method="POST",
        path=f"{_MESSAGE}/{name}",
        handler=handler,
        needs=Permission.DELIVERIES_KEEP,
        summary=f"For operators: {what}",
        hears_key=True,
        answers={200: MessageDocument},
        problems={404: ("message-unknown",), 409: refusals}
        if refusals
        else {404: ("message-unknown",)},
    )
