"""The pages of results: who sees them, what they say, and what they keep to themselves."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exams import scheduling, scoring
from exams.models import Attempt, Exam
from reports import findings
from reports.models import ItemFinding
from schools.models import AuditEntry, Organization
from schools.roles import Role
from tests import world as cast
from tests.pages import sign_in, soup, text
from tests.reports.sheets import CLOSED, LATER, add_class, after_closing, before_closing, sat_exam, sit
from tests.world import World

__all__ = ["after_closing", "before_closing"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_closing")]
EVERYBODY = {"ada", "olga", "school_admin", "county_admin", "city_admin", "author", "reviewer"}
OVER_NORTH = {"school_admin", "county_admin", "city_admin"}

PAGES = [
    ("organization_results", "city", {"city_admin"}),
    ("organization_results", "north_county", {"county_admin", "city_admin"}),
    ("organization_results", "north", OVER_NORTH),
    ("organization_results", "south", {"city_admin"}),
    ("class_results", "class_71", OVER_NORTH | {"ada"}),
    ("class_results", "south_71", {"city_admin", "olga"}),
    ("class_workbook", "class_71", OVER_NORTH | {"ada"}),
    ("class_workbook", "south_71", {"city_admin", "olga"}),
    ("attempt_result", "ben", OVER_NORTH | {"ada"}),
    ("attempt_result", "otto", {"city_admin", "olga"}),
    ("results_chart", "north", OVER_NORTH),
    ("results_chart", "class_71", OVER_NORTH | {"ada"}),
    ("item_results", "", {"city_admin", "author", "reviewer"}),
]


@pytest.fixture
def exam(world: World) -> Exam:
    """Sat by both schools, scored, computed."""
    cache.clear()
    found = sat_exam(world).exam
    findings.refresh_due(CLOSED)
    return found


def address(page: str, exam: Exam, world: World, place: str = "") -> str:
    if page == "attempt_result":
        return reverse(page, args=[Attempt.objects.get(student=getattr(world, place)).pk])
    places = [getattr(world, place).pk] if place else []
    return reverse(page, args=[exam.pk, *places, *(["levels"] if page == "results_chart" else [])])


def opened(who: str, url: str, world: World) -> Any:
    return sign_in(world.staff[who]).get(url, follow=True)


@pytest.mark.parametrize(("page", "place", "allowed"), PAGES)
def test_a_page_opens_for_those_who_may_and_does_not_exist_for_the_others(
    world: World, exam: Exam, page: str, place: str, allowed: set[str]
) -> None:
    url = address(page, exam, world, place)
    statuses = {who: sign_in(world.staff[who]).get(url).status_code for who in EVERYBODY}
    assert {who for who, status in statuses.items() if status == 200} == allowed
    assert {status for who, status in statuses.items() if who not in allowed} == {404}


@pytest.mark.parametrize("page", sorted({page for page, _, _ in PAGES}))
def test_whoever_is_not_signed_in_is_asked_to(client: Any, world: World, exam: Exam, page: str) -> None:
    place = "" if page == "item_results" else "ben" if page == "attempt_result" else "class_71"
    response = client.get(address(page, exam, world, place))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", sorted({page for page, _, _ in PAGES}))
def test_results_are_read_and_never_posted_to(world: World, exam: Exam, page: str) -> None:
    place = "" if page == "item_results" else "ben" if page == "attempt_result" else "class_71"
    assert sign_in(world.city_admin).post(address(page, exam, world, place)).status_code == 405


def test_authors_and_reviewers_have_no_list_of_results(world: World, exam: Exam) -> None:
    for who in ("author", "reviewer"):
        assert opened(who, reverse("results"), world).status_code == 404
        assert opened(who, reverse("exam_results", args=[exam.pk]), world).status_code == 404


def test_the_list_shows_each_exam_where_a_persons_view_begins(world: World, exam: Exam) -> None:
    assert "七年级(1)班" in text(opened("ada", reverse("results"), world))
    county = soup(opened("county_admin", reverse("results"), world))
    assert [row.get_text(" ", strip=True) for row in county.select("tbody th")] == [f"北区 {exam.title}"]


def test_an_exam_leads_to_ones_own_place(world: World, exam: Exam) -> None:
    expected = {
        "ada": reverse("class_results", args=[exam.pk, world.class_71.pk]),
        "school_admin": reverse("organization_results", args=[exam.pk, world.north.pk]),
        "city_admin": reverse("organization_results", args=[exam.pk, world.city.pk]),
    }
    for who, url in expected.items():
        response = sign_in(world.staff[who]).get(reverse("exam_results", args=[exam.pk]))
        assert response["Location"] == url


def test_somebody_with_two_classes_chooses_among_them(world: World, exam: Exam) -> None:
    cast.Membership.objects.create(user=world.ada, organization=world.class_72, role=Role.TEACHER)
    page = soup(opened("ada", reverse("exam_results", args=[exam.pk]), world))
    assert [link.get_text() for link in page.select("tbody th a")] == ["七年级(1)班", "七年级(2)班"]


def test_a_place_tells_participation_mean_and_levels(world: World, exam: Exam) -> None:
    page = soup(opened("city_admin", address("organization_results", exam, world, "city"), world))
    figures = {one.span.get_text(): one.b.get_text() for one in page.select(".kpi")}
    assert figures["应测人数"] == "4"
    assert figures["参测率"] == "75.0%"
    assert figures["缺测"] == "1"
    assert figures["平均得分率"] == "58.3%"
    assert figures["合格及以上"] == "33.3%"
    levels = {row.th.get_text(): row.td.get_text() for row in page.select("section")[0].select("tbody tr")}
    assert levels == {"优秀": "1", "良好": "0", "合格": "0", "再学一学": "2"}


def test_a_county_page_has_no_name_of_a_student_and_none_of_the_other_county(world: World, exam: Exam) -> None:
    words = text(opened("county_admin", address("organization_results", exam, world, "north_county"), world))
    assert world.ben.name not in words
    assert "南" not in words.replace(exam.title, "")


def rows_of(response: Any) -> list[str]:
    table = soup(response).find("h2", string=re.compile("^各(县|学校|班级)")).find_parent("section")
    return [link.get_text() for link in table.select("tbody th")]


def test_places_stand_by_name_unless_somebody_sorts(world: World) -> None:
    """South did worse than a third county, and stands before it by sound (南 nan, 启 qi, 北 bei)."""
    qidong = Organization.objects.add_child(world.city, {"kind": "county", "name": "启区", "code": "990003"})
    east = cast.make_school(qidong, "启校（示例）")
    add_class(world, east, 1, 1)
    sitting = cast.make_sitting(world, organizations=[world.city])
    for attempt in sitting.attempts.select_related("room__organization"):
        sit(attempt, 1 if attempt.room.organization.path.startswith(world.south.path) else 4)
    scoring.score_sitting(sitting, CLOSED)
    findings.refresh_due(CLOSED)
    client = sign_in(world.city_admin)
    url = reverse("organization_results", args=[sitting.exam.pk, world.city.pk])
    assert rows_of(client.get(url)) == ["北区", "南区", "启区"]
    assert rows_of(client.get(url, {"sort": "mean"}))[0] == "南区"
    assert rows_of(client.get(url, {"sort": "-mean"}))[-1] == "南区"
    assert rows_of(client.get(url, {"sort": "name; drop table"})) == ["北区", "南区", "启区"]
    assert "ascending" in client.get(url, {"sort": "mean"}).content.decode()


def test_classes_stand_by_grade_and_number(world: World) -> None:
    eighth = cast.make_class(world.north, 1, entry_year=2025)
    cast.make_student(eighth, "戊")
    for number in (10, 9):
        add_class(world, world.north, number, 1)
    cast.make_student(world.class_72, "己")
    sitting = cast.make_sitting(world)
    scoring.score_sitting(sitting, CLOSED)
    findings.refresh_due(CLOSED)
    url = reverse("organization_results", args=[sitting.exam.pk, world.north.pk])
    names = ["七年级(1)班", "七年级(2)班", "七年级(9)班", "七年级(10)班", "八年级(1)班"]
    assert rows_of(opened("school_admin", url, world)) == names


def test_nobody_came_and_the_page_says_so_without_a_chart(world: World) -> None:
    sitting = cast.make_sitting(world)
    findings.refresh_due(CLOSED)
    response = opened("school_admin", reverse("organization_results", args=[sitting.exam.pk, world.north.pk]), world)
    assert "–" in text(response)
    assert not soup(response).select("picture")


# The page of a class


def test_a_class_is_shown_student_by_student_in_the_order_of_their_codes(world: World, exam: Exam) -> None:
    page = soup(opened("ada", address("class_results", exam, world, "class_71"), world))
    table = page.find("h2", string="学生").find_parent("section")
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
    assert [row[:6] for row in rows] == [
        ["本小江", "N0701", "优秀", "8 / 8", "100.0%", "已评分"],
        ["柯小海", "N0702", "再学一学", "4 / 8", "50.0%", "已评分"],
    ]


def test_who_did_not_come_is_absent_and_who_is_still_to_come_is_not(world: World, exam: Exam) -> None:
    url = address("class_results", exam, world, "class_72")
    assert (
        "缺测" in soup(opened("school_admin", url, world)).find("h2", string="学生").find_parent("section").get_text()
    )


def test_a_class_can_be_read_before_its_figures_are_computed(world: World) -> None:
    exam = sat_exam(world).exam
    words = text(opened("ada", address("class_results", exam, world, "class_71"), world))
    assert "几秒钟后出现" in words
    assert "8 / 8" in words


def test_reading_named_results_leaves_an_entry(world: World, exam: Exam) -> None:
    for page, place in (("class_results", "class_71"), ("class_workbook", "class_71"), ("attempt_result", "ben")):
        opened("ada", address(page, exam, world, place), world)
    entries = AuditEntry.objects.filter(user_id=world.ada.pk).order_by("pk")
    attempt = Attempt.objects.get(student=world.ben)
    assert [(one.action, one.object_kind, one.object_ids) for one in entries] == [
        ("result:view_named", "exam", [exam.pk]),
        ("result:export", "exam", [exam.pk]),
        ("result:view_named", "attempt", [attempt.pk]),
    ]
    assert {one.organization_id for one in entries} == {world.class_71.pk}


def test_what_one_may_not_see_leaves_no_entry(world: World, exam: Exam) -> None:
    opened("olga", address("class_results", exam, world, "class_71"), world)
    assert not AuditEntry.objects.exists()


def test_figures_without_names_leave_no_entry(world: World, exam: Exam) -> None:
    opened("city_admin", address("organization_results", exam, world, "city"), world)
    assert not AuditEntry.objects.exists()


def test_the_hardest_items_come_with_key_explanation_and_the_whole_exam_beside(world: World, exam: Exam) -> None:
    page = soup(opened("ada", address("class_results", exam, world, "class_71"), world))
    hard = page.select("article")
    assert len(hard) == 2
    words = hard[0].get_text(" ", strip=True)
    assert "本班得分率 50.0%" in words
    assert "全体 33.3%" in words
    assert "答案" in words
    assert "因为法律这样规定" in words


def test_a_class_is_told_what_to_teach_again(world: World, exam: Exam) -> None:
    words = text(opened("olga", address("class_results", exam, world, "south_71"), world))
    assert "本班得到这个主题 25.0% 的分，全体得到 58.3%" in words
    assert "建议再讲一遍" in words
    assert "各主题都过关" in text(opened("ada", address("class_results", exam, world, "class_71"), world))


def test_a_student_who_sat_elsewhere_is_named_once_and_not_called_absent(world: World, exam: Exam) -> None:
    day_after = CLOSED.replace(day=CLOSED.day + 1)
    second = cast.make_sitting(
        world, exam, organizations=[world.class_72], opens_at=CLOSED, starts_at=day_after, closes_at=day_after
    )
    dora = second.attempts.get().student
    first = Attempt.objects.get(student=dora, sitting__exam=exam, sitting__title="第一场", room__sitting=second)
    walk_in = scheduling.admit_walk_in(cast.room_of(second, world.class_72), world.cleo, by=None, now=day_after)
    sit(walk_in, 4, now=day_after)
    scoring.score_sitting(second, day_after)
    page = soup(opened("ada", address("class_results", exam, world, "class_71"), world))
    row = page.find("th", string="柯小海").find_parent("tr")
    assert "在别的班参加" in row.get_text()
    assert "8 / 8" in row.get_text()
    assert first.state == "assigned"


# Keys


@pytest.mark.usefixtures("before_closing")
def test_before_the_last_sitting_has_closed_nobody_reads_items_or_keys(world: World) -> None:
    exam = sat_exam(world).exam
    findings.refresh_due(LATER)
    stem = ItemFinding.objects.filter(exam=exam).select_related("item_version").first().item_version.stem
    for who, page, place in (
        ("ada", "class_results", "class_71"),
        ("city_admin", "class_results", "class_71"),
        ("ada", "attempt_result", "ben"),
        ("city_admin", "item_results", ""),
    ):
        response = opened(who, address(page, exam, world, place), world)
        assert response.status_code == 200
        assert "全部场次结束" in text(response)
        assert stem not in text(response)
        assert "因为法律这样规定" not in text(response)


@pytest.mark.usefixtures("before_closing")
def test_level_and_score_are_there_before_the_keys(world: World) -> None:
    exam = sat_exam(world).exam
    findings.refresh_due(LATER)
    assert "优秀" in text(opened("ada", address("attempt_result", exam, world, "ben"), world))


def test_a_make_up_sitting_still_to_come_closes_the_items_again(world: World, exam: Exam) -> None:
    later = CLOSED.replace(day=CLOSED.day + 7)
    cast.make_sitting(world, exam, organizations=[world.class_72], opens_at=CLOSED, starts_at=CLOSED, closes_at=later)
    words = text(opened("ada", address("class_results", exam, world, "class_71"), world))
    assert "因为法律这样规定" not in words


# One student's sheet


def test_a_sheet_shows_every_slot_with_response_verdict_key_and_explanation(world: World, exam: Exam) -> None:
    page = soup(opened("ada", address("attempt_result", exam, world, "cleo"), world))
    answers = page.select("article")
    verdicts = [one.select_one(".badge").get_text() for one in answers]
    assert verdicts == ["答对", "答对", "答错", "未作答"]
    assert all("因为法律这样规定" in one.get_text() for one in answers)
    wrong = answers[2]
    assert len(wrong.select(".is-wrong")) == 1
    assert len(wrong.select(".is-key")) == 2


def test_a_sheet_that_is_not_scored_says_why(world: World, exam: Exam) -> None:
    dora = Attempt.objects.get(room__organization=world.class_72)
    words = text(opened("school_admin", reverse("attempt_result", args=[dora.pk]), world))
    assert "还没有结果：缺测" in words


def test_rehearsals_have_no_pages(world: World) -> None:
    exam = cast.make_exam(world, rehearsal=True)
    sitting = cast.make_sitting(world, exam)
    attempt = sit(cast.attempt_of(sitting, world.ben), 3)
    scoring.score_sitting(sitting, CLOSED)
    for name, args in (
        ("exam_results", [exam.pk]),
        ("class_results", [exam.pk, world.class_71.pk]),
        ("class_workbook", [exam.pk, world.class_71.pk]),
        ("attempt_result", [attempt.pk]),
        ("item_results", [exam.pk]),
    ):
        assert opened("city_admin", reverse(name, args=args), world).status_code == 404


# Items


def test_items_are_shown_with_what_separates_and_who_chose_what(world: World, exam: Exam) -> None:
    page = soup(opened("author", address("item_results", exam, world), world))
    rows = page.select(".items-table tbody tr")
    assert [row.select("td")[1].get_text() for row in rows] == ["33.3%", "33.3%", "66.7%", "100.0%"]
    assert "很容易" in rows[3].get_text()
    assert "A 3" in rows[3].get_text()
    assert world.ben.name not in page.get_text()


# Charts


def test_a_chart_is_a_document_of_its_own_that_the_browser_keeps(world: World, exam: Exam) -> None:
    url = reverse("results_chart", args=[exam.pk, world.north.pk, "histogram"])
    client = sign_in(world.school_admin)
    first = client.get(url, {"theme": "dark", "language": "en"})
    assert first["Content-Type"] == "image/svg+xml"
    assert first["Cache-Control"] == "private, max-age=3600"
    assert b"style" not in first.content
    again = client.get(url, {"theme": "dark", "language": "en"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    other = client.get(url, {"theme": "light", "language": "en"})
    assert other["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("chart", "query"),
    [("pie", {}), ("levels", {"theme": "pink"}), ("levels", {"language": "xx"}), ("levels", {"theme": "../x"})],
)
def test_a_chart_that_there_is_not_is_not_found(world: World, exam: Exam, chart: str, query: dict[str, str]) -> None:
    url = reverse("results_chart", args=[exam.pk, world.north.pk, chart])
    assert sign_in(world.school_admin).get(url, query).status_code == 404


def test_every_chart_of_a_page_is_there_in_both_themes(world: World, exam: Exam) -> None:
    client = sign_in(world.ada)
    page = soup(client.get(address("class_results", exam, world, "class_71")))
    sources = [one["src"] for one in page.select("picture img")] + [one["srcset"] for one in page.select("source")]
    assert len(sources) == 6
    for source in sources:
        response = client.get(source)
        assert response.status_code == 200
        assert ElementTree.fromstring(response.content).get("role") == "img"  # noqa: S314 - our own


# Queries


@pytest.mark.parametrize(
    ("who", "page", "place", "most"),
    [
        ("city_admin", "organization_results", "city", 9),
        ("school_admin", "organization_results", "north", 8),
        ("ada", "class_results", "class_71", 14),
        ("ada", "class_workbook", "class_71", 9),
        ("ada", "attempt_result", "ben", 10),
        ("ada", "results_chart", "class_71", 5),
        ("city_admin", "item_results", "", 8),
    ],
)
def test_pages_ask_little_however_many_there_are(
    world: World,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    who: str,
    page: str,
    place: str,
    most: int,
) -> None:
    for number in (3, 4, 5):
        add_class(world, world.north, number, 3)
    for number in range(25):
        cast.make_student(world.class_71, f"同学{number}")
    sitting = cast.make_sitting(world, organizations=[world.city])
    for attempt in sitting.attempts.all():
        sit(attempt, attempt.pk % 5)
    scoring.score_sitting(sitting, CLOSED)
    findings.refresh_due(CLOSED)
    client = sign_in(world.staff[who])
    url = address(page, sitting.exam, world, place)
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def test_the_list_of_results_asks_little(
    world: World, exam: Exam, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(world.city_admin)
    with django_assert_max_num_queries(9):
        assert client.get(reverse("results")).status_code == 200
