"""The service worker as it is sent: what it keeps, read off the pages themselves, before its source. A change in any
page or file is another text, so that browsers take up the new worker once no exam page is open."""

import hashlib
import json
import re
from functools import cache

from django.conf import settings
from django.templatetags.static import static

from exams import client_modules, client_pages

PATH = "/attempt/"
_ADDRESS = re.compile(rf'(?:href|src)="({re.escape(settings.STATIC_URL)}[^"]+)"')


@cache
def text() -> str:
    """`const KEPT = {...}` and sw.js."""
    shells = {language: client_pages.rendered("attempt", PATH, language) for language in client_pages.LANGUAGES}
    kept = {
        "shells": {language: f"{PATH}?language={language}" for language in shells},
        "standard": settings.LANGUAGE_CODE,
        "files": _files([page.decode() for page in shells.values()]),
    }
    source = (client_modules.CLIENT / "sw.js").read_text()
    content = b"".join([*shells.values(), json.dumps(kept).encode(), source.encode()])
    version = hashlib.sha256(content).hexdigest()[:16]
    return f"const KEPT = {json.dumps({'version': version, **kept})};\n{source}"


def _files(pages: list[str]) -> list[str]:
    """What the pages link, and what their modules may import later."""
    linked = [address for page in pages for address in _ADDRESS.findall(page)]
    later = [static(module) for module in client_modules.imported_later(client_pages.ENTRIES["attempt"])]
    return list(dict.fromkeys([*linked, *later]))
