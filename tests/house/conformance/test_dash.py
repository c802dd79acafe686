from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refrain.conformance.dash import read_manifest
from refrain.conformance.dash_rules import check_manifest
from refrain.conformance.verify import verify
from tests.support.misbehaving import served
from tests.support.streams import clauses, found
from transcode.tools import Tools

_MPD = """<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">
 <Period><AdaptationSet mimeType="audio/mp4" codecs="fLaC">
  <Representation id="flac" bandwidth="9000000">
   <BaseURL>flac.mp4</BaseURL>
   <SegmentBase indexRange="{index}"><Initialization range="0-{head}"/></SegmentBase>
  </Representation>
 </AdaptationSet></Period>
</MPD>
"""


@pytest.fixture
def folder(stream: Path, tmp_path: Path) -> Path:
    data = (stream / "flac.mp4").read_bytes()
    (tmp_path / "flac.mp4").write_bytes(data)
    sidx, head = found(data, "sidx"), found(data, "moov").end - 1
    text = _MPD.format(index=f"{sidx.offset}-{sidx.end - 1}", head=head)
    (tmp_path / "index.mpd").write_text(text)
    return tmp_path


async def test_a_manifest_without_fault_has_no_findings(folder: Path, tools: Tools) -> None:
    assert (await verify(str(folder), tools=tools)).findings == ()
    async with served(folder) as url:
        assert (await verify(f"{url}index.mpd", tools=tools)).findings == ()


@pytest.mark.parametrize(
    ("clause", "before", "after"),
    [
        ("DASH 5.3", "</MPD>", ""),
        ("DASH 5.3", "MPD", "MPX"),
        ("DASH 5.3", "Representation", "Rendition"),
        ("DASH 5.3", "<MPD", '<!DOCTYPE MPD [<!ENTITY a "b">]><MPD'),
        ("DASH 5.3.5.2", 'id="flac" ', ""),
        ("DASH 5.3.5.2", ' bandwidth="9000000"', ""),
        ("DASH 5.3.5.2", "9000000", "90000"),
        ("DASH 5.3.7", "fLaC", "mp4a.40.2"),
        ("DASH 5.3.7", ' codecs="fLaC"', ""),
        ("DASH 5.3.9.2", 'indexRange="', 'indexRange="1'),
        ("DASH 5.3.9.2", 'range="0-', 'range="0-1'),
        ("DASH 5.3.9.2", "flac.mp4", "../flac.mp4"),
        ("Limits", "SegmentBase", "SegmentList"),
    ],
)
async def test_a_broken_manifest_is_found_out(
    folder: Path, tools: Tools, clause: str, before: str, after: str
) -> None:
    path = folder / "index.mpd"
    path.write_text(path.read_text().replace(before, after))

    assert clause in clauses((await verify(str(path), tools=tools)).findings)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_manifest_with_faults(data: bytes) -> None:
    assert clauses(check_manifest(read_manifest(data), "x")) == {"DASH 5.3"}
