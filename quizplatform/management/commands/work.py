"""The queue's worker: a supervised process."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from quizplatform import working


class Command(BaseCommand):
    """manage.py work [--concurrency N]"""

    help = "Runs the queue's jobs (scoring, findings) until it is stopped; waits for a database that is away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--concurrency", type=int, default=3, metavar="N", help="jobs at the same time; one may be a rehearsal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(working.work(options["concurrency"]))
