"""Texts are found in code and templates, English is kept, and what is missing is told."""

import gettext

import pytest

from quizplatform import catalogs

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
hello = _("你好")
many = ngettext("%(count)d 人", "%(count)d 人", 3)
level = pgettext("level", "合格")
"""
TEMPLATE = """{% load i18n %}
{% if a %}{% translate "下一步" %}{% endif %}
  {% blocktranslate with name=b %}给 {{ name }}{% endblocktranslate %}
{{ _("完成") }}
"""


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "shop"
    (folder / "templates").mkdir(parents=True)
    (folder / "models.py").write_text(CODE)
    (folder / "templates" / "page.html").write_text(TEMPLATE)
    return folder


def fill_in(app, old: str, new: str) -> None:
    path = catalogs.catalog_file(app)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def complete(app) -> None:
    catalogs.update(app)
    for chinese, english in (("你好", "Hello"), ("合格", "Pass"), ("下一步", "Next"), ("完成", "Done")):
        fill_in(app, f'msgid "{chinese}"\nmsgstr ""', f'msgid "{chinese}"\nmsgstr "{english}"')
    fill_in(app, 'msgid "给 %(name)s"\nmsgstr ""', 'msgid "给 %(name)s"\nmsgstr "For %(name)s"')
    fill_in(app, 'msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(count)d person"\nmsgstr[1] "%(count)d people"')


def test_code_and_templates_are_searched(app):
    found = {key[1] for key in catalogs.by_key(catalogs.extracted(app))}

    assert found == {"你好", ("%(count)d 人", "%(count)d 人"), "合格", "下一步", "给 %(name)s", "完成"}


def test_a_new_text_is_missing_until_it_has_its_english(app):
    assert len(list(catalogs.complaints(app))) == 6
    catalogs.update(app)
    assert {line.split(": ")[1] for line in catalogs.complaints(app)} == {"no English"}
    complete(app)
    assert list(catalogs.complaints(app)) == []


def test_an_update_keeps_the_english_and_drops_what_nobody_asks_for(app):
    complete(app)
    (app / "models.py").write_text(CODE.replace("你好", "早上好"))

    catalogs.update(app)

    text = catalogs.catalog_file(app).read_text()
    assert "For %(name)s" in text
    assert "Hello" not in text
    assert [line.split(": ")[1] for line in catalogs.complaints(app)] == ["no English"]


def test_an_update_without_a_change_changes_no_letter(app):
    complete(app)
    before = catalogs.catalog_file(app).read_bytes()

    catalogs.update(app)

    assert catalogs.catalog_file(app).read_bytes() == before


def test_a_lost_placeholder_is_told(app):
    complete(app)
    fill_in(app, "For %(name)s", "For you")

    assert [line.split(": ")[1] for line in catalogs.complaints(app)] == ["a placeholder is missing"]


def test_what_is_compiled_is_read_by_gettext(app):
    complete(app)

    assert catalogs.compile_one(app)
    assert not catalogs.compile_one(app)
    with catalogs.catalog_file(app).with_suffix(".mo").open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("下一步") == "Next"
    assert english.ngettext("%(count)d 人", "%(count)d 人", 2) == "%(count)d people"
