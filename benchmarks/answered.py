"""A private database with one exam that N students have answered: what the benchmarks of scoring and findings run on.

The server is the one of DATABASE_URL; the database is made for the run and dropped at its end. Journals are made by
generate_series: every student answers every item, a fifth of the answers are given twice (60 saves for 50 items)."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizplatform.settings")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="benchmark-"))
os.environ.setdefault("LOG_LEVEL", "WARNING")

import django

django.setup()

from django.db import connection

from exams import freezing
from exams.models import Exam, Room, Sitting
from questionbank.models import Item, ItemVersion, Topic
from schools.models import Organization

NOW = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
CLASS_SIZE = 40
KINDS = ("single_choice", "single_choice", "single_choice", "multiple_choice", "true_false")
KEYS = {"single_choice": ["A"], "multiple_choice": ["A", "C"], "true_false": ["true"]}

STUDENTS = """
insert into schools_student (student_code, name, synthetic)
select 'B' || lpad(n::text, 8, '0'), '学生' || n, false from generate_series(1, %(students)s) n
"""
ATTEMPTS = """
insert into exams_attempt (sitting_id, room_id, student_id, paper_id, seed, state, card, card_version, walk_in, epoch,
    device, journal, entered_at, started_at, deadline_at, extra_ms, paused_ms, submitted_at, receipt)
select %(sitting)s, (%(rooms)s::bigint[])[1 + (n - 1) / %(size)s], s.id, (%(papers)s::bigint[])[1 + n %% 2], n,
    'submitted', lpad(n::text, 12, '0'), 1, false, 1, '', '', %(now)s, %(now)s, %(now)s + interval '40 minutes', 0, 0,
    %(now)s + interval '30 minutes', ''
from (select id, row_number() over (order by id) as n from schools_student) s
"""
JOURNAL = """
with offered as (
    select p.id as paper_id, k.key::int as slot, k.value->'key' as key, k.value->>'kind' as kind
    from exams_paper p, jsonb_each(p.keys->'slots') k
), given as (
    select a.id, o.slot, o.key, o.kind, again,
           random() < 0.25 + 0.6 * power(((a.id * 7919) %% 1000) / 1000.0, 0.5) - o.slot * 0.002 as is_right
    from exams_attempt a join offered o using (paper_id)
    cross join lateral (select generate_series(0, (o.slot %% 5 = 0)::int) as again) twice
)
insert into exams_journalentry (attempt_id, epoch, seq, slot, response, event, at, received_at, kept, after_move)
select id, 1, slot + 1000 * again, slot,
    case when again = 0 and slot %% 5 = 0 then '[]'::jsonb when is_right then key
         when kind = 'true_false' then '["false"]'::jsonb
         else jsonb_build_array('c' || (1 + floor(random() * 4))::int) end,
    '', %(now)s, %(now)s, false, false
from given
"""


@contextmanager
def private_database() -> Iterator[None]:
    """A fresh database with every table, dropped at the end."""
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"benchmark_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def fill(students: int, items: int) -> Sitting:
    """The exam, its two papers, the classes, the attempts and their journals. Returns the sitting, not yet scored."""
    exam = _exam(items)
    sitting = Sitting.objects.create(
        exam=exam,
        title="benchmark",
        opens_at=NOW,
        starts_at=NOW,
        closes_at=NOW + timedelta(hours=1),
        time_limit_ms=40 * 60_000,
        fixed_at=NOW,
    )
    rooms = [Room(sitting=sitting, organization=one) for one in _classes(exam.organization, students)]
    values: dict[str, Any] = {
        "students": students,
        "sitting": sitting.pk,
        "rooms": [room.pk for room in Room.objects.bulk_create(rooms)],
        "papers": list(exam.papers.order_by("number").values_list("pk", flat=True)),
        "size": CLASS_SIZE,
        "now": NOW,
    }
    with connection.cursor() as cursor:
        for statement in (STUDENTS, ATTEMPTS, JOURNAL):
            cursor.execute(statement, values)
        cursor.execute("vacuum analyze")
    return sitting


def _exam(items: int) -> Exam:
    city = Organization.add_root(kind="city", name="江海市（示例）", code="990000")
    topics = [Topic.add_root(slug=f"topic-{n}", title=f"主题{n}", title_en=f"Topic {n}") for n in range(10)]
    made = [_item(city, topics[n % 10], KINDS[n % len(KINDS)], n) for n in range(items)]
    exam = Exam.objects.create(organization=city, title="benchmark", stage="junior", basis="benchmark", created_at=NOW)
    for number in (1, 2):
        freezing.freeze(exam, number, [freezing.Pick(item, Decimal(2)) for item in made], seed=number, now=NOW)
    return exam


def _item(city: Organization, topic: Topic, kind: str, number: int) -> Item:
    item = Item.objects.create(
        organization=city, code=f"b-{number}", topic=topic, kind=kind, stage="junior", difficulty="easy", updated_at=NOW
    )
    choices = [] if kind == "true_false" else [{"id": one, "content": f"选项{one}{number}"} for one in "ABCD"]
    stem = f"第{number}题：下面哪一项是对的？"
    item.current = ItemVersion.objects.create(
        item=item, number=1, created_at=NOW, stem=stem, choices=choices, key=KEYS[kind], explanation="因为如此。"
    )
    item.state = "published"
    item.save()
    return item


def _classes(city: Organization, students: int) -> list[Organization]:
    """Eight counties, schools of 24 classes."""
    wanted = -(-students // CLASS_SIZE)
    counties = [
        Organization.objects.add_child(city, {"kind": "county", "name": f"第{n}区", "code": f"99010{n}"})
        for n in range(8)
    ]
    classes: list[Organization] = []
    while len(classes) < wanted:
        number = len(classes) // 24
        school = Organization.objects.add_child(
            counties[number % 8], {"kind": "school", "name": f"第{number}中学", "stages": ["junior"]}
        )
        for place in range(min(24, wanted - len(classes))):
            values = {
                "kind": "class",
                "entry_year": 2026 - place % 3,
                "class_number": 1 + place // 3,
                "stage": "junior",
            }
            classes.append(Organization.objects.add_child(school, values))
    return classes
