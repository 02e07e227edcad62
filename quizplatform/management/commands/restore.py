"""Puts a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizplatform import archive


class Command(BaseCommand):
    """manage.py restore FILE [--replace]"""

    help = "Reads a backup into the database, media and papers, and brings it to this release."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="discard what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive.restore(options["file"].absolute(), replace=options["replace"])
        except archive.NotEmpty as fault:
            raise CommandError("the database is not empty; --replace discards what it holds") from fault
        except archive.NoBackup as fault:
            raise CommandError(f"{options['file']} is no backup: {fault}") from fault
        except (archive.ToolFailed, OSError) as fault:
            raise CommandError(f"nothing was restored: {fault}") from fault
        self.stdout.write(f"restored from {options['file']}")
