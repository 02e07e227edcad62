"""Writes a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from quizplatform import archive


class Command(BaseCommand):
    """manage.py backup FILE"""

    help = "Writes database, media and papers into one file, while everything runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            size = archive.backup(options["file"].absolute(), clock.now())
        except (archive.ToolFailed, OSError) as fault:
            raise CommandError(f"no backup was written: {fault}") from fault
        self.stdout.write(f"{options['file']}: {size} bytes. The secret is not in it; keep DATA_DIR/secret_key too.")
