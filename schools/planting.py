"""Plants a demonstration city: real county names, invented schools marked （示例）, invented people. Deterministic."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from faker import Faker

from schools import grades
from schools.grades import Stage
from schools.models import Enrollment, Membership, Organization, Student, User
from schools.roles import Role

SEED_FILE = Path(__file__).parent / "seed" / "divisions.json"
BATCH = 5000
# What school names are made of; every invented name is checked to be no place and carries （示例）.
PREFIXES = "江海 紫藤 望潮 听涛 云帆 青麦 朝晖 星湖 春泥 银杏 蓝印 百川 长风 晴川 沐阳 新苇 远帆 明德 启明 和风".split()  # noqa: SIM905
SHAPES: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("小学", (Stage.PRIMARY,)),
    ("初级中学", (Stage.JUNIOR,)),
    ("高级中学", (Stage.SENIOR,)),
    ("实验学校", (Stage.PRIMARY, Stage.JUNIOR)),
    ("中学", (Stage.JUNIOR, Stage.SENIOR)),
)
TESTED_FROM_GRADE = 3


@dataclass(frozen=True)
class Plan:
    """How large a city is to be."""

    school_count: int
    classes_per_school: int
    class_size: int


def plan(student_count: int) -> Plan:
    """A city of about so many students: 24 schools at least, classes of up to 42."""
    class_size = 33 if student_count <= 5000 else 42
    school_count = max(24, min(140, student_count // 450))
    classes = max(1, round(student_count / school_count / class_size))
    return Plan(school_count, classes, class_size)


class CityExists(Exception):
    """There is a city in this database already; a demonstration never mixes with it."""


@transaction.atomic
def plant(student_count: int, seed: int, on: date, password: str) -> Organization:
    """Builds city, counties, a zone, schools, classes, students and staff; returns the city. Raises CityExists."""
    if Organization.objects.exists():
        raise CityExists
    divisions = json.loads(SEED_FILE.read_text(encoding="utf-8"))
    city, places = plant_divisions(divisions)
    chance = random.Random(seed)  # noqa: S311 - invented people
    size = plan(student_count)
    schools = [_plant_school(places[index % len(places)], index, chance) for index in range(size.school_count)]
    classes = [one for index, school in enumerate(schools) for one in _plant_classes(school, index, size, on)]
    _plant_students(classes, student_count, seed, on)
    _plant_staff(city, classes, seed, make_password(password), on)
    _tell_the_planner()
    return city


def _tell_the_planner() -> None:
    """Without fresh statistics a full city's pages take seconds until autovacuum comes by."""
    with connection.cursor() as cursor:
        cursor.execute("analyze schools_organization, schools_student, schools_enrollment, schools_membership")


def plant_divisions(divisions: dict[str, Any]) -> tuple[Organization, list[Organization]]:
    """The city and the counties and zones below it, with their codes and historical aliases."""
    city = Organization.objects.add_root({"kind": "city", **divisions["city"]})
    counties = {}
    for row in divisions["counties"]:
        values = {"kind": "county", "name": row["name"], "code": row["code"], "aliases": row["aliases"]}
        counties[row["code"]] = Organization.objects.add_child(city, values)
    zones = []
    for row in divisions["zones"]:
        values = {"kind": "zone", "name": row["name"], "code": row["code"], "aliases": row["aliases"]}
        values["geographic_county"] = counties[row["county"]]
        zones.append(Organization.objects.add_child(city, values))
    return city, [*counties.values(), *zones]


def _plant_school(place: Organization, index: int, chance: random.Random) -> Organization:
    """One school; its shape goes round so that every stage is there, its name is invented and unique."""
    shape, stages = SHAPES[(index + index // 8) % len(SHAPES)]
    prefix = PREFIXES[(index * 7) % len(PREFIXES)]
    serial = index // len(PREFIXES)
    numeral = "" if serial == 0 else "第" + "一二三四五六七八九十"[serial] if serial < 10 else f"第{serial}"
    county = place.geographic_county if place.kind == "zone" else place
    town = place.name.removesuffix("经济技术开发区") or place.name
    values = {
        "kind": "school",
        "name": f"{town[:2]}{prefix}{numeral}{shape}（示例）",
        "code": f"SL{index + 1:04d}",
        "stages": [str(stage) for stage in stages],
        "geographic_county": county,
    }
    return Organization.objects.add_child(place, values)


def _plant_classes(school: Organization, index: int, size: Plan, on: date) -> Iterator[Organization]:
    """Classes of the tested grades, grade by grade in turn until the school has as many as planned."""
    tested = [number for stage in school.stages for number in _grades(Stage(stage)) if number >= TESTED_FROM_GRADE]
    # The eighth grade is the usual one; it comes first where a school has it, then the others in turn.
    tested.sort(key=lambda number: (number != 8, (number + index) % 12))
    for position in range(size.classes_per_school):
        number = tested[position % len(tested)]
        values = {
            "kind": "class",
            "stage": str(grades.stage_of(number)),
            "entry_year": grades.entry_year(number, on),
            "class_number": position // len(tested) + 1,
        }
        yield Organization.objects.add_child(school, values)


def _grades(stage: Stage) -> range:
    return range(grades.FIRST_GRADE[stage], grades.FIRST_GRADE[stage] + grades.YEARS[stage])


def _plant_students(classes: list[Organization], student_count: int, seed: int, on: date) -> None:
    """Students spread evenly over the classes; codes name school order, entry year, class and seat."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed)
    share, rest = divmod(student_count, len(classes))
    places = [
        (one, f"{index // 100 + 10:02d}{index % 100:02d}{(one.entry_year or 0) % 100:02d}{seat:02d}")
        for index, one in enumerate(classes)
        for seat in range(1, share + (index < rest) + 1)
    ]
    rows = [Student(student_code=code, name=faker.name()) for _one, code in places]
    Student.objects.bulk_create(rows, batch_size=BATCH)
    since = date(grades.school_year(on), 9, 1)
    enrollments = (
        Enrollment(student=row, organization=one, since=since) for row, (one, _code) in zip(rows, places, strict=True)
    )
    Enrollment.objects.bulk_create(enrollments, batch_size=BATCH)


def _plant_staff(city: Organization, classes: list[Organization], seed: int, password: str, on: date) -> None:
    """One person per role with a name to remember, and a teacher for every class."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed + 1)
    shown = next(one for one in classes if one.grade(on) == 8)
    school = Organization.objects.get_parent(shown)
    members: list[tuple[str, Role, Organization]] = [
        ("city", Role.CITY_ADMIN, city),
        ("county", Role.COUNTY_ADMIN, Organization.objects.get_parent(school)),
        ("school", Role.SCHOOL_ADMIN, school),
        ("teacher", Role.TEACHER, shown),
        ("author", Role.AUTHOR, city),
        ("reviewer", Role.REVIEWER, city),
    ]
    members += [(f"t{one.pk:06d}", Role.TEACHER, one) for one in classes if one.pk != shown.pk]
    users = User.objects.bulk_create(
        [User(username=name, name=faker.name(), password=password) for name, _role, _at in members], batch_size=BATCH
    )
    Membership.objects.bulk_create(
        [
            Membership(user=user, role=role, organization=at)
            for user, (_name, role, at) in zip(users, members, strict=True)
        ],
        batch_size=BATCH,
    )
    beside = next((one for one in classes if one.path.startswith(school.path) and one.pk != shown.pk), None)
    if beside is not None:
        Membership.objects.create(user=User.objects.get(username="teacher"), role=Role.TEACHER, organization=beside)
