"""The English catalogs of our apps: extraction, completeness, compilation; with Babel, without gettext's programs."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.apps import apps as registry
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
HEADER = "English texts. Kept by `manage.py messages`; translations are written here by hand."
Key = tuple[str | None, str | tuple[str, ...]]


def apps() -> list[Path]:
    """The folders of our own apps."""
    folders = (Path(config.path) for config in registry.get_app_configs())
    return sorted(folder for folder in folders if folder.parent == settings.BASE_DIR)


def catalog_file(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def extracted(app: Path) -> Catalog:
    """What the app's code and templates ask to have translated, with the files that ask."""
    found = Catalog(locale="en", header_comment="", fuzzy=False)
    for path in sorted(app.rglob("*.py")):
        if "migrations" not in path.parts:
            _collect(found, app, path, path.read_bytes())
    for path in sorted(app.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            # Django turns a template into calls of gettext among X-es; the brackets make that one Python expression.
            source = templatize(path.read_text(), origin=str(path))
            _collect(found, app, path, f"(\n{source}\n)".encode())
    return found


def _collect(catalog: Catalog, app: Path, path: Path, source: bytes) -> None:
    where = str(path.relative_to(app.parent))
    options = {"encoding": "utf-8"}
    for _line, message, comments, context in extract(
        "python", io.BytesIO(source), KEYWORDS, ("Translators:",), options
    ):
        catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)


def stored(app: Path) -> Catalog:
    """The catalog as it lies in the repository; empty when there is none."""
    path = catalog_file(app)
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="en")


def key(message: Message) -> Key:
    """What tells one message from another."""
    return message.context, tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id


def by_key(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def update(app: Path) -> None:
    """Writes the catalog afresh: what is asked for now, with the translations there were; nothing guessed."""
    wanted, known = extracted(app), by_key(stored(app))
    if not by_key(wanted):
        return
    for message in wanted:
        before = known.get(key(message))
        if message.id and before is not None:
            message.string = before.string
    text = io.BytesIO()
    pofile.write_po(text, wanted, width=110, sort_by_file=True, include_lineno=False, omit_header=True)
    path = catalog_file(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_head() + text.getvalue().decode(), newline="\n")


def _head() -> str:
    lines = (
        "Language: en",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=2; plural=(n != 1);",
    )
    return f'# {HEADER}\nmsgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def complaints(app: Path) -> Iterator[str]:
    """One line for each thing that keeps the catalog from being complete."""
    name, known, wanted = app.name, by_key(stored(app)), by_key(extracted(app))
    for identity in sorted(wanted.keys() - known.keys(), key=str):
        yield f"{name}: not in the catalog (run manage.py messages): {identity[1]}"
    for identity in sorted(known.keys() - wanted.keys(), key=str):
        yield f"{name}: nobody asks for it any more (run manage.py messages): {identity[1]}"
    for identity in sorted(wanted.keys() & known.keys(), key=str):
        if fault := _fault(known[identity]):
            yield f"{name}: {fault}: {identity[1]}"


def _fault(message: Message) -> str:
    originals = list(message.id) if isinstance(message.id, (list, tuple)) else [message.id]
    strings = list(message.string) if isinstance(message.string, (list, tuple)) else [message.string]
    if message.fuzzy:
        return "fuzzy"
    if not all(strings):
        return "no English"
    wanted = set(PLACEHOLDER.findall(originals[-1]))
    if any(set(PLACEHOLDER.findall(string)) - wanted for string in strings):
        return "a placeholder that the original does not have"
    if wanted - set(PLACEHOLDER.findall(strings[-1])):
        return "a placeholder is missing"
    return ""


def compile_one(app: Path) -> bool:
    """Writes the .mo beside the .po where it is older; returns whether it did."""
    source = catalog_file(app)
    target = source.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return False
    with target.open("wb") as file:
        mofile.write_mo(file, stored(app))
    return True
