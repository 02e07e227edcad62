"""Keeps the English catalogs: takes out of the code what is to be translated, tells what is missing, compiles."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizplatform import catalogs


class Command(BaseCommand):
    """manage.py messages [--check | --compile]"""

    requires_system_checks = []
    help = "Updates every locale/en/LC_MESSAGES/django.po; --check only complains; --compile writes the .mo files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a catalog is not complete")
        parser.add_argument("--compile", action="store_true", help="write .mo files where they are older")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            compiled = sum(catalogs.compile_one(app) for app in catalogs.apps())
            self._tell(options, f"{compiled} catalogs compiled")
            return
        complaints = [line for app in catalogs.apps() for line in catalogs.complaints(app)]
        if options["check"]:
            if complaints:
                raise CommandError("\n".join(complaints))
            self._tell(options, "the English catalogs are complete")
            return
        for app in catalogs.apps():
            catalogs.update(app)
        for line in complaints:
            self.stdout.write(line)

    def _tell(self, options: dict[str, Any], sentence: str) -> None:
        if options["verbosity"]:
            self.stdout.write(sentence)
