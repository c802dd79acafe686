import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ddex.arriving.digests import Digests
from ingest.ddex.arriving.manifests import MOST_BYTES, compare, differing, is_xml, parse
from ingest.ddex.findings import Unreadable
from tests.support.deliveries import manifest

FILES = {"A1/A1.xml": b"<one/>", "A2/A2.xml": b"<two/>"}


def sums(content: bytes) -> dict[str, str]:
    digests = Digests()
    digests.update(content)
    return digests.told()


@pytest.mark.parametrize(
    "form",
    ["{}", "N_7/{}", "./{}", "sftp://label.example/in/N_7/{}", "/deliveries/N_7/{}", "N_7\\{}"],
)
def test_messages_are_found_by_whatever_root_they_are_told_from(form: str) -> None:
    told = parse(manifest({form.format(path): content for path, content in FILES.items()}))

    compared = compare(told, list(FILES), delivery="N_7")

    assert (told.number, len(told.messages)) == (2, 2)
    assert compared.is_whole
    assert compared.odd == ()


def test_it_says_whether_all_of_it_is_a_test() -> None:
    told = manifest(FILES).decode()
    flagged = [
        told.replace("<IsTestFlag>false<", f"<IsTestFlag>{one}<") for one in ("true", "1", "false")
    ]

    assert [parse(one.encode()).is_test for one in (told, *flagged)] == [False, True, True, False]


def test_a_message_that_is_not_there_is_waited_for() -> None:
    compared = compare(parse(manifest(FILES)), ["A1/A1.xml"], delivery="N_7")

    assert not compared.is_whole
    assert [one.code for one in compared.odd] == ["message-missing"]


def test_a_number_that_is_not_that_of_the_list_is_told_of() -> None:
    more = compare(parse(manifest(FILES, number=3)), list(FILES), delivery="N_7")
    fewer = compare(parse(manifest(FILES, number=1)), list(FILES), delivery="N_7")

    assert (more.is_whole, fewer.is_whole) == (False, True)
    assert [one.code for one in (*more.odd, *fewer.odd)] == ["manifest-count", "manifest-count"]


def test_a_message_that_is_not_listed_is_told_of() -> None:
    compared = compare(parse(manifest(FILES)), [*FILES, "A3/A3.xml"], delivery="N_7")

    assert compared.is_whole
    assert [one.code for one in compared.odd] == ["not-in-manifest"]


def test_bytes_that_are_not_those_of_the_list_are_told_of() -> None:
    told = parse(manifest(FILES))
    same = {path: sums(content) for path, content in FILES.items()}

    assert differing(told, same, delivery="N_7") == ()
    odd = differing(told, same | {"A2/A2.xml": sums(b"<cut/>")}, delivery="N_7")

    assert [(one.code, one.about) for one in odd] == [("message-differs", "A2/A2.xml")]


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><ManifestMessage>&e;</ManifestMessage>",
        b"<Other/>",
        b"<ManifestMessage>",
        b"<ManifestMessage>" + b"<a>" * 50 + b"</a>" * 50 + b"</ManifestMessage>",
        b"",
        b"<" + b" " * MOST_BYTES,
    ],
    ids=["entity", "other", "cut", "deep", "empty", "long"],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(content)


@given(st.binary(max_size=300))
def test_whatever_a_mark_holds_is_refused_or_read(content: bytes) -> None:
    is_xml(content)
    with suppress(Unreadable):
        assert parse(content).messages == ()


@given(st.lists(st.binary(max_size=2000), max_size=5))
def test_sums_do_not_depend_on_how_the_bytes_came(chunks: list[bytes]) -> None:
    digests = Digests()
    for chunk in chunks:
        digests.update(chunk)

    whole = b"".join(chunks)
    assert digests.told() == {
        "MD5": hashlib.md5(whole).hexdigest(),  # noqa: S324
        "SHA-1": hashlib.sha1(whole).hexdigest(),  # noqa: S324
        "SHA-224": hashlib.sha224(whole).hexdigest(),
        "SHA-256": hashlib.sha256(whole).hexdigest(),
        "SHA-384": hashlib.sha384(whole).hexdigest(),
        "SHA-512": hashlib.sha512(whole).hexdigest(),
    }
