"""The day before: the city administrator orders a rehearsal from a page, invented students really sit it against the
running product, and the page says in plain words whether the machine can do it."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import expect

from exams.models import Attempt, JournalEntry, Rehearsal
from schools.models import Student
from tests import world
from tests.exams.test_rehearsal import fill_bank
from tests.journeys.stack import Stack
from tests.journeys.student import Picture, StaffPage, fits

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
UNTIL_THE_VERDICT = 300_000
STUDENTS = 30


@pytest.fixture
def cast(stack: Stack) -> world.World:
    built = world.build()
    fill_bank(built, single=60)
    totp.TOTP.activate(built.city_admin, totp.generate_totp_secret())
    return built


def until(holds: Callable[[], bool]) -> None:
    """Waits for the queue's worker."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_a_rehearsal_ends_with_a_verdict_and_leaves_nothing_behind(
    cast: world.World, staff_page: StaffPage, picture: Picture
) -> None:
    page = staff_page(cast.city_admin)
    page.goto("/rehearsals/")
    page.get_by_label("模拟学生数").fill(str(STUDENTS))
    page.get_by_label("答题时长（分钟）").fill("1")
    page.get_by_role("button", name="开始演练").click()
    expect(page.get_by_text("模拟学生正在测评")).to_be_visible(timeout=60_000)
    picture(page, "rehearsal-running")

    expect(page.get_by_role("heading", name=f"这台机器可以让 {STUDENTS} 名学生同时测评。")).to_be_visible(
        timeout=UNTIL_THE_VERDICT
    )
    assert fits(page)
    picture(page, "rehearsal-verdict")
    one = Rehearsal.objects.get()
    # A device that is lost with a batch on its way may never hear that it was stored.
    assert STUDENTS * 40 < one.figures["verdict"]["acknowledged"] <= JournalEntry.objects.count()
    assert one.figures["verdict"]["missing"] == 0
    closed_out = one.figures["acts"].get("closed before the new device was in", 0)
    assert one.figures["verdict"]["receipts"] + closed_out == STUDENTS
    assert set(Attempt.objects.values_list("state", flat=True)) <= {"submitted", "scored"}
    assert not Attempt.objects.real().exists()

    page.get_by_role("button", name="清除模拟学生").click()
    until(lambda: not Student.objects.filter(synthetic=True).exists())
    assert not JournalEntry.objects.exists()
    page.reload()
    expect(page.get_by_role("heading", name=f"这台机器可以让 {STUDENTS} 名学生同时测评。")).to_be_visible()
