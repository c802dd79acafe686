"""Who asks is known in every way that is described, and told which is wrong."""

from dataclasses import replace

import pytest

from tests.support.opensubsonic.asking import Known, Server, failure_in


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


def code(server: Server, shown: dict[str, str], method: str = "GET") -> int:
    answer = server.send("ping", method=method, shown=shown)
    told = answer.json()["subsonic-response"]
    return 0 if told["status"] == "ok" else failure_in(answer)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_password_lets_in_as_it_is_hidden_or_digested(
    server: Server, named: Known, method: str
) -> None:
    ways = [named.plainly(), named.hidden(), named.digested()]
    upper = named.digested()
    upper["t"] = upper["t"].upper()

    assert [code(server, one, method) for one in (*ways, upper)] == [0] * 4


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_key_lets_in_and_says_whose_it_is(server: Server, key: str, method: str) -> None:
    assert code(server, {"apiKey": key}, method) == 0
    told = server.send("tokenInfo", method=method, shown={"apiKey": key}).json()
    username = told["subsonic-response"]["tokenInfo"]["username"]
    assert username
    assert not server.known.username or username == server.known.username


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_wrong_is_told_by_its_number(server: Server, named: Known, method: str) -> None:
    wrong = replace(named, password=f"{named.password}x")
    nobody = replace(named, username="nobody-at-all")
    digest = named.digested()

    assert code(server, wrong.plainly(), method) == 40
    assert code(server, wrong.hidden(), method) == 40
    assert code(server, wrong.digested(), method) == 40
    assert code(server, nobody.plainly(), method) == 40
    assert code(server, nobody.digested(), method) == 40
    assert code(server, {**digest, "s": "other"}, method) == 40
    assert code(server, {"u": named.username}, method) == 10
    assert code(server, {"u": named.username, "t": digest["t"]}, method) == 10
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
)
def test_no_name_breaks_the_way_in(server: Server, asked: dict[str, str]) -> None:
    assert code(server, {"p": "x", **asked}) == 40
