"""Charts: documents that a strict policy leaves alone, that say what they show, in any theme."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from reports import charts
from reports.charts import THEMES, Words

WORDS = Words("得分率分布", "0–10%：0 人；10–20%：3 人")
NAMES = ["优秀", "良好", "合格", "再学一学"]
BINS = [0, 3, 8, 20, 60, 140, 310, 522, 400, 12000]
DRAWINGS: dict[str, Callable[[charts.Theme], bytes]] = {
    "histogram": lambda theme: charts.histogram(BINS, 71.3, "平均 71.3%", "得分率（%）", WORDS, theme),
    "histogram of nobody": lambda theme: charts.histogram([0] * 10, None, "", "得分率（%）", WORDS, theme),
    "mean at the end": lambda theme: charts.histogram([0] * 9 + [5], 100.0, "平均 100%", "得分率（%）", WORDS, theme),
    "levels": lambda theme: charts.levels([268, 329, 202, 0], NAMES, WORDS, theme),
    "topics": lambda theme: charts.topics(
        [0.0, 0.5, 1.0], ["人防法律", "$防空$警报_信号^", "Fire & <rescue>"], WORDS, theme
    ),
}


@pytest.fixture(params=[(name, theme) for name in DRAWINGS for theme in THEMES], ids=str)
def drawn(request: pytest.FixtureRequest) -> bytes:
    name, theme = request.param
    return DRAWINGS[name](THEMES[theme])


def root(document: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(document)  # noqa: S314 - our own


def test_there_is_no_style_no_script_and_nothing_from_elsewhere(drawn: bytes) -> None:
    tree = root(drawn)
    for element in tree.iter():
        assert element.tag.rpartition("}")[2] in {
            "svg",
            "title",
            "desc",
            "defs",
            "g",
            "path",
            "use",
            "rect",
            "clipPath",
        }
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        for name, value in element.attrib.items():
            if name.endswith("href"):
                assert value.startswith("#")


def test_it_says_what_it_shows_first(drawn: bytes) -> None:
    tree = root(drawn)
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "title desc"
    assert [child.text for child in list(tree)[:2]] == [WORDS.title, WORDS.description]


def test_words_are_outlines_of_the_free_font(drawn: bytes) -> None:
    text = drawn.decode()
    assert "<text" not in text
    fonts = set(re.findall(r'id="([A-Za-z]+)[^"]*-[0-9a-f]+"', text))
    assert "NotoSansCJKsc" in "".join(fonts)
    assert "SimHei" not in text
    assert "DejaVu" not in text


def test_the_ground_is_transparent(drawn: bytes) -> None:
    ground = next(root(drawn).iter(f"{{{charts.SVG}}}path"))
    assert ground.get("fill") == "none" or float(ground.get("opacity", "1")) == 0


def test_the_same_numbers_give_the_same_document() -> None:
    one, other = DRAWINGS["levels"](THEMES["light"]), DRAWINGS["levels"](THEMES["light"])
    assert one == other


def test_themes_differ_in_color_only() -> None:
    light, dark = (re.sub(rb"#[0-9a-f]{6}", b"", DRAWINGS["topics"](THEMES[name])) for name in ("light", "dark"))
    assert light == dark


def test_every_color_is_one_of_the_themes() -> None:
    for name, theme in THEMES.items():
        own = {theme.ink, theme.soft, theme.line, theme.fill, theme.mark, *theme.levels}
        used = {color for draw in DRAWINGS.values() for color in re.findall(r"#[0-9a-f]{6}\b", draw(theme).decode())}
        assert used <= own, name


def test_a_count_stands_beside_the_line_of_the_mean() -> None:
    assert charts._beside(75, 75.5) == pytest.approx(72.3)
    assert charts._beside(75, 74.5) == pytest.approx(77.7)
    assert charts._beside(75, 71.0) == 75
    assert charts._beside(75, None) == 75
