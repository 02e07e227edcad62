"""The one cast everybody knows, and builders of what they need.

Two counties of one city, North school and South school; Ada teaches 7(1) of North, Ben and Cleo are her students;
Olga teaches 7(1) of South, Otto is hers; a county and a city administrator, a school administrator, an author and a
reviewer. `NOW` is a Tuesday morning in October, so that those who entered in September are in grade 7.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from exams import freezing, scheduling
from exams.freezing import Pick
from exams.models import Attempt, Exam, JournalEntry, Paper, Room, Sitting
from questionbank.models import Item, ItemVersion, Topic
from schools.models import Enrollment, Membership, Organization, Student, User
from schools.roles import Role

NOW = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
SCHOOL_YEAR_BEGAN = date(2026, 9, 1)
_numbers = count(1)


@dataclass
class World:
    """The cast. Every attribute is a row in the database."""

    city: Organization
    north_county: Organization
    south_county: Organization
    north: Organization
    south: Organization
    class_71: Organization
    class_72: Organization
    south_71: Organization
    ben: Student
    cleo: Student
    otto: Student
    staff: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        staff: dict[str, User] = self.__dict__.get("staff", {})
        if name in staff:
            return staff[name]
        raise AttributeError(name)


def make_class(school: Organization, number: int = 1, entry_year: int = 2026, stage: str = "junior") -> Organization:
    """A class below `school`; entry year 2026 and junior is grade 7 at NOW."""
    values = {"kind": "class", "entry_year": entry_year, "class_number": number, "stage": stage}
    return Organization.objects.add_child(school, values)


def make_school(county: Organization, name: str, stages: tuple[str, ...] = ("junior",)) -> Organization:
    """A school below `county`."""
    values = {"kind": "school", "name": name, "stages": list(stages), "geographic_county": county}
    return Organization.objects.add_child(county, values)


def make_student(class_: Organization, name: str, code: str = "") -> Student:
    """A student enrolled in `class_` since the school year began."""
    student = Student.objects.create(name=name, student_code=code or f"T{next(_numbers):06d}")
    Enrollment.objects.create(student=student, organization=class_, since=SCHOOL_YEAR_BEGAN)
    return student


def make_user(username: str, role: Role | None = None, at: Organization | None = None) -> User:
    """Somebody of the staff with one role; the password is "correct horse battery"."""
    user = User(username=username, name=username.title())
    user.set_password("correct horse battery")
    user.save()
    if role is not None and at is not None:
        Membership.objects.create(user=user, organization=at, role=role)
    return user


def build() -> World:
    """Creates the whole cast."""
    tree = Organization.objects
    city = tree.add_root({"kind": "city", "name": "江海市（示例）", "code": "990000"})
    north_county = tree.add_child(city, {"kind": "county", "name": "北区", "code": "990001"})
    south_county = tree.add_child(city, {"kind": "county", "name": "南区", "code": "990002"})
    north = make_school(north_county, "北校（示例）")
    south = make_school(south_county, "南校（示例）")
    class_71, class_72, south_71 = make_class(north, 1), make_class(north, 2), make_class(south, 1)
    world = World(
        city=city,
        north_county=north_county,
        south_county=south_county,
        north=north,
        south=south,
        class_71=class_71,
        class_72=class_72,
        south_71=south_71,
        ben=make_student(class_71, "本小江", "N0701"),
        cleo=make_student(class_71, "柯小海", "N0702"),
        otto=make_student(south_71, "欧小河", "S0701"),
    )
    places = {
        "ada": (Role.TEACHER, class_71),
        "olga": (Role.TEACHER, south_71),
        "school_admin": (Role.SCHOOL_ADMIN, north),
        "county_admin": (Role.COUNTY_ADMIN, north_county),
        "city_admin": (Role.CITY_ADMIN, city),
        "author": (Role.AUTHOR, city),
        "reviewer": (Role.REVIEWER, city),
    }
    world.staff = {name: make_user(name, role, at) for name, (role, at) in places.items()}
    return world


def make_topic(slug: str = "law", title: str = "人防法律") -> Topic:
    """The topic of that slug, made when it is not there."""
    values = {"slug": slug, "title": title, "title_en": slug.title()}
    return Topic.objects.filter(slug=slug).first() or Topic.objects.add_root(values)


def make_item(organization: Organization, kind: str = "single_choice", **changes: Any) -> Item:
    """A published item with one version. Keys: single A, multiple A and B, true_false "true".
    `changes` may name topic, stage, difficulty, state, author, stem, choices, key, explanation, code."""
    number = next(_numbers)
    letters = "ABCD" if kind != "true_false" else ""
    version = {
        "stem": changes.pop("stem", f"第{number}题：下面哪一项是对的？"),
        "choices": changes.pop("choices", [{"id": letter, "content": f"选项{letter}{number}"} for letter in letters]),
        "key": changes.pop(
            "key", {"single_choice": ["A"], "multiple_choice": ["A", "B"], "true_false": ["true"]}[kind]
        ),
        "explanation": changes.pop("explanation", "因为法律这样规定。"),
        "citation": "《中华人民共和国人民防空法》第二条",
        "facts": ["L04"],
    }
    values = {"stage": "junior", "difficulty": "easy", "code": f"t-{number:05d}", "topic": make_topic()} | changes
    state = values.pop("state", "published")
    item = Item.objects.create(organization=organization, kind=kind, updated_at=NOW, **values)
    item.current = ItemVersion.objects.create(item=item, number=1, created_at=NOW, **version)
    item.state = state
    item.save()
    return item


def make_exam(world: World, items: list[Item] | None = None, papers: int = 1, **changes: Any) -> Exam:
    """An exam with frozen papers: by default two single choices, one multiple choice, one true/false, 2 points each."""
    if items is None:
        kinds = ("single_choice", "single_choice", "multiple_choice", "true_false")
        items = [make_item(world.city, kind) for kind in kinds]
    values = {
        "title": "人防知识测评",
        "stage": "junior",
        "basis": "《人民防空法》第四十六条",
        "created_at": NOW,
    } | changes
    exam = Exam.objects.create(organization=world.city, **values)
    for number in range(1, papers + 1):
        freezing.freeze(exam, number, [Pick(item, Decimal(2)) for item in items], seed=number, now=NOW)
    return exam


def make_sitting(world: World, exam: Exam | None = None, *, fix: bool = True, **changes: Any) -> Sitting:
    """A sitting of North school that opened ten minutes before NOW, started at NOW and closes in an hour.
    `organizations` may be named; with `fix` its roster is fixed."""
    organizations = changes.pop("organizations", [world.north])
    values = {
        "exam": exam or make_exam(world),
        "title": "第一场",
        "opens_at": NOW - timedelta(minutes=10),
        "starts_at": NOW,
        "closes_at": NOW + timedelta(hours=1),
        "time_limit_ms": 40 * 60_000,
    } | changes
    if values.get("start_mode") == "go":
        values["starts_at"] = None
    sitting = Sitting.objects.create(**values)
    sitting.organizations.set(organizations)
    if fix:
        scheduling.fix_roster(sitting, by=None, now=NOW - timedelta(days=1))
    return sitting


def attempt_of(sitting: Sitting, student: Student) -> Attempt:
    """The attempt of that student in that sitting."""
    return Attempt.objects.get(sitting=sitting, student=student)


def room_of(sitting: Sitting, class_: Organization) -> Room:
    """The room of that class in that sitting."""
    return Room.objects.get(sitting=sitting, organization=class_)


def set_state(attempt: Attempt, state: str, *, now: datetime = NOW) -> Attempt:
    """Puts an attempt into a state with all that the state needs, past the table: for tests that begin there."""
    started = None if state in ("assigned", "entered") else now
    Attempt.objects.filter(pk=attempt.pk).update(
        state=state,
        epoch=0 if state == "assigned" else max(attempt.epoch, 1),
        entered_at=None if state == "assigned" else now,
        started_at=started,
        deadline_at=started and now + timedelta(minutes=40),
        paused_at=now if state == "paused" else None,
        submitted_at=now if state in ("submitted", "scored") else None,
    )
    attempt.refresh_from_db()
    return attempt


def answer(
    attempt: Attempt, responses: dict[int, list[Any]], *, epoch: int = 1, at: datetime = NOW, **flags: Any
) -> None:
    """Journal entries of an epoch as the lane would have stored them, after those that are there."""
    first = JournalEntry.objects.filter(attempt=attempt, epoch=epoch).count() + 1
    JournalEntry.objects.bulk_create(
        JournalEntry(
            attempt_id=attempt.pk, epoch=epoch, seq=seq, slot=slot, response=response, at=at, received_at=at, **flags
        )
        for seq, (slot, response) in enumerate(responses.items(), start=first)
    )


def right_answers(paper: Paper) -> dict[int, list[Any]]:
    """The key of every slot of a paper, in the paper's own choice ids."""
    return {int(slot): key["key"] for slot, key in paper.keys["slots"].items()}
