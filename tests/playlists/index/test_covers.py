"""Any common picture becomes a cover that Spotify takes, and nothing that is sent can harm the house."""

import io
import os
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from playlists.index import covers
from playlists.index.covers import CoverFault, CoverRefused
from spotweb.spotify.playlists import MAX_COVER_BYTES

ORIENTATION = 0x0112


def file_of(picture, kind="PNG", **options: Any):
    packed = io.BytesIO()
    picture.save(packed, kind, **options)
    packed.seek(0)
    return packed


def cover_of(file):
    made = covers.to_jpeg(file)
    assert made.startswith(b"\xff\xd8\xff")
    assert len(made) * 4 / 3 <= MAX_COVER_BYTES
    return Image.open(io.BytesIO(made))


def fault_of(file):
    with pytest.raises(CoverRefused) as refused:
        covers.to_jpeg(file)
    return refused.value.fault


def noise(width, height):
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def chunk(kind, data):
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def png_that_says(width, height):
    """A file of a few bytes that unpacks to as much as its first lines say."""
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress(bytes(1024 * 1024))
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", sorted(covers.FORMATS))
def test_every_common_kind_becomes_a_square(kind):
    cover = cover_of(file_of(Image.new("RGB", (900, 300), "red"), kind))
    assert cover.size == (300, 300)
    red, green, blue = cover.getpixel((150, 150))
    assert red > 240
    assert green < 15
    assert blue < 15


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_without_plain_colours_are_taken_as_well(mode):
    assert cover_of(file_of(Image.new(mode, (100, 200)))).mode == "RGB"


def test_the_middle_is_kept_and_large_ones_are_made_smaller():
    picture = Image.new("RGB", (3000, 1000), "red")
    picture.paste("blue", (1000, 0, 2000, 1000))
    cover = cover_of(file_of(picture))
    assert cover.size == (1000, 1000)
    assert cover.getpixel((500, 500))[2] > 240
    assert cover.getpixel((20, 20))[2] > 240


def test_a_photograph_stands_as_the_camera_was_held():
    picture = Image.new("RGB", (400, 400), "blue")
    picture.paste("red", (0, 0, 400, 200))
    held = Image.Exif()
    held[ORIENTATION] = 6  # to be turned by a quarter
    cover = cover_of(file_of(picture, "JPEG", exif=held))
    assert cover.getpixel((20, 20))[2] > 240
    assert cover.getpixel((380, 20))[0] > 240


def test_nothing_else_that_the_file_tells_leaves_the_house():
    told = Image.Exif()
    told[0x010F] = "SecretCamera"
    file = file_of(Image.new("RGB", (300, 300)), "JPEG", exif=told, comment=b"SecretWords")
    made = covers.to_jpeg(file)
    assert b"Secret" not in made


def test_see_through_pictures_stand_on_white():
    assert cover_of(file_of(Image.new("RGBA", (100, 100), (0, 0, 0, 0)))).getpixel((50, 50)) == (
        255,
        255,
        255,
    )


def test_other_colours_are_translated():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    # Of another kind of picture: it does not fit, and the colours stay as they are.
    assert (
        cover_of(file_of(Image.new("RGB", (100, 100), "red"), icc_profile=profile)).getpixel((5, 5))[0] > 240
    )


def test_noise_is_pressed_until_it_fits():
    assert cover_of(file_of(noise(1200, 1200))).width < 1000


def test_a_photograph_of_two_pictures_is_not_taken_for_a_film():
    both = {"save_all": True, "append_images": [noise(100, 100)]}
    assert cover_of(file_of(noise(200, 200), "MPO", **both)).size == (200, 200)


def test_twenty_megabytes_are_refused_unread():
    assert fault_of(io.BytesIO(b"\xff\xd8\xff" + bytes(20 * 1024 * 1024))) == CoverFault.TOO_LARGE


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_broken_file_is_refused(kind):
    whole = file_of(noise(500, 500), kind).getvalue()
    assert fault_of(io.BytesIO(whole[: len(whole) // 3])) == CoverFault.BROKEN


@pytest.mark.parametrize("end", [0, 1, 20, 60, 200])
def test_a_file_that_ends_anywhere_is_refused_and_breaks_nothing(end):
    whole = file_of(noise(500, 500)).getvalue()
    assert fault_of(io.BytesIO(whole[:end])) in {CoverFault.BROKEN, CoverFault.NO_PICTURE}


@pytest.mark.parametrize("size", [(6000, 6000), (30_000, 30_000), (2_000_000_000, 2_000_000_000)])
def test_a_png_that_would_unpack_to_gigabytes_is_refused_unpacked(size):
    assert fault_of(png_that_says(*size)) == CoverFault.TOO_MANY_PIXELS


def test_drawings_films_heic_and_texts_are_told_apart():
    films = {"save_all": True, "append_images": [noise(100, 100)]}
    assert fault_of(io.BytesIO(b'<?xml version="1.0"?><svg onload="alert(1)"/>')) == CoverFault.DRAWING
    assert fault_of(file_of(noise(100, 100), "GIF", **films)) == CoverFault.MOVES
    assert fault_of(file_of(noise(100, 100), "PNG", **films)) == CoverFault.MOVES
    assert fault_of(file_of(noise(100, 100), "WEBP", **films)) == CoverFault.MOVES
    assert fault_of(io.BytesIO(b"\0\0\0\x18ftypheic" + bytes(200))) == CoverFault.HEIC
    assert fault_of(io.BytesIO(b"Dear diary")) == CoverFault.NO_PICTURE
    assert fault_of(file_of(Image.new("RGB", (1, 1)))) == CoverFault.TOO_SMALL
