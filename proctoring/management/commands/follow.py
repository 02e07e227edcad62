"""Runs the follower of the journal until it is told to stop."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from proctoring import following


class Command(BaseCommand):
    """`manage.py follow`, a supervised process; SIGTERM and SIGINT stop it cleanly."""

    help = "Follows the journal and pushes what moves to the room pages."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._follow())

    async def _follow(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await following.follow(stop, clock.now)
