"""Applications of others in a browser: bundled, on an origin of their own, and registered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page

from tests.support.house import House
from tests.support.web import MODULES, module, run_node

_HERE = Path(__file__).parent
_PAGE = (
    '<!doctype html><title></title><link rel="icon" href="data:,">'
    '<script src="/application.js" defer></script>'
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""


@contextmanager
def application(folder: Path, script: str, *packages: str) -> Iterator[str]:
    """Serve a page with a script of ours that is bundled with packages of npm; answer where."""
    for package in packages:
        module(package, "package.json")
    made = folder / "application.js"
    run_node(_HERE / "bundle.mjs", MODULES, _HERE / script, "browser", made)
    (folder / "index.html").write_text(_PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def registered(house: House, address: str, name: str = "A player of others") -> str:
    """Register an application that comes back to its address, and answer its id."""
    player = {
        "client_name": name,
        "redirect_uris": [address],
        "post_logout_redirect_uris": [address],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    }
    made = house.ask("POST", "/oauth/register", data=player)
    assert made.status == 201, made.body
    client: str = made.json["client_id"]
    return client


def held(page: Page) -> dict[str, str]:
    """Answer what an application says in its title, once it has begun."""
    page.wait_for_function("document.title.startsWith('{')")
    said: dict[str, str] = json.loads(page.title())
    return said


def sign_in(page: Page, house: House) -> None:
    """Sign in where an application has sent somebody to."""
    page.get_by_text("Use a token instead").click()
    page.get_by_label("Your token").fill(house.listener)
    page.get_by_label("Your token").press("Enter")
