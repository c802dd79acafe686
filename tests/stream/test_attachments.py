import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.attachments import attachment

_FORM = re.compile(r"""attachment; filename="([^"\\]*)"; filename\*=UTF-8''([!#$&+.^_`|~\w%-]*)""")


def names(header: str) -> tuple[str, str]:
    read = _FORM.fullmatch(header)
    assert read is not None
    return read[1], unquote(read[2])


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        pytest.param("Ann - Song", "Ann - Song.m4a", "Ann - Song.m4a", id="as it is"),
        pytest.param("Björk - Jóga", "Bjork - Joga.m4a", "Björk - Jóga.m4a", id="accents"),
        pytest.param("坂本龍一", "track.m4a", "坂本龍一.m4a", id="nothing of it is ASCII"),
        pytest.param("../a/..\\b", "_a_.._b.m4a", "_a_.._b.m4a", id="another folder"),
        pytest.param('a"; filename="b', "a__ filename=_b.m4a", "a__ filename=_b.m4a", id="quotes"),
        pytest.param("a\r\nX-Y: b", "a X-Y_ b.m4a", "a X-Y_ b.m4a", id="lines"),
        pytest.param("song\u202e3pm", "song 3pm.m4a", "song 3pm.m4a", id="written backwards"),
        pytest.param(" . ", "track.m4a", "track.m4a", id="no name at all"),
    ],
)
def test_a_name_says_what_it_can(name: str, plain: str, full: str) -> None:
    assert names(attachment(name, ".m4a")) == (plain, full)


@given(st.text())
def test_no_name_leads_out_of_its_folder_or_its_header(name: str) -> None:
    header = attachment(name, ".mp3")

    assert header.isascii()
    assert header.isprintable()
    for one in names(header):
        assert one.endswith(".mp3")
        assert not one.startswith(".")
        assert one.isprintable()
        assert not set(one) & set('/\\:*?"<>|')
        assert len(one.encode()) <= 204
