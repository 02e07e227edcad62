"""The proctor's pages: who may open what, what the acts do, what is written down about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exams.cards import spaced
from exams.models import Attempt, Room, Sitting
from schools.models import AuditEntry
from tests.pages import office_hours as office_hours
from tests.pages import sign_in, soup, text
from tests.world import NOW, World, answer, attempt_of, make_sitting, make_student, room_of, set_state

pytestmark = pytest.mark.usefixtures("office_hours")
ROLES = ["ada", "olga", "school_admin", "county_admin", "city_admin", "author", "reviewer", None]
PROCTORS = {"ada", "school_admin", "county_admin", "city_admin"}
ROOM_PAGES = ["room", "room_snapshot", "room_extension", "room_ending", "room_walk_ins", "room_papers"]
ROOM_ACTS = ["room_go", "room_release"]
SEAT_PAGES = ["seat", "seat_extension", "seat_ending", "seat_card", "seat_transcription"]
SEAT_ACTS = ["seat_release", "seat_pause", "seat_resumption", "seat_card"]


@pytest.fixture
def sitting(world: World) -> Sitting:
    return make_sitting(world)


@pytest.fixture
def room(world: World, sitting: Sitting) -> Room:
    return room_of(sitting, world.class_71)


@pytest.fixture
def ben(world: World, sitting: Sitting) -> Attempt:
    """Ben, at work."""
    return set_state(attempt_of(sitting, world.ben), "active")


@pytest.fixture
def ada(world: World) -> Client:
    return sign_in(world.ada)


def client_of(world: World, username: str | None) -> Client:
    return sign_in(getattr(world, username)) if username else Client()


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def expected(username: str | None, allowed: set[str], status: int = 200) -> int:
    return status if username in allowed else 302 if username is None else 404


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("name", ROOM_PAGES)
def test_a_room_is_there_for_those_who_look_after_its_class(
    world: World, room: Room, username: str | None, name: str
) -> None:
    response = client_of(world, username).get(reverse(name, args=[room.pk]))
    assert response.status_code == expected(username, PROCTORS)


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("name", SEAT_PAGES)
def test_a_seat_is_there_for_those_who_look_after_its_class(
    world: World, ben: Attempt, username: str | None, name: str
) -> None:
    response = client_of(world, username).get(reverse(name, args=[ben.pk]))
    assert response.status_code == expected(username, PROCTORS)


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("name", ROOM_ACTS)
def test_acts_upon_a_room_are_for_its_proctors(world: World, room: Room, username: str | None, name: str) -> None:
    response = client_of(world, username).post(reverse(name, args=[room.pk]))
    assert response.status_code == expected(username, PROCTORS, 302)
    assert bool(AuditEntry.objects.exists()) == (username in PROCTORS)


@pytest.mark.parametrize("username", ROLES)
@pytest.mark.parametrize("name", SEAT_ACTS)
def test_acts_upon_a_seat_are_for_its_proctors(world: World, ben: Attempt, username: str | None, name: str) -> None:
    response = client_of(world, username).post(reverse(name, args=[ben.pk]))
    assert response.status_code == expected(username, PROCTORS, 302)
    ben.refresh_from_db()
    assert ben.card_version == (2 if name == "seat_card" and username in PROCTORS else 1)


@pytest.mark.parametrize("username", ROLES)
def test_voiding_is_for_administrators(world: World, ben: Attempt, username: str | None) -> None:
    allowed = {"school_admin", "county_admin", "city_admin"}
    response = client_of(world, username).get(reverse("seat_voiding", args=[ben.pk]))
    assert response.status_code == expected(username, allowed)


@pytest.mark.parametrize("username", ROLES)
def test_reopening_is_for_the_county_and_the_city(world: World, ben: Attempt, username: str | None) -> None:
    response = client_of(world, username).get(reverse("seat_reopening", args=[ben.pk]))
    assert response.status_code == expected(username, {"county_admin", "city_admin"})


@pytest.mark.parametrize("name", ROOM_ACTS)
def test_acts_are_not_done_by_looking(ada: Client, room: Room, name: str) -> None:
    assert ada.get(reverse(name, args=[room.pk])).status_code == 405


def test_todays_rooms_of_my_class_are_listed_and_no_others(world: World, ada: Client, room: Room) -> None:
    make_sitting(world, opens_at=NOW - timedelta(days=3), starts_at=NOW, closes_at=NOW - timedelta(days=2))
    page = text(ada.get(reverse("rooms")))
    assert page.count("七年级(1)班") == 2
    assert "七年级(2)班" not in page


def test_the_list_of_rooms_takes_few_queries(
    world: World, sitting: Sitting, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(world.city_admin)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("rooms")).status_code == 200


def test_the_room_names_everybody_and_says_how_they_stand(world: World, ada: Client, room: Room, ben: Attempt) -> None:
    answer(ben, {1: ["c1"], 2: ["c1"]})
    page = soup(ada.get(reverse("room", args=[room.pk])))
    seats = {seat.select_one(".seat-name").text: seat for seat in page.select(".seat")}
    assert seats["本小江"].select_one(".seat-state").text == "答题中"
    assert seats["本小江"].select_one(".seat-count").text == "2/4"
    assert seats["柯小海"].select_one(".seat-state").text == "未到"
    assert page.select_one('[data-count="absent"]').text == "1"
    assert page.select_one('[data-count="all"]').text == "2"


def test_opening_the_room_is_written_down_once_and_polling_is_not(ada: Client, room: Room) -> None:
    ada.get(reverse("room", args=[room.pk]))
    ada.get(reverse("room_snapshot", args=[room.pk]))
    ada.get(reverse("room_snapshot", args=[room.pk]))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_kind) == ("room:view", "attempt")
    assert sorted(entry.object_ids) == sorted(room.attempts.values_list("pk", flat=True))


def test_the_snapshot_is_json_without_names(world: World, ada: Client, room: Room, ben: Attempt) -> None:
    response = ada.get(reverse("room_snapshot", args=[room.pk]))
    rows = {row[0]: row for row in response.json()["rows"]}
    assert rows[ben.pk][1:5] == ["answering", 0, 4, False]
    assert "本小江" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_room_takes_as_many_queries_for_forty_as_for_two(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(40):
        make_student(world.class_71, f"同学{number}")
    room = room_of(make_sitting(world), world.class_71)
    client = sign_in(world.ada)
    client.get(reverse("rooms"))
    with django_assert_max_num_queries(15):
        client.get(reverse("room", args=[room.pk]))
    with django_assert_max_num_queries(10):
        client.get(reverse("room_snapshot", args=[room.pk]))


def test_a_go_is_offered_until_it_is_said(world: World, ada: Client) -> None:
    room = room_of(make_sitting(world, start_mode="go"), world.class_71)
    page = reverse("room", args=[room.pk])
    assert "宣布开始" in soup(ada.get(page)).select_one("#room-acts").text
    said = ada.post(reverse("room_go", args=[room.pk]), follow=True)
    assert "已宣布开始" in text(said)
    assert "宣布开始" not in soup(said).select_one("#room-acts").text
    room.refresh_from_db()
    assert room.go_at == NOW


def test_extending_one_student_moves_the_deadline_and_says_why(ada: Client, ben: Attempt) -> None:
    before = ben.deadline_at
    response = ada.post(reverse("seat_extension", args=[ben.pk]), {"minutes": 7, "why": "停电"}, follow=True)
    ben.refresh_from_db()
    assert ben.deadline_at == before + timedelta(minutes=7)
    assert "停电" in text(response)
    assert "attempt:extend" in actions()


@pytest.mark.parametrize("values", [{"minutes": 0, "why": "x"}, {"minutes": 5}, {"minutes": "abc", "why": "x"}, {}])
def test_an_extension_that_does_not_hold_is_asked_again(ada: Client, ben: Attempt, values: dict[str, Any]) -> None:
    before = ben.deadline_at
    response = ada.post(reverse("seat_extension", args=[ben.pk]), values)
    ben.refresh_from_db()
    assert response.status_code == 422
    assert ben.deadline_at == before


def test_extending_the_room_reaches_all_who_have_not_handed_in(
    world: World, ada: Client, room: Room, ben: Attempt, sitting: Sitting
) -> None:
    set_state(attempt_of(sitting, world.cleo), "submitted")
    response = ada.post(reverse("room_extension", args=[room.pk]), {"minutes": 5, "why": "广播"}, follow=True)
    assert "已给 1 名学生加时" in text(response)


def test_a_pause_and_its_end(ada: Client, ben: Attempt) -> None:
    ada.post(reverse("seat_pause", args=[ben.pk]))
    ben.refresh_from_db()
    assert ben.state == "paused"
    ada.post(reverse("seat_resumption", args=[ben.pk]))
    ben.refresh_from_db()
    assert ben.state == "active"


def test_an_act_that_comes_too_late_says_so_and_changes_nothing(ada: Client, ben: Attempt) -> None:
    set_state(ben, "submitted")
    response = ada.post(reverse("seat_pause", args=[ben.pk]), follow=True)
    assert "状态刚刚变了" in text(response)
    assert "room:proctor" not in actions()


def test_ending_asks_first_and_then_hands_in(ada: Client, ben: Attempt) -> None:
    assert "收这份答卷？" in text(ada.get(reverse("seat_ending", args=[ben.pk])))
    ben.refresh_from_db()
    assert ben.state == "active"
    ada.post(reverse("seat_ending", args=[ben.pk]), {"why": ""})
    ben.refresh_from_db()
    assert ben.state == "submitted"


def test_ending_the_room_says_who_is_still_at_work_and_ends_it(ada: Client, room: Room, ben: Attempt) -> None:
    asked = text(ada.get(reverse("room_ending", args=[room.pk])))
    assert "正在答题 1 人" in asked
    assert "未到 1 人" in asked
    done = ada.post(reverse("room_ending", args=[room.pk]), {"why": "时间到"}, follow=True)
    assert "已收卷，1 份" in text(done)
    room.refresh_from_db()
    assert room.ended_at == NOW


def test_voiding_wants_a_reason(world: World, ben: Attempt) -> None:
    client = sign_in(world.school_admin)
    address = reverse("seat_voiding", args=[ben.pk])
    assert client.post(address, {"why": ""}).status_code == 422
    client.post(address, {"why": "替考"})
    ben.refresh_from_db()
    assert ben.state == "voided"
    assert "attempt:void" in actions()


def test_reopening_gives_time(world: World, ben: Attempt) -> None:
    set_state(ben, "submitted")
    sign_in(world.county_admin).post(reverse("seat_reopening", args=[ben.pk]), {"minutes": 10, "why": "误交"})
    ben.refresh_from_db()
    assert (ben.state, ben.deadline_at) == ("active", NOW + timedelta(minutes=10))


def test_a_walk_in_from_the_class_list_gets_a_seat_and_a_card(world: World, ada: Client, room: Room) -> None:
    late = make_student(world.class_71, "新来的", "N0799")
    assert "新来的" in text(ada.get(reverse("room_walk_ins", args=[room.pk])))
    response = ada.post(reverse("room_walk_ins", args=[room.pk]), {"code": "N0799"}, follow=True)
    attempt = attempt_of(room.sitting, late)
    assert attempt.walk_in
    assert spaced(attempt.card) in text(response)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("S0701", "没有这个编号的学生"), ("NONE", "没有这个编号的学生"), ("N0701", "已有座位"), ("", "这个字段是必填项")],
)
def test_a_walk_in_that_cannot_be_is_told_why(ada: Client, room: Room, code: str, sentence: str) -> None:
    response = ada.post(reverse("room_walk_ins", args=[room.pk]), {"code": code})
    assert response.status_code == 422
    assert sentence in text(response)
    assert room.attempts.count() == 2


def test_a_school_administrator_admits_from_another_class(world: World, room: Room) -> None:
    guest = make_student(world.class_72, "隔壁班", "N0788")
    sign_in(world.school_admin).post(reverse("room_walk_ins", args=[room.pk]), {"code": "N0788"})
    assert attempt_of(room.sitting, guest).room == room


def test_a_card_is_shown_again(ada: Client, ben: Attempt) -> None:
    assert spaced(ben.card) in text(ada.get(reverse("seat_card", args=[ben.pk])))
    assert actions() == ["card:print"]


def test_a_replaced_card_is_another_one(ada: Client, ben: Attempt) -> None:
    response = ada.post(reverse("seat_card", args=[ben.pk]), follow=True)
    old = ben.card
    ben.refresh_from_db()
    assert ben.card != old
    assert spaced(ben.card) in text(response)
    assert spaced(old) not in text(response)


def test_a_seat_shows_what_happened_and_by_whom(ada: Client, ben: Attempt) -> None:
    ada.post(reverse("seat_release", args=[ben.pk]))
    page = text(ada.get(reverse("seat", args=[ben.pk])))
    assert "准许换设备" in page
    assert "Ada" in page
    assert "作废" not in page


def test_a_class_shows_its_students_and_sittings(world: World, ada: Client, room: Room) -> None:
    page = text(ada.get(reverse("class", args=[world.class_71.pk])))
    assert "本小江" in page
    assert "第一场" in page
    assert actions() == ["student:view"]


def test_a_class_leads_to_cards_before_the_close_and_to_results_after_it(world: World, ada: Client, room: Room) -> None:
    over = {"opens_at": NOW - timedelta(days=2), "starts_at": NOW - timedelta(days=2), "closes_at": NOW}
    past = make_sitting(world, **over)
    page = soup(ada.get(reverse("class", args=[world.class_71.pk])))
    addresses = {link["href"] for link in page.select(".entry-list a")}
    assert reverse("room_cards", args=[room.pk]) in addresses
    assert reverse("class_results", args=[past.exam_id, world.class_71.pk]) in addresses


@pytest.mark.parametrize("username", ROLES)
def test_a_class_is_there_for_its_teachers_and_those_above(world: World, username: str | None) -> None:
    response = client_of(world, username).get(reverse("class", args=[world.class_71.pk]))
    assert response.status_code == expected(username, PROCTORS)


def test_pages_hold_no_inline_code(ada: Client, room: Room, ben: Attempt) -> None:
    for name, pk in [(one, room.pk) for one in ROOM_PAGES[2:]] + [(one, ben.pk) for one in SEAT_PAGES]:
        page = soup(ada.get(reverse(name, args=[pk])))
        assert not page.select("[style], style, [onclick], script:not([src]):not([type='application/json'])"), name
