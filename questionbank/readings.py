"""What pages and planning ask of the bank; nothing is changed here."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from questionbank import changes, lifecycle
from questionbank.changes import Change
from questionbank.models import Item, ItemQuerySet, ItemVersion, Review, Topic
from schools import browsing
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


def items(user: Any, permission: str) -> ItemQuerySet:
    """Items that `user` may act on with `permission`, with what every page of them shows."""
    visible: ItemQuerySet = Item.objects.visible_to(user, permission)
    return visible.with_current()


def find(user: Any, wanted: Mapping[str, Any]) -> ItemQuerySet:
    """Items that `user` may see, narrowed by any of q, topic, stage, kind, difficulty, state; what was changed last
    comes first, with words to search for the likest."""
    found = items(user, "item:view").order_by("-updated_at", "code")
    if topic := wanted.get("topic"):
        found = found.filter(topic__path__startswith=topic.path)
    found = found.filter(**{name: wanted[name] for name in ("stage", "kind", "difficulty", "state") if name in wanted})
    return found.matching(wanted["q"]) if "q" in wanted else found


def state_counts(user: Any, wanted: Mapping[str, Any]) -> dict[str, int]:
    """How many of the wanted items stand in each state, whatever state was asked for."""
    found = find(user, {name: value for name, value in wanted.items() if name != "state"})
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def topics() -> QuerySet[Topic]:
    """All topics, in the order of the tree."""
    return Topic.objects.order_by("path")


def topic_counts(user: Any) -> list[tuple[Topic, dict[str, int]]]:
    """Every topic with how many items of each state `user` sees there."""
    cells = items(user, "item:view").order_by().values_list("topic", "state").annotate(Count("pk"))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for topic, state, count in cells:
        counts[topic][state] = count
    return [(topic, counts[topic.pk]) for topic in topics()]


def authoring_places(user: Any) -> QuerySet[Organization]:
    """Where `user` may write items."""
    held: QuerySet[Organization] = Organization.objects.held_by(user, "item:edit")
    return held


def places_of(item: Item) -> QuerySet[Organization]:
    """The one place an item belongs to."""
    found: QuerySet[Organization] = Organization.objects.filter(pk=item.organization_id)
    return found


def events(item: Item, user: Any) -> set[str]:
    """What `user` may do with the item as it stands: events of `lifecycle`."""
    permissions = {"edit": "item:edit", "submit": "item:edit", "approve": "item:review", "retire": "item:publish"}
    found = {
        event
        for event, permission in permissions.items()
        if lifecycle.allowed(event, item.state) and browsing.may(user, permission, item.organization)
    }
    if "approve" in found and user.pk in item.writers_since_approval():
        found.remove("approve")
    return found


def reviews(item: Item) -> QuerySet[Review]:
    """What happened to the item, the latest first."""
    return item.reviews.select_related("by", "version").order_by("-at", "-pk")


def versions(item: Item) -> list[tuple[ItemVersion, list[Change]]]:
    """Every version with what it changed, the newest first."""
    rows = list(item.versions.select_related("created_by").order_by("number"))
    before = [None, *(vars(row) for row in rows[:-1])]
    return [(row, changes.between(old, vars(row))) for old, row in zip(before, rows, strict=True)][::-1]
