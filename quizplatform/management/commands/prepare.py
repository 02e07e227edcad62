"""Brings the database and the files to this release; the launcher's and the deployment's first step."""

import io
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from quizplatform import assets
from schools.models import Organization


class Command(BaseCommand):
    """manage.py prepare"""

    help = "Migrates, collects static files, compiles messages; with DEMO=1 fills an empty database. Speaks JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("messages", compile=True, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        assets.pack(Path(settings.STATIC_ROOT), Path(settings.DATA_DIR) / "packed" / "static")
        self._say(prepared={})
        self._say(demonstration=self._demonstration() if settings.DEMO else {})

    def _say(self, **stage: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(stage, ensure_ascii=False))
        self.stdout.flush()

    def _demonstration(self) -> dict[str, Any]:
        """The demonstration city when the database is empty, and in that city a sitting that is open now; a database
        that holds anything else is left alone."""
        if not Organization.objects.exists():
            call_command("demo_city", students=settings.DEMO_STUDENTS, stdout=io.StringIO())
        if not Organization.objects.filter(kind="school", name__endswith="（示例）").exists():
            return {}
        told = io.StringIO()
        call_command("demo_exam", stdout=told)
        return dict(json.loads(told.getvalue()))
