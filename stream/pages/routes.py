"""All pages, an area a line."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.permissions import Permission
from stream.pages import installing, site
from stream.pages.account.openid_pages import openid_pages
from stream.pages.account.routes import account_pages
from stream.pages.docs import get_docs
from stream.pages.embed.routes import embed_pages
from stream.pages.feeds.routes import feed_pages
from stream.pages.listener.routes import listener_pages
from stream.pages.mine.routes import mine_pages
from stream.pages.office.routes import office_pages
from stream.pages.office.treasury_routes import treasury_pages
from stream.pages.pages import Page
from stream.pages.people.routes import people_pages
from stream.pages.studio.books_routes import books_pages
from stream.pages.studio.routes import studio_pages
from stream.pages.style import style_pages


def page_routes() -> Sequence[Page]:
    """Answer them."""
    return [
        *account_pages(),
        *listener_pages(),
        *openid_pages(),
        *embed_pages(),
        *feed_pages(),
        *office_pages(),
        *people_pages(),
        *books_pages(),
        *mine_pages(),
        *studio_pages(),
        *treasury_pages(),
        *_site_pages(),
        *style_pages(),
    ]


def _site_pages() -> Sequence[Page]:
    return [
        Page(path="/docs", handler=get_docs, needs=Permission.CATALOGUE_READ),
        Page(path="/covers/{key:[A-Za-z0-9-]{1,64}}.svg", handler=site.get_cover, needs=_SITE),
        Page(path="/language/{name:[a-z0-9-]+}.json", handler=site.get_sentences, needs=_SITE),
        Page(method="POST", path="/looks", handler=site.post_looks, needs=_SITE),
        Page(path="/manifest.webmanifest", handler=installing.get_manifest, needs=_SITE),
        Page(path="/service-worker.js", handler=installing.get_worker, needs=_SITE),
        Page(path="/offline", handler=installing.get_offline, needs=_SITE),
    ]


_SITE = Permission.SITE
