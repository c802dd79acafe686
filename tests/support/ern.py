"""Messages of DDEX as tests need them: one release with a recording for each title given."""

from xml.sax.saxutils import escape

_NAMESPACE = "http://ddex.net/xml/ern/{version}"
SENDER, US = "PADPIDA2020010101X", "PADPIDA2020020202Y"
PLAYED = ("OnDemandStream", "PermanentDownload")


def deal_43(
    *releases: str,
    where: str = "<TerritoryCode>Worldwide</TerritoryCode>",
    starts: str = "<StartDate>2024-03-08</StartDate>",
    model: str = "PayAsYouGoModel",
    uses: tuple[str, ...] = PLAYED,
) -> str:
    used = "".join(f"<UseType>{one}</UseType>" for one in uses)
    for_ = "".join(f"<DealReleaseReference>{one}</DealReleaseReference>" for one in releases)
    return (
        f"<ReleaseDeal>{for_}<Deal><DealTerms>{where}<ValidityPeriod>{starts}</ValidityPeriod>"
        f"<CommercialModelType>{model}</CommercialModelType>{used}</DealTerms></Deal></ReleaseDeal>"
    )


def message_43(  # noqa: PLR0913 - each of its own
    titles: list[str],
    *,
    version: str = "43",
    message_id: str = "M-1",
    created: str = "2024-03-01T10:00:00Z",
    deals: str | None = None,
    title: str = "An Album",
    control: str = "LiveMessage",
) -> bytes:
    """Write a message of ERN 4.3, whose recordings are `A1`, `A2`, and releases `R0`, `R1`, …"""
    told = deal_43("R0", *(f"R{n}" for n, _ in enumerate(titles, 1))) if deals is None else deals
    resources = "".join(_recording(n, one) for n, one in enumerate(titles, 1))
    items = "".join(
        f"<ResourceGroupContentItem><SequenceNumber>{n}</SequenceNumber>"
        f"<ReleaseResourceReference>A{n}</ReleaseResourceReference></ResourceGroupContentItem>"
        for n, _ in enumerate(titles, 1)
    )
    tracks = "".join(
        f"<TrackRelease><ReleaseReference>R{n}</ReleaseReference>"
        f'<ReleaseId><ProprietaryId Namespace="{SENDER}">T{n}</ProprietaryId></ReleaseId>'
        f"<ReleaseResourceReference>A{n}</ReleaseResourceReference>"
        "<ReleaseLabelReference>PL1</ReleaseLabelReference>"
        "<Genre><GenreText>Folk</GenreText></Genre></TrackRelease>"
        for n, _ in enumerate(titles, 1)
    )
    deal_list = f"<DealList>{told}</DealList>" if told else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<ern:NewReleaseMessage xmlns:ern="{_NAMESPACE.format(version=version)}"
    ReleaseProfileVersionId="Audio" LanguageAndScriptCode="en" AvsVersionId="3">
<MessageHeader><MessageId>{message_id}</MessageId>
<MessageSender><PartyId>{SENDER}</PartyId></MessageSender>
<MessageRecipient><PartyId>{US}</PartyId></MessageRecipient>
<MessageCreatedDateTime>{created}</MessageCreatedDateTime>
<MessageControlType>{control}</MessageControlType></MessageHeader>
<PartyList>
<Party><PartyReference>PA1</PartyReference>
<PartyName><FullName>Somebody</FullName></PartyName></Party>
<Party><PartyReference>PL1</PartyReference>
<PartyName><FullName>A Label</FullName></PartyName></Party>
</PartyList>
<ResourceList>{resources}</ResourceList>
<ReleaseList><Release><ReleaseReference>R0</ReleaseReference><ReleaseType>Album</ReleaseType>
<ReleaseId><ICPN>4006381333931</ICPN></ReleaseId>
<DisplayTitleText>{escape(title)}</DisplayTitleText>
<DisplayTitle><TitleText>{escape(title)}</TitleText></DisplayTitle>
<DisplayArtistName>Somebody</DisplayArtistName>{_ARTIST}
<ReleaseLabelReference>PL1</ReleaseLabelReference><Genre><GenreText>Folk</GenreText></Genre>
<ReleaseDate>2024-03-08</ReleaseDate>
<ResourceGroup><ResourceGroup ResourceGroupType="Component"><SequenceNumber>1</SequenceNumber>
{items}</ResourceGroup></ResourceGroup></Release>{tracks}</ReleaseList>
{deal_list}</ern:NewReleaseMessage>"""
    return text.encode()


_ARTIST = (
    '<DisplayArtist SequenceNumber="1"><ArtistPartyReference>PA1</ArtistPartyReference>'
    "<DisplayArtistRole>MainArtist</DisplayArtistRole></DisplayArtist>"
)


def _recording(n: int, title: str) -> str:
    return f"""<SoundRecording><ResourceReference>A{n}</ResourceReference>
<Type>MusicalWorkSoundRecording</Type><SoundRecordingEdition>
<ResourceId><ISRC>QZTST24{n:05}</ISRC></ResourceId>
<PLine><Year>2024</Year><PLineText>2024 A Label</PLineText></PLine>
<TechnicalDetails><TechnicalResourceDetailsReference>T{n}</TechnicalResourceDetailsReference>
<DeliveryFile><Type>AudioFile</Type><AudioCodecType>FLAC</AudioCodecType>
<File><URI>resources/{n:02}.flac</URI><HashSum><Algorithm>SHA-256</Algorithm>
<HashSumValue>{n:064x}</HashSumValue></HashSum></File></DeliveryFile></TechnicalDetails>
</SoundRecordingEdition><DisplayTitleText>{escape(title)}</DisplayTitleText>
<DisplayTitle><TitleText>{escape(title)}</TitleText></DisplayTitle>
<DisplayArtistName>Somebody</DisplayArtistName>{_ARTIST}
<Duration>PT3M28S</Duration></SoundRecording>"""
