"""When it is asked: sittings and their rooms."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exams.models.papers import Exam
from schools.models.organizations import GRADE_LABELS
from schools.scoping import Scoped, ScopedQuerySet, above, scope


class StartMode(models.TextChoices):
    """What starts a sitting."""

    CLOCK = "clock", _("统一时间开始")
    GO = "go", _("监考教师宣布开始")


class LateStart(models.TextChoices):
    """What a student gets who starts after the others, within the admission time."""

    FULL = "full", _("从自己开始时起算，答满时长")
    COMMON = "common", _("与大家同时结束")


class SittingQuerySet(ScopedQuerySet):
    """Reads of sittings that chain."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Sittings with a room in the user's places; before the roster is fixed, those that name such a place, one
        below it or one above it. Each once."""
        rooms = Room.objects.visible_to(user, permission).filter(sitting=OuterRef("pk"))
        near = scope(user, permission, "organization") | above(user, permission, "organization")
        named = Sitting.organizations.through.objects.filter(near, sitting=OuterRef("pk"))
        return self.filter(Exists(rooms) | Q(fixed_at__isnull=True) & Exists(named))

    def schedulable_by(self, user: Any) -> Self:
        """Sittings all of whose places are the user's to schedule, so that none of it is out of their reach."""
        named = Sitting.organizations.through.objects.filter(sitting=OuterRef("pk"))
        foreign = named.exclude(scope(user, "sitting:schedule", "organization"))
        return self.filter(Exists(named), ~Exists(foreign))

    def with_counts(self) -> Self:
        """With `room_count` and `student_count`."""
        rooms = Room.objects.filter(sitting=OuterRef("pk")).order_by().values("sitting")
        seats = Count("attempts", filter=~Q(attempts__state="voided"))
        return self.annotate(
            room_count=Coalesce(Subquery(rooms.annotate(n=Count("pk")).values("n")), 0),
            student_count=Coalesce(Subquery(rooms.annotate(n=seats).values("n")), 0),
        )

    def real(self) -> Self:
        """Without rehearsals."""
        return self.filter(exam__rehearsal=False)

    def open_at(self, now: datetime) -> Self:
        return self.filter(opens_at__lte=now, closes_at__gt=now)

    def closed_at(self, now: datetime) -> Self:
        return self.filter(closes_at__lte=now)


class Sitting(Scoped, models.Model):
    """One administration (场次) of an exam: for whom, in which window, with how much time."""

    within: ClassVar[str] = "rooms__organization"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sittings")
    title = models.CharField(_("场次名称"), max_length=80)
    organizations = models.ManyToManyField("schools.Organization", related_name="sittings", verbose_name=_("参加单位"))
    grade = models.PositiveSmallIntegerField(_("年级"), null=True, blank=True)
    start_mode = models.CharField(_("开始方式"), max_length=5, choices=StartMode, default=StartMode.CLOCK)
    opens_at = models.DateTimeField(_("开放入场"))
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closes_at = models.DateTimeField(_("结束时间"))
    time_limit_ms = models.PositiveIntegerField(_("答题时长（毫秒）"))
    closing_cuts = models.BooleanField(_("到结束时间一律收卷"), default=True)
    # How long after the start (or the go) one may still start; without it until the close.
    admission_ms = models.PositiveIntegerField(_("迟到多久以内可以开始（毫秒）"), null=True, blank=True)
    late_start = models.CharField(
        _("迟到者"), max_length=10, choices=LateStart, default=LateStart.FULL, db_default="full"
    )
    make_up_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="make_ups", verbose_name=_("补考哪一场")
    )
    start_spread_ms = models.PositiveIntegerField(_("错峰（毫秒）"), default=0)
    fixed_at = models.DateTimeField(_("名单确定时间"), null=True, blank=True)
    created_by = models.ForeignKey("schools.User", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SittingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_mode="clock", starts_at__isnull=False) | Q(start_mode="go", starts_at__isnull=True),
                name="sitting_starts_at_matches_start_mode",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="sitting_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(time_limit_ms__gt=0), name="sitting_time_limit_is_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def admission_minutes(self) -> int | None:
        """The admission time as people say it."""
        return None if self.admission_ms is None else self.admission_ms // 60_000

    @property
    def minutes(self) -> int:
        """The time limit as people say it."""
        return self.time_limit_ms // 60_000

    def grade_label(self) -> str:
        """The grade that sits, or that all do."""
        return str(GRADE_LABELS[self.grade - 1]) if self.grade else gettext("全部年级")


class RoomQuerySet(ScopedQuerySet):
    """Reads of rooms that chain."""

    def with_close(self) -> Self:
        """With `close_at`: when nobody may start here any more, the room's delay included."""
        later = F("delay_ms") * Value(timedelta(milliseconds=1))
        return self.annotate(close_at=ExpressionWrapper(F("sitting__closes_at") + later, DateTimeField()))

    def over_at(self, now: datetime) -> Self:
        """Rooms that the proctor has ended or whose own close has come."""
        return self.with_close().filter(Q(ended_at__isnull=False) | Q(close_at__lte=now))

    def with_counts(self) -> Self:
        """With `student_count`, `started_count` and `finished_count`; voided attempts are left out."""
        counted = ~Q(attempts__state="voided")
        return self.annotate(
            student_count=Count("attempts", filter=counted),
            started_count=Count("attempts", filter=counted & Q(attempts__started_at__isnull=False)),
            finished_count=Count("attempts", filter=Q(attempts__state__in=["submitted", "scored"])),
        )


class Room(Scoped, models.Model):
    """One class's part of a sitting: where a proctor watches, says go and steps in."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="rooms")
    organization = models.ForeignKey("schools.Organization", on_delete=models.PROTECT, related_name="rooms")
    # From when the clock of this room counts; a hold after the go moves it (the audit trail keeps the go itself).
    go_at = models.DateTimeField(_("宣布开始时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("收卷时间"), null=True, blank=True)
    # Since when the whole class is paused: nobody may start meanwhile.
    held_at = models.DateTimeField(_("全班暂停时间"), null=True, blank=True)
    # Start and close of this room come so much later than the sitting's.
    delay_ms = models.PositiveIntegerField(_("推迟（毫秒）"), default=0, db_default=0)
    # Grows with every scoring, voiding and reopening of an attempt here; what is derived from results compares it.
    results_version = models.PositiveIntegerField(_("结果版次"), default=0, db_default=0)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "organization"], name="room_one_per_class_and_sitting")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}/{self.organization_id}"

    @property
    def own_starts_at(self) -> datetime | None:
        """When this room starts, its delay included; None until the proctor's go."""
        starts_at = self.sitting.starts_at
        return self.go_at if starts_at is None else starts_at + timedelta(milliseconds=self.delay_ms)

    def let_go(self, now: datetime) -> None:
        """Ends the hold. Start and close come later by what it took of the time in which one could have started, so
        that nobody who waited loses any: admission, limit and close are then as if it had not been."""
        start = self.own_starts_at
        held_at, self.held_at = self.held_at, None
        if held_at is None or start is None or now <= start:
            return
        lost = now - max(held_at, start)
        self.delay_ms += lost // timedelta(milliseconds=1)
        self.go_at = None if self.go_at is None else self.go_at + lost

    @property
    def own_closes_at(self) -> datetime:
        """When nobody may start here any more, the room's delay included."""
        return self.sitting.closes_at + timedelta(milliseconds=self.delay_ms)

    @property
    def delay_minutes(self) -> int:
        """The delay as people say it."""
        return self.delay_ms // 60_000
