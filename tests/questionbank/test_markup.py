"""Restricted Markdown: what becomes of good text, and of hostile text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionbank import markup

SIGN = {"url": "/media/bank/ab.svg", "type": "image/svg+xml", "bytes": 10, "alt": "", "sha256": "ab"}
SIREN = {"url": "/media/bank/cd.mp3", "type": "audio/mpeg", "bytes": 10, "alt": "警报声", "sha256": "cd"}
MEDIA = {"sign.svg": SIGN, "siren.mp3": SIREN, "标志.svg": SIGN}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("人民防空是国防的组成部分。", "人民防空是国防的组成部分。"),
        ("下列说法**不**正确的是", "下列说法<strong>不</strong>正确的是"),
        ("下列说法**“不”**正确的是", "下列说法<strong>“不”</strong>正确的是"),
        ("第一行\n第二行", "第一行<br>\n第二行"),
        ("第一段\n\n第二段", "<p>第一段</p>\n<p>第二段</p>"),
        ("![标志](media:sign.svg)", '<img src="/media/bank/ab.svg" alt="标志">'),
        ("![标志](media:标志.svg)", '<img src="/media/bank/ab.svg" alt="标志">'),
        (
            "请听\n![一段警报声](media:siren.mp3)",
            '请听<br>\n<audio controls="" preload="none" src="/media/bank/cd.mp3" aria-label="一段警报声"></audio>',
        ),
        (
            "![](media:siren.mp3)",
            '<audio controls="" preload="none" src="/media/bank/cd.mp3" aria-label="警报声"></audio>',
        ),
        ("", ""),
        ("\\**不加粗\\**", "**不加粗**"),
    ],
)
def test_good_text(text, html):
    assert markup.render(text, MEDIA) == html


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4=24",
        "_下划线_",
        "# 标题",
        "1. 一",
        "- 一",
        "> 引",
        "`码`",
        "[文](https://x.example)",
        "a | b",
        "****",
        "**空",
    ],
)
def test_what_is_not_allowed_stays_the_text_it_is(text):
    assert markup.render(text, {}) == text.replace(">", "&gt;")


def test_an_image_that_does_not_exist_is_shown_by_its_words():
    assert markup.render("看![一个标志](media:none.svg)", MEDIA) == "看[一个标志]"


def test_an_image_from_elsewhere_is_never_fetched():
    assert markup.render("![x](https://evil.example/a.png)", MEDIA) == "[x]"
    assert markup.outside_sources("![x](https://evil.example/a.png)![y](media:sign.svg)") == [
        "https://evil.example/a.png"
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![" onerror="alert(1)](media:sign.svg)',
    '![x](media:sign.svg "t\\" onload=alert(1)")',
    "**<b onclick=alert(1)>x</b>**",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "![<script>](media:siren.mp3)",
    "\x00<iframe src=//evil.example>",
    "**" * 5000,
    "![" * 5000,
    "**a" * 3000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_no_tag_and_no_attribute_of_its_own(text):
    _only_ours(markup.render(text, MEDIA))


@given(st.text(alphabet="<>&\"'*![]()/=: \n\\ascriptmedia:.svgonload", max_size=200))
def test_no_text_brings_a_tag_or_an_attribute_of_its_own(text):
    _only_ours(markup.render(text, MEDIA))


def _only_ours(html):
    from bs4 import BeautifulSoup

    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in markup.TAGS
        assert set(tag.attrs) <= markup.ATTRIBUTES.get(tag.name, set())
        assert tag.attrs.get("src", "/media/").startswith("/media/")


def test_names_of_media_come_in_order_and_once():
    text = "![a](media:b.svg) **![b](media:a.mp3)**\n\n![c](media:b.svg) ![d](http://x/y.png)"
    assert markup.media_names(text) == ["b.svg", "a.mp3"]


def test_plain_text_is_one_line_of_words():
    assert markup.plain("听**完**\n![一段警报声](media:a.mp3)\n\n这是什么？") == "听完 [一段警报声] 这是什么？"
    assert markup.alternatives("![一段警报声](media:a.mp3)![](media:b.svg)") == ["一段警报声", ""]
