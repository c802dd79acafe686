"""An album as a label tells of it in ERN 4.3, with what tests change from message to message."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.support.ern import SENDER, US, deal_43


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A recording: its number tells its ISRC; `data` is its file, and `sends` whether it is named.

    Without a `sum` of it the file is known by its path alone.
    """

    number: int
    title: str = "A Song"
    artist: str = "PA1"
    data: bytes | None = b"song"
    has_sum: bool = True
    sum: str | None = None
    algorithm: str = "SHA-256"
    seconds: int = 3
    codec: str = "FLAC"
    more: str = ""

    @property
    def isrc(self) -> str:
        return f"QZTST24{self.number:05}"

    @property
    def path(self) -> str:
        return f"resources/{self.number:02}.flac"


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A release and its message; `names` are elements of its ReleaseId, `parties` its PartyList."""

    songs: tuple[Song, ...]
    message_id: str = "M-1"
    created: str = "2024-03-01T10:00:00Z"
    title: str = "An Album"
    names: str = "<ICPN>4006381333931</ICPN>"
    deals: str | None = None
    control: str = "LiveMessage"
    sender: str = SENDER
    behalf: str = ""
    cover: bytes | None = None
    genre: str = "Folk"
    titles: str = ""
    parties: str = (
        "<Party><PartyReference>PA1</PartyReference>"
        "<PartyName><FullName>Somebody</FullName></PartyName></Party>"
        "<Party><PartyReference>PL1</PartyReference>"
        "<PartyName><FullName>A Label</FullName></PartyName></Party>"
    )

    def files(self) -> dict[str, bytes]:
        """Answer the files that come with it, by their paths beside the message."""
        found = {one.path: one.data for one in self.songs if one.data is not None}
        return found | ({"resources/cover.jpg": self.cover} if self.cover else {})

    def xml(self) -> bytes:
        """Write it."""
        tracks = [f"R{n}" for n, _ in enumerate(self.songs, 1)]
        told = deal_43("R0", *tracks) if self.deals is None else self.deals
        behalf = f"<SentOnBehalfOf><PartyId>{self.behalf}</PartyId></SentOnBehalfOf>"
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<ern:NewReleaseMessage xmlns:ern="http://ddex.net/xml/ern/43"
    ReleaseProfileVersionId="Audio" LanguageAndScriptCode="en" AvsVersionId="3">
<MessageHeader><MessageId>{self.message_id}</MessageId>
<MessageSender><PartyId>{self.sender}</PartyId></MessageSender>{behalf if self.behalf else ""}
<MessageRecipient><PartyId>{US}</PartyId></MessageRecipient>
<MessageCreatedDateTime>{self.created}</MessageCreatedDateTime>
<MessageControlType>{self.control}</MessageControlType></MessageHeader>
<PartyList>{self.parties}</PartyList>
<ResourceList>{"".join(map(_recording, self.songs))}{_image(self.cover)}</ResourceList>
<ReleaseList><Release><ReleaseReference>R0</ReleaseReference><ReleaseType>Album</ReleaseType>
<ReleaseId>{self.names}</ReleaseId>
<DisplayTitleText>{escape(self.title)}</DisplayTitleText>
<DisplayTitle><TitleText>{escape(self.title)}</TitleText></DisplayTitle>{self.titles}
<DisplayArtistName>Somebody</DisplayArtistName>{_artist("PA1")}
<ReleaseLabelReference>PL1</ReleaseLabelReference>
<Genre><GenreText>{self.genre}</GenreText></Genre><ReleaseDate>2024-03-08</ReleaseDate>
<ResourceGroup><ResourceGroup ResourceGroupType="Component"><SequenceNumber>1</SequenceNumber>
{"".join(_item(n, one) for n, one in enumerate(self.songs, 1))}</ResourceGroup>
</ResourceGroup></Release>{"".join(_track(n, one) for n, one in enumerate(self.songs, 1))}
</ReleaseList>{f"<DealList>{told}</DealList>" if told else ""}</ern:NewReleaseMessage>""".encode()


def purge(
    names: str, *, message_id: str, created: str, sender: str = SENDER, control: str = "LiveMessage"
) -> bytes:
    """Write a message that purges what goes by these names."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ern:PurgeReleaseMessage xmlns:ern="http://ddex.net/xml/ern/43" AvsVersionId="3"
    LanguageAndScriptCode="en"><MessageHeader><MessageId>{message_id}</MessageId>
<MessageSender><PartyId>{sender}</PartyId></MessageSender>
<MessageRecipient><PartyId>{US}</PartyId></MessageRecipient>
<MessageCreatedDateTime>{created}</MessageCreatedDateTime>
<MessageControlType>{control}</MessageControlType></MessageHeader>
<PurgedRelease><ReleaseId>{names}</ReleaseId></PurgedRelease>
</ern:PurgeReleaseMessage>""".encode()


def _artist(party: str) -> str:
    return (
        f'<DisplayArtist SequenceNumber="1"><ArtistPartyReference>{party}</ArtistPartyReference>'
        "<DisplayArtistRole>MainArtist</DisplayArtistRole></DisplayArtist>"
    )


def _recording(one: Song) -> str:
    value = one.sum or (hashlib.sha256(one.data).hexdigest() if one.data else "")
    told = (
        f"<HashSum><Algorithm>{one.algorithm}</Algorithm><HashSumValue>{value}</HashSumValue>"
        "</HashSum>"
    )
    file = f"<File><URI>{one.path}</URI>{told if one.has_sum and value else ''}</File>"
    return f"""<SoundRecording><ResourceReference>A{one.number}</ResourceReference>
<Type>MusicalWorkSoundRecording</Type><SoundRecordingEdition>
<ResourceId><ISRC>{one.isrc}</ISRC></ResourceId>
<PLine><Year>2024</Year><PLineText>2024 A Label</PLineText></PLine><TechnicalDetails>
<TechnicalResourceDetailsReference>T{one.number}</TechnicalResourceDetailsReference>
<DeliveryFile><Type>AudioFile</Type><AudioCodecType>{one.codec}</AudioCodecType>{file}
</DeliveryFile></TechnicalDetails></SoundRecordingEdition>
<DisplayTitleText>{escape(one.title)}</DisplayTitleText>
<DisplayTitle><TitleText>{escape(one.title)}</TitleText></DisplayTitle>
<DisplayArtistName>Somebody</DisplayArtistName>{_artist(one.artist)}{one.more}
<Duration>PT{one.seconds}S</Duration></SoundRecording>"""


def _image(cover: bytes | None) -> str:
    if cover is None:
        return ""
    return f"""<Image><ResourceReference>I1</ResourceReference><Type>FrontCoverImage</Type>
<ResourceId><ProprietaryId Namespace="{SENDER}">I1</ProprietaryId></ResourceId>
<TechnicalDetails><TechnicalResourceDetailsReference>TI</TechnicalResourceDetailsReference>
<File><URI>resources/cover.jpg</URI><HashSum><Algorithm>SHA-256</Algorithm>
<HashSumValue>{hashlib.sha256(cover).hexdigest()}</HashSumValue></HashSum></File>
</TechnicalDetails></Image>"""


def _item(n: int, one: Song) -> str:
    return (
        f"<ResourceGroupContentItem><SequenceNumber>{n}</SequenceNumber>"
        f"<ReleaseResourceReference>A{one.number}</ReleaseResourceReference>"
        "</ResourceGroupContentItem>"
    )


def _track(n: int, one: Song) -> str:
    return (
        f"<TrackRelease><ReleaseReference>R{n}</ReleaseReference>"
        f'<ReleaseId><ProprietaryId Namespace="{SENDER}">T{one.number}</ProprietaryId></ReleaseId>'
        f"<ReleaseResourceReference>A{one.number}</ReleaseResourceReference>"
        "<ReleaseLabelReference>PL1</ReleaseLabelReference>"
        "<Genre><GenreText>Folk</GenreText></Genre></TrackRelease>"
    )
