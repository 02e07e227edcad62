"""One rehearsal that was ordered from the page, in a process of its own; the queue's worker starts it."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from exams import performing


class Command(BaseCommand):
    """manage.py rehearse REHEARSAL"""

    help = "Performs a rehearsal that was ordered and waits in the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rehearsal", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        performing.perform(options["rehearsal"], clock.now, parent=os.getppid())
