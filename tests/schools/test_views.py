"""The pages of places, staff and students: who sees them, what they say, what they refuse."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from schools.models import AuditEntry, Enrollment, Student, User
from tests import world as cast
from tests.pages import office_hours, sign_in, soup, text
from tests.world import World

__all__ = ["office_hours"]
pytestmark = pytest.mark.usefixtures("office_hours")
EVERYBODY = {"ada", "olga", "school_admin", "county_admin", "city_admin", "author", "reviewer"}

# What stands in the columns: the page, the place it is about, and who may open it.
PAGES = [
    ("organization", "city", {"city_admin", "author", "reviewer"}),
    ("organization", "north", {"school_admin", "county_admin", "city_admin", "author", "reviewer"}),
    ("organization", "class_71", {"ada", "school_admin", "county_admin", "city_admin", "author", "reviewer"}),
    ("staff", "city", {"city_admin"}),
    ("staff", "north_county", {"county_admin", "city_admin"}),
    ("staff", "north", {"school_admin", "county_admin", "city_admin"}),
    ("class_students", "class_71", {"school_admin", "city_admin"}),
    ("student", "ben", {"school_admin", "city_admin"}),
    ("student", "otto", {"city_admin"}),
]


@pytest.mark.parametrize(("page", "place", "allowed"), PAGES)
def test_a_page_opens_for_those_who_may_and_does_not_exist_for_the_others(
    world: World, page: str, place: str, allowed: set[str]
) -> None:
    url = reverse(page, args=[getattr(world, place).pk])
    statuses = {who: sign_in(world.staff[who]).get(url).status_code for who in EVERYBODY}
    assert {who for who, status in statuses.items() if status == 200} == allowed
    assert {status for who, status in statuses.items() if who not in allowed} <= {404}


@pytest.mark.parametrize(
    ("action", "target"),
    [
        ("membership_removal", "membership"),
        ("membership_password", "membership"),
        ("student_name", "student"),
        ("student_enrollment", "student"),
        ("student_departure", "student"),
    ],
)
def test_actions_on_what_one_may_not_see_are_404_and_change_nothing(world: World, action: str, target: str) -> None:
    pk = world.olga.memberships.get().pk if target == "membership" else world.otto.pk
    data = {"name": "改了", "organization": world.class_71.pk}
    for who in EVERYBODY - {"city_admin"}:
        assert sign_in(world.staff[who]).post(reverse(action, args=[pk]), data).status_code == 404
    assert Student.objects.get(pk=world.otto.pk).name == "欧小河"
    assert Enrollment.objects.get(student=world.otto).until is None
    assert world.olga.memberships.exists()


def test_actions_are_no_addresses_to_visit(world: World) -> None:
    client = sign_in(world.school_admin)
    membership = world.ada.memberships.get()
    assert client.get(reverse("membership_removal", args=[membership.pk])).status_code == 405
    assert client.get(reverse("student_departure", args=[world.ben.pk])).status_code == 405


def test_somebody_not_signed_in_is_led_to_the_door(world: World, client: cast.Any) -> None:
    response = client.get(reverse("organization", args=[world.north.pk]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_number_larger_than_any_id_is_404(world: World) -> None:
    assert sign_in(world.city_admin).get(f"/organizations/{10**30}/").status_code == 404
    assert sign_in(world.city_admin).get(f"/students/{10**30}/").status_code == 404


def test_the_only_beginning_of_a_view_is_opened_at_once_and_several_are_offered(world: World) -> None:
    assert sign_in(world.ada).get(reverse("organizations")).url == reverse("organization", args=[world.class_71.pk])
    cast.Membership.objects.create(user=world.ada, organization=world.south_71, role="teacher")
    assert "七年级(1)班" in text(sign_in(world.ada).get(reverse("organizations")))


def test_a_places_page_counts_what_lies_below_and_names_only_ancestors_one_may_see(world: World) -> None:
    page = sign_in(world.county_admin).get(reverse("organization", args=[world.north.pk]))
    assert "在册学生 2 人" in text(page)
    assert [link.get_text() for link in soup(page).select(".breadcrumb a")] == ["北区"]
    assert "七年级(2)班" in text(page)


def test_the_page_of_a_full_city_takes_a_bounded_number_of_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        cast.make_class(cast.make_school(world.north_county, f"学校{number}（示例）"), 1)
    client = sign_in(world.city_admin)
    with django_assert_max_num_queries(13):
        client.get(reverse("organization", args=[world.north_county.pk]))


def test_the_staff_page_does_not_ask_per_person(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        cast.make_user(f"teacher{number}", cast.Role.TEACHER, world.class_72)
    client = sign_in(world.school_admin)
    with django_assert_max_num_queries(11):
        page = client.get(reverse("staff", args=[world.north.pk]))
    assert "teacher14" in text(page)


def appoint(world: World, who: str = "school_admin", **changes: object) -> cast.Any:
    data = {"username": "fresh", "name": "新老师", "role": "teacher", "organization": world.class_72.pk} | changes
    return sign_in(world.staff[who]).post(reverse("staff", args=[world.north.pk]), data)


def test_a_new_persons_password_is_shown_once_and_kept_by_nobody(world: World) -> None:
    page = appoint(world)
    password = soup(page).select_one("code.password").get_text()
    assert User.objects.get(username="fresh").check_password(password)
    assert "no-store" in page["Cache-Control"]
    again = sign_in(world.school_admin).get(reverse("staff", args=[world.north.pk]))
    assert password not in text(again)
    assert "新老师" in text(again)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "olga"}, "这个用户名已有人使用"),
        ({"username": "ada", "organization": "class_71"}, "已有这个角色"),
        ({"role": "school_admin"}, "这个角色不设在这一级单位"),
        ({"role": "city_admin"}, "选择一个有效的选项"),
        ({"organization": "south_71"}, "选择一个有效的选项"),
        ({"username": "a b\x00"}, "username"),
        ({"name": ""}, "这个字段是必填项"),
    ],
)
def test_a_bad_appointment_says_why_and_keeps_what_was_typed(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    place = changes.get("organization")
    page = appoint(world, **(changes | ({"organization": getattr(world, place).pk} if place else {})))
    assert page.status_code == 200
    assert sentence in text(page) or soup(page).select(".has-errors")
    assert not User.objects.filter(username="fresh").exists()
    if "name" not in changes:
        assert soup(page).select_one("input[name=name]")["value"] == "新老师"


def test_a_role_is_taken_back_but_not_ones_own(world: World) -> None:
    client = sign_in(world.school_admin)
    client.post(reverse("membership_removal", args=[world.ada.memberships.get().pk]))
    page = client.post(reverse("membership_removal", args=[world.school_admin.memberships.get().pk]), follow=True)
    assert not world.ada.memberships.exists()
    assert world.school_admin.memberships.exists()
    assert "不能移除自己的角色" in text(page)


def test_a_forgotten_password_is_renewed_and_shown_once(world: World) -> None:
    page = sign_in(world.school_admin).post(reverse("membership_password", args=[world.ada.memberships.get().pk]))
    world.ada.refresh_from_db()
    assert world.ada.check_password(soup(page).select_one("code.password").get_text())


def test_reading_a_class_list_leaves_a_trace(world: World) -> None:
    page = sign_in(world.school_admin).get(reverse("class_students", args=[world.class_71.pk]))
    assert "本小江" in text(page)
    entry = AuditEntry.objects.get(action="student:view")
    assert (entry.organization, set(entry.object_ids)) == (world.class_71, {world.ben.pk, world.cleo.pk})


def test_a_student_is_added_with_the_code_in_capitals_and_spaces_put_right(world: World) -> None:
    data = {"student_code": " n0712 ", "name": "  新  同学 "}
    sign_in(world.school_admin).post(reverse("class_students", args=[world.class_72.pk]), data)
    assert Student.objects.get(student_code="N0712").name == "新 同学"


@pytest.mark.parametrize(
    ("code", "name", "sentence"),
    [
        ("N0701", "甲", "这个编号已有学生使用"),
        ("32060120120101123X", "甲", "这像是身份证号"),
        ("G32060120120101123X", "甲", "这像是身份证号"),
        ("七一", "甲", "只能由字母、数字和短横线组成"),
        ("N1", "   ", "这个字段是必填项"),
        ("N1", "甲\x00", "空字符"),
        ("N1", "甲" * 41, "40"),
    ],
)
def test_a_student_who_cannot_be_added_is_refused_in_plain_words(
    world: World, code: str, name: str, sentence: str
) -> None:
    page = sign_in(world.school_admin).post(
        reverse("class_students", args=[world.class_72.pk]), {"student_code": code, "name": name}
    )
    assert page.status_code == 200
    assert sentence in text(page)
    assert not Enrollment.objects.filter(organization=world.class_72).exists()


def test_a_name_is_corrected_and_an_empty_one_is_not(world: World) -> None:
    client = sign_in(world.school_admin)
    url = reverse("student_name", args=[world.ben.pk])
    assert "必填" in text(client.post(url, {"name": " "}))
    client.post(url, {"name": "本小疆"})
    assert Student.objects.get(pk=world.ben.pk).name == "本小疆"


def test_a_school_moves_its_students_among_its_own_classes_only(world: World) -> None:
    client = sign_in(world.school_admin)
    url = reverse("student_enrollment", args=[world.ben.pk])
    assert "选择一个有效的选项" in text(client.post(url, {"organization": world.south_71.pk}))
    client.post(url, {"organization": world.class_72.pk})
    assert world.ben.enrollments.current().get().organization == world.class_72


def test_the_city_moves_a_student_to_another_school(world: World) -> None:
    client = sign_in(world.city_admin)
    offer = client.get(reverse("student", args=[world.ben.pk]) + f"?school={world.south.pk}")
    assert "南校" in text(offer)
    url = reverse("student_enrollment", args=[world.ben.pk]) + f"?school={world.south.pk}"
    client.post(url, {"organization": world.south_71.pk})
    assert world.ben.enrollments.current().get().organization == world.south_71


@pytest.mark.parametrize("school", ["x", "٣", "99999999999999999999", ""])
def test_a_school_that_is_none_is_taken_for_the_own_one(world: World, school: str) -> None:
    page = sign_in(world.city_admin).get(reverse("student", args=[world.ben.pk]), {"school": school})
    assert page.status_code == 200


def test_somebody_leaves_and_the_address_is_gone(world: World) -> None:
    client = sign_in(world.school_admin)
    response = client.post(reverse("student_departure", args=[world.ben.pk]))
    assert response.url == reverse("class_students", args=[world.class_71.pk])
    assert client.get(reverse("student", args=[world.ben.pk])).status_code == 404


def test_a_search_shows_students_within_reach_and_puts_no_name_into_an_address(world: World) -> None:
    client = sign_in(world.ada)
    page = client.post(reverse("students"), {"text": "小"})
    assert "本小江" in text(page)
    assert "欧小河" not in text(page)
    assert "本小江" not in text(client.get(reverse("students"), {"text": "小"}))
    assert "没有找到" in text(client.post(reverse("students"), {"text": "欧小河"}))
    assert "必填" in text(client.post(reverse("students"), {"text": ""}))


def test_authors_find_no_students(world: World) -> None:
    assert sign_in(world.author).post(reverse("students"), {"text": "小"}).status_code == 404
