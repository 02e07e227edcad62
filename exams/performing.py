"""Performs a rehearsal that was ordered: prepares it, lets the load sit it, has the database judge, keeps the figures.

The queue's job starts `manage.py rehearse` and waits, so that a rehearsal takes none of the worker's time; when either
dies, nothing is left that says it runs."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from exams import clearing, rehearsal, rehearsing
from exams.load import conducting, gates, processes, verdict
from exams.load.conducting import Conductor, Unfinished
from exams.load.wire import Address, NotLoopback
from exams.models import Rehearsal, Sitting
from exams.models.rehearsals import RehearsalState

Clock = Callable[[], datetime]
LEAD = timedelta(seconds=5)
SIGN_OF_LIFE = 60  # seconds that a running rehearsal may say nothing


class Broken(Exception):
    """The rehearsal cannot go on; the message is for the person who ordered it."""


def run_apart(pk: int, read_clock: Clock) -> None:
    """What the queue's job does: the rehearsal in a process of its own, once. Asked again, after a worker died, it says
    that the rehearsal is broken."""
    # State and sign of life at once: one that runs without a sign of life is taken for dead.
    begun = {"state": RehearsalState.RUNNING, "figures": _progress("preparing", read_clock, SIGN_OF_LIFE)}
    if not Rehearsal.objects.filter(pk=pk, state=RehearsalState.WAITING).update(**begun):
        rehearsing.abandon(pk, read_clock(), _("后台任务在演练中途停止了。"))
        return
    log = folder_of(pk)
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir(parents=True)
    with (log / "rehearse.log").open("wb") as words:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", str(pk)]
        subprocess.run(command, stdout=words, stderr=words, check=False)
    rehearsing.abandon(pk, read_clock(), _("演练的进程中途结束了。"))


def perform(pk: int, read_clock: Clock, parent: int | None = None) -> None:
    """The whole rehearsal, in this process; it ends as passed or failed, and as broken also when `parent` is gone."""
    one = Rehearsal.objects.get(pk=pk)
    try:
        figures = _figures(one, read_clock, parent)
    except (Broken, rehearsal.BankTooSmall, NotLoopback, Unfinished) as trouble:
        rehearsing.abandon(pk, read_clock(), _in_words(trouble))
        return
    state = RehearsalState.PASSED if all(gate["holds"] for gate in figures["gates"]) else RehearsalState.FAILED
    Rehearsal.objects.filter(pk=pk).update(state=state, figures=figures, ended_at=read_clock())


def _figures(one: Rehearsal, read_clock: Clock, parent: int | None) -> dict[str, Any]:
    now = read_clock()
    Address.of(settings.REHEARSAL_URL)
    if not one.forced:
        _stay_apart(one, now)
    _tell(one.pk, "preparing", read_clock, patience=SIGN_OF_LIFE + one.student_count // 20)
    clearing.clear_ended(now)
    sitting = _prepare(one, read_clock)
    folder = folder_of(one.pk)
    folder.mkdir(parents=True, exist_ok=True)
    before = rehearsing.entering(one.student_count)
    rehearsal.begin_at(sitting, read_clock() + LEAD + before)
    plan = rehearsal.load_plan(sitting, folder, settings.REHEARSAL_URL, before=before)
    watch = processes.of_supervisor(Path(settings.DATA_DIR))

    def tell(sample: dict[str, Any]) -> None:
        shown = {name: sample.get(name, 0) for name in ("stages", "entries", "shown", "retried", "open")}
        _tell(one.pk, "running", read_clock, patience=SIGN_OF_LIFE, starts_at=plan.starts_at, **shown)

    figures = Conductor(plan, watch, database_url(), tell, parent=parent).run()
    _tell(one.pk, "comparing", read_clock, patience=600)
    figures["verdict"] = verdict.of(folder, sitting.pk, database_url())
    figures["machine"] = conducting.environment()
    figures["starts_per_second"] = settings.LANE_REHEARSED_STARTS_PER_SECOND
    figures["gates"] = [gate._asdict() for gate in gates.of(figures)]
    return figures


def _prepare(one: Rehearsal, read_clock: Clock) -> Sitting:
    now = read_clock()
    plan = rehearsal.Plan(one.student_count, one.item_count, now + timedelta(hours=1), one.minutes)
    sitting = rehearsal.prepare(plan, now)
    Rehearsal.objects.filter(pk=one.pk).update(sitting=sitting)
    return sitting


def _stay_apart(one: Rehearsal, now: datetime) -> None:
    """It may have waited in the queue until a real sitting was near. Raises Broken."""
    try:
        rehearsing.refuse_beside_real_sittings(one.student_count, one.minutes, now)
    except rehearsing.RealSitting as near:
        raise Broken(_("有真实的场次正在进行或快要开放：%(title)s。") % {"title": near.sitting.title}) from near


def _in_words(trouble: Exception) -> str:
    if isinstance(trouble, rehearsal.BankTooSmall):
        facts = {"wanted": trouble.wanted, "found": trouble.found}
        return _("题库不够：要 %(wanted)d 题，任一学段最多只有 %(found)d 道已发布的题。") % facts
    if isinstance(trouble, NotLoopback):
        return _("模拟学生只能从本机访问本机的入口，请在设置里写明 REHEARSAL_URL（现在是 %(host)s）。") % {
            "host": trouble
        }
    if isinstance(trouble, Unfinished):
        return _("模拟学生的进程中途结束了（%(codes)s）。") % {"codes": trouble}
    return str(trouble)


def _tell(pk: int, phase: str, read_clock: Clock, *, patience: int, **facts: Any) -> None:
    """Says how far it is, and for how long one need not worry when nothing more is heard."""
    progress = _progress(phase, read_clock, patience, **facts)
    Rehearsal.objects.filter(pk=pk, state=RehearsalState.RUNNING).update(figures=progress)


def _progress(phase: str, read_clock: Clock, patience: int, **facts: Any) -> dict[str, Any]:
    return {"progress": {"phase": phase, "until": read_clock().timestamp() + patience, **facts}}


def folder_of(pk: int) -> Path:
    """Where a rehearsal keeps its raw log."""
    return Path(settings.DATA_DIR) / "rehearsals" / str(pk)


def database_url() -> str:
    """The database of Django's connection, for connections of one's own."""
    told = connection.settings_dict
    values = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return make_conninfo(**{name: told[key] for name, key in values.items() if told[key]})
