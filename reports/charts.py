"""Draws charts as SVG: matplotlib figures, no pyplot, every word as an outline, so that Chinese is right in a browser
that has no Chinese font. Knows no database: numbers and words in, a document out.

The document carries a title and a description for screen readers; a page still shows the same numbers as a table."""

import io
import re
from collections.abc import Callable, Sequence
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

# The one font taken from its package: under the SIL Open Font License. SimHei, which lies beside it, is not free.
FONT = "NotoSansCJKsc-Regular.otf"
SVG = "http://www.w3.org/2000/svg"
# Inches: words of ten points are still read on a phone, which shows the chart at four fifths.
WIDTH = 4.3
WIDE = 7.2  # a curve over time, which is scrolled on a phone
LONGEST_LINE = 20
# Words are words, never formulas; ids are the same at each drawing.
SETTINGS: dict[str, Any] = {"svg.fonttype": "path", "svg.hashsalt": "reports", "text.parse_math": False}
# One at a time: matplotlib's settings and caches of glyphs are not made for threads.
_one_at_a_time = Lock()


Drawing = TypeVar("Drawing", bound=Callable[..., bytes])


class Theme(NamedTuple):
    """Colors of the design tokens, for a transparent ground on a card."""

    ink: str
    soft: str
    line: str
    fill: str
    mark: str
    levels: tuple[str, str, str, str]


THEMES = {
    "light": Theme("#172033", "#4f5d73", "#d4dbe6", "#1b4da8", "#f26a0f", ("#123577", "#1b4da8", "#7ea6e8", "#f26a0f")),
    "dark": Theme("#e7edf6", "#a3b1c6", "#2c394c", "#9cc0ff", "#ff8a3d", ("#c3d9ff", "#9cc0ff", "#5b86c9", "#ff8a3d")),
}


class Curve(NamedTuple):
    """One thing over time; `minutes` of its own where it was not measured with the others."""

    name: str
    values: Sequence[float]
    minutes: Sequence[float] = ()


class Words(NamedTuple):
    """What a chart says to those who do not see it, in the reader's language."""

    title: str
    description: str


def _drawing(draw: Drawing) -> Drawing:
    @wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> bytes:
        with _one_at_a_time, mpl.rc_context(SETTINGS):
            return draw(*args, **kwargs)

    return cast("Drawing", drawn)


@_drawing
def histogram(
    bins: Sequence[int], mean: float | None, mean_label: str, label: str, words: Words, theme: Theme
) -> bytes:
    """Students per ten percent of the points, `bins` as in `statistics.distribution`; a line where the mean stands.
    `label` stands below the scale."""
    figure, axes = _figure(theme, WIDTH, 2.6)
    top = max([*bins, 1]) * 1.3
    small = 9 if max(bins) < 1000 else 7
    axes.bar([5 + 10 * index for index in range(len(bins))], bins, width=9.2, color=theme.fill, zorder=2)
    for index, count in enumerate(bins):
        if count:
            _text(
                axes, _beside(5 + 10 * index, mean), count + top / 80, f"{count:,}", theme.soft, va="bottom", size=small
            )
    if mean is not None:
        axes.plot([mean, mean], [0, top * 0.97], color=theme.mark, linewidth=2, zorder=3)
        side = "right" if mean > 70 else "left"
        _text(axes, mean + (-1.2 if side == "right" else 1.2), top * 0.97, mean_label, theme.ink, ha=side, va="center")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, top)
    axes.set_xticks(range(0, 101, 10))
    _scale(axes, label, theme)
    return _document(figure, words)


def _beside(middle: float, mean: float | None) -> float:
    """Where the count of a bar stands: in its middle, or beside the line of the mean."""
    if mean is None or abs(middle - mean) > 3:
        return middle
    return mean + 3.2 if middle >= mean else mean - 3.2


@_drawing
def levels(counts: Sequence[int], names: Sequence[str], words: Words, theme: Theme) -> bytes:
    """Students per level, as bars from top to bottom in the order given; each says its number and its share."""
    figure, axes = _figure(theme, WIDTH, 0.46 * len(counts) + 0.25)
    whole = max(sum(counts), 1)
    places = range(len(counts))
    axes.barh(places, counts, height=0.62, color=theme.levels[: len(counts)], zorder=2)
    for place, count in zip(places, counts, strict=True):
        _text(axes, count, place, f" {count:,} · {100 * count / whole:.0f}%", theme.ink, ha="left", va="center")
    _rows(axes, names, max([*counts, 1]) * 1.42, theme)
    return _document(figure, words)


@_drawing
def topics(shares: Sequence[float], names: Sequence[str], words: Words, theme: Theme) -> bytes:
    """Share of the points earned per topic, 0 to 1, as bars from top to bottom in the order given."""
    figure, axes = _figure(theme, WIDTH, 0.36 * len(shares) + 0.25)
    places = range(len(shares))
    axes.barh(places, [1] * len(shares), height=0.5, color=theme.line, zorder=1)
    axes.barh(places, shares, height=0.5, color=theme.fill, zorder=2)
    for place, share in zip(places, shares, strict=True):
        _text(axes, 1.02, place, f"{100 * share:.0f}%", theme.ink, ha="left", va="center")
    _rows(axes, names, 1.2, theme)
    return _document(figure, words)


@_drawing
def timeline(
    minutes: Sequence[float], curves: Sequence[Curve], label: str, words: Words, theme: Theme, *, kind: str = "lines"
) -> bytes:
    """What went on over time, minutes below: "lines", "logarithmic" lines, or areas "stacked" upon each other.
    `label` says what is measured, above the scale at the left."""
    figure, axes = _figure(theme, WIDE, 2.8)
    names, values = [curve.name for curve in curves], [curve.values for curve in curves]
    if kind == "stacked":
        areas = (*theme.levels, theme.soft, theme.line, theme.ink)
        axes.stackplot(minutes, *values, labels=names, colors=areas, linewidth=0)
    else:
        for curve, color in zip(curves, (theme.fill, theme.mark, theme.ink, theme.soft), strict=False):
            axes.plot(curve.minutes or minutes, curve.values, label=curve.name, color=color, linewidth=1.4)
    if kind == "logarithmic":
        axes.set_yscale("log")
        axes.minorticks_off()
    else:
        axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.10g}")
    axes.margins(x=0)
    axes.grid(axis="y", color=theme.line, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(label, loc="left", color=theme.soft, fontproperties=_font(10))
    _ticks(axes)
    figure.legend(
        loc="outside lower center", ncols=min(4, len(names)), frameon=False, prop=_font(9), labelcolor=theme.ink
    )
    return _document(figure, words)


def _figure(theme: Theme, width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(theme.line)
    axes.tick_params(colors=theme.soft, length=0)
    return figure, axes


def _scale(axes: Axes, label: str, theme: Theme) -> None:
    """A scale below and none at the side: the bars say their numbers."""
    axes.set_xlabel(label, color=theme.soft, fontproperties=_font(10))
    axes.set_yticks([])
    _ticks(axes)


def _rows(axes: Axes, names: Sequence[str], right: float, theme: Theme) -> None:
    """Names at the left of horizontal bars, the first on top, no scale: the bars say their numbers."""
    axes.set_yticks(range(len(names)), [fill(name, LONGEST_LINE) for name in names])
    axes.invert_yaxis()
    axes.set_xlim(0, right)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", colors=theme.ink)
    _ticks(axes)


def _ticks(axes: Axes) -> None:
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(10))


def _text(
    axes: Axes, x: float, y: float, text: str, color: str, ha: str = "center", va: str = "center", size: int = 10
) -> None:
    axes.text(x, y, text, color=color, ha=ha, va=va, fontproperties=_font(size), zorder=4)


@cache
def _font(size: int) -> FontProperties:
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(FONT)
    return FontProperties(fname=str(Path(spec.origin).parent / "fonts" / FONT), size=size)


def _document(figure: Figure, words: Words) -> bytes:
    """The figure as SVG that a strict content security policy leaves alone: no style element, no style attribute."""
    target = io.BytesIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(target.getvalue())  # noqa: S314 - matplotlib's own output
    _styles_to_attributes(root)
    _name(root, words)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _styles_to_attributes(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}style", f"{{{SVG}}}metadata"):
                parent.remove(child)
    for element in root.iter():
        for name, value in re.findall(r"([\w-]+)\s*:\s*([^;]+)", element.attrib.pop("style", "")):
            element.set(name, value.strip())
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")


def _name(root: ElementTree.Element, words: Words) -> None:
    """Title and description first, as a screen reader wants them."""
    for place, (tag, text) in enumerate((("title", words.title), ("desc", words.description))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": tag})
        element.text = text
        root.insert(place, element)
    root.set("role", "img")
    root.set("aria-labelledby", "title desc")
