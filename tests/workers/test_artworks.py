import io
import struct
import warnings
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageCms

from base.errors import Refused
from base.storage.port import Key
from catalog.artworks import NewArtwork, artwork_of, images_of, take_artwork
from catalog.kinds import Kind
from catalog.models.releases import Artwork, ArtworkImage
from catalog.states import ArtworkState
from ingest.artwork import FORMS, SIZES, guard, make_sizes, sizes_for
from tests.support.catalog import NOON
from tests.support.working import do, replayed, sent, workshop
from workers import artworks
from workers.fsck import Fsck, Scope
from workers.holding import Holding


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with workshop(tmp_path) as opened:
        yield opened


async def made(holding: Holding, data: bytes) -> tuple[Artwork, list[ArtworkImage]]:
    received = await sent(holding, data)
    new = NewArtwork(
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        storage_key=received.key,
        request_id="test",
    )
    async with holding.tools.database.begin() as session:
        artwork_id = (await take_artwork(session, new, now=NOON)).id
    await do(holding, Kind.ARTWORK)
    return await looked_up(holding, artwork_id)


async def looked_up(holding: Holding, artwork_id: UUID) -> tuple[Artwork, list[ArtworkImage]]:
    async with holding.tools.database.read() as session:
        artwork = await artwork_of(session, artwork_id)
        images = await images_of(session, artwork_id)
    assert artwork is not None
    return artwork, images


async def opened(holding: Holding, image: ArtworkImage) -> Image.Image:
    read = holding.tools.storage.read(Key(image.storage_key))
    return Image.open(io.BytesIO(b"".join([part async for part in read])))


def picture(size: tuple[int, int], form: str, *, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    image = Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 40).convert(mode)
    image.save(file, form, **options)
    return file.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # it is to be turned
    exif[0x010F] = "A camera that knows where it was"
    return picture((700, 500), "JPEG", exif=exif, icc_profile=profile())


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


async def test_a_picture_is_made_into_sizes_of_three_forms_without_its_files_words(
    holding: Holding,
) -> None:
    artwork, images = await made(holding, with_exif())

    assert (artwork.state, artwork.width, artwork.height) == (ArtworkState.READY, 500, 700)
    assert {(one.size, one.form) for one in images} == {
        (size, form) for size in (160, 320, 640, 1280) for form in FORMS
    }
    for image in images:
        shown = await opened(holding, image)
        assert shown.format == image.form.upper()
        assert shown.size == (image.width, image.height)
        assert max(shown.size) == min(image.size, 700)
        assert not shown.getexif()
        assert "icc_profile" not in shown.info
        assert b"camera" not in shown.tobytes()


async def test_what_is_no_picture_is_rejected_with_a_reason(holding: Holding) -> None:
    artwork, images = await made(holding, b"no picture at all" * 9)

    assert (artwork.state, images) == (ArtworkState.REJECTED, [])
    assert "cannot be read" in (artwork.reason or "")


async def test_a_child_that_needs_too_much_makes_no_artwork(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(artworks.LIMITS, memory_bytes=160 << 20)
    monkeypatch.setattr(artworks, "LIMITS", few)

    file = io.BytesIO()
    Image.new("RGB", (6000, 6000)).save(file, "PNG")

    artwork, _ = await made(holding, file.getvalue())

    assert (artwork.state, artwork.width) == (ArtworkState.REJECTED, None)


@pytest.mark.parametrize(
    "data",
    [
        picture((200, 200), "PNG", mode="RGBA"),
        picture((200, 200), "PNG", mode="P"),
        picture((200, 200), "GIF", mode="L"),
        picture((200, 200), "WEBP"),
        picture((200, 200), "TIFF", mode="CMYK"),
        picture((200, 200), "AVIF"),
        picture((200, 200), "PNG", mode="I;16"),
    ],
)
def test_pictures_of_all_makes(tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "art"
    source.write_bytes(data)

    size, images = make_sizes(source, tmp_path)

    assert size == (200, 200)
    assert [(one.size, one.width) for one in images[::3]] == [(320, 200), (160, 160)]
    with Image.open(tmp_path / images[0].name) as shown:
        assert shown.mode == "RGB"


def bomb(side: int) -> bytes:
    """A PNG that claims so many pixels, in a few kilobytes."""
    rows = zlib.compress(bytes((side + 7) // 8 + 1) * min(side, 2_000), 9)
    head = struct.pack(">2L5B", side, side, 1, 0, 0, 0, 0)
    chunks = [
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (picture((200, 200), "PNG")[:300], "cannot be read"),
        (bomb(60_000), "million pixels"),
        (bomb(9_000), "million pixels"),
        (picture((40, 40), "PNG"), "larger one"),
        (picture((900, 100), "PNG"), "no cover"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 500 500\n", "cannot be read"),
    ],
)
def test_what_is_no_cover_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    source = tmp_path / "art"
    source.write_bytes(data)

    with pytest.raises(Refused, match=reason), warnings.catch_warnings():
        guard()
        make_sizes(source, tmp_path)


def test_no_picture_is_made_larger_than_it_is() -> None:
    assert sizes_for(3000) == sizes_for(9000) == SIZES
    assert sizes_for(1000) == (160, 320, 640, 1280)
    assert sizes_for(160) == (160,)


async def test_done_again_it_makes_the_sizes_that_are_missing(holding: Holding) -> None:
    artwork, images = await made(holding, picture((120, 100), "PNG"))
    async with holding.tools.database.begin() as session:
        await session.delete(await session.get_one(ArtworkImage, images[0].id))

    await replayed(holding, Kind.ARTWORK)

    again, now = await looked_up(holding, artwork.id)
    assert again.state == ArtworkState.READY
    assert {one.storage_key for one in now} == {one.storage_key for one in images}
    assert {one.id for one in now} > {one.id for one in images[1:]}


async def test_a_picture_that_was_rejected_gets_another_chance(
    holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as poor:
        poor.setattr(artworks, "LIMITS", replace(artworks.LIMITS, memory_bytes=1 << 20))
        artwork, _ = await made(holding, picture((120, 100), "PNG"))
    assert artwork.state == ArtworkState.REJECTED

    await replayed(holding, Kind.ARTWORK)

    artwork, images = await looked_up(holding, artwork.id)
    assert (artwork.state, artwork.reason) == (ArtworkState.READY, None)
    assert images


async def test_a_size_that_was_lost_is_made_again(holding: Holding) -> None:
    artwork, images = await made(holding, picture((160, 120), "JPEG"))
    storage = holding.tools.storage
    await storage.delete(Key(images[0].storage_key))
    scope = Scope(share=0.0, mends=True)

    assert [(one.code, one.is_mended) async for one in Fsck(holding, scope).flaws()] == [
        ("image-lost", True)
    ]

    _, again = await looked_up(holding, artwork.id)
    assert [one.storage_key for one in again] == [one.storage_key for one in images]
    assert await storage.stat(Key(images[0].storage_key)) is not None
    assert [one async for one in Fsck(holding, scope).flaws()] == []
