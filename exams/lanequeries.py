"""Asks the lane's statements over Django's own connection, so that one rule stands in one place."""

import re
from typing import Any

from django.db import connection

_PLACE = re.compile(r"\$(\d+)")


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement of `exams.lane.statements`; `values` stand for $1, $2 ... A jsonb comes as text."""
    named = _PLACE.sub(r"%(v\1)s", statement.replace("%", "%%"))
    with connection.cursor() as cursor:
        cursor.execute(named, {f"v{number}": value for number, value in enumerate(values, start=1)})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
