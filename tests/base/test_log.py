"""Log lines say what happened, and nothing in a name gets out of them."""

import json

import pytest
import structlog

from base.log import escaped
from base.settings import Settings
from tests.support.hostile import NAMES, TRICKS
from tests.support.written import written


def lines_of(log_format: str, name: str, *, fails: bool = False) -> str:
    with written(Settings(log_format=log_format)) as text:
        error = ValueError(name) if fails else None
        structlog.get_logger().info("refused", path=name, exc_info=error)
        return text.getvalue()


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("log_format", ["console", "json"])
def test_no_name_breaks_out_of_its_line(log_format: str, *, fails: bool) -> None:
    for name in NAMES:
        said = lines_of(log_format, name, fails=fails)

        assert not set(TRICKS) - {"\n"} & set(said), name
        lines = said.splitlines()
        assert fails or len(lines) == 1, name
        if log_format == "json":
            assert json.loads(lines[0])["path"] == name


def test_what_can_be_shown_stays_as_it_is() -> None:
    assert escaped("Öne, 二 🎵") == "Öne, 二 🎵"
    assert escaped("a\x1b[2J\u202e\n") == "a\\x1b[2J\\u202e\\n"


def sign_in(token: str) -> None:
    raise ValueError(f"{len(token)} letters")


def test_a_trace_tells_no_secrets() -> None:
    with written(Settings(log_format="console")) as text:
        try:
            sign_in("open" + "sesame")
        except ValueError as error:
            structlog.get_logger().error("broken", exc_info=error)

        assert "ValueError: 10 letters" in text.getvalue()
        assert "opensesame" not in text.getvalue()
