"""What was answered: attempts, their journal, events, results.

The lane reads and writes these tables with SQL of its own."""

from datetime import datetime
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from exams.lifecycle import State
from exams.models.papers import Paper
from exams.models.sittings import Room, Sitting
from schools.scoping import Scoped, ScopedQuerySet

STATE_CHOICES = [
    (State.ASSIGNED, _("未到")),
    (State.ENTERED, _("候考")),
    (State.ACTIVE, _("答题中")),
    (State.PAUSED, _("已暂停")),
    (State.SUBMITTED, _("已交卷")),
    (State.SCORED, _("已评分")),
    (State.VOIDED, _("已作废")),
]


class AttemptQuerySet(ScopedQuerySet):
    """Reads of attempts that chain."""

    def real(self) -> Self:
        """Without rehearsals."""
        return self.filter(sitting__exam__rehearsal=False)

    def overdue(self, cutoff: datetime) -> Self:
        """Active attempts whose deadline lies before `cutoff` (now minus the grace)."""
        return self.filter(state=State.ACTIVE, deadline_at__lt=cutoff)

    def with_names(self) -> Self:
        return self.select_related("student", "room__organization", "sitting__exam")


class Attempt(Scoped, models.Model):
    """One student's run of a paper in a sitting."""

    within: ClassVar[str] = "room__organization"

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="attempts")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="attempts")
    student = models.ForeignKey("schools.Student", on_delete=models.PROTECT, related_name="attempts")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="attempts")
    seed = models.BigIntegerField()
    state = models.CharField(_("状态"), max_length=10, choices=STATE_CHOICES, default=State.ASSIGNED)
    card = models.CharField(_("座位卡号"), max_length=12, unique=True)
    card_version = models.PositiveSmallIntegerField(default=1)
    walk_in = models.BooleanField(_("临时增补"), default=False)
    epoch = models.PositiveIntegerField(default=0)
    device = models.CharField(max_length=64, blank=True)
    journal = models.CharField(max_length=64, blank=True)
    released_at = models.DateTimeField(_("准许换机时间"), null=True, blank=True)
    entered_at = models.DateTimeField(_("入场时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    extra_ms = models.PositiveIntegerField(_("加时（毫秒）"), default=0)
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    paused_ms = models.PositiveIntegerField(_("累计暂停（毫秒）"), default=0)
    submitted_at = models.DateTimeField(_("交卷时间"), null=True, blank=True)
    receipt = models.CharField(_("回执"), max_length=20, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "student"],
                condition=~Q(state="voided"),
                name="attempt_one_per_student_and_sitting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["submitted", "scored"], submitted_at__isnull=False)
                | Q(state__in=["assigned", "entered", "active", "paused"], submitted_at__isnull=True)
                | Q(state="voided"),
                name="attempt_submitted_at_matches_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "paused"]) | Q(started_at__isnull=False, deadline_at__isnull=False),
                name="attempt_active_has_started_at_and_deadline_at",
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False) | ~Q(state="paused"),
                name="attempt_paused_has_paused_at",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(state="active"), name="attempt_active_deadline"),
            models.Index(fields=["sitting"], condition=Q(state="submitted"), name="attempt_to_score"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def extra_minutes(self) -> int:
        """The extra time as people say it."""
        return self.extra_ms // 60_000


class JournalEntry(models.Model):
    """One save of one answer, or one event, of an attempt; never changed once it is written."""

    pk = models.CompositePrimaryKey("attempt_id", "epoch", "seq")
    # No constraint in the database: entries are inserted joined with the locked attempt's own row, and a check per
    # entry would cost the hot path as much again as the insert.
    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="journal_entries", db_index=False, db_constraint=False
    )
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.JSONField(null=True, blank=True)
    event = models.CharField(max_length=40, blank=True, db_default="")
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    kept = models.BooleanField(db_default=False)
    after_move = models.BooleanField(db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slot__isnull=False, response__isnull=False, event="")
                | Q(slot__isnull=True, response__isnull=True) & ~Q(event=""),
                name="journal_entry_is_an_answer_or_an_event",
            ),
            models.CheckConstraint(condition=Q(seq__gt=0), name="journal_entry_seq_counts_from_one"),
        ]
        indexes = [
            BrinIndex(fields=["received_at"], pages_per_range=16, name="journal_entry_tail"),
            models.Index(fields=["attempt"], condition=Q(event="storage_lost"), name="journal_entry_storage_lost"),
            models.Index(fields=["attempt"], condition=Q(kept=True), name="journal_entry_kept"),
            models.Index(fields=["received_at"], condition=Q(kept=True), name="journal_entry_kept_tail"),
        ]
        triggers = [
            pgtrigger.Protect(name="journal_entry_is_never_rewritten", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.epoch}/{self.seq}"


class AttemptEvent(models.Model):
    """One act upon an attempt: which, by whom, why, when."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="events")
    event = models.CharField(_("事件"), max_length=20)
    by_id = models.BigIntegerField(_("人员"), null=True, blank=True)
    why = models.CharField(_("原因"), max_length=200, blank=True, db_default="")
    at = models.DateTimeField(_("时间"))
    data = models.JSONField(default=dict, blank=True, db_default=models.Value({}, models.JSONField()))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.event}"


class Presence(models.Model):
    """When a student's device was last heard; written at most every few seconds, apart from the attempt's own row."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.heard_at}"


class Silence(models.Model):
    """One stretch of time in which a student's device was not heard: from its last sign of life to the next one."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="silences")
    from_at = models.DateTimeField(_("失联开始"))
    until_at = models.DateTimeField(_("恢复时间"))

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="silence_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.from_at} {self.until_at}"


class LateDecision(models.Model):
    """Whether one journal entry that came late counts. A later row for the same entry is a later decision; the newest
    holds."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="late_decisions")
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    counts = models.BooleanField(_("计入"))
    by_id = models.BigIntegerField(_("人员"), null=True, blank=True)
    why = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [models.Index(fields=["attempt", "epoch", "seq"], name="late_decision_entry")]
        triggers = [pgtrigger.Protect(name="late_decision_is_never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.epoch}/{self.seq} {self.counts}"


class Notice(models.Model):
    """One thing a student is to be told while the test runs; to one attempt, a room or a whole sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="notices")
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20)
    text = models.CharField(_("内容"), max_length=200, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Result(Scoped, models.Model):
    """What an attempt came to: score, level, and what each slot earned. Written whole by scoring."""

    within: ClassVar[str] = "attempt__room__organization"

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="result")
    score = models.DecimalField(_("得分"), max_digits=6, decimal_places=2)
    max_score = models.DecimalField(_("满分"), max_digits=6, decimal_places=2)
    level = models.CharField(_("等级"), max_length=12)
    slots = models.JSONField(default=dict)
    topics = models.JSONField(default=list)
    scored_at = models.DateTimeField(_("评分时间"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=F("max_score")),
                name="result_score_lies_between_zero_and_max",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.level}"
