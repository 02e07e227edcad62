"""The sweep: a supervised process that looks at the clock every second."""

import logging
import signal
import threading
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from common import clock
from exams import jobs, sweeping

logger = logging.getLogger("exams.sweep")


class Command(BaseCommand):
    """manage.py sweep [--once]"""

    help = "Closes overdue attempts and queues due sittings for scoring, every second, until it is stopped."

    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: stopped.set())
        while not stopped.is_set():
            self._round()
            if options["once"]:
                return
            stopped.wait(options["every"])

    def _round(self) -> None:
        """One round; a lost database is reported and tried again with a new connection."""
        close_old_connections()
        try:
            grace = timedelta(seconds=settings.LANE_GRACE_SECONDS)
            sweeping.sweep_round(clock.now(), grace, jobs.ask_for_scoring, jobs.ask_for_overtaken)
        except DatabaseError as trouble:
            logger.warning("the database did not answer, trying again: %s", trouble)
            connection.close()
