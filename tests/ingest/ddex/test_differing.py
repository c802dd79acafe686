"""Two messages are compared by what they say of a release, however they say it."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ddex.canonical import Message, Use
from ingest.ddex.differing import Change, difference, difference_text, difference_told
from ingest.ddex.messages import parse
from tests.support.ern import deal_43, message_43

PLAIN = parse(message_43(["One", "Two"]))
WIDE, PAID = "Worldwide", "PayAsYouGoModel"


def changes(old: Message, new: Message) -> list[Change]:
    found = difference(old, new)
    assert found.is_whole
    return list(found.changes)


def test_what_says_the_same_differs_in_nothing_in_whichever_order_and_version() -> None:
    text = message_43(
        ["One", "Two"], version="432", message_id="M-2", created="2025-01-01T00:00:00Z"
    )
    other = parse(text.replace(b"Genre>", b"DisplayGenre>"))
    rest = other.releases[1:]
    shuffled = replace(
        other, resources=other.resources[::-1], releases=(other.releases[0], *rest[::-1])
    )

    assert changes(PLAIN, shuffled) == []
    assert difference_text(difference(PLAIN, shuffled)) == "Both say the same."


def test_titles() -> None:
    new = parse(message_43(["One", "Two (Live)"], title="Another Album"))

    assert changes(PLAIN, new) == [
        Change(
            about="release",
            names=("Another Album",),
            what="title",
            old="An Album",
            new="Another Album",
        ),
        Change(
            about="recording",
            names=("Two (Live) (ISRC QZTST2400002)",),
            what="title",
            old="Two",
            new="Two (Live)",
        ),
    ]


def test_a_recording_that_came_and_what_it_is_offered_for() -> None:
    new = parse(message_43(["One", "Two", "Three"]))
    three = ("Three (ISRC QZTST2400003)",)

    found = changes(PLAIN, new)

    assert found[0] == Change(about="recording", names=three, what="", old=None, new="")
    assert [(one.about, one.names, one.old, one.new) for one in found[1:]] == [
        ("deal", three, None, WIDE),
        ("deal", three, None, WIDE),
    ]
    assert [one.what.split(", ")[0] for one in found[1:]] == [
        "OnDemandStream",
        "PermanentDownload",
    ]
    assert {one.new for one in changes(new, PLAIN)} == {None}


def test_a_deal_that_holds_in_fewer_places_is_one_change_of_all_it_is_about() -> None:
    but = "".join(f"<ExcludedTerritoryCode>{one}</ExcludedTerritoryCode>" for one in ("FR", "DE"))
    new = parse(message_43(["One", "Two"], deals=deal_43("R0", "R1", "R2", where=but)))

    found = changes(PLAIN, new)

    assert [(one.old, one.new) for one in found] == [(WIDE, f"{WIDE} \N{MINUS SIGN} DE, FR")] * 2
    assert found[0].names == ("An Album", "One (ISRC QZTST2400001)", "Two (ISRC QZTST2400002)")
    assert found[0].what == f"OnDemandStream, {PAID}, 2024-03-08/…"


def test_many_deals_of_one_place_each_are_the_same_as_one_of_all_places() -> None:
    codes = ["AT", "DE", "CH"]
    places = [f"<TerritoryCode>{one}</TerritoryCode>" for one in codes]
    one = parse(message_43(["One"], deals=deal_43("R0", where="".join(places))))
    many = parse(message_43(["One"], deals="".join(deal_43("R0", where=each) for each in places)))

    assert changes(one, many) == []


def test_no_deal_any_more() -> None:
    gone = changes(PLAIN, parse(message_43(["One", "Two"], deals="")))

    assert [(one.about, one.old, one.new) for one in gone] == [("deal", WIDE, None)] * 2


def test_a_purge_takes_all_away() -> None:
    purge = b"""<p:PurgeReleaseMessage xmlns:p="http://ddex.net/xml/ern/43"><MessageHeader>
    <MessageId>P-1</MessageId><MessageSender><PartyId>PADPIDA1</PartyId></MessageSender>
    <MessageCreatedDateTime>2024-04-01T00:00:00Z</MessageCreatedDateTime></MessageHeader>
    <PurgedRelease><ReleaseId><ICPN>4006381333931</ICPN></ReleaseId></PurgedRelease>
    </p:PurgeReleaseMessage>"""

    found = changes(PLAIN, parse(purge))

    assert (found[0].what, found[0].new) == ("kind", "PurgeReleaseMessage")
    assert {one.about for one in found if one.new is None} >= {"release", "recording", "deal"}


def test_lines_for_people_and_a_document_for_programs() -> None:
    found = difference(PLAIN, parse(message_43(["One", "Two", "Three", "Four", "Five"])))

    lines = difference_text(found).splitlines()
    assert lines[0] == (
        "+ recording Three (ISRC QZTST2400003), Four (ISRC QZTST2400004), Five (ISRC QZTST2400005)"
    )
    told = json.loads(json.dumps(difference_told(found)))
    assert (told["old"]["recordings"], told["new"]["recordings"]) == (2, 5)
    assert told["changes"][0]["names"] == [
        f"{title} (ISRC QZTST240000{n})" for n, title in ((3, "Three"), (4, "Four"), (5, "Five"))
    ]


@pytest.mark.parametrize("many", [100, 400])
def test_what_is_too_much_is_cut_off_and_says_so(many: int) -> None:
    first = PLAIN.deals[0]
    uses, models = [
        tuple(Use(value=f"{name}{n}") for n in range(many)) for name in ("Use", "Model")
    ]
    terms = replace(first.terms[0], uses=uses, models=models)
    wide = replace(PLAIN, deals=(replace(first, releases=(), terms=(terms,)),))

    found = difference(PLAIN, wide)

    assert len(found.changes) == 2
    assert found.is_whole is (many == 100)
    listed = difference(PLAIN, replace(wide, deals=(replace(first, terms=(terms,)),)))
    assert len(listed.changes) == 2_000
    assert "That is not all" in difference_text(listed)


@given(seed=st.integers(), titles=st.lists(st.text("ab<&é", min_size=1), min_size=1, max_size=5))
def test_there_and_back_is_the_same_turned_round(seed: int, titles: list[str]) -> None:
    random = Random(seed)
    other = [random.choice([one, f"{one}x"]) for one in titles][: random.randint(1, 5)]
    one, two = parse(message_43(titles)), parse(message_43(other))

    there = {(each.about, each.what, each.old, each.new) for each in changes(one, two)}
    back = {(each.about, each.what, each.new, each.old) for each in changes(two, one)}

    assert there == back
