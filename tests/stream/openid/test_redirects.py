import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.identity.oidc.redirects import is_assured, is_fit, matches, origin_of, shown

FIT = [
    "https://player.example/back",
    "https://player.example:8443/back?from=refrain",
    "https://player.example",
    "http://127.0.0.1/back",
    "http://127.0.0.1:49152/back",
    "http://[::1]:1/back",
    "http://localhost:3000/back",
    "com.example.player:/back",
    "com.example.player://back",
]
UNFIT = [
    "",
    "http://player.example/back",
    "http://127.0.0.1.evil.example/back",
    "http://localhost.evil.example/back",
    "http://127.0.0.1@evil.example/back",
    "https://user@player.example/back",
    "https://player.example\\@evil.example/",
    "https://player.example/back#fragment",
    "https://player.example/ back",
    "https://player.example/\r\nSet-Cookie: a=b",
    'https://player.example/"onclick="',
    "https://player.example/<script>",
    "https://плеер.example/back",
    "javascript:alert(1)",
    "java.script:alert(1)\n",
    "data:text/html,hello",
    "file:///etc/passwd",
    "//evil.example",
    "/back",
    "https://",
    "https:///back",
    "https://*.example/back",
    "https://player.example/" + "a" * 2_000,
]


@pytest.mark.parametrize("uri", FIT)
def test_people_may_be_sent_there(uri: str) -> None:
    assert is_fit(uri)
    assert matches([uri], uri)


@pytest.mark.parametrize("uri", UNFIT)
def test_nobody_is_sent_there(uri: str) -> None:
    assert not is_fit(uri)
    assert not matches([uri], uri)


@pytest.mark.parametrize(
    "asked",
    [
        "https://player.example/back/",
        "https://player.example/back?more=1",
        "https://player.example/Back",
        "https://PLAYER.example/back",
        "https://player.example:443/back",
        "https://player.example/x/../back",
        "https://player.example/%62ack",
        "http://player.example/back",
        "https://player.example.evil.example/back",
    ],
)
def test_it_matches_letter_by_letter(asked: str) -> None:
    assert not matches(["https://player.example/back"], asked)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_program_on_the_same_machine_has_another_port_each_time(host: str) -> None:
    registered = [f"http://{host}/back"]

    assert matches(registered, f"http://{host}:51004/back")
    assert matches([f"http://{host}:1/back"], f"http://{host}:2/back")
    assert not matches(registered, f"http://{host}:51004/other")
    assert not matches(registered, f"https://{host}:51004/back")
    assert not matches(registered, f"http://{host}:51004.evil.example/back")
    assert not matches(registered, f"http://{host}:51004@evil.example/back")
    assert not matches(registered, f"http://{host}:510040/back")


def test_one_loopback_is_not_another() -> None:
    assert not matches(["http://127.0.0.1/back"], "http://localhost:1/back")


@given(st.text(max_size=60))
def test_whatever_is_asked_only_what_was_registered_matches(asked: str) -> None:
    registered = ["https://player.example/back", "http://127.0.0.1/back"]

    if matches(registered, asked):
        assert asked in registered or asked.startswith("http://127.0.0.1:")


@given(st.sampled_from(FIT), st.text(min_size=1, max_size=10))
def test_what_is_added_makes_it_another(uri: str, more: str) -> None:
    assert not matches([uri], uri + more) or more.isdigit()


def test_where_it_leads_is_said() -> None:
    assert shown("https://player.example:8443/back") == "player.example"
    assert shown("http://127.0.0.1:4000/back") == "a program on this machine"
    assert shown("com.example.player:/back") == "an app on this device (com.example.player)"
    lying = "com.evil.app://refrain.example/back"
    assert shown(lying) == "an app on this device (com.evil.app)"
    assert origin_of("https://player.example:8443/back?a=b") == "https://player.example:8443"
    assert origin_of("com.example.player:/back") == "com.example.player:"
    assert is_assured("https://player.example/back")
    assert not is_assured("http://127.0.0.1/back")
