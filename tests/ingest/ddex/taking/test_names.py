"""By what releases, tracks and people are known again: one way of writing for each number."""

import pytest

from catalog.supplied_facts import Name
from ingest.ddex.canonical import Identifier, IdKind
from ingest.ddex.taking.names import party_names, purged_names, release_names, telling_names


def ident(kind: IdKind, value: str, namespace: str = "") -> Identifier:
    return Identifier(kind=kind, value=value, namespace=namespace)


@pytest.mark.parametrize(
    ("kind", "one", "another"),
    [
        (IdKind.ICPN, "036000291452", "0036000291452"),  # a UPC is an EAN with a zero before it
        (IdKind.ICPN, "4 006381-333931", "4006381333931"),
        (IdKind.GRID, "A1-2425G-ABC1234002-M", "a12425gabc1234002m"),
        (IdKind.PROPRIETARY, " 5 ", "5"),
    ],
)
def test_a_release_is_known_by_a_number_however_it_is_written(
    kind: IdKind, one: str, another: str
) -> None:
    assert release_names([ident(kind, one)]) == release_names([ident(kind, another)])


def test_a_number_of_ones_own_is_another_in_another_namespace() -> None:
    names = release_names([ident(IdKind.PROPRIETARY, "5", one) for one in ("A", "B", "A")])

    assert names == tuple(
        Name(kind="ProprietaryId", value="5", namespace=one) for one in ("A", "B")
    )


def test_by_a_catalogue_number_a_release_is_known_where_it_has_nothing_better() -> None:
    number, icpn = ident(IdKind.CATALOG_NUMBER, "CAT 1"), ident(IdKind.ICPN, "4006381333931")

    assert [one.kind for one in telling_names(release_names([number, icpn]))] == ["ICPN"]
    assert [one.kind for one in telling_names(release_names([number]))] == ["CatalogNumber"]


def test_purged_is_what_goes_by_the_best_names_that_are_told() -> None:
    number, isrc = ident(IdKind.CATALOG_NUMBER, "CAT 1"), ident(IdKind.ISRC, "QZ-TST-24-00001")
    told = [
        ident(IdKind.GRID, "A12425GABC1234002M"),
        ident(IdKind.ICPN, "4006381333931"),
        number,
        ident(IdKind.PROPRIETARY, "5", "A"),
        isrc,
        ident(IdKind.ISNI, "0000000121032683"),
    ]

    assert [(one.kind, one.value) for one in purged_names(told)] == [
        ("GRid", "A12425GABC1234002M"),
        ("ICPN", "04006381333931"),
        ("ProprietaryId", "5"),
    ]
    assert [one.kind for one in purged_names([isrc, number])] == ["ISRC", "CatalogNumber"]


def test_people_are_known_by_their_numbers_the_best_first_and_by_name_only_without() -> None:
    numbers = [
        ident(IdKind.PROPRIETARY, "5", "A"),
        ident(IdKind.DPID, "PADPIDA1"),
        ident(IdKind.IPI, "00014107338"),
        ident(IdKind.ISNI, "0000 0001 2103 2683"),
    ]

    assert [one.kind for one in party_names("Ada", numbers)] == [
        "ISNI",
        "IpiNameNumber",
        "PartyId",
        "ProprietaryId",
    ]
    assert party_names("Ada", numbers[3:]) == party_names(
        "ADA", [ident(IdKind.ISNI, "0000000121032683")]
    )
    assert party_names("Ada", []) == (Name(kind="Name", value="Ada"),)
