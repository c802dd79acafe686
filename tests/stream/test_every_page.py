"""Each page of the site is looked at by somebody in `tests/browser/test_everybody.py`."""

from tests.support.every_page import PAGES, site


def test_no_page_is_forgotten() -> None:
    listed = [path for pages in PAGES.values() for path in pages]

    assert (site() - set(listed), set(listed) - site()) == (set(), set())
    assert len(listed) == len(set(listed))
