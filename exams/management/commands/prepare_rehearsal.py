"""Prepares a rehearsal for load tools."""

import csv
import json
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from exams import rehearsal
from exams.lane import times


class Command(BaseCommand):
    """manage.py prepare_rehearsal --students N --items 50 --start-in SECONDS --minutes M --out cards.csv"""

    help = "Makes a sitting of synthetic students, writes their cards to a file, prints the sitting as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, required=True)
        parser.add_argument("--items", type=int, default=50)
        parser.add_argument("--start-in", type=int, required=True, metavar="SECONDS")
        parser.add_argument("--minutes", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["students"], options["items"], options["minutes"]) < 1 or options["start_in"] < 0:
            raise CommandError(_("学生、题目、分钟数至少为 1，开始时间不能在过去。"))
        now = clock.now()
        starts_at = now + timedelta(seconds=options["start_in"])
        plan = rehearsal.Plan(options["students"], options["items"], starts_at, options["minutes"])
        try:
            sitting = rehearsal.prepare(plan, now)
        except rehearsal.BankTooSmall as small:
            facts = {"wanted": small.wanted, "found": small.found}
            raise CommandError(
                _("题库不够：要 %(wanted)d 题，任一学段最多只有 %(found)d 道已发布的题。") % facts
            ) from small
        with options["out"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["card", "attempt", "class"])
            writer.writerows(rehearsal.cards(sitting))
        students = sitting.attempts.count()
        report = {"sitting": sitting.pk, "students": students, "starts_at": times.milliseconds(starts_at)}
        self.stdout.write(json.dumps(report))
