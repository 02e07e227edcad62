"""Says whether a receipt is true."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from exams import journals, receipts


class Command(BaseCommand):
    """manage.py verify_receipt CODE"""

    help = "Compares a student's receipt with the journal in the database; exits with 1 when it does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdict = journals.verify(options["code"])
        except receipts.NoReceipt as wrong:
            raise CommandError(_("这不是回执：回执由 12 个字母和数字组成。")) from wrong
        except journals.UnknownReceipt as unknown:
            raise CommandError(_("没有任何作答得到过这张回执。")) from unknown
        facts = {"attempt": verdict.attempt.pk, "count": sum(verdict.counts.values())}
        if verdict.superseded:
            raise CommandError(_("作答 %(attempt)d 后来又重新交过卷，这张回执已被新的取代。") % facts)
        if not verdict.holds:
            raise CommandError(_("回执与数据库不符：作答 %(attempt)d 的记录在交卷之后变了。") % facts)
        self.stdout.write(_("回执属实：作答 %(attempt)d，计入的记录 %(count)d 条，与交卷时一致。") % facts)
