"""An operator's schemas are used as they lie there; these are small ones of our own."""

import socket
from pathlib import Path

import pytest

from base.errors import Broken
from ingest.ddex.judging import judge
from ingest.ddex.schema import schema_of
from ingest.ddex.versions import Version
from tests.support.ern import message_43

PLAIN = message_43(["One"])
#: Whatever is there, but that a use has to be one of the list in another file.
_SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:avs="urn:uses"
  xmlns:ern="http://ddex.net/xml/ern/43" targetNamespace="http://ddex.net/xml/ern/43">
<xs:import namespace="urn:uses" schemaLocation="http://nowhere.test/xml/uses.xsd"/>
<xs:element name="NewReleaseMessage"><xs:complexType><xs:sequence>
<xs:element name="MessageHeader"/><xs:element name="PartyList"/>
<xs:element name="ResourceList"/><xs:element name="ReleaseList"/>
<xs:element name="DealList"><xs:complexType><xs:sequence>
<xs:element name="ReleaseDeal" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="DealReleaseReference" maxOccurs="unbounded"/>
<xs:element name="Deal"><xs:complexType><xs:sequence>
<xs:element name="DealTerms"><xs:complexType><xs:sequence>
<xs:element name="TerritoryCode"/><xs:element name="ValidityPeriod"/>
<xs:element name="CommercialModelType"/>
<xs:element name="UseType" type="avs:UseType" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
</xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>"""
_USES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:uses">
<xs:simpleType name="UseType"><xs:restriction base="xs:string">
<xs:enumeration value="OnDemandStream"/><xs:enumeration value="PermanentDownload"/>
</xs:restriction></xs:simpleType></xs:schema>"""


@pytest.fixture(params=["beside", "above"])
def schemas(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "43").mkdir()
    (tmp_path / "43" / "release-notification.xsd").write_text(_SCHEMA)
    folder = tmp_path / "43" if request.param == "beside" else tmp_path
    (folder / "uses.xsd").write_text(_USES)
    return tmp_path


def test_what_a_schema_does_not_allow_is_told_with_its_line_and_path(
    schemas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)  # nothing is fetched

    fine = judge(PLAIN, schemas=schemas)
    wrong = judge(PLAIN.replace(b"OnDemandStream", b"Teleport"), schemas=schemas)

    assert fine.findings == ()
    [found] = [one for one in wrong.findings if one.rule == "schema"]
    assert "Teleport" in found.text
    assert found.path.endswith("/DealList/ReleaseDeal/Deal/DealTerms/UseType[1]")
    assert found.line == PLAIN[: PLAIN.index(b"<UseType>")].count(b"\n") + 1
    assert not wrong.is_acceptable


def test_a_version_that_an_operator_has_no_schema_of_is_judged_by_our_rules(schemas: Path) -> None:
    assert schema_of(schemas, Version.ERN_432) is None
    other = message_43(["One"], version="432").replace(b"Genre>", b"DisplayGenre>")
    assert judge(other, schemas=schemas).is_acceptable


def test_what_is_no_schema_is_the_house_to_mend(tmp_path: Path) -> None:
    (tmp_path / "42").mkdir()
    (tmp_path / "42" / "release-notification.xsd").write_text("<html/>")

    with pytest.raises(Broken, match="is no schema"):
        schema_of(tmp_path, Version.ERN_42)
