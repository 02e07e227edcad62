"""Writes a sitting's journal as JSON lines."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exams import journals
from exams.models import Sitting


class Command(BaseCommand):
    """manage.py export_journal SITTING"""

    help = "Writes every journal entry of a sitting to standard output, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sitting", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        if not Sitting.objects.filter(pk=options["sitting"]).exists():
            raise CommandError(_("没有编号为 %(number)d 的场次。") % {"number": options["sitting"]})
        for line in journals.lines(options["sitting"]):
            self.stdout.write(line)
