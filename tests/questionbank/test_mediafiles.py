"""Files are known by their bytes."""

from pathlib import Path

import pytest

from questionbank import mediafiles

MEDIA = Path(__file__).resolve().parents[2] / "questionbank" / "bank" / "media"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">%s</svg>'
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (SVG % b"", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n" + SVG % b"", "image/svg+xml"),
        (b"<html><svg></svg></html>", None),
        (b"GIF89a" + b"0" * 20, None),
        (b"MZ" + b"0" * 100, None),
        (b"ID3", None),
        (b"\xff\xfb\x90", None),
        (b"", None),
    ],
)
def test_the_type_is_read_from_the_bytes(data, found):
    assert mediafiles.content_type(data) == found


@pytest.mark.parametrize("path", sorted(MEDIA.iterdir()), ids=lambda path: path.name)
def test_every_file_of_the_bank_is_what_its_name_says_and_harmless(path):
    data = path.read_bytes()
    assert mediafiles.EXTENSIONS[mediafiles.content_type(data)] == path.suffix[1:]
    assert mediafiles.problems(data) == []


def test_the_length_of_a_sound_is_counted():
    assert mediafiles.mp3_seconds((MEDIA / "alarm-raid-full.mp3").read_bytes()) == pytest.approx(180, abs=0.5)


def test_a_sound_behind_a_tag_is_still_a_sound():
    tagged = b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"\x00" * 128 + (MEDIA / "alarm-sound-1.mp3").read_bytes()
    assert mediafiles.mp3_seconds(tagged) == pytest.approx(29.9, abs=0.5)
    assert mediafiles.content_type(tagged) == "audio/mpeg"


@pytest.mark.parametrize(
    "inside",
    [
        b"<script>alert(1)</script>",
        b'<g onclick="alert(1)"/>',
        b'<a href="https://evil.example"><g/></a>',
        b'<image href="https://evil.example/a.png"/>',
        b'<use href="https://evil.example/a.svg#x"/>',
        b'<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:text/html,x"/>',
        b'<rect fill="url(https://evil.example/a)"/>',
        b"<rect fill=\"URL( '//evil.example/a')\"/>",
        b'<rect style="fill:url(//evil.example)"/>',
        b"<style>@import url(//evil.example)</style>",
        b"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        b"<animate attributeName='href' to='javascript:alert(1)'/>",
        b"<set attributeName='onload' to='x'/>",
        b"<?xml-stylesheet href='x'?><unclosed>",
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(inside):
    assert mediafiles.problems(SVG % inside) == ["svg_not_harmless"]


def test_a_drawing_with_entities_is_refused_before_it_is_read():
    bomb = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG % b"&a;"
    assert mediafiles.svg_faults(bomb) == ["<!DOCTYPE"]


def test_a_drawing_that_refers_to_itself_is_welcome():
    inside = b'<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/><title>x</title>'
    assert mediafiles.problems(SVG % inside) == []


def test_a_drawing_cannot_ask_for_a_style_sheet():
    sheet = b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='/x'?>"
    assert mediafiles.svg_faults(sheet + SVG % b"") == ["<?"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file_empty"), (b"%PDF-1.7", "file_type_unknown"), (PNG + b"0" * 500_000, "file_too_large")],
)
def test_each_fault_has_its_code(data, code):
    assert mediafiles.problems(data) == [code]
