"""Loads the starter bank, or another in the same format (docs/bank.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from questionbank import bankbalance, bankfiles, bankrules, complaints, importing, readings
from questionbank.bankfiles import Bank, Problem


class Command(BaseCommand):
    """manage.py import_bank [PATH] [--organization CODE] [--check]"""

    help = "Loads a bank of questions (topics/, facts/, media/). Loading it again changes only what has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=importing.STARTER_BANK)
        parser.add_argument("--organization", default="", help="code of the city that owns the items")
        parser.add_argument("--check", action="store_true", help="judge the bank as a whole and load nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["path"].is_dir():
            raise CommandError(_("没有这个文件夹：%(path)s") % {"path": options["path"]})
        bank = bankfiles.read(options["path"])
        if options["check"]:
            self._check(bank)
            return
        city = self._city(options["organization"])
        try:
            loaded = importing.load(bank, city, now=clock.now())
        except importing.UnfitBank as unfit:
            raise CommandError(self._listed(unfit.problems)) from None
        counts = _("新增 %(created)d 题，更新 %(changed)d 题，未变 %(unchanged)d 题；主题 %(topics)d，素材 %(media)d。")
        self.stdout.write(f"{city}: {counts % vars(loaded)}")

    def _check(self, bank: Bank) -> None:
        problems = bankrules.item_problems(bank) + bankbalance.problems(bank)
        if problems:
            raise CommandError(self._listed(problems))
        self.stdout.write(_("%(count)d 题，没有发现问题。") % {"count": len(bank.items)})

    def _city(self, code: str) -> Any:
        try:
            return readings.city(code)
        except readings.NoSuchCity:
            raise CommandError(_("没有找到唯一的市：请先建立组织，或用 --organization 写出它的代码。")) from None

    def _listed(self, problems: list[Problem]) -> str:
        lines = [complaints.say_where(problem) for problem in problems]
        heading = _("题库有 %(count)d 处要改，什么都没有载入：") % {"count": len(lines)}
        return "\n".join([heading, *(f"  {line}" for line in lines)])
