"""Who asks is known in every way that is described, and told which is wrong."""

from dataclasses import replace

import pytest

from tests.support.opensubsonic.asking import Known, Server, failure_in
from tests.support.opensubsonic.described import OF_ITSELF


@pytest.fixture
def named(server: Server) -> Known:
    if not server.known.password:
        pytest.skip("needs --user and --password")
    return server.known


@pytest.fixture
def key(server: Server) -> str:
    if not server.known.key:
        pytest.skip("needs --api-key")
    return server.known.key


def code(server: Server, shown: dict[str, str], method: str = "GET") -> int | None:
    """Answer the number by which somebody is refused, or nothing where they are let in."""
    answer = server.send("ping", method=method, shown=shown)
    told = answer.json()["subsonic-response"]
    return None if told["status"] == "ok" else failure_in(answer)


def test_the_server_says_that_it_is_an_opensubsonic(server: Server) -> None:
    told = server.ask("ping")

    assert OF_ITSELF.keys() <= told.keys(), "a Subsonic of before, held to all else"
    assert told["openSubsonic"] is True


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_password_lets_in_as_it_is_or_hidden(server: Server, named: Known, method: str) -> None:
    ways = [named.plainly(), named.hidden()]

    assert [code(server, one, method) for one in ways] == [None] * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_password_lets_in_as_it_is_digested(server: Server, named: Known, method: str) -> None:
    server.require_version(1, 13)
    lower, upper, wrong = (named.digested() for _ in range(3))
    upper["t"] = upper["t"].upper()
    other = replace(named, password=f"{named.password}x")
    nobody = replace(named, username="nobody-at-all")

    assert [code(server, one, method) for one in (lower, upper)] == [None] * 2
    assert code(server, other.digested(), method) == 40
    assert code(server, nobody.digested(), method) == 40
    assert code(server, {**wrong, "s": "other"}, method) == 40


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_key_lets_in_and_says_whose_it_is(server: Server, key: str, method: str) -> None:
    assert code(server, {"apiKey": key}, method) is None
    told = server.send("tokenInfo", method=method, shown={"apiKey": key}).json()
    username = told["subsonic-response"]["tokenInfo"]["username"]
    assert username
    assert not server.known.username or username == server.known.username


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_wrong_is_told_by_its_number(server: Server, named: Known, method: str) -> None:
    wrong = replace(named, password=f"{named.password}x")
    nobody = replace(named, username="nobody-at-all")

    assert code(server, wrong.plainly(), method) == 40
    assert code(server, wrong.hidden(), method) == 40
    assert code(server, nobody.plainly(), method) == 40
    assert code(server, {"u": named.username}, method) == 10
    assert code(server, {"u": named.username, "t": named.digested()["t"]}, method) == 10
    assert code(server, {"p": named.password}, method) == 10


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_key_is_told_as_such_and_so_is_a_key_beside_a_name(
    server: Server, key: str, method: str
) -> None:
    assert code(server, {"apiKey": f"{key}x"}, method) == 44
    assert code(server, {"apiKey": "💥" * 200}, method) == 44
    assert code(server, {"apiKey": key, "u": "ada"}, method) == 43
    assert code(server, {"apiKey": key, "u": "ada", "p": "x"}, method) == 43
    assert code(server, {"apiKey": key, "t": "x", "s": "y"}, method) == 43


@pytest.mark.parametrize(
    "asked",
    [{"u": "\x00"}, {"u": "'; --"}, {"u": "a" * 3000}, {"u": "ﷺ" * 40}, {"u": "a", "p": "enc:zz"}],
    ids=["nul", "quote", "long", "wide", "no hexadecimal"],
)
def test_no_name_breaks_the_way_in(server: Server, asked: dict[str, str]) -> None:
    assert code(server, {"p": "x", **asked}) == 40
