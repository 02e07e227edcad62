"""A teacher's way through a test: the room moves by itself, the acts reach the students, and without Valkey the page
asks for itself and says how old its picture is."""

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from exams.models import Attempt, Room
from quizplatform.embedded import process, valkey
from tests import world
from tests.journeys import student
from tests.journeys.stack import Stack
from tests.journeys.student import Devices, Picture, StaffPage

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SOON = 4_000
LIVE = 15_000
LATER = 30_000


class PrivateValkey:
    """A Valkey for the boards alone, so that it can be stopped."""

    def __init__(self, folder: Path) -> None:
        self.path, self.log = folder / "v.sock", folder / "v.log"
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self.child = process.start(valkey.command(self.path), self.log)
        process.wait_until(lambda: valkey.answers(self.path), self.child, self.log, what="Valkey")

    def stop(self) -> None:
        if self.child is not None:
            process.stop(self.child, signal.SIGKILL)
            self.child = None


@pytest.fixture
def private_valkey(stack: Stack) -> Iterator[PrivateValkey]:
    """The boards' parts of the product on a Valkey of their own."""
    with tempfile.TemporaryDirectory(prefix="qp-room-", dir="/tmp") as folder:
        server, before = PrivateValkey(Path(folder)), stack.environment["REDIS_URL"]
        server.start()
        restart_boards(stack, valkey.url(server.path))
        yield server
        server.stop()
        restart_boards(stack, before)


def restart_boards(stack: Stack, redis_url: str) -> None:
    stack.environment["REDIS_URL"] = redis_url
    for name in ("live", "follow"):
        stack.stop_part(name)
        stack.start_part(name)


def open_room(page: Page, room: Room) -> None:
    page.goto(f"/rooms/{room.pk}/")
    expect(page.locator("#room-freshness")).to_have_text("实时画面", timeout=LIVE)


def seat(page: Page, attempt: Attempt) -> Locator:
    return page.locator(f"#seat-{attempt.pk}")


def test_the_room_moves_within_four_seconds_while_a_student_answers(
    cast: world.World, staff_page: StaffPage, open_device: Devices, picture: Picture
) -> None:
    sitting = student.sitting_now(cast)
    ben = world.attempt_of(sitting, cast.ben)
    teacher = staff_page(cast.ada)
    open_room(teacher, ben.room)
    expect(seat(teacher, ben)).to_contain_text("未到")
    own = open_device().new_page()
    student.begin(own, ben)
    expect(seat(teacher, ben)).to_contain_text("答题中", timeout=SOON)
    for number in (1, 2):
        student.answer(own)
        student.saved(own)
        began = time.monotonic()
        expect(seat(teacher, ben)).to_contain_text(f"{number}/4", timeout=SOON)
        assert time.monotonic() - began < SOON / 1000
        student.forward(own)
    expect(teacher.locator('[data-count="answering"]')).to_have_text("1")
    expect(teacher.locator("#room-announcement")).to_contain_text("本小江：答题中", timeout=LIVE)
    picture(teacher)


def test_a_go_and_more_time_reach_the_student(
    cast: world.World, staff_page: StaffPage, open_device: Devices, picture: Picture
) -> None:
    sitting = student.sitting_now(cast, start_mode="go", starts_at=None)
    ben = world.attempt_of(sitting, cast.ben)
    own = open_device().new_page()
    student.enter(own, ben)
    teacher = staff_page(cast.ada, width=390, height=844)
    open_room(teacher, ben.room)
    expect(seat(teacher, ben)).to_contain_text("候考", timeout=SOON)
    teacher.get_by_role("button", name="宣布开始").click()
    expect(teacher.locator(".messages")).to_contain_text("已宣布开始")
    student.at_question(own, 1)
    expect(seat(teacher, ben)).to_contain_text("答题中", timeout=SOON)
    before = world.attempt_of(sitting, cast.ben).deadline_at
    seat(teacher, ben).locator("a").click()
    dialog = teacher.locator("#seat-dialog")
    dialog.get_by_text("耽误了时间：加时").click()
    dialog.get_by_label("分钟").fill("9")
    dialog.get_by_label("原因").fill("耳机坏了")
    picture(teacher, "dialog")
    dialog.get_by_role("button", name="加时", exact=True).click()
    expect(teacher.locator(".messages")).to_contain_text("加时 9 分钟")
    assert (world.attempt_of(sitting, cast.ben).deadline_at - before).total_seconds() == 540
    assert student.fits(teacher)
    picture(teacher)


def test_a_walk_in_appears_on_a_page_that_is_open(
    cast: world.World, staff_page: StaffPage, open_device: Devices, picture: Picture
) -> None:
    room = world.room_of(student.sitting_now(cast), cast.class_71)
    watching = staff_page(cast.school_admin)
    open_room(watching, room)
    world.make_student(cast.class_71, "新来的", "N0799")
    teacher = staff_page(cast.ada)
    teacher.goto(f"/rooms/{room.pk}/walk-ins/")
    teacher.get_by_role("button", name="增补 新来的").click()
    expect(teacher.locator(".seat-card-number")).to_have_text(re.compile(r"\d{4} \d{4} \d{4}"))
    expect(watching.locator(".seat", has_text="新来的")).to_contain_text("未到", timeout=LIVE)
    expect(watching.locator('[data-count="all"]')).to_have_text("3")
    expect(watching.locator("#room-happenings")).to_contain_text("增补入场")
    picture(watching)


def test_without_valkey_the_page_asks_for_itself_and_says_how_old_it_is(
    cast: world.World, stack: Stack, staff_page: StaffPage, private_valkey: PrivateValkey, picture: Picture
) -> None:
    ben = world.attempt_of(student.sitting_now(cast), cast.ben)
    teacher = staff_page(cast.ada)
    open_room(teacher, ben.room)
    freshness = teacher.locator("#room-freshness")
    private_valkey.stop()
    expect(freshness).to_contain_text("每 5 秒刷新一次", timeout=LATER)
    world.answer(world.set_state(ben, "active"), {1: ["c1"]})
    expect(seat(teacher, ben)).to_contain_text("1/4", timeout=LIVE)
    stack.stop_part("pages")
    expect(freshness).to_have_text(re.compile(r"画面是 \d\d 秒前的"), timeout=LATER)
    picture(teacher, "old")
    stack.start_part("pages")
    expect(freshness).to_contain_text("每 5 秒刷新一次", timeout=LATER)
    private_valkey.start()
    expect(freshness).to_have_text("实时画面", timeout=60_000)
    picture(teacher)
