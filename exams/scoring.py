"""Scores a sitting by sets: folds the journal in the database, judges each distinct response once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from exams.levels import BOUNDS, Level
from exams.lifecycle import State
from exams.models import Attempt, Sitting
from exams.models.papers import LatePolicy, ReleaseRule
from questionbank import interactions

CHUNK = 5000

FOLD = """
drop table if exists pg_temp.final, pg_temp.worth;
create temporary table final on commit drop as
select distinct on (j.attempt_id, j.slot) j.attempt_id, a.paper_id, j.slot, j.response
from exams_journalentry j join exams_attempt a on a.id = j.attempt_id
where j.attempt_id = any(%(ids)s) and j.slot is not null and (not j.kept or %(late)s)
order by j.attempt_id, j.slot, j.epoch desc, j.seq desc
"""

WORTH = """
create temporary table worth (paper_id bigint, slot integer, response jsonb, score numeric) on commit drop
"""

RESULTS = """
with points as (
    select a.id as attempt_id, s.slot, s.points, t.slug, t.title, t.title_en, t.path,
           coalesce(f.response, '[]'::jsonb) as response, coalesce(w.score, 0) as score
    from exams_attempt a
    join exams_paperslot s on s.paper_id = a.paper_id
    join questionbank_itemversion v on v.id = s.item_version_id
    join questionbank_item i on i.id = v.item_id
    join questionbank_topic t on t.id = i.topic_id
    left join final f on f.attempt_id = a.id and f.slot = s.slot
    left join worth w on w.paper_id = a.paper_id and w.slot = s.slot and w.response = f.response
    where a.id = any(%(ids)s)
), totals as (
    select attempt_id, sum(score) as score, sum(points) as max_score,
           jsonb_object_agg(slot::text, jsonb_build_object(
               'response', response, 'score', score::float8, 'max', points::float8)) as slots
    from points group by attempt_id
), by_topic as (
    select attempt_id, slug, title, title_en, path, sum(score) as score, sum(points) as max_score
    from points group by attempt_id, slug, title, title_en, path
), topics as (
    select attempt_id, jsonb_agg(jsonb_build_object(
        'topic', slug, 'title', title, 'title_en', title_en,
        'score', score::float8, 'max', max_score::float8) order by path) as topics
    from by_topic group by attempt_id
)
insert into exams_result (attempt_id, score, max_score, level, slots, topics, scored_at)
select attempt_id, score, max_score, {level}, slots, topics, %(now)s
from totals join topics using (attempt_id)
on conflict (attempt_id) do update set
    score = excluded.score, max_score = excluded.max_score, level = excluded.level,
    slots = excluded.slots, topics = excluded.topics, scored_at = excluded.scored_at
"""

SCORED = """
with locked as (
    select id from exams_attempt where id = any(%(ids)s) and state = 'submitted' order by id for update
), moved as (
    update exams_attempt a set state = 'scored' from locked where a.id = locked.id returning a.id
)
insert into exams_attemptevent (attempt_id, event, at) select id, 'score', %(now)s from moved
"""

CHANGED = """
with locked as (
    select id from exams_room
    where id in (select room_id from exams_attempt where id = any(%(ids)s)) order by id for update
)
update exams_room r set results_version = results_version + 1 from locked where r.id = locked.id
"""


def due_sittings(now: datetime) -> list[Sitting]:
    """Sittings with handed-in attempts that are to be scored now: closed ones, ended rooms, results at submission."""
    waiting = Attempt.objects.filter(sitting=OuterRef("pk"), state=State.SUBMITTED)
    closed = Q(closes_at__lte=now) | Q(exam__release_rule=ReleaseRule.ON_SUBMISSION)
    ended = Exists(waiting.filter(room__ended_at__isnull=False))
    return list(Sitting.objects.filter(Exists(waiting)).filter(closed | Q(ended)).order_by("pk"))


def score_due(now: datetime) -> int:
    """Scores everything that is due; returns how many attempts."""
    return sum(score_sitting(sitting, now) for sitting in due_sittings(now))


def score_by_id(sitting_id: int, now: datetime) -> int:
    """`score_sitting` for a job, which knows only the id; a sitting that is gone has nothing to score."""
    sitting = Sitting.objects.filter(pk=sitting_id).first()
    return 0 if sitting is None else score_sitting(sitting, now)


def score_sitting(sitting: Sitting, now: datetime, *, again: bool = False) -> int:
    """Scores every handed-in attempt of a sitting, in chunks that each commit; `again` scores scored ones anew.
    Returns how many attempts were scored. May be run twice at once: the result is the same."""
    states = [State.SUBMITTED, State.SCORED] if again else [State.SUBMITTED]
    ids = list(sitting.attempts.filter(state__in=states).order_by("pk").values_list("pk", flat=True))
    late = sitting.exam.late_answers == LatePolicy.ACCEPT
    papers = {paper.pk: paper.keys for paper in sitting.exam.papers.all()}
    for start in range(0, len(ids), CHUNK):
        _score_chunk(ids[start : start + CHUNK], papers, late, now)
    return len(ids)


@transaction.atomic
def _score_chunk(ids: Sequence[int], papers: dict[int, dict[str, Any]], late: bool, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"ids": list(ids), "late": late})
        cursor.execute(WORTH)
        cursor.execute("select distinct paper_id, slot, response::text from final")
        judged = list(_judge(cursor.fetchall(), papers))
        with cursor.copy("copy worth (paper_id, slot, response, score) from stdin") as copy:
            for row in judged:
                copy.write_row(row)
        cursor.execute("analyze final; analyze worth")
        cursor.execute(RESULTS.format(level=_level_case()), {"ids": list(ids), "now": now})
        cursor.execute(SCORED, {"ids": list(ids), "now": now})
        cursor.execute(CHANGED, {"ids": list(ids)})


def _judge(
    answers: Iterable[tuple[int, int, str]], papers: dict[int, dict[str, Any]]
) -> Iterable[tuple[int, int, str, Decimal]]:
    """What each distinct response to a slot earns."""
    for paper_id, slot, response in answers:
        key = papers[paper_id]["slots"].get(str(slot))
        if key is None:
            continue
        points = Decimal(str(key["points"]))
        policy = papers[paper_id]["scoring_policy"]
        score = interactions.of(key["kind"]).score(orjson.loads(response), key["key"], points, policy)
        yield paper_id, slot, response, score


def _level_case() -> str:
    """The bounds of `levels` as SQL, so that a whole sitting gets its levels in one statement."""
    branches = " ".join(f"when score >= {bound} * max_score then '{level}'" for level, bound in BOUNDS)
    return f"case {branches} else '{Level.LEARN_AGAIN}' end"
