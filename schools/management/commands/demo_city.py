"""Builds the demonstration city."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from common import clock
from schools import planting
from schools.models import Enrollment, Organization


class Command(BaseCommand):
    """manage.py demo_city [--students N] [--seed S]"""

    help = "Builds an invented city with schools, classes, students and staff in an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=2400)
        parser.add_argument("--seed", type=int, default=1950)
        parser.add_argument("--password", default="demo-2026-minfang")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 24 <= options["students"] <= 200_000:
            raise CommandError(_("学生人数应在 24 到 200000 之间。"))
        today = timezone.localdate(clock.now())
        try:
            city = planting.plant(options["students"], options["seed"], today, options["password"])
        except planting.CityExists as exists:
            raise CommandError(_("数据库里已经有一座城市；示范城市只建在空库里。")) from exists
        schools, classes = (Organization.objects.of_kind(kind).count() for kind in ("school", "class"))
        self.stdout.write(f"{city.name}: {schools} schools, {classes} classes, {Enrollment.objects.count()} students")
