"""What others ask of the bank without changing it."""

from django.db.models import Count

from questionbank.models import Item
from schools.models import Organization


class NoSuchCity(Exception):
    """No city, or several and no code that tells which."""


def city(code: str = "") -> Organization:
    """The city of that code, or the only one there is. Raises NoSuchCity."""
    cities = Organization.objects.of_kind("city").real()
    found = list(cities.filter(code=code) if code else cities[:2])
    if len(found) != 1:
        raise NoSuchCity(code)
    return found[0]


def published_counts(stage: str) -> dict[tuple[str, str, str], int]:
    """How many published items a stage has per (topic slug, kind, difficulty), for planning a blueprint."""
    cells = Item.objects.published().for_stage(stage).order_by().values_list("topic__slug", "kind", "difficulty")
    return {(topic, kind, difficulty): n for topic, kind, difficulty, n in cells.annotate(n=Count("pk"))}
