"""What several territories, editions, groups and titles say comes to one release, the widest."""

from ingest.ddex.canonical import Item, Message, Release
from ingest.ddex.judging import judge
from ingest.ddex.messages import parse
from tests.support.ern import SENDER, US, message_43

PLAIN = message_43(["One", "Two"]).decode()


def changed(*changes: tuple[str, str], version: str = "43") -> Message:
    content = PLAIN.replace("/ern/43", f"/ern/{version}")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    return parse(content.encode())


def main_of(message: Message) -> Release:
    assert message.main_release
    return message.main_release


def test_the_default_is_told_before_what_is_told_of_one_territory() -> None:
    name = "<DisplayArtistName>Somebody</DisplayArtistName>"
    title = "<DisplayTitle><TitleText>One</TitleText></DisplayTitle>"
    message = changed(
        (
            name,
            (
                '<DisplayArtistName ApplicableTerritoryCode="JP">誰か</DisplayArtistName>'
                f'{name}<DisplayArtistName IsDefault="true">Some Body</DisplayArtistName>'
            ),
        ),
        (
            title,
            (
                '<DisplayTitle LanguageAndScriptCode="ja"><TitleText>一</TitleText></DisplayTitle>'
                '<DisplayTitle IsDefault="true"><TitleText>One</TitleText></DisplayTitle>'
            ),
        ),
    )

    [recording, _] = message.resources
    assert recording.display_artist == "Some Body"
    assert [(one.text, one.language) for one in recording.titles] == [
        ("One", ""),
        ("一", "ja"),
    ]


def test_the_edition_that_two_loudspeakers_play_comes_first() -> None:
    immersive = (
        "<SoundRecordingEdition><Type>ImmersiveEdition</Type>"
        "<ResourceId><ISRC>QZTST2490001</ISRC></ResourceId><TechnicalDetails>"
        "<TechnicalResourceDetailsReference>T9</TechnicalResourceDetailsReference>"
        "<DeliveryFile><Type>AudioFile</Type><File><URI>resources/wide.wav</URI></File>"
        "</DeliveryFile></TechnicalDetails></SoundRecordingEdition>"
    )
    [recording, _] = changed(
        ("<SoundRecordingEdition>", f"{immersive}<SoundRecordingEdition>")
    ).resources

    assert [one.value for one in recording.identifiers] == ["QZTST2400001", "QZTST2490001"]
    assert [one.uri for one in recording.files] == ["resources/01.flac", "resources/wide.wav"]


def test_what_a_recording_was_called_before_comes_last() -> None:
    [recording, _] = changed(
        (
            "<ResourceId><ISRC>",
            (
                '<ResourceId IsReplaced="true"><ISRC>QZTST1100001</ISRC></ResourceId>'
                "<ResourceId><ISRC>"
            ),
        )
    ).resources

    assert [one.value for one in recording.identifiers] == ["QZTST2400001", "QZTST1100001"]


def test_titles_that_are_not_shown_are_kept_behind_those_that_are() -> None:
    more = "<FormalTitle><TitleText>One, formally</TitleText></FormalTitle>"
    group = (
        '<AdditionalTitle TitleType="GroupingTitle"><TitleText>Ones</TitleText></AdditionalTitle>'
    )
    shown = "<DisplayTitleText>One</DisplayTitleText>"

    [newest, _] = changed((shown, more + shown), version="432").resources
    [before, _] = changed((shown, group + shown)).resources

    assert [(one.text, one.kind) for one in newest.titles] == [
        *(("One", "DisplayTitle"), ("One, formally", "FormalTitle"))
    ]
    assert [(one.text, one.kind) for one in before.titles] == [
        *(("One", "DisplayTitle"), ("Ones", "GroupingTitle"))
    ]


def test_a_kind_of_a_genre_is_told_behind_it() -> None:
    told = ("<GenreText>Folk</GenreText>", "<GenreText>Folk</GenreText><SubGenre>Drone</SubGenre>")

    assert main_of(changed(told)).genres == ("Folk", "Drone")


def test_what_an_artist_did_besides_being_shown_is_no_unknown_role() -> None:
    shown = "<DisplayArtistRole>MainArtist</DisplayArtistRole>"
    content = PLAIN.replace(shown, f"{shown}<ArtisticRole>Conductor</ArtisticRole>").encode()

    assert judge(content, us=US).findings == ()
    assert parse(content).resources[0].artists[0].roles == ("MainArtist", "Conductor")


def test_a_mix_tells_of_what_is_in_it_without_numbers_and_files() -> None:
    inside = (
        "<SoundRecording><ResourceReference>A9</ResourceReference>"
        "<Type>MusicalWorkSoundRecording</Type><SoundRecordingEdition><ResourceId>"
        f'<ProprietaryId Namespace="{SENDER}">9</ProprietaryId></ResourceId>'
        "</SoundRecordingEdition><DisplayTitleText>In It</DisplayTitleText>"
        "<DisplayTitle><TitleText>In It</TitleText></DisplayTitle>"
        "<DisplayArtistName>Somebody</DisplayArtistName><Duration>PT1M</Duration>"
        "</SoundRecording></ResourceList>"
    )
    judged = judge(PLAIN.replace("</ResourceList>", inside).encode(), us=US)

    assert judged.is_acceptable
    assert {one.rule for one in judged.findings} == {"unused-resource", "no-file"}


def group(kind: str, number: int, *inside: str) -> str:
    items = "".join(
        f"<ResourceGroupContentItem><SequenceNumber>{n}</SequenceNumber>"
        f"<ReleaseResourceReference>{one}</ReleaseResourceReference></ResourceGroupContentItem>"
        if one.startswith("A")
        else one
        for n, one in enumerate(inside, 1)
    )
    said = f' ResourceGroupType="{kind}"' if kind else ""
    return f"<ResourceGroup{said}><SequenceNumber>{number}</SequenceNumber>{items}</ResourceGroup>"


def places(*groups: str) -> list[tuple[str, int, int | None]]:
    begins, ends = PLAIN.index("<ResourceGroup>"), PLAIN.rindex("</ResourceGroup>")
    inside = f"<ResourceGroup>{''.join(groups)}"
    message = parse((PLAIN[:begins] + inside + PLAIN[ends:]).encode())
    return [(one.resource, one.disc, one.sequence) for one in main_of(message).items]


def test_works_with_movements_are_on_one_disc_and_numbered_through() -> None:
    assert places(group("MultiWorkPart", 1, "A1", "A2"), group("MultiWorkPart", 2, "A3", "A4")) == [
        *(("A1", 1, 1), ("A2", 1, 2), ("A3", 1, 3), ("A4", 1, 4))
    ]


def test_discs_have_the_numbers_that_they_are_given() -> None:
    assert places(group("Component", 2, "A1"), group("Component", 3, "A2", "A3")) == [
        *(("A1", 2, 1), ("A2", 3, 1), ("A3", 3, 2))
    ]


def test_discs_of_the_albums_in_a_box_are_counted_through() -> None:
    one = group("ComponentRelease", 1, group("Component", 1, "A1"), group("Component", 2, "A2"))
    other = group("ComponentRelease", 2, group("Component", 1, "A3"), group("Component", 2, "A4"))

    assert places(one, other) == [("A1", 1, 1), ("A2", 2, 1), ("A3", 3, 1), ("A4", 4, 1)]


def test_the_picture_of_a_single_track_stands_beside_it() -> None:
    single = "<ReleaseResourceReference>A1</ReleaseResourceReference><ReleaseLabelReference>"
    linked = "<LinkedReleaseResourceReference>A2</LinkedReleaseResourceReference>"
    message = changed((single, single.replace("<ReleaseLabel", f"{linked}<ReleaseLabel")))

    [first, _] = [one for one in message.releases if one.is_track]
    assert first.items == (Item(resource="A1"), Item(resource="A2", link="Other"))


def artist(name: str) -> str:
    return (
        f'<DisplayArtist SequenceNumber="1"><PartyName><FullName>{name}</FullName></PartyName>'
        "<ArtistRole>MainArtist</ArtistRole></DisplayArtist>"
    )


def item(resource: str, kind: str, number: str = "") -> str:
    told = f"<SequenceNumber>{number}</SequenceNumber>" if number else ""
    return (
        f"<ResourceGroupContentItem>{told}"
        f'<ReleaseResourceReference ReleaseResourceType="{kind}">{resource}'
        "</ReleaseResourceReference></ResourceGroupContentItem>"
    )


def in_place(where: str, title: str, name: str, items: str) -> str:
    return (
        f"<ReleaseDetailsByTerritory><TerritoryCode>{where}</TerritoryCode>"
        f"<DisplayArtistName>{name}</DisplayArtistName><LabelName>A Label</LabelName>"
        f'<Title TitleType="FormalTitle"><TitleText>{title}, formally</TitleText></Title>'
        f'<Title TitleType="DisplayTitle"><TitleText>{title}</TitleText></Title>{artist(name)}'
        f"<ResourceGroup>{items}</ResourceGroup></ReleaseDetailsByTerritory>"
    )


ITEMS = item("A1", "PrimaryResource", "1") + item("A2", "SecondaryResource")
ERN_3 = f"""<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/382"
    MessageSchemaVersionId="ern/382"><MessageHeader><MessageId>M-3</MessageId>
<MessageSender><PartyId>{SENDER}</PartyId></MessageSender>
<MessageRecipient><PartyId>{US}</PartyId></MessageRecipient>
<MessageCreatedDateTime>2024-03-01T10:00:00Z</MessageCreatedDateTime></MessageHeader>
<ResourceList><SoundRecording><SoundRecordingType>MusicalWorkSoundRecording</SoundRecordingType>
<SoundRecordingId><ISRC>QZTST2400001</ISRC></SoundRecordingId>
<ResourceReference>A1</ResourceReference>
<ReferenceTitle><TitleText>One</TitleText></ReferenceTitle><Duration>PT3M28S</Duration>
<SoundRecordingDetailsByTerritory><TerritoryCode>Worldwide</TerritoryCode>
<Title TitleType="FormalTitle"><TitleText>One</TitleText></Title>{artist("Somebody")}
<DisplayConductor><PartyName><FullName>Bea</FullName></PartyName>
<ArtistRole>Conductor</ArtistRole></DisplayConductor>
</SoundRecordingDetailsByTerritory></SoundRecording>
<Image><ImageType>FrontCoverImage</ImageType><ImageId>
<ProprietaryId Namespace="{SENDER}">I</ProprietaryId></ImageId>
<ResourceReference>A2</ResourceReference></Image></ResourceList>
<ReleaseList><Release IsMainRelease="true"><ReleaseId><ICPN>4006381333931</ICPN></ReleaseId>
<ReleaseReference>R0</ReleaseReference>
<ReferenceTitle><TitleText>An Album</TitleText></ReferenceTitle><ReleaseType>Album</ReleaseType>
{in_place("JP", "アルバム", "誰か", ITEMS)}{in_place("Worldwide", "An Album", "Somebody", ITEMS)}
</Release></ReleaseList></ern:NewReleaseMessage>""".encode()


def test_of_the_territories_of_ern_3_the_world_is_believed() -> None:
    main = main_of(parse(ERN_3))

    assert (main.titles[0].text, main.display_artist) == ("An Album", "Somebody")
    assert [one.names[0][1] for one in main.artists] == ["Somebody"]
    assert "アルバム" in [one.text for one in main.titles]


def test_in_ern_3_what_stands_beside_is_no_track_and_nothing_stands_there_twice() -> None:
    assert main_of(parse(ERN_3)).items == (
        *(Item(resource="A1", sequence=1), Item(resource="A2", link="Other")),
    )


def test_in_ern_3_a_title_that_is_formal_too_is_shown_all_the_same() -> None:
    [recording, _] = parse(ERN_3).resources

    assert [(one.text, one.kind) for one in recording.titles] == [("One", "DisplayTitle")]
    assert [(one.names[0][1], one.roles) for one in recording.contributors] == [
        ("Bea", ("Conductor",))
    ]
