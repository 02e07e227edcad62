"""The words are those of the glossary, and every text can be read in both languages."""

import re

from django.apps import apps
from django.core.management import call_command

from tests.architecture.tree import APPS, ROOT, modules, name, templates

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
CHINESE = re.compile(r"[\u3400-\u9fff]")
TRANSLATED = re.compile(
    r"{%\s*(?:translate|trans)\s.*?%}|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|_\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)",
    re.DOTALL,
)
OUR_MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
OTHER_LANGUAGE = re.compile(r'lang="zh-Hans"[^>]*>[^<]*<')


def test_a_model_is_in_the_glossary():
    assert [model.__name__ for model in OUR_MODELS if f"**{model.__name__}**" not in GLOSSARY] == []


def test_a_model_says_what_one_row_is():
    silent = [model.__name__ for model in OUR_MODELS if (model.__doc__ or "(").startswith((f"{model.__name__}(", "("))]

    assert silent == []


def test_a_template_says_nothing_untranslated():
    found = []
    for path in templates():
        rest = OTHER_LANGUAGE.sub("", TRANSLATED.sub("", path.read_text()))
        found += [(name(path), line.strip()) for line in rest.splitlines() if CHINESE.search(line)]

    assert found == []


INLINE = re.compile(
    r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*(?:src=|application/json))"
)
ELSEWHERE = re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//")


def test_a_template_has_no_inline_code_and_asks_nobody_else():
    found = [
        (name(path), line.strip())
        for path in templates()
        for line in path.read_text().splitlines()
        if INLINE.search(line) or ELSEWHERE.search(line)
    ]

    assert found == []


def test_the_english_catalogs_are_complete():
    call_command("messages", check=True, verbosity=0)


def test_identifiers_are_written_in_ascii():
    """Chinese stands in texts only."""
    names = re.compile(r"^\s*(?:def|class)\s+(\w+)", re.MULTILINE)
    found = [(name(path), word) for path in modules() for word in names.findall(path.read_text())]

    assert [pair for pair in found if not pair[1].isascii()] == []
