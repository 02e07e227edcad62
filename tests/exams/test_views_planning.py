"""The pages of blueprints, exams and papers: who sees them, what they say, what they refuse."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exams.models import Blueprint, BlueprintCell, Exam
from schools.models import AuditEntry
from tests import world as cast
from tests.pages import office_hours, sign_in, soup, text
from tests.world import World

__all__ = ["office_hours"]
pytestmark = pytest.mark.usefixtures("office_hours")
EVERYBODY = {"ada", "olga", "school_admin", "county_admin", "city_admin", "author", "reviewer"}
STAFF = EVERYBODY - {"author", "reviewer"}


def make_blueprint(world: World, *cells: dict[str, Any], stage: str = "junior") -> Blueprint:
    blueprint = Blueprint.objects.create(organization=world.city, title="初中细目表", stage=stage)
    for cell in cells or ({},):
        values = {"kind": "single_choice", "count": 1, "points": Decimal(2)} | cell
        BlueprintCell.objects.create(blueprint=blueprint, **values)
    return blueprint


def make_planned(world: World, **changes: Any) -> Exam:
    """An exam with a blueprint and no papers yet."""
    exam = cast.make_exam(world, [], papers=0, **changes)
    exam.blueprint = changes.get("blueprint") or make_blueprint(world)
    exam.save()
    return exam


def post_blueprint(world: World, lines: list[dict[str, Any]], url: str = "", **changes: Any) -> Any:
    """Posts a blueprint with these lines; changes may override anything, also what the table says of itself."""
    data: dict[str, Any] = {"title": "新细目表", "stage": "junior", "action": "save"}
    data |= {"cells-TOTAL_FORMS": str(len(lines)), "cells-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        values = {"topic": "", "kind": "single_choice", "difficulty": "", "count": "1", "points": "2"} | line
        data |= {f"cells-{number}-{name}": value for name, value in values.items()}
    return sign_in(world.city_admin).post(url or reverse("blueprint_new"), data | changes)


def exam_data(planned: Blueprint, /, **changes: Any) -> dict[str, Any]:
    return {
        "title": "秋季测评",
        "stage": "junior",
        "blueprint": planned.pk,
        "basis": "《人民防空法》第四十六条",
        "scoring_policy": "missing_half",
        "late_answers": "review",
        "release_rule": "after_closing",
        "shuffle_slots": "on",
    } | changes


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        ("blueprints", {"city_admin"}),
        ("blueprint_new", {"city_admin"}),
        ("exams", STAFF),
        ("exam_new", {"city_admin"}),
        ("sittings", STAFF),
    ],
)
def test_lists_open_for_those_who_may(world: World, page: str, allowed: set[str]) -> None:
    statuses = {who: sign_in(world.staff[who]).get(reverse(page)).status_code for who in EVERYBODY}
    assert {who for who, status in statuses.items() if status == 200} == allowed
    assert {status for who, status in statuses.items() if who not in allowed} <= {404}


@pytest.mark.parametrize(
    ("page", "allowed"),
    [("exam", STAFF), ("exam_edit", {"city_admin"}), ("sitting_new", {"school_admin", "county_admin", "city_admin"})],
)
def test_an_exam_of_the_city_is_announced_below_and_changed_by_the_city(
    world: World, page: str, allowed: set[str]
) -> None:
    url = reverse(page, args=[cast.make_exam(world).pk])
    assert {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200} == allowed


def test_an_exam_without_papers_does_not_exist_below(world: World) -> None:
    url = reverse("exam", args=[make_planned(world).pk])
    assert {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200} == {"city_admin"}


def test_an_exam_of_another_county_does_not_exist(world: World) -> None:
    exam = cast.make_exam(world)
    Exam.objects.filter(pk=exam.pk).update(organization=world.south_county)
    url = reverse("exam", args=[exam.pk])
    allowed = {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200}
    assert allowed == {"olga", "city_admin"}


def test_a_paper_with_its_keys_is_for_planners_only_and_every_look_is_remembered(world: World) -> None:
    exam = cast.make_exam(world)
    url = reverse("paper", args=[exam.pk, 1])
    assert {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200} == {"city_admin"}
    page = sign_in(world.city_admin).get(url)
    assert "因为法律这样规定" in text(page)
    assert len(soup(page).select(".paper-choices .right")) == 1 + 1 + 2
    assert AuditEntry.objects.filter(object_kind="paper", reason="preview").count() == 2
    assert sign_in(world.city_admin).get(reverse("paper", args=[exam.pk, 9])).status_code == 404


@pytest.mark.parametrize("action", ["exam_papers", "exam_release"])
def test_acts_on_exams_are_the_citys_and_no_addresses_to_visit(world: World, action: str) -> None:
    exam = make_planned(world, release_rule="manual")
    url = reverse(action, args=[exam.pk])
    for who in EVERYBODY - {"city_admin"}:
        assert sign_in(world.staff[who]).post(url, {"paper_count": 1}).status_code == 404
    assert sign_in(world.city_admin).get(url).status_code == 405
    exam.refresh_from_db()
    assert exam.released_at is None
    assert not exam.papers.exists()


def test_a_blueprint_is_saved_with_its_whole_lines_and_empty_lines_are_left_out(world: World) -> None:
    empty = {"kind": "", "count": "", "points": ""}
    topic = cast.make_topic()
    post_blueprint(world, [{"topic": topic.pk, "difficulty": "hard", "count": "3", "points": "2.5"}, empty, empty])
    cell = Blueprint.objects.get().cells.get()
    assert (cell.topic, cell.difficulty, cell.count, cell.points) == (topic, "hard", 3, Decimal("2.50"))


def test_a_blueprints_page_shows_totals_supply_and_shortages(world: World) -> None:
    alarms = cast.make_topic("alarms", "防空警报")
    for _ in range(2):
        cast.make_item(world.city, "multiple_choice", topic=alarms, difficulty="hard")
    blueprint = make_blueprint(
        world, {"kind": "multiple_choice", "topic": alarms, "difficulty": "hard", "count": 5, "points": Decimal(4)}
    )
    page = text(sign_in(world.city_admin).get(reverse("blueprint", args=[blueprint.pk])))
    assert "共 5 题，20 分" in page
    assert "可用 2，缺 3" in page
    assert "缺 3 题：防空警报·多选·难，题库只有 2 题" in page


@pytest.mark.parametrize(
    ("lines", "changes", "sentence"),
    [
        ([{"count": "0"}], {}, "大于或等于1"),
        ([{"count": "x"}], {}, "输入整数"),
        ([{"points": ""}], {}, "必填"),
        ([{"points": "0"}], {}, "大于或等于0.5"),
        ([{"points": "NaN"}], {}, "输入一个数字"),
        ([{"kind": ""}], {}, "必填"),
        ([{"kind": "essay"}], {}, "选择一个有效的选项"),
        ([{"topic": "99999999999999999999"}], {}, "选择一个有效的选项"),
        ([{"count": "150"}, {"count": "150"}], {}, "一份试卷最多 200 题"),
        ([{"count": "100", "points": "100"}], {}, "总分最多 1000 分"),
        ([{"kind": "", "count": "", "points": ""}], {}, "至少要有一行"),
        ([], {}, "至少要有一行"),
        ([{}], {"title": ""}, "必填"),
        ([{}], {"title": "a\x00b"}, "空字符"),
        ([{}], {"stage": "kindergarten"}, "选择一个有效的选项"),
        ([{}], {"cells-TOTAL_FORMS": "many"}, "TOTAL_FORMS"),
        ([{}], {"cells-TOTAL_FORMS": "100000"}, "最多"),
    ],
)
def test_a_blueprint_that_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    world: World, lines: list[dict[str, str]], changes: dict[str, str], sentence: str
) -> None:
    page = post_blueprint(world, lines, **changes)
    assert page.status_code == 200
    assert not Blueprint.objects.exists()
    assert sentence in " ".join(one.get_text() for one in soup(page).select(".errorlist"))
    if "title" not in changes:
        assert soup(page).select_one("input[name=title]")["value"] == "新细目表"
    for number, line in enumerate(lines if "cells-TOTAL_FORMS" not in changes else []):
        if line.get("count"):
            assert soup(page).select_one(f"[name=cells-{number}-count]")["value"] == line["count"]


def test_asking_for_more_lines_saves_nothing_and_keeps_what_was_typed(world: World) -> None:
    page = post_blueprint(world, [{"count": "7"}], action="lines")
    assert soup(page).select_one("[name=cells-0-count]")["value"] == "7"
    assert soup(page).select_one("[name=cells-TOTAL_FORMS]")["value"] == "4"
    assert not Blueprint.objects.exists()


def test_checking_against_the_bank_saves_nothing(world: World) -> None:
    page = post_blueprint(world, [{"count": "7"}], action="check")
    assert "缺 7 题" in text(page)
    assert not Blueprint.objects.exists()


def test_the_fragment_tells_the_supply_of_every_line_as_it_is_typed(world: World) -> None:
    cast.make_item(world.city)
    page = post_blueprint(world, [{"count": "2"}, {"kind": ""}], url=reverse("blueprint_supply"))
    outputs = {one["id"]: one.get_text(strip=True) for one in soup(page).select("output[hx-swap-oob]")}
    assert outputs == {"supply-0": "可用 1，缺 1", "supply-1": "–"}
    assert not Blueprint.objects.exists()


def test_a_struck_line_is_gone_after_saving(world: World) -> None:
    post_blueprint(world, [{"count": "1"}, {"count": "2", "DELETE": "on"}])
    assert [cell.count for cell in Blueprint.objects.get().cells.all()] == [1]


def test_a_new_exam_offers_the_lawful_basis_and_wants_one(world: World, settings: Any) -> None:
    client = sign_in(world.city_admin)
    assert settings.EXAM_BASIS in soup(client.get(reverse("exam_new"))).select_one("[name=basis]").get_text()
    page = client.post(reverse("exam_new"), exam_data(make_blueprint(world), basis=" "))
    assert "必填" in text(page)
    assert soup(page).select_one("[name=title]")["value"] == "秋季测评"
    assert not Exam.objects.exists()


def test_an_exam_is_planned_with_levels_instead_of_marks_by_default(world: World) -> None:
    sign_in(world.city_admin).post(reverse("exam_new"), exam_data(make_blueprint(world)))
    exam = Exam.objects.get()
    assert (exam.organization, exam.show_marks, exam.shuffle_slots, exam.shuffle_choices, exam.created_by) == (
        world.city,
        False,
        True,
        False,
        world.city_admin,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stage": "senior"}, "这张细目表是初中的"),
        ({"blueprint": ""}, "必填"),
        ({"blueprint": "999999999999999999999"}, "有效"),
        ({"release_rule": "never"}, "选择一个有效的选项"),
        ({"title": "长" * 81}, "80"),
    ],
)
def test_an_exam_that_cannot_be_is_refused_in_words(world: World, changes: dict[str, str], sentence: str) -> None:
    page = sign_in(world.city_admin).post(reverse("exam_new"), exam_data(make_blueprint(world), **changes))
    assert page.status_code == 200
    assert sentence in text(page)
    assert not Exam.objects.exists()


def test_rules_on_papers_in_use_are_shown_and_cannot_be_changed(world: World) -> None:
    exam = make_planned(world)
    cast.make_item(world.city)
    client = sign_in(world.city_admin)
    client.post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 1})
    cast.make_sitting(world, exam)
    page = client.get(reverse("exam_edit", args=[exam.pk]))
    assert soup(page).select_one("[name=title]").has_attr("disabled")
    client.post(reverse("exam_edit", args=[exam.pk]), exam_data(exam.blueprint, title="改名", basis="新依据"))
    exam.refresh_from_db()
    assert (exam.title, exam.basis) == ("人防知识测评", "新依据")


def test_papers_are_drawn_and_their_number_said(world: World) -> None:
    for _ in range(2):
        cast.make_item(world.city)
    exam = make_planned(world)
    page = sign_in(world.city_admin).post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 2}, follow=True)
    assert "已组成 2 套卷" in text(page)
    assert "各卷共用到 2 道题，其中 0 道不止出现在一套卷里" in text(page)


def test_a_bank_that_cannot_fill_the_blueprint_is_answered_with_every_cell_that_lacks(world: World) -> None:
    blueprint = make_blueprint(world, {"count": 3}, {"kind": "true_false", "count": 2})
    cast.make_item(world.city)
    exam = make_planned(world, blueprint=blueprint)
    page = sign_in(world.city_admin).post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 2})
    assert page.status_code == 422
    assert "缺 2 题：全部主题·单选，题库只有 1 题" in text(page)
    assert "缺 2 题：全部主题·判断，题库只有 0 题" in text(page)
    assert not exam.papers.exists()


@pytest.mark.parametrize("count", ["0", "13", "x", "", "1e9"])
def test_a_number_of_papers_that_cannot_be_is_refused(world: World, count: str) -> None:
    exam = make_planned(world)
    page = sign_in(world.city_admin).post(reverse("exam_papers", args=[exam.pk]), {"paper_count": count})
    assert page.status_code == 422
    assert soup(page).select("form .errorlist")


def test_a_blueprint_without_lines_gives_no_paper(world: World) -> None:
    exam = make_planned(world)
    exam.blueprint.cells.all().delete()
    page = sign_in(world.city_admin).post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 1})
    assert (page.status_code, "细目表还是空的" in text(page)) == (422, True)


def test_papers_in_use_are_not_drawn_anew(world: World) -> None:
    exam = make_planned(world)
    cast.make_item(world.city)
    client = sign_in(world.city_admin)
    client.post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 1})
    cast.make_sitting(world, exam)
    page = client.post(reverse("exam_papers", args=[exam.pk]), {"paper_count": 1})
    assert (page.status_code, "试卷不能再改" in text(page)) == (422, True)


def test_results_are_released_by_hand_where_the_rule_says_so(world: World) -> None:
    exam = make_planned(world, release_rule="manual")
    page = sign_in(world.city_admin).post(reverse("exam_release", args=[exam.pk]), follow=True)
    exam.refresh_from_db()
    assert exam.released_at is not None
    assert "已发布" in text(page)


def test_an_exam_that_releases_itself_says_so(world: World) -> None:
    exam = make_planned(world)
    page = sign_in(world.city_admin).post(reverse("exam_release", args=[exam.pk]), follow=True)
    assert "自动发布" in text(page)


def test_rehearsals_are_in_no_list(world: World) -> None:
    exam = cast.make_exam(world, rehearsal=True, title="七月演练")
    client = sign_in(world.city_admin)
    assert "七月演练" not in text(client.get(reverse("exams")))
    assert client.get(reverse("exam", args=[exam.pk])).status_code == 404


@pytest.mark.parametrize("page", ["exams", "sittings", "blueprints"])
def test_lists_take_the_same_queries_however_long_they_are(
    world: World, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        cast.make_sitting(world, cast.make_exam(world, title=f"测评{number}"))
        make_blueprint(world)
    client = sign_in(world.city_admin)
    client.get(reverse(page))
    with django_assert_max_num_queries(7):
        client.get(reverse(page))
