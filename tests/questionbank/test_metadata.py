"""A photograph does not tell where it was taken."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from questionbank import metadata

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def jpeg(orientation=1):
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Phone of Ada", orientation
    exif.get_ifd(GPS)[1] = "N"
    saved = BytesIO()
    Image.new("RGB", (8, 4), "red").save(saved, "JPEG", exif=exif, comment=b"taken at home")
    return saved.getvalue()


def png():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Ada")
    saved = BytesIO()
    Image.new("RGB", (8, 4), "red").save(saved, "PNG", pnginfo=told)
    return saved.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_keeps_how_it_is_turned_and_nothing_else(orientation):
    cleaned = metadata.without(jpeg(orientation), "image/jpeg")
    assert b"Ada" not in cleaned
    assert b"home" not in cleaned
    with Image.open(BytesIO(cleaned)) as picture:
        told = dict(picture.getexif())
        assert told.pop(ORIENTATION, 1) == orientation
        assert told == {}
        assert picture.getpixel((0, 0)) == (254, 0, 0)


def test_a_png_loses_its_texts_and_keeps_its_pixels():
    cleaned = metadata.without(png(), "image/png")
    assert b"Ada" in png()
    assert b"Ada" not in cleaned
    with Image.open(BytesIO(cleaned)) as picture:
        assert picture.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize(("data", "kind"), [(jpeg(), "image/jpeg"), (png(), "image/png")])
def test_what_follows_the_end_of_a_picture_is_cut_off(data, kind):
    assert metadata.without(data + b"<script>", kind) == metadata.without(data, kind)


@pytest.mark.parametrize(
    ("data", "kind"),
    [(jpeg()[:30], "image/jpeg"), (jpeg()[:-9], "image/jpeg"), (png()[:40], "image/png"), (png()[:8], "image/png")],
)
def test_a_file_that_breaks_off_is_broken(data, kind):
    with pytest.raises(metadata.Broken):
        metadata.without(data, kind)


def test_drawings_and_sounds_are_left_alone():
    assert metadata.without(b"<svg/>", "image/svg+xml") == b"<svg/>"


@given(st.binary(max_size=80), st.sampled_from([b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II"]))
def test_no_bytes_lead_anywhere_but_to_a_picture_or_to_broken(data, start):
    with suppress(metadata.Broken):
        assert metadata.without(start + data, "image/jpeg").startswith(b"\xff\xd8")
