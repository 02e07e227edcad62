"""Computes findings by hand: after a restore, or when no worker runs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from reports import findings


class Command(BaseCommand):
    """manage.py refresh_findings [--every]"""

    help = "Computes the findings of every exam whose results have changed, and stores them for the pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", action="store_true", help="every exam anew, changed or not")

    def handle(self, *args: Any, **options: Any) -> None:
        count = (findings.refresh_every if options["every"] else findings.refresh_due)(clock.now())
        self.stdout.write(f"{count} exam(s) computed")
