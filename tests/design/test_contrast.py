"""The colors of tokens.css: every pair that carries words has the contrast of WCAG AA, in the light and in the dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "quizplatform" / "static" / "quizplatform" / "css"
TOKENS = (CSS / "tokens.css").read_text()

WORDS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "surface-sunken"),
    ("ink-soft", "ground"),
    ("ink-soft", "surface"),
    ("ink-soft", "surface-sunken"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink-soft", "accent-soft"),
    ("on-accent", "accent-fill"),
    ("on-accent", "accent-fill-hover"),
    ("signal-ink", "signal-soft"),
    ("signal-ink", "surface"),
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "danger")),
    *((tone, "surface") for tone in ("ok", "warn", "danger")),
    *(("ink", f"{tone}-soft") for tone in ("ok", "warn", "danger")),
    *(("ink-soft", f"{tone}-soft") for tone in ("ok", "danger")),
    ("on-accent", "danger-fill"),
    ("on-accent", "danger-fill-hover"),
]
# What is no text but must be seen: edges of controls, the focus, the mark of where one is.
EDGES = [("line-strong", "surface"), ("focus", "surface"), ("focus", "ground"), ("accent-fill", "surface")]


def _colors(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))


LIGHT = _colors(TOKENS.split("@media")[0])
DARK = LIGHT | _colors(TOKENS.split("@media")[1])


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_can_be_read(colors: dict[str, str], front: str, back: str) -> None:
    assert contrast(colors[front], colors[back]) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_can_be_seen(colors: dict[str, str], front: str, back: str) -> None:
    assert contrast(colors[front], colors[back]) >= 3


def test_every_color_of_the_light_has_one_in_the_dark() -> None:
    assert set(_colors(TOKENS.split("@media")[1])) == set(LIGHT)


def test_styles_name_only_tokens_that_exist() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS))
    root = CSS.parents[3]
    for path in [*root.glob("*/static/**/*.css")]:
        used = set(re.findall(r"var\(--([\w-]+)", path.read_text()))
        beside = "".join(one.read_text() for one in path.parent.glob("*.css"))
        own = set(re.findall(r"--([\w-]+):", beside))
        assert used <= known | own, path.name
