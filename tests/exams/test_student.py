"""The students' pages: the same for everybody, without session, database or anything from elsewhere."""

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from exams import client_messages, client_modules, tutorial_paper

PAGES = ["front", "attempt_client", "tutorial"]


def kept(visitor: Client) -> dict[str, Any]:
    """What the service worker is told to keep."""
    text = visitor.get(reverse("attempt_worker")).content.decode()
    told: dict[str, Any] = json.loads(text.split(";\n", 1)[0].removeprefix("const KEPT = "))
    return told


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_nothing_and_sets_no_cookie(visitor: Client, page: str) -> None:
    """No `db` mark: a query would fail."""
    answered = visitor.get(reverse(page))
    assert answered.status_code == 200
    assert not answered.cookies


def test_the_service_worker_lies_where_its_scope_is_the_exam_page_alone(visitor: Client) -> None:
    """No `db` mark here either."""
    answered = visitor.get("/attempt/sw.js")
    assert answered.headers["Content-Type"].startswith("text/javascript")
    assert answered.headers["Cache-Control"] == "no-cache"
    assert not answered.cookies
    assert "skipWaiting(" not in answered.content.decode()


def test_the_service_worker_keeps_the_page_in_every_language_with_all_it_needs(visitor: Client) -> None:
    told = kept(visitor)
    assert set(told["shells"]) == {"zh-hans", "en"}
    files = set(told["files"])
    for module in (*client_modules.needed_by("main.js"), *client_modules.imported_later("main.js")):
        assert f"/static/{module}" in files
    for address in told["shells"].values():
        page = visitor.get(address).content.decode()
        assert set(re.findall(r'"(/static/[^"]+)"', page)) <= files
    assert [file for file in files if finders.find(file.removeprefix("/static/")) is None] == []


def test_the_kept_page_is_in_the_language_it_is_kept_for(visitor: Client) -> None:
    for language, address in kept(visitor)["shells"].items():
        answered = visitor.get(address)
        assert answered.headers["X-Exam-Client"] == language
        assert f'<html lang="{language}">' in answered.content.decode()
    assert visitor.get("/attempt/", {"language": "mallory"}).headers["X-Exam-Client"] == "zh-hans"


def test_what_is_imported_later_is_not_fetched_with_the_page(visitor: Client) -> None:
    page = visitor.get("/attempt/").content.decode()
    assert "exams/client/rescue.js" in client_modules.imported_later("main.js")
    assert "client/vendor/" not in page
    assert "rescue_key" in page


@pytest.mark.parametrize("page", PAGES)
def test_nothing_a_visitor_sends_gets_into_the_page(visitor: Client, page: str) -> None:
    first = visitor.get(reverse(page), {"q": "mallory"}, headers={"referer": "http://mallory/"})
    assert b"mallory" not in first.content
    assert first.content == Client().get(reverse(page)).content


def test_each_language_has_its_page(visitor: Client) -> None:
    assert "输入座位卡上的数字" in visitor.get("/").content.decode()
    english = visitor.post(reverse("language"), {"language": "en", "next": "/"}, follow=True)
    assert "Type the number on your card" in english.content.decode()
    assert "输入座位卡上的数字" in Client().get("/").content.decode()


def test_the_language_switch_leads_nowhere_else(visitor: Client) -> None:
    answered = visitor.post(reverse("language"), {"language": "en", "next": "https://elsewhere.example/"})
    assert answered.status_code == 302
    assert "elsewhere" not in answered.headers["Location"]


def test_pages_name_every_module_they_need_ahead() -> None:
    for entry in ("front.js", "main.js", "tutorial.js"):
        needed = client_modules.needed_by(entry)
        assert needed[0] == f"exams/client/{entry}"
        assert len(set(needed)) == len(needed)
    assert "exams/client/views/question.js" in client_modules.needed_by("main.js")
    assert "exams/client/practice.js" not in client_modules.needed_by("main.js")


def test_placeholders_of_sentences_are_the_same_in_english(settings: Any) -> None:
    from django.utils import translation

    chinese = client_messages.messages()
    with translation.override("en"):
        english = client_messages.messages()
    assert english.keys() == chinese.keys()
    for key, sentence in chinese.items():
        assert _places(sentence) == _places(english[key]), key


def _places(sentence: str) -> set[str]:
    return {part.split("}")[0] for part in sentence.split("{")[1:]}


def test_the_tutorial_is_a_paper_like_any_other() -> None:
    paper = tutorial_paper.paper()
    slots = [slot for section in paper["content"]["sections"] for slot in section["slots"]]
    assert [slot["kind"] for slot in slots] == ["single_choice", "multiple_choice", "true_false"]
    for slot in slots:
        ids = {choice["id"] for choice in slot["choices"]} or {"true", "false"}
        assert set(paper["key"][str(slot["slot"])]["key"]) <= ids
        assert set(paper["layout"]["choices"].get(str(slot["slot"]), ids)) == ids
