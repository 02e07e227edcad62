"""Readies the exams of a demonstration and says how to enter them."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from exams import demonstration
from exams.models import Sitting
from questionbank.models import Item
from schools.models import User

ROLES = ("city", "county", "school", "teacher", "author", "reviewer")


class Command(BaseCommand):
    """manage.py demo_exam [--seed S] [--password P]"""

    help = "Holds a test last week (once), opens one now for two hours, prints logins and unused cards as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1950)
        parser.add_argument("--password", default="demo-2026-minfang")

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.filter(username="teacher").exists():
            raise CommandError(_("还没有示范城市，请先运行 manage.py demo_city。"))
        if not Item.objects.exists():
            call_command("import_bank", stdout=self.stderr)
        now = clock.now()
        if not Sitting.objects.exists():
            demonstration.hold_last_week(now, options["seed"])
        shown = demonstration.open_now(now)
        logins = [{"role": role, "username": role, "password": options["password"]} for role in ROLES]
        report = {"logins": logins, "cards": shown.cards, "result_card": shown.result_card, "sitting": shown.sitting.pk}
        self.stdout.write(json.dumps(report, ensure_ascii=False))
