"""Scores a sitting by sets: one statement reads a chunk of journals, one writes its results."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from exams.lane.statements import LEFT_OUT
from exams.levels import BOUNDS, Level
from exams.lifecycle import State
from exams.marking import Marker
from exams.models import Attempt, Exam, Sitting
from exams.models.papers import ReleaseRule
from questionbank.models import Topic

CHUNK = 5000

# The journal's primary key gives each attempt's entries in their order; nothing is sorted beyond one attempt. Of what
# came late the newest decision holds, else the exam's policy: looked up for late entries only.
SHEETS = f"""
select a.id, a.paper_id, coalesce(answered.lines, '')
from exams_attempt a left join lateral (
    select string_agg(j.slot || ' ' || j.response::text, E'\n' order by j.epoch, j.seq) as lines
    from exams_journalentry j where j.attempt_id = a.id and j.slot is not null and not {LEFT_OUT}
) answered on true
where a.id = any(%(ids)s) order by a.id
"""  # noqa: S608 - constants of these modules only

MARKED = """
drop table if exists pg_temp.marked;
create temporary table marked (attempt_id bigint, score numeric, max_score numeric, slots jsonb, topics jsonb)
on commit drop
"""

RESULTS = """
insert into exams_result (attempt_id, score, max_score, level, slots, topics, scored_at)
select attempt_id, score, max_score, {level}, slots, topics, %(now)s from marked
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


# Late answers of the last minutes that the exam's policy lets count, of attempts whose result is older than they are.
OVERTAKEN = """
select a.sitting_id, array_agg(distinct a.id)
from exams_journalentry j join exams_attempt a on a.id = j.attempt_id join exams_result r on r.attempt_id = a.id
join exams_sitting s on s.id = a.sitting_id join exams_exam e on e.id = s.exam_id
where j.kept and j.received_at > %(since)s and j.slot is not null
    and r.scored_at <= j.received_at + make_interval(secs => %(margin)s)
    and a.state = 'scored' and e.late_answers = 'accept'
group by a.sitting_id
"""
LOOKED_BACK = timedelta(minutes=10)
# As long as an answer may wait in the lane between its arrival and its commit.
IN_QUEUE_S = 11


def overtaken(now: datetime) -> dict[int, list[int]]:
    """Sitting -> attempts that are scored, and of which late answers came afterwards that count by policy."""
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, {"since": now - LOOKED_BACK, "margin": IN_QUEUE_S})
        rows: list[tuple[int, list[int]]] = cursor.fetchall()
    return dict(rows)


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
    _score(ids, sitting.exam, now)
    return len(ids)


def score_again(attempt_ids: Sequence[int], now: datetime) -> int:
    """Scores those of these attempts anew that are scored already: what counts of them has changed. The others are
    scored when they are due. Returns how many."""
    found = Attempt.objects.filter(pk__in=attempt_ids, state=State.SCORED).order_by("sitting__exam_id", "pk")
    rows = list(found.values_list("sitting__exam_id", "pk"))
    exams = Exam.objects.in_bulk({exam_id for exam_id, _ in rows})
    for exam_id, group in groupby(rows, key=itemgetter(0)):
        _score([pk for _, pk in group], exams[exam_id], now)
    return len(rows)


def _score(ids: Sequence[int], exam: Exam, now: datetime) -> None:
    markers = markers_of(exam)
    for start in range(0, len(ids), CHUNK):
        _score_chunk(ids[start : start + CHUNK], markers, now)


def markers_of(exam: Exam) -> dict[int, Marker]:
    """Paper -> what marks its sheets."""
    order = list(Topic.objects.order_by("path").values_list("slug", flat=True))
    return {pk: Marker(keys, order) for pk, keys in exam.papers.values_list("pk", "keys")}


@transaction.atomic
def _score_chunk(ids: Sequence[int], markers: dict[int, Marker], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SHEETS, {"ids": list(ids)})
        sheets = cursor.fetchall()
        cursor.execute(MARKED)
        with cursor.copy("copy marked (attempt_id, score, max_score, slots, topics) from stdin") as copy:
            for attempt_id, paper_id, lines in sheets:
                copy.write_row((attempt_id, *markers[paper_id].mark(_answers(lines))))
        cursor.execute(RESULTS.format(level=_level_case()), {"now": now})
        cursor.execute(SCORED, {"ids": list(ids), "now": now})
        cursor.execute(CHANGED, {"ids": list(ids)})


def _answers(lines: str) -> Iterator[tuple[str, str]]:
    """(slot, response) of every line; JSON as the database writes it holds no line break."""
    for line in lines.split("\n") if lines else ():
        slot, _, response = line.partition(" ")
        yield slot, response


def _level_case() -> str:
    """The bounds of `levels` as SQL, so that a whole sitting gets its levels in one statement."""
    branches = " ".join(f"when score >= {bound} * max_score then '{level}'" for level, bound in BOUNDS)
    return f"case {branches} else '{Level.LEARN_AGAIN}' end"
