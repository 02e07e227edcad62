"""The pages of sittings and seat cards: who sees them, what they say, what they refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exams import seatcards
from exams.models import Exam, Sitting
from schools.models import AuditEntry
from tests import world as cast
from tests.pages import office_hours, sign_in, soup, text, typed
from tests.world import NOW, World

__all__ = ["office_hours"]
pytestmark = pytest.mark.usefixtures("office_hours")
EVERYBODY = {"ada", "olga", "school_admin", "county_admin", "city_admin", "author", "reviewer"}
LATER = NOW + timedelta(days=7)
LONG_AGO = "2020-01-01T08:00"


def later(minutes: int) -> str:
    """A moment so many minutes after LATER as the browser's picker sends it."""
    return typed(LATER + timedelta(minutes=minutes))


def sitting_data(*places: Any, **changes: Any) -> dict[str, Any]:
    return {
        "title": "第一场",
        "organizations": [place.pk for place in places],
        "grade": "all",
        "start_mode": "clock",
        "opens_at": later(-10),
        "starts_at": later(0),
        "closes_at": later(45),
        "closing_cuts": "on",
        "late_start": "full",
        "minutes": "40",
    } | changes


def schedule(world: World, who: str = "city_admin", exam: Exam | None = None, **changes: Any) -> Any:
    places = changes.pop("places", [world.north])
    url = reverse("sitting_new", args=[(exam or cast.make_exam(world)).pk])
    return sign_in(world.staff[who]).post(url, sitting_data(*places, **changes))


def test_a_school_schedules_its_own_sitting_of_the_citys_exam(world: World) -> None:
    response = schedule(world, "school_admin", grade="7")
    sitting = Sitting.objects.get()
    assert response.url == reverse("sitting", args=[sitting.pk])
    assert list(sitting.organizations.all()) == [world.north]
    assert (sitting.grade, sitting.starts_at, sitting.time_limit_ms) == (7, LATER, 40 * 60_000)
    assert (sitting.closing_cuts, sitting.created_by) == (True, world.school_admin)


def test_places_out_of_reach_cannot_be_chosen(world: World) -> None:
    page = schedule(world, "school_admin", places=[world.north, world.south])
    assert page.status_code == 200
    assert "选择一个有效的选项" in text(page)
    assert not Sitting.objects.exists()


def test_at_the_proctors_go_no_starting_time_is_kept(world: World) -> None:
    schedule(world, start_mode="go")
    assert Sitting.objects.get().starts_at is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"organizations": []}, "请至少选择一个参加单位"),
        ({"organizations": ["99999999999999999999"]}, "有效"),
        ({"organizations": ["x"]}, "x"),
        ({"starts_at": ""}, "统一时间开始的场次要写明开始时间"),
        ({"opens_at": later(5)}, "开始时间早于开放入场的时间"),
        ({"closes_at": later(0)}, "结束时间要晚于开始时间"),
        ({"closes_at": later(20)}, "从开始到结束只有 20 分钟，少于答题时长 40 分钟"),
        (
            {"opens_at": "2020-01-01T08:00", "starts_at": "2020-01-01T09:00", "closes_at": "2020-01-01T10:00"},
            "已经过去",
        ),
        ({"opens_at": "soon"}, "有效的日期/时间"),
        ({"opens_at": "0000-99-99T00:00"}, "有效的日期/时间"),
        ({"minutes": "0"}, "大于或等于1"),
        ({"minutes": "241"}, "小于或等于240"),
        ({"minutes": ""}, "必填"),
        ({"title": ""}, "必填"),
        ({"title": "\x00"}, "空字符"),
        ({"grade": "10"}, "选择一个有效的选项"),
        ({"grade": ""}, "必填"),
        ({"start_mode": "whenever"}, "选择一个有效的选项"),
    ],
)
def test_a_sitting_that_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    world: World, changes: dict[str, Any], sentence: str
) -> None:
    page = schedule(world, **changes)
    assert page.status_code == 200
    assert sentence in text(page)
    assert not Sitting.objects.exists()
    if "title" not in changes:
        assert soup(page).select_one("[name=title]")["value"] == "第一场"
    if "organizations" not in changes:
        assert soup(page).select_one(f"[name=organizations][value='{world.north.pk}']").has_attr("checked")


def test_without_the_cut_a_late_starter_may_need_longer_than_the_window(world: World) -> None:
    schedule(world, closes_at=later(20), closing_cuts="")
    assert Sitting.objects.get().closing_cuts is False


@pytest.mark.parametrize("grade", ["1", "2"])
def test_grades_one_and_two_cannot_be_chosen_and_the_page_says_why(world: World, grade: str) -> None:
    cast.make_school(world.north_county, "北小（示例）", ("primary",))
    exam = cast.make_exam(world, [cast.make_item(world.city, stage="primary")], stage="primary")
    form = sign_in(world.city_admin).get(reverse("sitting_new", args=[exam.pk]))
    offered = [option["value"] for option in soup(form).select("[name=grade] option")]
    assert offered == ["all", "3", "4", "5", "6"]
    assert "一年级、二年级只练习，不参加测评" in text(form)
    page = schedule(world, exam=exam, grade=grade, places=[world.city])
    assert "一年级、二年级只练习，不参加测评" in soup(page).select_one(".errorlist").get_text()
    assert not Sitting.objects.exists()


def test_the_form_offers_what_lies_within_reach_and_classes_only_when_asked(world: World) -> None:
    exam = cast.make_exam(world)

    def offered(who: str) -> set[int]:
        page = sign_in(world.staff[who]).get(reverse("sitting_new", args=[exam.pk]))
        return {int(box["value"]) for box in soup(page).select("[name=organizations]")}

    assert offered("school_admin") == {world.north.pk, world.class_71.pk, world.class_72.pk}
    assert offered("city_admin") == {
        one.pk for one in (world.city, world.north_county, world.north, world.south_county, world.south)
    }


@pytest.mark.parametrize("school", ["south", "nonsense"])
def test_without_scripts_the_classes_of_a_school_are_listed_by_a_link(world: World, school: str) -> None:
    opened = getattr(world, school).pk if school == "south" else school
    url = reverse("sitting_new", args=[cast.make_exam(world).pk]) + f"?open={opened}"
    boxes = {box["value"] for box in soup(sign_in(world.city_admin).get(url)).select("[name=organizations]")}
    assert (str(world.south_71.pk) in boxes) == (school == "south")


def test_the_classes_of_a_school_are_fetched_by_those_who_schedule_there(world: World) -> None:
    url = reverse("class_choices", args=[world.south.pk]) + "?stage=junior"
    assert [box["value"] for box in soup(sign_in(world.city_admin).get(url)).select("input")] == [
        str(world.south_71.pk)
    ]
    for who in ("school_admin", "county_admin", "ada", "olga", "author"):
        assert sign_in(world.staff[who]).get(url).status_code == 404


# Who may open the page of a sitting of North school, before and after its roster is fixed.
@pytest.mark.parametrize("fix", [False, True])
def test_a_sitting_exists_for_those_it_concerns(world: World, fix: bool) -> None:
    url = reverse("sitting", args=[cast.make_sitting(world, fix=fix).pk])
    allowed = {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200}
    assert allowed == {"ada", "school_admin", "county_admin", "city_admin"}


@pytest.mark.parametrize("action", ["sitting_edit", "sitting_roster", "sitting_withdrawal"])
def test_a_sitting_of_the_whole_city_is_changed_by_the_city_only(world: World, action: str) -> None:
    sitting = cast.make_sitting(world, fix=False, organizations=[world.city])
    url = reverse(action, args=[sitting.pk])
    for who in EVERYBODY - {"city_admin"}:
        client = sign_in(world.staff[who])
        assert client.post(url, {}).status_code == 404
    assert Sitting.objects.get().fixed_at is None
    expected = 200 if action == "sitting_edit" else 405
    assert sign_in(world.city_admin).get(url).status_code == expected


def test_a_teacher_sees_her_own_room_of_a_sitting_and_no_other(world: World) -> None:
    cast.make_student(world.class_72, "二班生")
    sitting = cast.make_sitting(world, organizations=[world.city])
    page = text(sign_in(world.ada).get(reverse("sitting", args=[sitting.pk])))
    assert "七年级(1)班" in page
    assert "七年级(2)班" not in page
    assert "南校" not in page


def test_before_fixing_the_page_foresees_rooms_and_students(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False, organizations=[world.city])
    page = sign_in(world.city_admin).get(reverse("sitting", args=[sitting.pk]))
    assert "将有 2 个考场（每班一个）、3 名学生" in text(page)


def test_fixing_the_roster_says_how_many_and_a_second_time_changes_nothing(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False)
    client = sign_in(world.school_admin)
    url = reverse("sitting_roster", args=[sitting.pk])
    assert "名单已确定：2 名学生" in text(client.post(url, follow=True))
    assert "名单之前已经确定" in text(client.post(url, follow=True))
    assert sitting.attempts.count() == 2


def test_a_roster_with_no_students_is_refused_with_advice(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False, grade=9)
    page = sign_in(world.school_admin).post(reverse("sitting_roster", args=[sitting.pk]))
    assert page.status_code == 422
    assert "名单是空的。请检查参加单位、年级和学生名册" in text(page)
    assert Sitting.objects.get().fixed_at is None


def test_a_roster_without_papers_is_refused_with_advice(world: World) -> None:
    exam = cast.make_exam(world, [], papers=0)
    sitting = cast.make_sitting(world, exam, fix=False)
    page = sign_in(world.city_admin).post(reverse("sitting_roster", args=[sitting.pk]))
    assert page.status_code == 422
    assert "还没有组卷，请先组卷" in text(page)


def test_after_fixing_places_are_no_longer_asked_for_and_times_still_are(world: World) -> None:
    times = {"opens_at": LATER, "starts_at": LATER, "closes_at": LATER + timedelta(hours=1)}
    sitting = cast.make_sitting(world, **times)
    client = sign_in(world.school_admin)
    url = reverse("sitting_edit", args=[sitting.pk])
    assert not soup(client.get(url)).select("[name=organizations]")
    client.post(url, sitting_data(world.class_72, closes_at=later(90), title="改名"))
    sitting.refresh_from_db()
    assert (sitting.title, list(sitting.organizations.all())) == ("改名", [world.north])


def test_an_open_sitting_is_neither_moved_nor_taken_back(world: World) -> None:
    sitting = cast.make_sitting(world)
    client = sign_in(world.school_admin)
    page = client.post(reverse("sitting_edit", args=[sitting.pk]), sitting_data())
    assert (page.status_code, "时间和范围不能再改" in text(page)) == (409, True)
    assert "不能撤销" in text(client.post(reverse("sitting_withdrawal", args=[sitting.pk]), follow=True))
    assert sitting.attempts.count() == 2


def test_a_sitting_nobody_has_entered_is_taken_back(world: World) -> None:
    sitting = cast.make_sitting(world, opens_at=LATER, starts_at=LATER, closes_at=LATER + timedelta(hours=1))
    response = sign_in(world.school_admin).post(reverse("sitting_withdrawal", args=[sitting.pk]))
    assert response.url == reverse("exam", args=[sitting.exam_id])
    assert not Sitting.objects.exists()


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        ("sitting_cards", {"ada", "school_admin", "county_admin", "city_admin"}),
        ("room_cards", {"ada", "school_admin", "county_admin", "city_admin"}),
        ("attempt_card", {"ada", "school_admin", "county_admin", "city_admin"}),
    ],
)
def test_cards_are_printed_by_those_responsible_for_the_class(world: World, page: str, allowed: set[str]) -> None:
    sitting = cast.make_sitting(world)
    pk = {
        "sitting_cards": sitting.pk,
        "room_cards": cast.room_of(sitting, world.class_71).pk,
        "attempt_card": cast.attempt_of(sitting, world.ben).pk,
    }[page]
    url = reverse(page, args=[pk])
    assert {who for who in EVERYBODY if sign_in(world.staff[who]).get(url).status_code == 200} == allowed


def test_a_card_says_who_when_where_how_and_what_the_closing_means(world: World, settings: Any) -> None:
    settings.SITE_URL = "https://test.example.cn/"
    sitting = cast.make_sitting(world)
    page = sign_in(world.ada).get(reverse("room_cards", args=[cast.room_of(sitting, world.class_71).pk]))
    card = " ".join(soup(page).select_one(".seat-card").get_text(" ").split())
    for words in ("本小江", "七年级(1)班", "1 号", "09:00 开始", "08:50 起可以入场", "test.example.cn"):
        assert words in card
    assert "答题 40 分钟，到 10:00 一律收卷" in card
    assert seatcards.cards.spaced(cast.attempt_of(sitting, world.ben).card) in card
    assert "no-store" in page["Cache-Control"]


def test_a_card_of_a_sitting_that_does_not_cut_and_starts_at_a_word_says_so(world: World) -> None:
    sitting = cast.make_sitting(world, start_mode="go", closing_cuts=False)
    page = text(sign_in(world.ada).get(reverse("sitting_cards", args=[sitting.pk])))
    assert "每人答满 40 分钟；10:00 后不能再开始" in page
    assert "老师宣布后开始" in page


def test_a_reprint_shows_one_card_only_and_leaves_a_trace(world: World) -> None:
    attempt = cast.attempt_of(cast.make_sitting(world), world.cleo)
    page = sign_in(world.ada).get(reverse("attempt_card", args=[attempt.pk]))
    assert [name.get_text(" ", strip=True)[:3] for name in soup(page).select(".seat-card-name")] == ["柯小海"]
    assert AuditEntry.objects.get(action="card:print").object_ids == [attempt.pk]


def test_too_many_cards_are_offered_school_by_school(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seatcards, "MOST_CARDS", 2)
    sitting = cast.make_sitting(world, organizations=[world.city])
    client = sign_in(world.city_admin)
    url = reverse("sitting_cards", args=[sitting.pk])
    links = [link["href"] for link in soup(client.get(url)).select("table a")]
    assert links == [f"{url}?organization={world.north.pk}", f"{url}?organization={world.south.pk}"]
    assert not AuditEntry.objects.filter(action="card:print").exists()
    assert len(soup(client.get(links[0])).select(".seat-card")) == 2


@pytest.mark.parametrize("place", ["x", "", "0", "99999999999999999999", "٣"])
def test_cards_of_a_place_that_does_not_exist_are_404(world: World, place: str) -> None:
    sitting = cast.make_sitting(world)
    url = reverse("sitting_cards", args=[sitting.pk])
    assert sign_in(world.city_admin).get(url, {"organization": place}).status_code == 404


def test_cards_before_the_roster_say_that_it_is_not_fixed(world: World) -> None:
    sitting = cast.make_sitting(world, fix=False)
    assert "名单还没有确定" in text(sign_in(world.ada).get(reverse("sitting_cards", args=[sitting.pk])))


def test_the_page_of_a_sitting_takes_a_bounded_number_of_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3, 15):
        cast.make_student(cast.make_class(world.north, number), f"生{number}")
    sitting = cast.make_sitting(world)
    client = sign_in(world.city_admin)
    client.get(reverse("sitting", args=[sitting.pk]))
    with django_assert_max_num_queries(12):
        client.get(reverse("sitting", args=[sitting.pk]))


def test_a_number_larger_than_any_id_is_404(world: World) -> None:
    client = sign_in(world.city_admin)
    for path in ("sittings/{}/", "exams/{}/", "blueprints/{}/", "rooms/{}/cards/", "attempts/{}/card/"):
        assert client.get("/" + path.format(10**30)).status_code == 404
