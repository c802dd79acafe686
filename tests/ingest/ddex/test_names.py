"""What stands where there is no number tells nothing; a purge goes by what tells most."""

import pytest

from catalog.supplied_facts import Name
from ingest.ddex.canonical import Identifier, IdKind
from ingest.ddex.taking.names import (
    is_isrc,
    party_names,
    purged_names,
    release_names,
    telling_names,
)

OURS = "PADPIDA1"
ICPN = Identifier(kind=IdKind.ICPN, value="4006381333931")
NUMBER = Identifier(kind=IdKind.CATALOG_NUMBER, value="CAT 1")
ISRC = Identifier(kind=IdKind.ISRC, value="QZ-TST-24-00001")


def own(value: str, namespace: str = OURS) -> Identifier:
    return Identifier(kind=IdKind.PROPRIETARY, value=value, namespace=namespace)


@pytest.mark.parametrize(
    "one",
    [
        own("N/A"),
        own("n.a."),
        own("TBD"),
        own("None"),
        own("0000"),
        own("-"),
        own("R-1", namespace=""),
        Identifier(kind=IdKind.ICPN, value="0000000000000"),
        Identifier(kind=IdKind.ICPN, value="DEF0584"),
        Identifier(kind=IdKind.GRID, value="A1"),
        Identifier(kind=IdKind.CATALOG_NUMBER, value="N/A"),
    ],
)
def test_what_stands_where_there_is_no_number_is_no_name(one: Identifier) -> None:
    assert release_names([one]) == ()
    assert telling_names(release_names([one, NUMBER])) == release_names([NUMBER])
    assert party_names("Somebody", [one]) == (Name(kind="Name", value="Somebody"),)


def test_numbers_are_names_however_they_are_written() -> None:
    grid = Identifier(kind=IdKind.GRID, value="A1-2425G-ABC1234002-M")

    assert [one.value for one in release_names([grid, ICPN, own("R-0"), NUMBER])] == [
        "A12425GABC1234002M",
        "04006381333931",
        "R-0",
        "CAT 1",
    ]


def test_a_purge_goes_by_weak_names_only_where_it_has_no_strong_one() -> None:
    assert [one.kind for one in purged_names([NUMBER, ICPN, ISRC])] == ["ICPN"]
    assert [one.kind for one in purged_names([NUMBER, ISRC])] == ["CatalogNumber", "ISRC"]


def test_what_a_release_calls_its_recordings_is_no_isrc() -> None:
    assert [is_isrc(one) for one in ("QZTST2400001", "Reference:A1", "ProprietaryId:P:1")] == [
        True,
        False,
        False,
    ]
