"""Make the sizes of a picture, in the forms that browsers take, with nothing of its file in them.

Pictures are decoded by a child with limits of its own, `python -m ingest.artwork FILE FOLDER`,
which puts the images into the folder and prints what they are.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from base.errors import Refused

#: What the longer side may measure; a smaller picture is never made larger.
SIZES = (160, 320, 640, 1280, 3000)
#: By how a browser that takes several should choose: the smallest files first.
FORMS = ("avif", "webp", "jpeg")
_OPTIONS: dict[str, dict[str, object]] = {
    # As fast as the others, and still a fifth smaller.
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 80, "method": 4},
    "jpeg": {"quality": 85, "progressive": True, "optimize": True},
}
_READ = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF")
_MOST_PIXELS = 50_000_000
_LEAST_SIDE, _MOST_ASPECT = 64, 4
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeImage:
    """One image in the folder, by its name there."""

    name: str
    size: int
    form: str
    width: int
    height: int


def make_sizes(source: Path, folder: Path) -> tuple[tuple[int, int], list[MadeImage]]:
    """Answer width and height of a picture, and the images that were made of it.

    Raises:
        Refused: it is no picture, too large, too small, or damaged.

    """
    try:
        with Image.open(source, formats=_READ) as picture:
            _require_fit(*picture.size)
            width, height = picture.size
            # A JPEG can be decoded at a fraction of its size; then most of it is never held.
            picture.draft("RGB", (SIZES[-1], SIZES[-1]))
            plain = _plain(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(
            "artwork-damaged", "The picture cannot be read; please send it as JPEG or PNG."
        ) from error
    if _is_turned(plain, (width, height)):
        width, height = height, width
    return (width, height), list(_made(plain, (width, height), folder))


def sizes_for(longer_side: int) -> tuple[int, ...]:
    """Answer which sizes are made of a picture: those below its own, and the next for itself."""
    below = tuple(size for size in SIZES if size < longer_side)
    return (*below, *SIZES[len(below) : len(below) + 1])


def _require_fit(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise _too_large()
    if min(width, height) < _LEAST_SIDE:
        raise Refused(
            "artwork-too-small",
            f"The picture measures {width} by {height} pixels; please send a larger one, "
            "3000 by 3000 at best.",
        )
    if max(width, height) > _MOST_ASPECT * min(width, height):
        raise Refused("artwork-shape", "The picture is no cover: it is far from square.")


def _too_large() -> Refused:
    return Refused(
        "artwork-too-large",
        f"The picture has more than {_MOST_PIXELS // 1_000_000} million pixels; "
        "3000 by 3000 are enough.",
    )


def _plain(picture: Image.Image) -> Image.Image:
    """Answer the first frame upright, opaque and in sRGB, with nothing of its file beside it."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    opaque = _opaque(upright)
    plain = _in_srgb(opaque, profile) if profile else opaque.convert("RGB")
    plain.info = {}
    return plain


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    shown = picture.convert("RGBA")
    ground = Image.new("RGBA", shown.size, "white")
    return Image.alpha_composite(ground, shown).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, own, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):  # not of this picture after all
        return picture.convert("RGB")
    return converted if converted is not None else picture.convert("RGB")


def _is_turned(picture: Image.Image, size: tuple[int, int]) -> bool:
    return (picture.width > picture.height) != (size[0] > size[1])


def _made(picture: Image.Image, size: tuple[int, int], folder: Path) -> Iterator[MadeImage]:
    for most in reversed(sizes_for(max(size))):
        if max(picture.size) > most:
            picture = ImageOps.contain(picture, (most, most), Image.Resampling.LANCZOS)
        for form in FORMS:
            name = f"{most}.{form}"
            picture.save(folder / name, form.upper(), **_OPTIONS[form])
            yield MadeImage(
                name=name, size=most, form=form, width=picture.width, height=picture.height
            )


def guard() -> None:
    """Let nothing be decoded in this process that is larger than we take."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS


def main(source: Path, folder: Path) -> None:
    """Print what was made, or why nothing was, as JSON."""
    guard()
    try:
        (width, height), images = make_sizes(source, folder)
    except Refused as refused:
        json.dump({"code": refused.code, "sentence": refused.sentence}, sys.stdout)
        return
    said = {"width": width, "height": height, "images": [asdict(one) for one in images]}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
