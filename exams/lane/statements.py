"""The lane's SQL. Rows travel in as one JSON document each, instants as integer milliseconds.

Locking, the same everywhere: attempts are locked in the order of their ids; saves take them `for share`, whatever
changes them `for update`, both skipping rows that somebody else holds (those jobs go back into their queue). Journal
rows are inserted in the order of their identity."""

# Answers and events of many attempts, admitted and inserted in one statement. An entry is in time when it was received
# up to deadline and grace, and always while the attempt is paused, because the deadline moves with the pause.
# `exams.window.in_time` is the same rule; tests/exams/lane/test_save.py holds the two together.
SAVE = """
with entry as materialized (
    select * from json_to_recordset($1::json) as e(
        attempt_id bigint, epoch int, seq int, slot smallint, response jsonb, event text, at bigint, received_at bigint)
), locked as materialized (
    select id, state, epoch, deadline_at, paused_at from exams_attempt
    where id = any($2::bigint[]) order by id for share skip locked
), stored as (
    insert into exams_journalentry
        (attempt_id, epoch, seq, slot, response, event, at, received_at, kept, after_move)
    select e.attempt_id, e.epoch, e.seq, e.slot, e.response, coalesce(e.event, ''),
        to_timestamp(e.at / 1000::float8), to_timestamp(e.received_at / 1000::float8),
        not (a.state in ('entered', 'paused') or a.state = 'active'
            and to_timestamp((e.received_at - $3) / 1000::float8) <= a.deadline_at),
        e.epoch < a.epoch
    from locked a join entry e on e.attempt_id = a.id
    where a.state in ('active', 'paused', 'submitted', 'scored') or a.state = 'entered' and e.slot is null
    order by e.attempt_id, e.epoch, e.seq
    on conflict do nothing
    returning attempt_id, kept
), told as (
    select attempt_id, count(*) as count, count(*) filter (where kept) as kept from stored group by attempt_id
)
select a.id, a.state, a.epoch, a.deadline_at, a.paused_at, coalesce(t.count, 0), coalesce(t.kept, 0)
from locked a left join told t on t.attempt_id = a.id
"""

# What stands under these identities already, to tell a repetition from a conflict.
STORED = """
select j.attempt_id, j.epoch, j.seq, j.slot, j.response, j.event, j.kept
from json_to_recordset($1::json) as i(attempt_id bigint, epoch int, seq int)
join exams_journalentry j using (attempt_id, epoch, seq)
"""

EXISTING = "select id from exams_attempt where id = any($1::bigint[])"

_ATTEMPT = """
    a.id, a.sitting_id, a.room_id, a.paper_id, a.seed, a.state, a.card, a.epoch, a.device, a.journal, a.released_at,
    a.started_at, a.deadline_at, a.extra_ms, a.paused_at, a.paused_ms, a.submitted_at, a.receipt,
    a.entered_at, r.go_at, r.ended_at, coalesce(r.delay_ms, 0), r.held_at, p.heard_at, s.name
"""

_AROUND = """
    left join exams_room r on r.id = a.room_id
    left join exams_presence p on p.attempt_id = a.id
    left join schools_student s on s.id = a.student_id
"""

_LOCK = """
with found as materialized (
    select id, card from exams_attempt where {which}
), a as materialized (
    select * from exams_attempt where id in (select id from found) order by id for update skip locked
)
select f.id, f.card, {columns} from found f left join a on a.id = f.id {around} order by f.id
"""

LOCK_BY_CARD = _LOCK.format(which="card = any($1::varchar[])", columns=_ATTEMPT, around=_AROUND)
LOCK_BY_ID = _LOCK.format(which="id = any($1::bigint[])", columns=_ATTEMPT, around=_AROUND)

READ_BY_ID = f"select {_ATTEMPT} from exams_attempt a {_AROUND} where a.id = any($1::bigint[])"

PULSE = """
select a.id, a.state, a.epoch, a.deadline_at, a.paused_at, a.seed, r.go_at, r.delay_ms, r.held_at
from exams_attempt a join exams_room r on r.id = a.room_id where a.id = any($1::bigint[])
"""

# Always the second value of its statement.
_EVENTS = """
insert into exams_attemptevent (attempt_id, event, at, why, data)
select attempt_id, event, to_timestamp(at / 1000::float8), why, data
from json_to_recordset($2::json) as e(attempt_id bigint, event text, at bigint, why text, data jsonb)
"""

ENTER = f"""
with wish as materialized (
    select * from json_to_recordset($1::json) as w(
        id bigint, state text, epoch int, device text, journal text, release boolean, at bigint)
), changed as (
    update exams_attempt a set state = w.state, epoch = w.epoch, device = w.device, journal = w.journal,
        released_at = case when w.release then a.released_at end,
        entered_at = coalesce(a.entered_at, to_timestamp(w.at / 1000::float8))
    from wish w where a.id = w.id
), silent as (
    insert into exams_silence (attempt_id, from_at, until_at)
    select w.id, p.heard_at, to_timestamp(w.at / 1000::float8)
    from wish w join exams_presence p on p.attempt_id = w.id
    where to_timestamp((w.at - $3) / 1000::float8) > p.heard_at order by w.id
), heard as (
    insert into exams_presence (attempt_id, heard_at)
    select id, to_timestamp(at / 1000::float8) from wish order by id
    on conflict (attempt_id) do update set heard_at = greatest(exams_presence.heard_at, excluded.heard_at)
)
{_EVENTS}
"""

LEAVE = f"""
with given as (update exams_attempt set device = '' where id = any($1::bigint[]))
{_EVENTS}
"""

START = f"""
with changed as (
    update exams_attempt a set state = w.state, started_at = to_timestamp(w.started_at / 1000::float8),
        deadline_at = to_timestamp(w.deadline_at / 1000::float8)
    from json_to_recordset($1::json) as w(id bigint, state text, started_at bigint, deadline_at bigint)
    where a.id = w.id
)
{_EVENTS}
"""

SUBMIT = f"""
with changed as (
    update exams_attempt a set state = w.state, receipt = w.receipt,
        submitted_at = coalesce(a.submitted_at, to_timestamp(w.at / 1000::float8))
    from json_to_recordset($1::json) as w(id bigint, state text, receipt text, at bigint)
    where a.id = w.id
)
{_EVENTS}
"""

# Whether an entry `j` is left out of the fold: it came late, and neither somebody's newest decision nor the exam's
# policy lets it count. Looked up for late ones only.
LEFT_OUT = """case when j.kept then not coalesce(
    (select d.counts from exams_latedecision d
     where d.attempt_id = j.attempt_id and d.epoch = j.epoch and d.seq = j.seq order by d.id desc limit 1),
    (select e.late_answers = 'accept' from exams_attempt a join exams_sitting s on s.id = a.sitting_id
     join exams_exam e on e.id = s.exam_id where a.id = j.attempt_id)) else false end"""

# The entries of whole attempts; those left out do not count, but their seqs are used.
JOURNAL = f"""
select attempt_id, epoch, seq, slot, response, {LEFT_OUT} from exams_journalentry j
where attempt_id = any($1::bigint[])
"""

# Entries per epoch, to tell an attempt's budget.
COUNTS = """
select attempt_id, epoch, count(*) from exams_journalentry
where attempt_id = any($1::bigint[]) group by attempt_id, epoch
"""

# Which seqs of an epoch arrived, kept ones included.
SEQS = """
select j.attempt_id, j.epoch, array_agg(j.seq) from exams_journalentry j
join json_to_recordset($1::json) as e(id bigint, epoch int) on e.id = j.attempt_id and e.epoch = j.epoch
group by j.attempt_id, j.epoch
"""

# What a receipt is made of: the count of entries that count and the SHA-256 over their lines, per attempt and epoch.
# docs/lane-protocol.md describes a line.
DIGEST = """
select attempt_id, epoch, count(*), encode(sha256(convert_to(string_agg(
    concat_ws(E'\\t', seq, coalesce(slot::text, ''), coalesce(response::text, ''), event,
        floor(extract(epoch from at) * 1000)::bigint), E'\\n' order by seq), 'UTF8')), 'hex')
from exams_journalentry where attempt_id = any($1::bigint[]) and not kept
group by attempt_id, epoch order by attempt_id, epoch
"""

RESULT = """
select a.id, a.state, a.paper_id, r.level, r.score, r.max_score, r.slots, r.topics
from exams_attempt a left join exams_result r on r.attempt_id = a.id where a.id = any($1::bigint[])
"""

# Who was heard; whoever was not for longer than $2 ms before leaves a silence.
HEARD = """
with heard as materialized (
    select * from json_to_recordset($1::json) as h(attempt_id bigint, at bigint)
), known as materialized (
    select attempt_id, heard_at from exams_presence where attempt_id in (select attempt_id from heard)
    order by attempt_id for update
), silent as (
    insert into exams_silence (attempt_id, from_at, until_at)
    select h.attempt_id, k.heard_at, to_timestamp(h.at / 1000::float8)
    from heard h join known k using (attempt_id)
    where to_timestamp((h.at - $2) / 1000::float8) > k.heard_at order by h.attempt_id
)
update exams_presence p set heard_at = greatest(p.heard_at, to_timestamp(h.at / 1000::float8))
from heard h join known k using (attempt_id) where p.attempt_id = h.attempt_id
"""

# The end of an exam is that of its last room; reckoned once for all of its sittings.
SITTINGS = """
with ends as materialized (
    select s.exam_id, max(s.closes_at + coalesce(r.delay_ms, 0) * interval '1 millisecond') as at
    from exams_sitting s left join exams_room r on r.sitting_id = s.id
    where s.exam_id in (select exam_id from exams_sitting where id = any($1::bigint[])) group by s.exam_id
)
select s.id, s.exam_id, s.title, s.start_mode, s.opens_at, s.starts_at, s.closes_at, s.time_limit_ms, s.closing_cuts,
    s.start_spread_ms, e.release_rule, e.show_marks, e.shuffle_slots, e.shuffle_choices, e.released_at, ends.at,
    s.admission_ms, s.late_start, e.encrypt_paper
from exams_sitting s join exams_exam e on e.id = s.exam_id join ends on ends.exam_id = s.exam_id
where s.id = any($1::bigint[])
"""

# A class has its school above it in the tree (treebeard's materialized path).
ROOMS = """
select r.id, c.name, c.stage, c.entry_year, c.class_number, coalesce(
    (select p.name from schools_organization p
     where p.kind = 'school' and c.path like p.path || '%' order by p.depth desc limit 1), '')
from exams_room r join schools_organization c on c.id = r.organization_id where r.id = any($1::bigint[])
"""

PAPERS = "select id, sha256, item_count, content from exams_paper where id = any($1::bigint[])"

KEYS = "select keys from exams_paper where id = $1"

# Whether somebody is still at work in the exam: then keys stay closed although the last sitting has. A class that is
# paused, or waits in a pause, goes on; a pause that nobody ends for a day is taken for forgotten.
AT_WORK = """
select exists(select from exams_attempt a join exams_sitting s on s.id = a.sitting_id
    left join exams_room r on r.id = a.room_id
where s.exam_id = $1 and (a.state = 'active'
    or a.state = 'paused' and a.paused_at > to_timestamp($2 / 1000::float8) - interval '1 day'
    or a.state = 'entered' and r.ended_at is null
        and r.held_at > to_timestamp($2 / 1000::float8) - interval '1 day'))
"""

NOTICES = """
select id, sitting_id, room_id, attempt_id, kind, text, data, at from exams_notice
where sitting_id = any($1::bigint[]) and at > $2 and not id <@ $3::int8multirange
"""
