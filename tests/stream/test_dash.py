from dataclasses import replace
from xml.etree import ElementTree as ET

from stream.dash import Representation, print_mpd

AAC = Representation(
    id="aac-128",
    uri="aac-128.mp4",
    codecs="mp4a.40.2",
    sample_rate=44_100,
    channels=2,
    bandwidth_bps=131_204,
    init_bytes=742,
    index_offset=742,
    index_bytes=188,
)
FLAC = replace(AAC, id="flac", uri="flac.mp4", codecs="fLaC", bandwidth_bps=1_011_000)
AAC_64 = replace(AAC, id="aac-64", uri="aac-64.mp4", bandwidth_bps=66_000)
NAMES = {"mpd": "urn:mpeg:dash:schema:mpd:2011"}
GOLDEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" \
profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" \
minBufferTime="PT6S" mediaPresentationDuration="PT7.513968S">
  <Period id="0" start="PT0S">
    <AdaptationSet id="0" contentType="audio" mimeType="audio/mp4" codecs="mp4a.40.2" \
subsegmentAlignment="true" subsegmentStartsWithSAP="1">
      <Representation id="aac-128" bandwidth="131204" audioSamplingRate="44100">
        <AudioChannelConfiguration \
schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2" />
        <BaseURL>aac-128.mp4</BaseURL>
        <SegmentBase indexRange="742-929" indexRangeExact="true">
          <Initialization range="0-741" />
        </SegmentBase>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>
"""


def read(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - we have just written it


def test_a_manifest_prints_as_its_golden_text() -> None:
    assert print_mpd([AAC], duration_s=7.513968) == GOLDEN


def test_each_codec_is_one_set_and_the_first_choice_stays_first() -> None:
    root = read(print_mpd([AAC, FLAC, AAC_64], duration_s=7.5))

    sets = root.findall("mpd:Period/mpd:AdaptationSet", NAMES)
    assert [one.get("codecs") for one in sets] == ["mp4a.40.2", "fLaC"]
    assert [[each.get("id") for each in one] for one in sets] == [["aac-128", "aac-64"], ["flac"]]
    assert len({one.get("id") for one in sets}) == 2


def test_what_xml_reserves_is_escaped() -> None:
    strange = replace(AAC, id="""a"<&>'b""", uri="a&b<c>.mp4")

    root = read(print_mpd([strange], duration_s=1.0))

    found = root.find(".//mpd:Representation", NAMES)
    assert found is not None
    assert found.get("id") == strange.id
    assert found.findtext("mpd:BaseURL", namespaces=NAMES) == strange.uri
