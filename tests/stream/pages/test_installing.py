"""What is installed says what it is, and what devices keep changes with all that it is made of."""

import re

import pytest
from PIL import Image

from stream.pages import installing
from stream.pages.assets import DIST, Shell, load_assets, load_shell
from stream.pages.catalogues import LANGUAGES, catalogue_of
from stream.pages.installing import kept, manifest
from stream.pages.language import GROUNDS
from tests.support.masters import ROOT

ASSETS, SHELL = load_assets(), load_shell()
STYLES = ROOT / "web" / "src" / "styles"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_is_in_the_language_of_the_page(language: str) -> None:
    told = manifest(ASSETS, language, catalogue_of(language).gettext)

    assert (told["id"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert told["lang"] == language
    names = [one["name"] for one in told["shortcuts"]]  # type: ignore[attr-defined]
    assert names == [catalogue_of(language).gettext(one) for one in ("Search", "Library", "Upload")]


def test_its_icons_are_there_in_the_sizes_that_it_says() -> None:
    icons = manifest(ASSETS, "en", str)["icons"]
    found = {}
    for one in icons:  # type: ignore[attr-defined]
        if one["type"] == "image/png":
            with Image.open(DIST / one["src"].removeprefix("/assets/")) as picture:
                found[one["purpose"], one["sizes"]] = picture.copy()

    for (_, said), picture in found.items():
        assert said == f"{picture.width}x{picture.height}"
    assert set(found) == {
        (purpose, f"{side}x{side}") for purpose in ("any", "maskable") for side in (192, 512)
    }
    plain, whole = found["any", "512x512"], found["maskable", "512x512"]
    # The corners are those of the SVG, or left to the system; beads keep to the middle.
    assert (plain.getpixel((0, 0))[3], whole.getpixel((0, 0))) == (0, (0xC4, 0x2D, 0x15, 255))
    assert plain.getpixel((256, 256)) == whole.getpixel((152, 360)) == (255, 255, 255, 255)
    white = [at for at in range(512) if whole.getpixel((at, at))[:3] == (255, 255, 255)]
    assert min(white) > 256 - 0.4 * 512 / 2**0.5


def test_the_grounds_are_those_of_the_style() -> None:
    paper = re.search(r"--paper: light-dark\((.*), (.*)\);", (STYLES / "tokens.css").read_text())

    assert paper is not None
    assert paper.groups() == (GROUNDS["light"], GROUNDS["dark"])


def test_what_is_kept_has_another_name_when_any_of_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = kept(ASSETS, SHELL)
    names = {
        before["version"],
        kept({**ASSETS, "app.js": "/assets/app-OTHER000.js"}, SHELL)["version"],
    }
    names.add(kept(ASSETS, Shell(modules=SHELL.modules))["version"])
    monkeypatch.setattr(installing, "_MADE_OF", ("base.html",))
    names.add(kept(ASSETS, SHELL)["version"])

    assert len(names) == 4
    # Names with a hash, sentences, whose names have one too, and pages that show nobody.
    hashed = re.compile(r"/assets/.*-[0-9A-Z]{8}\.[a-z0-9]+|/language/es-[0-9a-f]{12}\.json")
    assert [one for one in before["files"] if not hashed.fullmatch(one)] == []
    assert set(before["pages"]) == set(LANGUAGES)
    assert SHELL.modules
    assert SHELL.fonts
