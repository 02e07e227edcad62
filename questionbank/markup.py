"""The restricted Markdown of stems, choices and explanations: plain text, **bold**, line breaks, images and sounds of
the bank. Text in, cleaned HTML out. Pure; it reads no file and no database.

Everything else that Markdown knows stays the text it is, so that an author who types `2*3*4` or `1.` gets just that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, TypedDict
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MEDIA_SCHEME = "media:"

TAGS = {"p", "strong", "br", "img", "audio"}
ATTRIBUTES = {"img": {"src", "alt"}, "audio": {"src", "controls", "preload", "aria-label"}}


class Media(TypedDict):
    """One image or sound as papers and pages show it."""

    url: str
    type: str
    bytes: int
    alt: str
    sha256: str


def render(text: str, media: Mapping[str, Media]) -> str:
    """`text` as HTML. A single paragraph comes without <p>, so that it may stand in a button or a label.

    `media` gives the files by name; what it lacks is shown by its alternative text in brackets."""
    tokens = _MARKDOWN.parse(text.strip())
    if sum(token.type == "paragraph_open" for token in tokens) == 1:
        tokens = [token for token in tokens if token.type == "inline"]
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {"media": media})
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set()).strip()


def media_names(text: str) -> list[str]:
    """Names of the images and sounds that `text` shows, in order, each once."""
    names = (_media_name(token) for token in _inline(text) if token.type == "image")
    return list(dict.fromkeys(name for name in names if name))


def outside_sources(text: str) -> list[str]:
    """Addresses of images that are not of the bank; they are never shown."""
    return [str(token.attrs["src"]) for token in _inline(text) if token.type == "image" and not _media_name(token)]


def plain(text: str) -> str:
    """The words alone, on one line; images and sounds by their alternative text in brackets."""
    return _line(f"[{token.content}]" if token.type == "image" else token.content or " " for token in _inline(text))


def words(text: str) -> str:
    """The words alone, on one line, without images and sounds."""
    return _line("" if token.type == "image" else token.content or " " for token in _inline(text))


def alternatives(text: str) -> list[str]:
    """The alternative texts of the images and sounds, in order."""
    return [token.content.strip() for token in _inline(text) if token.type == "image"]


def _line(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())


def _inline(text: str) -> Iterator[Token]:
    for block in _MARKDOWN.parse(text):
        for token in block.children or ():
            if token.type not in ("strong_open", "strong_close"):
                yield token
        if block.type == "paragraph_close":
            yield Token("softbreak", "br", 0)


def _media_name(token: Token) -> str:
    source = unquote(str(token.attrs["src"]))
    return source.removeprefix(MEDIA_SCHEME) if source.startswith(MEDIA_SCHEME) else ""


def _bold(state: StateInline, silent: bool) -> bool:
    """**bold**, also beside Chinese punctuation, where the rules of CommonMark would leave the asterisks standing."""
    end = state.src.find("**", state.pos + 2, state.posMax)
    if not state.src.startswith("**", state.pos) or end <= state.pos + 2:
        return False
    if not silent:
        end_of_text = state.posMax
        state.push("strong_open", "strong", 1)
        state.pos, state.posMax = state.pos + 2, end
        state.md.inline.tokenize(state)
        state.posMax = end_of_text
        state.push("strong_close", "strong", -1)
    state.pos = end + 2
    return True


def _show(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    found: Media | None = env["media"].get(_media_name(token))
    alternative = escape(token.content.strip() or (found["alt"] if found else ""))
    if found is None:
        return f"[{alternative}]"
    source = escape(found["url"])
    if found["type"].startswith("audio/"):
        return f'<audio controls preload="none" src="{source}" aria-label="{alternative}"></audio>'
    return f'<img src="{source}" alt="{alternative}">'


def _build() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["newline", "escape", "image"])
    markdown.inline.ruler.push("bold", _bold)
    markdown.add_render_rule("image", _show)
    return markdown


_MARKDOWN = _build()
