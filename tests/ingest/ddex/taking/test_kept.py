"""What nothing is done with is kept as it was said, and all that can be seen of it is bounded."""

from ingest.ddex.canonical import Message
from ingest.ddex.messages import parse
from ingest.ddex.taking.kept import told_of
from tests.support.ern import deal_43, message_43

TRAINING = ("UseForTrainingGenerativeAI", "UseForTrainingNonGenerativeAI")


def kept(*changes: tuple[str, str], deals: str | None = None) -> dict[str, object]:
    content = message_43(["One", "Two"], deals=deals).decode()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    message: Message = parse(content.encode())
    assert message.main_release
    return told_of(message, message.main_release)


def test_of_what_a_message_has_nothing_of_nothing_is_kept() -> None:
    assert set(kept(deals="")) == {"profile", "titles", "types", "genres"}


def test_uses_for_training_are_kept_and_told_apart() -> None:
    deals = deal_43("R0", uses=("OnDemandStream", *TRAINING))

    told = kept(deals=deals)

    assert told["training"] == [*TRAINING]
    assert "training" not in kept()


def test_claims_of_rights_are_kept() -> None:
    claim = "<RightsClaimPolicy><RightsClaimPolicyType>BlockAccess</RightsClaimPolicyType>"
    deals = deal_43("R0", model="RightsClaimModel").replace(
        "</DealTerms>", f"{claim}</RightsClaimPolicy></DealTerms>"
    )

    told = kept(deals=deals)

    assert told["claims"] == ["BlockAccess"]
    assert isinstance(told["deals"], list)
    assert told["deals"][0]["models"] == ["RightsClaimModel"]


def test_whether_a_machine_made_it_is_kept_of_each_recording() -> None:
    title = "<DisplayTitleText>Two</DisplayTitleText>"
    told = kept((title, f"{title}<ContainsAI>PartlyAI</ContainsAI>"))

    assert told.get("resources") == {
        "A2": {
            "key": "QZTST2400002",
            "kind": "SoundRecording",
            "type": "MusicalWorkSoundRecording",
            "contains_ai": "PartlyAI",
        }
    }


def test_terms_that_are_told_many_times_are_kept_once_and_of_many_as_much_as_is_looked_at() -> None:
    same = "".join(deal_43("R0", uses=("OnDemandStream",)) for _ in range(3))
    many = "".join(
        deal_43("R0").replace(
            "</DealTerms>",
            f"<PriceInformation><PriceCode>{n}</PriceCode></PriceInformation></DealTerms>",
        )
        for n in range(250)
    )

    once, bounded = kept(deals=same)["deals"], kept(deals=many)["deals"]

    assert isinstance(once, list)
    assert isinstance(bounded, list)
    assert (len(once), len(bounded)) == (1, 200)
    assert bounded[7]["prices"] == [{"code": "7", "amount": "", "currency": ""}]
