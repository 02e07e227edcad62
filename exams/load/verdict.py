"""What the database says of a run: every acknowledged entry, every receipt and every seat, by SQL of its own, apart
from the load's counters and from the product's code."""

import gzip
from pathlib import Path
from typing import Any

import psycopg

TABLES = """
create temporary table said (attempt bigint, epoch int, seq int, slot int, response jsonb, event text, status int,
                             heard_at bigint);
create temporary table handed (attempt bigint, epoch int, receipt text, last_seq int, acknowledged int);
"""
COPIES = {
    "acknowledged": "copy said from stdin",
    "receipts": "copy handed from stdin",
}
ENTRIES = """
select count(*),
       count(*) filter (where j.attempt_id is null),
       count(*) filter (where j.attempt_id is not null
                          and (j.slot, j.response, j.event) is distinct from (s.slot, s.response, s.event)),
       count(*) filter (where j.kept and s.status = 200)
from said s left join exams_journalentry j on (j.attempt_id, j.epoch, j.seq) = (s.attempt, s.epoch, s.seq)
"""
STRANGE = (
    "select count(*) from said s left join exams_attempt a on a.id = s.attempt where a.sitting_id is distinct from %s"
)
STORED = """
select count(*), count(*) filter (where j.kept), count(*) filter (where j.event <> '')
from exams_journalentry j join exams_attempt a on a.id = j.attempt_id where a.sitting_id = %s
"""
SEATS = "select state, count(*) from exams_attempt where sitting_id = %s group by state"
RECEIPTS = """
select count(*),
       count(*) filter (where a.receipt is distinct from h.receipt or h.receipt = ''),
       count(*) filter (where h.last_seq <>
           (select count(*) from exams_journalentry j where (j.attempt_id, j.epoch) = (h.attempt, h.epoch))),
       count(*) filter (where h.acknowledged <>
           (select count(*) from said s where (s.attempt, s.epoch) = (h.attempt, h.epoch)))
from handed h left join exams_attempt a on a.id = h.attempt
"""
SIZES = """
select sum(pg_total_relation_size(c.oid))::bigint from pg_class c
where c.relname in ('exams_journalentry', 'exams_attempt', 'exams_attemptevent', 'exams_presence')
"""


def of(folder: Path, sitting: int, database_url: str) -> dict[str, Any]:
    """Loads the raw log into temporary tables and compares."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set max_parallel_workers_per_gather = 2")
        connection.execute(TABLES)
        for name, copy in COPIES.items():
            _load(connection, sorted(folder.glob(f"{name}-*.tsv.gz")), copy)
        connection.execute("create index on said (attempt, epoch)")
        connection.execute("analyze said")
        connection.execute("analyze handed")
        said, missing, different, not_counted = _row(connection, ENTRIES)
        stored, kept, events = _row(connection, STORED, sitting)
        receipts, false_receipts, wrong_counts, unlike = _row(connection, RECEIPTS)
        return {
            "acknowledged": said,
            "missing": missing,
            "different": different,
            "not_counted": not_counted,
            "strange": _row(connection, STRANGE, sitting)[0],
            "stored": stored,
            "kept": kept,
            "events": events,
            "receipts": receipts,
            "false_receipts": false_receipts,
            "incomplete": wrong_counts,
            "misreported": unlike,
            "states": dict(connection.execute(SEATS, [sitting]).fetchall()),
            "table_bytes": _row(connection, SIZES)[0],
            "postgresql": _row(connection, "show server_version")[0],
        }


def _load(connection: "psycopg.Connection[Any]", files: list[Path], statement: Any) -> None:
    with connection.cursor().copy(statement) as copy:
        for path in files:
            with gzip.open(path, "rb") as file:
                while block := file.read(1 << 20):
                    copy.write(block)


def _row(connection: "psycopg.Connection[Any]", statement: Any, *values: Any) -> Any:
    row = connection.execute(statement, list(values) or None).fetchone()
    assert row is not None
    return row
