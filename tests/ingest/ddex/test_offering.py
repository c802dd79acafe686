"""Of a message's deals what can be offered here is, of each track; the rest is told, with why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.deals import DealModel, DealUse, Subject, SuppliedDeal
from base.errors import Refused
from ingest.ddex.messages import parse
from ingest.ddex.offering import Offered, offered
from ingest.ddex.territories import territories_of, unclear_in
from tests.support.ern import US, deal_43, message_43
from tests.support.masters import shared

RELEASE, ONE, TWO = (UUID(int=number) for number in (1, 2, 3))
TRACKS = {"A1": ONE, "A2": TWO}
ALL = ("R0", "R1", "R2")
STREAM, DOWNLOAD = DealUse.STREAM, DealUse.DOWNLOAD
DAY = date(2024, 3, 8)
WORLD = "<TerritoryCode>Worldwide</TerritoryCode>"


def of(content: bytes, *, us: str = US) -> Offered:
    return offered(parse(content), release_id=RELEASE, tracks=TRACKS, party_id=us)


def found(deals: str) -> Offered:
    return of(message_43(["One", "Two"], deals=deals))


def whys(offer: Offered) -> list[str]:
    return [str(one.why) for one in offer.kept]


def paid(**more: object) -> SuppliedDeal:
    told = {
        "subject": Subject.RELEASE,
        "subject_id": RELEASE,
        "model": DealModel.PAID,
        "starts": DAY,
    }
    return SuppliedDeal(**{**told, **more})  # type: ignore[arg-type] # as the test says


def test_what_all_tracks_are_had_by_is_said_of_the_release() -> None:
    assert found(deal_43(*ALL)) == Offered(deals=(paid(),))


def test_what_is_said_of_a_track_is_said_of_it_alone() -> None:
    offer = found(deal_43("R2"))

    assert offer.deals == (paid(subject=Subject.TRACK, subject_id=TWO),)


def test_a_recording_without_a_track_release_is_not_had_by_the_deals_of_others() -> None:
    text = message_43(["One", "Two"], deals=deal_43("R0", "R1")).decode()
    track = text[text.index("<TrackRelease><ReleaseReference>R2") : text.index("</ReleaseList>")]

    offer = of(text.replace(track, "").encode())

    assert offer.deals == (paid(subject=Subject.TRACK, subject_id=ONE),)


@pytest.mark.parametrize(
    "narrowed",
    [
        "<NumberOfUsages>3</NumberOfUsages>",
        "<ConsumerRentalPeriod>P30D</ConsumerRentalPeriod>",
        "<CarrierType>CD</CarrierType>",
        "<UserInterfaceType>MobileDevice</UserInterfaceType>",
    ],
)
def test_a_use_that_is_narrowed_is_kept_and_not_offered(narrowed: str) -> None:
    offer = found(deal_43(*ALL).replace("</UseType>", f"</UseType>{narrowed}", 1))

    assert (offer.deals, whys(offer)) == ((), ["restricted"])
    [kept] = offer.as_json()["not_offered"]  # type: ignore[misc] # a list
    assert kept["restrictions"] == [narrowed[1:].partition("</")[0].replace(">", " ")]


def test_albums_are_not_streamed_and_what_is_said_of_one_opens_no_track() -> None:
    offer = found(deal_43("R0"))

    assert (offer.deals, whys(offer)) == ((), ["release"])
    assert offer.as_json()["not_offered"] == [
        {
            "why": "release",
            "line": offer.kept[0].terms.place.line,
            "releases": ["R0"],
            "models": ["PayAsYouGoModel"],
            "uses": ["OnDemandStream", "PermanentDownload"],
        }
    ]


def test_of_a_release_of_one_recording_its_own_deals_say_how_it_is_had() -> None:
    assert of(message_43(["One"], deals=deal_43("R0"))).deals == (paid(),)


@pytest.mark.parametrize(
    ("model", "uses", "expected"),
    [
        ("PayAsYouGoModel", ("OnDemandStream",), (DealModel.PAID, {STREAM})),
        ("PayAsYouGoModel", ("Stream", "Download"), (DealModel.PAID, None)),
        ("PayAsYouGoModel", ("PermanentDownload", "Webcast"), (DealModel.PAID, {DOWNLOAD})),
        ("FreeOfChargeModel", ("OnDemandStream",), (DealModel.FREE, {STREAM})),
        ("SubscriptionModel", ("OnDemandStream",), "model"),
        ("AdvertisementSupportedModel", ("OnDemandStream",), "model"),
        ("PayAsYouGoModel", ("NonInteractiveStream",), "use"),
        ("PayAsYouGoModel", ("ConditionalDownload", "UseForTrainingGenerativeAI"), "use"),
        ("UserDefined", ("OnDemandStream",), "model"),
    ],
)
def test_models_and_uses_that_are_offered_here(
    model: str, uses: tuple[str, ...], expected: tuple[DealModel, set[DealUse] | None] | str
) -> None:
    offer = found(deal_43(*ALL, model=model, uses=uses))

    if isinstance(expected, str):
        assert (offer.deals, whys(offer)) == ((), [expected])
    else:
        used = expected[1] and frozenset(expected[1])
        assert offer == Offered(deals=(paid(model=expected[0], uses=used),))


def test_who_says_stream_to_own_means_both() -> None:
    own = '<CommercialModelType Namespace="X" UserDefinedValue="StreamToOwn">UserDefined<'
    for uses in (("OnDemandStream",), ("OnDemandStream", "PermanentDownload")):
        told = deal_43(*ALL, model="UserDefined", uses=uses)
        assert found(told.replace("<CommercialModelType>UserDefined<", own)).deals == (paid(),)
    use = '<UseType Namespace="X" UserDefinedValue="StreamToOwn">UserDefined<'
    told = deal_43(*ALL, uses=("UserDefined",)).replace("<UseType>UserDefined<", use)
    assert found(told).deals == (paid(),)


def test_of_several_models_of_one_deal_the_one_that_allows_least_is_offered() -> None:
    more = "<CommercialModelType>SubscriptionModel</CommercialModelType>"
    free = "<CommercialModelType>FreeOfChargeModel</CommercialModelType>"
    told = deal_43(*ALL).replace(
        "<CommercialModelType>Pay", f"{more}{free}<CommercialModelType>Pay"
    )

    assert found(told).deals == (paid(),)


def test_one_deal_for_each_country_comes_to_one() -> None:
    codes = ["DE", "FR", "US", "ES"]
    each = "".join(deal_43(*ALL, where=f"<TerritoryCode>{one}</TerritoryCode>") for one in codes)
    apart = "".join(
        deal_43(*ALL, where=f"<TerritoryCode>{one}</TerritoryCode>", uses=(use,))
        for one in codes
        for use in ("OnDemandStream", "PermanentDownload")
    )

    assert found(each).deals == (paid(territories=frozenset(codes)),)
    assert found(apart).deals == (paid(territories=frozenset(codes)),)


def test_places_with_parts_that_are_left_out() -> None:
    where = "<TerritoryCode>US</TerritoryCode><ExcludedTerritoryCode>US-CA</ExcludedTerritoryCode>"
    most = "<ExcludedTerritoryCode>DE</ExcludedTerritoryCode>"

    assert found(deal_43(*ALL, where=where)).deals == (
        paid(territories=frozenset({"US"}), excluded=frozenset({"US-CA"})),
    )
    assert found(deal_43(*ALL, where=most)).deals == (paid(excluded=frozenset({"DE"})),)
    group = "<ExcludedTerritoryCode>2130</ExcludedTerritoryCode>"
    assert whys(found(deal_43(*ALL, where=group))) == ["territory"]
    assert unclear_in(territories_of([], ["XK", "US-CA", "AN"])) == ["AN"]


def test_times_as_they_are_told() -> None:
    begins = "<StartDateTime>2024-03-08T10:00:00+01:00</StartDateTime>"
    told = f"{begins}<EndDate>2024-04-01</EndDate>"

    [one] = found(deal_43(*ALL, starts=told)).deals

    assert (one.starts, one.ends) == (datetime(2024, 3, 8, 9, tzinfo=UTC), date(2024, 4, 1))
    assert whys(found(deal_43(*ALL, starts=""))) == ["start"]


@pytest.mark.parametrize(
    ("where", "told", "starts", "ends"),
    [
        (("DE",), ("2024-03-08T10:00:00", ""), datetime(2024, 3, 8, 9, tzinfo=UTC), None),
        (("DE", "US"), ("2024-03-08T10:00:00", ""), datetime(2024, 3, 8, 20, tzinfo=UTC), None),
        (("Worldwide",), ("2024-03-08T10:00:00", ""), datetime(2024, 3, 8, 22, tzinfo=UTC), None),
        (("US",), ("2024-03-08T00:00:00", "2024-04-01T00:00:00"), DAY, date(2024, 3, 31)),
        (("US",), ("2024-03-08T00:00:00", "2024-04-01T23:59:59"), DAY, date(2024, 4, 1)),
        (
            ("Worldwide",),
            ("2024-03-08T00:00:00", "2024-04-01T15:00:00"),
            DAY,
            datetime(2024, 4, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_time_without_an_offset_is_one_of_where_it_holds(
    where: tuple[str, ...], told: tuple[str, str], starts: date, ends: date | None
) -> None:
    period = f"<StartDateTime>{told[0]}</StartDateTime>"
    period += f"<EndDateTime>{told[1]}</EndDateTime>" if told[1] else ""
    places = "".join(f"<TerritoryCode>{one}</TerritoryCode>" for one in where)

    [one] = found(deal_43(*ALL, where=places, starts=period)).deals

    assert (one.starts, one.ends) == (starts, ends)


def test_what_is_taken_away_at_a_time_without_an_offset_is_so_as_soon_as_may_be_meant() -> None:
    content = (shared("ddex/fixtures") / "ok_382_partial_takedown.xml").read_text()
    at = "<StartDateTime>2024-04-02T12:00:00</StartDateTime>"
    message = parse(content.replace("<StartDate>2024-04-02</StartDate>", at).encode())

    offer = offered(message, release_id=RELEASE, tracks=TRACKS)

    assert offer.deals[0].starts == datetime(2024, 4, 2, 16, tzinfo=UTC)


def test_an_order_before_opens_nothing_and_lets_it_be_shown() -> None:
    before = deal_43(*ALL, starts="<StartDate>2024-02-01</StartDate>").replace(
        "</DealTerms>", "<IsPreOrderDeal>true</IsPreOrderDeal></DealTerms>"
    )

    offer = found(before + deal_43(*ALL))

    assert offer.deals == (paid(),)
    assert whys(offer) == ["pre-order"]
    assert offer.shown_from == datetime(2024, 2, 1, 12, tzinfo=UTC)


def test_it_is_shown_when_all_of_it_may_be() -> None:
    seen = (
        "<ReleaseVisibility><VisibilityReference>V1</VisibilityReference>"
        "<ReleaseDisplayStartDateTime>2024-02-01T00:00:00Z</ReleaseDisplayStartDateTime>"
        "<FullTrackListingPreviewStartDateTime>2024-02-03T00:00:00Z"
        "</FullTrackListingPreviewStartDateTime></ReleaseVisibility>"
    )
    content = message_43(["One", "Two"], deals=deal_43(*ALL) + seen).decode()
    told = content.replace(
        "<ReleaseDate>",
        "<ReleaseVisibilityReference>V1</ReleaseVisibilityReference><ReleaseDate>",
        1,
    )

    assert of(told.encode()).shown_from == datetime(2024, 2, 3, tzinfo=UTC)
    assert of(content.encode()).shown_from is None


def test_deals_for_other_services_are_not_ours() -> None:
    def told(named: str, who: str) -> str:
        party = f"<{named}><PartyId>{who}</PartyId></{named}></DealTerms>"
        return deal_43(*ALL).replace("</DealTerms>", party)

    theirs, ours = told("DistributionChannel", "PADPIDAX"), told("DistributionChannel", US)
    not_ours, not_theirs = (
        told("ExcludedDistributionChannel", US),
        told("ExcludedDistributionChannel", "PADPIDAX"),
    )
    assert [whys(found(one)) for one in (theirs, not_ours)] == [["channel"], ["channel"]]
    assert [found(one).deals for one in (ours, not_theirs)] == [(paid(),)] * 2
    content = message_43(["One", "Two"], deals=ours + not_theirs)
    assert whys(of(content, us="")) == ["channel", "channel"]


@pytest.mark.parametrize(
    ("name", "deals"),
    [
        ("ok_382_takedown", []),
        ("ok_382_alldealscancelled", []),
        ("ok_382_no_startdate", []),
        ("ok_43_no_deal_list", []),
        (
            "ok_382_partial_takedown",
            [
                (DealModel.UNAVAILABLE, frozenset({"US"}), frozenset(), date(2024, 4, 2), None),
                (DealModel.PAID, None, frozenset({"US"}), DAY, frozenset({STREAM})),
            ],
        ),
        ("ok_382_payg", [(DealModel.PAID, None, frozenset(), DAY, None)]),
        (
            "ok_382_wholesale_price",
            [(DealModel.PAID, None, frozenset(), DAY, frozenset({DOWNLOAD}))],
        ),
        (
            "ok_43_userdefined_stream2own",
            [(DealModel.PAID, None, frozenset(), DAY, None)],
        ),
        (
            "ok_411_userdefined_stream2own",
            [(DealModel.PAID, None, frozenset(), DAY, None)],
        ),
        ("ok_43_overlapping_deals", [(DealModel.PAID, frozenset({"DE"}), frozenset(), DAY, None)]),
    ],
)
def test_fixtures_offer_what_their_names_say(name: str, deals: Sequence[object]) -> None:
    message = parse((shared("ddex/fixtures") / f"{name}.xml").read_bytes())

    offer = offered(message, release_id=RELEASE, tracks=TRACKS, party_id=US)

    assert [
        (one.model, one.territories, one.excluded, one.starts, one.uses) for one in offer.deals
    ] == list(deals)
    assert {one.subject for one in offer.deals} <= {Subject.RELEASE}


def test_what_a_label_asks_is_kept_to_the_last_digit_and_charged_nowhere() -> None:
    message = parse((shared("ddex/fixtures") / "ok_382_wholesale_price.xml").read_bytes())

    told = offered(message, release_id=RELEASE, tracks=TRACKS).as_json()

    assert told["prices"] == [{"code": "", "amount": "0.87", "currency": "EUR"}]


def test_a_takedown_without_a_time_is_at_once() -> None:
    content = (shared("ddex/fixtures") / "ok_382_partial_takedown.xml").read_text()
    message = parse(content.replace("<StartDate>2024-04-02</StartDate>", "").encode())

    offer = offered(message, release_id=RELEASE, tracks=TRACKS)

    assert offer.deals[0].starts == message.header.created_at


def test_there_is_an_end_to_deals() -> None:
    many = [f"R{number}" for number in range(1000)]
    told = "".join(deal_43(*many) for _ in range(101))

    with pytest.raises(Refused, match="more deals"):
        found(told)


def test_a_boxed_set_is_read_at_once() -> None:
    codes = [f"{a}{b}" for a in "ABCDEFGHIJKLM" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:249]
    each = "".join(
        deal_43(*ALL, where=f"<TerritoryCode>{one}</TerritoryCode>", uses=("OnDemandStream",))
        for one in codes
    )

    assert len(found(each).deals) == 1


instants = st.integers(0, 3).map(lambda days: DAY + timedelta(days=days))


@given(st.lists(st.tuples(st.sampled_from(["DE", "FR"]), instants), max_size=5), st.randoms())
def test_in_whatever_order_deals_stand_they_offer_the_same(
    told: list[tuple[str, date]], order: object
) -> None:
    deals = [
        deal_43(
            *ALL,
            where=f"<TerritoryCode>{code}</TerritoryCode>",
            starts=f"<StartDate>{day}</StartDate>",
        )
        for code, day in told
    ]
    before = set(found("".join(deals)).deals)
    order.shuffle(deals)  # type: ignore[attr-defined] # a source of chance

    assert set(found("".join(deals)).deals) == before
