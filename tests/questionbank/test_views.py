"""The pages: who may open what, what they do, how many queries they take."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from questionbank import authoring
from questionbank.models import Item, MediaAsset
from schools.models import Organization
from schools.roles import Role
from tests.pages import office_hours, soup, text
from tests.questionbank.banks import SVG
from tests.questionbank.test_forms import TYPED, form
from tests.world import NOW, make_item, make_topic, make_user

__all__ = ["office_hours"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


@pytest.fixture
def as_(client, world):
    """`as_("author")` is a client signed in as that member of the cast."""

    def sign_in(name):
        client.force_login(world.staff[name] if isinstance(name, str) else name)
        return client

    return sign_in


@pytest.fixture
def other_city(world):
    """Another city with an author, a reviewer and one item."""
    city = Organization.objects.add_root({"kind": "city", "name": "外市（示例）", "code": "880000"})
    item = make_item(city, code="far-001", stem="外市的题目")
    return city, make_user("stranger", Role.AUTHOR, city), item


def typed(**changes):
    values = {**TYPED, "topic": make_topic().pk, **changes}
    return {name: value for name, value in values.items() if value is not None}


def write(world, hand_in=True, **changes):
    draft = form(world, **changes)
    assert draft.is_valid()
    return authoring.write(world.city, draft.cleaned_data["draft"], by=world.author, now=NOW, hand_in=hand_in)


def test_the_list_shows_items_and_what_is_known_of_them(as_, world):
    make_item(world.city, stem="看图![标志](media:a.svg)，**不**对的是？")
    said = text(as_("author").get(reverse("items")))
    assert "看图，不对的是？" in said
    assert "有图片" in said
    assert "已发布" in said


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, {"a", "fire-7", "c"}),
        ({"q": "空袭"}, {"a"}),
        ({"q": "空袭井报"}, {"a"}),
        ({"q": "着火 灭火器"}, {"fire-7"}),
        ({"q": "着火 警报"}, set()),
        ({"q": "第二条"}, {"a", "fire-7", "c"}),
        ({"q": "灭火器"}, {"fire-7"}),
        ({"q": "FIRE-7"}, {"fire-7"}),
        ({"topic": "alarm"}, {"a"}),
        ({"stage": "primary"}, {"fire-7"}),
        ({"kind": "true_false"}, {"c"}),
        ({"difficulty": "hard"}, {"c"}),
        ({"state": "draft"}, {"c"}),
        ({"state": "draft", "topic": "alarm"}, set()),
        ({"topic": "nonsense", "state": "nonsense"}, {"a", "fire-7", "c"}),
    ],
)
def test_the_list_is_searched_and_narrowed(as_, world, query, codes):
    make_item(world.city, code="a", stem="空袭警报怎样鸣响？", topic=make_topic("alarm", "防空警报"))
    choices = [{"id": "A", "content": "灭火器"}, {"id": "B", "content": "水"}]
    make_item(world.city, code="fire-7", stem="油锅着火用什么？", choices=choices, stage="primary")
    make_item(world.city, "true_false", code="c", stem="试鸣时不必躲避。", difficulty="hard", state="draft")
    answer = as_("author").get(reverse("items"), query)
    assert {item.code for item in answer.context["page"]} == codes


def test_the_states_are_counted_whatever_state_is_shown(as_, world):
    make_item(world.city)
    make_item(world.city, state="draft")
    answer = as_("reviewer").get(reverse("items"), {"state": "draft", "q": "题"})
    assert {state: count for state, _, count in answer.context["states"]} == {
        "draft": 1,
        "in_review": 0,
        "published": 1,
        "retired": 0,
    }


def test_the_list_comes_in_pages_and_keeps_what_was_asked(as_, world):
    for _ in range(26):
        make_item(world.city)
    answer = as_("author").get(reverse("items"), {"stage": "junior"})
    assert len(answer.context["page"]) == 25
    following = soup(answer).select_one(".pager a")["href"]
    assert len(as_("author").get(reverse("items") + following).context["page"]) == 1


def test_the_list_answers_htmx_with_the_results_only(as_, world):
    make_item(world.city)
    answer = as_("author").get(reverse("items"), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b'id="results"' in answer.content


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_takes_as_many_queries_for_one_item_as_for_many(as_, world, django_assert_num_queries, count):
    for _ in range(count):
        make_item(world.city)
    client = as_("author")
    client.get(reverse("items"))
    with django_assert_num_queries(7):
        client.get(reverse("items"))


def test_an_author_of_another_city_sees_nothing_of_this_one(as_, world, other_city):
    _, stranger, far = other_city
    near = make_item(world.city)
    client = as_(stranger)
    assert [item.code for item in client.get(reverse("items")).context["page"]] == ["far-001"]
    assert client.get(reverse("item", args=[far.pk])).status_code == 200
    for name in ("item", "item_edit", "item_versions"):
        assert client.get(reverse(name, args=[near.pk])).status_code == 404
    for name in ("item_submission", "item_edit"):
        assert client.post(reverse(name, args=[near.pk]), typed()).status_code == 404
    near_topics = client.get(reverse("topics")).context["topics"]
    assert [counts for _, counts in near_topics] == [{"published": 1}]


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [
        ("author", "item_new", 200),
        ("reviewer", "item_new", 404),
        ("city_admin", "item_new", 404),
        ("city_admin", "items", 200),
        ("ada", "items", 404),
        ("county_admin", "topics", 404),
        ("reviewer", "topics", 200),
    ],
)
def test_each_role_opens_its_own_pages(as_, who, url, status):
    assert as_(who).get(reverse(url)).status_code == status


@pytest.mark.parametrize(
    ("who", "action"), [("author", "item_review"), ("author", "item_retirement"), ("reviewer", "item_submission")]
)
def test_each_role_acts_only_as_it_may(as_, world, who, action):
    item = make_item(world.city)
    assert as_(who).post(reverse(action, args=[item.pk]), {"comment": "x"}).status_code == 404


def test_writing_an_item_makes_a_draft(as_, world):
    answer = as_("author").post(reverse("item_new"), typed(action="save"))
    item = Item.objects.get()
    assert answer.url == reverse("item", args=[item.pk])
    assert (item.state, item.author, item.organization) == ("draft", world.author, world.city)


def test_two_keys_in_a_single_choice_are_said_and_nothing_typed_is_lost(as_, world):
    answer = as_("author").post(reverse("item_new"), typed(key_B="on", explanation="写了很久的解析"))
    assert answer.status_code == 422
    assert "只能有一个正确答案" in text(answer)
    page = soup(answer)
    assert page.select_one("[name=choice_C]").text.strip() == "保险"
    assert page.select_one("[name=explanation]").text.strip() == "写了很久的解析"
    assert page.select_one("[name=key_B]").has_attr("checked")
    assert not Item.objects.exists()


def test_an_english_reader_is_told_in_english(as_):
    answer = as_("author").post(reverse("item_new"), typed(key_B="on"), headers={"Accept-Language": "en"})
    assert "Only one answer can be right" in text(answer)


def test_editing_makes_a_new_version(as_, world):
    item = write(world, hand_in=False)
    client = as_("author")
    page = soup(client.get(reverse("item_edit", args=[item.pk])))
    assert page.select_one("[name=based_on]")["value"] == "1"
    client.post(reverse("item_edit", args=[item.pk]), typed(stem="改过的题干？", based_on=1, action="save"))
    item.refresh_from_db()
    assert (item.current.number, item.current.stem) == (2, "改过的题干？")
    page = soup(client.get(reverse("item_versions", args=[item.pk])))
    assert [heading.get_text(" ").split("版")[0].strip() for heading in page.select("main h2")] == ["第 2", "第 1"]
    assert "改过" in "".join(added.text for added in page.select_one("main .card").select("ins"))


def test_an_edit_that_came_second_is_kept_in_the_form_and_can_be_saved_knowingly(as_, world):
    item = write(world, hand_in=False)
    client, url = as_("author"), reverse("item_edit", args=[item.pk])
    client.post(url, typed(stem="先来的改动？", based_on=1, action="save"))
    answer = client.post(url, typed(stem="后来的改动？", based_on=1, action="save"))
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one("[name=stem]").text.strip() == "后来的改动？"
    based_on = page.select_one("[name=based_on]")["value"]
    assert based_on == "2"
    assert client.post(url, typed(stem="后来的改动？", based_on=based_on, action="save")).status_code == 302


def test_the_preview_shows_what_was_typed_and_what_it_lacks(as_):
    client = as_("author")
    answer = client.post(reverse("item_preview"), typed(explanation=""), headers={"HX-Request": "true"})
    said = text(answer)
    assert "人民防空是下列哪一项的组成部分？" in said
    assert "还没有写解析" in said
    assert b"<html" not in answer.content
    assert b"<html" in client.post(reverse("item_preview"), typed()).content


@pytest.mark.parametrize("data", [{}, {"kind": "essay", "stem": "<script>alert(1)</script>"}, {"kind": "true_false"}])
def test_the_preview_stands_whatever_was_typed(as_, data):
    answer = as_("author").post(reverse("item_preview"), data)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_an_upload_goes_into_the_text_and_nothing_typed_is_lost(as_, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("私人照片.svg", SVG)
    data = typed(action="upload", file=file, words="一个[黑色]方块", place="choice_B", explanation="写了很久的解析")
    answer = as_("author").post(reverse("item_new"), data)
    page = soup(answer)
    asset = MediaAsset.objects.get()
    assert answer.status_code == 200
    assert page.select_one("[name=choice_B]").text.strip() == f"交通\n![一个 黑色 方块](media:{asset.name})"
    assert page.select_one("[name=explanation]").text.strip() == "写了很久的解析"
    assert page.select_one("[name=key_A]").has_attr("checked")
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a....", "只接受"),
        (SVG.replace(b"<rect", b"<script"), "脚本"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 500_001, "太大"),
    ],
)
def test_a_file_that_cannot_be_shown_is_refused_with_a_reason(as_, data, words):
    file = SimpleUploadedFile("a.png", data)
    answer = as_("author").post(reverse("item_new"), typed(action="upload", file=file, words="图"))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not MediaAsset.objects.exists()
    assert soup(answer).select_one("[name=choice_C]").text.strip() == "保险"


def test_handing_in_an_unfinished_draft_says_what_is_missing(as_, world):
    item = write(world, hand_in=False, explanation="", action="save")
    answer = as_("author").post(reverse("item_submission", args=[item.pk]))
    assert answer.status_code == 422
    assert "还没有写解析" in text(answer)


def test_a_draft_is_handed_in_and_reviewed(as_, world):
    item = write(world, hand_in=False)
    as_("author").post(reverse("item_submission", args=[item.pk]))
    page = as_("reviewer").get(reverse("item", args=[item.pk]))
    assert "通过并发布" in text(page)
    as_("reviewer").post(reverse("item_review", args=[item.pk]), {"version": 1, "verdict": "approve", "comment": "好"})
    item.refresh_from_db()
    assert item.state == "published"
    assert "好" in text(as_("author").get(reverse("item", args=[item.pk])))


def test_sending_back_needs_a_comment(as_, world):
    item = write(world)
    url = reverse("item_review", args=[item.pk])
    answer = as_("reviewer").post(url, {"version": 1, "verdict": "send_back", "comment": " "})
    assert answer.status_code == 422
    assert "请写明要改什么" in text(answer)
    as_("reviewer").post(url, {"version": 1, "verdict": "send_back", "comment": "太短"})
    item.refresh_from_db()
    assert item.state == "draft"


def test_a_verdict_on_a_version_that_is_gone_is_refused(as_, world):
    item = write(world)
    data = {"version": 9, "verdict": "approve", "comment": "写了很久的意见"}
    answer = as_("reviewer").post(reverse("item_review", args=[item.pk]), data)
    assert answer.status_code == 409
    assert "请重新阅读" in text(answer)
    assert "写了很久的意见" in text(answer)


def test_a_verdict_that_comes_second_is_refused(as_, world):
    item = write(world)
    data = {"version": 1, "verdict": "approve", "comment": ""}
    client = as_("reviewer")
    assert client.post(reverse("item_review", args=[item.pk]), data).status_code == 302
    answer = client.post(reverse("item_review", args=[item.pk]), data)
    assert answer.status_code == 409
    assert "先作了决定" in text(answer)


def test_who_writes_and_reviews_is_not_offered_their_own_item(as_, world):
    world.author.memberships.create(organization=world.city, role=Role.REVIEWER)
    item = write(world)
    client = as_("author")
    assert "通过并发布" not in text(client.get(reverse("item", args=[item.pk])))
    answer = client.post(reverse("item_review", args=[item.pk]), {"version": 1, "verdict": "approve", "comment": ""})
    assert answer.status_code == 409
    assert "不能审核自己写的题目" in text(answer)


def test_a_city_administrator_retires_an_item_with_a_reason(as_, world):
    item = make_item(world.city)
    client, url = as_("city_admin"), reverse("item_retirement", args=[item.pk])
    assert client.post(url, {"comment": ""}).status_code == 422
    client.post(url, {"comment": "法律已修订"})
    item.refresh_from_db()
    assert item.state == "retired"
    assert "法律已修订" in text(client.get(reverse("item", args=[item.pk])))


def test_topics_say_how_many_items_they_have(as_, world):
    make_item(world.city)
    make_item(world.city, state="draft")
    said = text(as_("author").get(reverse("topics")))
    assert re.search(r"人防法律 1 0 1", said)


@pytest.mark.parametrize("name", ["item", "item_versions"])
def test_the_pages_of_an_item_take_a_fixed_number_of_queries(as_, world, name, django_assert_max_num_queries):
    item = write(world, hand_in=False)
    client = as_("author")
    for number in range(1, 6):
        client.post(
            reverse("item_edit", args=[item.pk]), typed(stem=f"第{number}次？", based_on=number, action="submit")
        )
    with django_assert_max_num_queries(9):
        client.get(reverse(name, args=[item.pk]))


def test_the_key_of_a_statement_is_said_in_words(as_, world):
    item = write(world, hand_in=False, kind="true_false", truth="true")
    client = as_("author")
    change = typed(kind="true_false", truth="false", based_on=1, action="save")
    client.post(reverse("item_edit", args=[item.pk]), change)
    card = soup(client.get(reverse("item_versions", args=[item.pk]))).select_one("main .card")
    assert (card.select_one("del").text, card.select_one("ins").text) == ("正确", "错误")
