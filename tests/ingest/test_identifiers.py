from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from ingest.identifiers import grid_of, ipi_of, isni_of, isrc_of, iswc_of, mbid_of, upc_of

Read = Callable[[str | None], str | None]
MBID = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"


@pytest.mark.parametrize(
    ("read", "said", "written"),
    [
        (isrc_of, "ISRC US-SKG-19-12345", "USSKG1912345"),
        (isrc_of, "XX-SKG-19-12345", None),
        (upc_of, "4006381333931", "4006381333931"),
        (upc_of, "73513537", None),  # an EAN-8 is on no release
        (grid_of, "Grid: A1-2425G-ABC1234002-M", "A12425GABC1234002M"),
        (grid_of, "A1-2425G-ABC1234002-Q", None),
        (isni_of, "https://isni.org/isni/0000000121707484", "0000000121707484"),
        (isni_of, "ISNI 0000 0001 2150 090X", "000000012150090X"),
        (isni_of, "0000 0001 2150 0901", None),
        # Mozart's, as published, and the same with one digit other than it is.
        (ipi_of, "00021915739", None),
        (ipi_of, "00014107338", "00014107338"),
        (ipi_of, "14107338", None),
        (ipi_of, "014107338", "00014107338"),
        (ipi_of, "00014107383", None),
        (ipi_of, "00000000000", None),
        (iswc_of, "T-034.524.680-1", "T0345246801"),
        (iswc_of, "ISWC T0345246802", None),
        (iswc_of, "T9999999999", None),
        (mbid_of, f"https://musicbrainz.org/artist/{MBID}", MBID),
        (mbid_of, MBID.upper(), MBID),
        (mbid_of, "b10bbbfc", None),
    ],
)
def test_a_number_is_what_its_check_digit_says(read: Read, said: str, written: str | None) -> None:
    assert read(said) == written


@given(sampled_from([isrc_of, upc_of, grid_of, isni_of, ipi_of, iswc_of, mbid_of]), text())
def test_whatever_is_no_number_is_none(read: Read, said: str) -> None:
    found = read(said)

    assert found is None or read(found) == found
    assert read(None) is None
    assert read("\u0664\u0660\u0660\u0666\u0663\u0668\u0661\u0663\u0663\u0663\u0669") is None
