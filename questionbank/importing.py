"""Loads a bank's files into the database: topics, media, items with their versions. The whole bank or nothing.

Loading again changes nothing that the files have not changed. An item that somebody has edited here since stays as
edited until its file changes; a retired item stays retired."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from questionbank import bankbalance, bankrules, mediastore
from questionbank.bankfiles import Bank, BankItem, Problem
from questionbank.models import Item, ItemState, ItemVersion, Topic
from schools.models import Organization

STARTER_BANK = Path(__file__).resolve().parent / "bank"
ATTRIBUTES = ("stage", "difficulty", "cognition")
ASKED = ("stem", "choices", "key", "explanation", "citation", "facts", "speech")


@dataclass
class Loaded:
    """How many rows a run made and changed."""

    topics: int = 0
    media: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0


class UnfitBank(Exception):
    """The files cannot be loaded; `problems` says everything that has to be mended."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@transaction.atomic
def load(bank: Bank, organization: Organization, *, now: datetime) -> Loaded:
    """Brings the database to what the files say. Raises UnfitBank with all problems before anything is written."""
    known = {row.code: row for row in Item.objects.coded(item.code for item in bank.items).with_versions()}
    problems = bankrules.item_problems(bank) + bankbalance.loading_problems(bank) + list(_conflicts(bank, known))
    if problems:
        raise UnfitBank(problems)
    loaded = Loaded(topics=_load_topics(bank), media=mediastore.keep_all(bank.media))
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    new = [item for item in bank.items if item.code not in known]
    _create(new, topics, organization, now)
    _change([(known[item.code], item) for item in bank.items if item.code in known], topics, loaded, now)
    loaded.created = len(new)
    return loaded


def _conflicts(bank: Bank, known: dict[str, Item]) -> Iterable[Problem]:
    for item in bank.items:
        row = known.get(item.code)
        if row and row.author_id:
            yield Problem(item.file, item.code, "code_taken")
        elif row and row.kind != item.kind:
            yield Problem(item.file, item.code, "kind_changed", row.kind)


def _load_topics(bank: Bank) -> int:
    """Makes or renames the topics of the files; returns how many were not as the files say."""
    known = {topic.slug: topic for topic in Topic.objects.all()}
    changed = 0
    for topic in sorted(bank.topics, key=bankbalance.place):
        row, titles = known.get(topic.slug), {"title": topic.title, "title_en": topic.title_en}
        if row is None:
            Topic.objects.add_root({"slug": topic.slug, **titles})
        elif {name: getattr(row, name) for name in titles} != titles:
            Topic.objects.filter(pk=row.pk).update(**titles)
        else:
            continue
        changed += 1
    return changed


def _create(items: list[BankItem], topics: dict[str, Topic], organization: Organization, now: datetime) -> None:
    """New items, published, each with its first version."""
    rows = Item.objects.bulk_create(
        Item(organization=organization, code=item.code, kind=item.kind, updated_at=now, **_attributes(item, topics))
        for item in items
    )
    _publish(list(zip(rows, items, strict=True)), now)


def _change(pairs: list[tuple[Item, BankItem]], topics: dict[str, Topic], loaded: Loaded, now: datetime) -> None:
    """New versions for what the files ask otherwise than the last time, new attributes for what nobody has edited."""
    asked_anew = [(row, item) for row, item in pairs if _is_asked_anew(row, item)]
    sorted_anew = [(row, item) for row, item in pairs if _is_sorted_anew(row, item, topics)]
    changed = {row.pk for row, _ in asked_anew} | {row.pk for row, _ in sorted_anew}
    for row, item in pairs:
        if row.pk in changed:
            for name, value in _attributes(item, topics).items():
                setattr(row, name, value)
            row.updated_at = now
    Item.objects.bulk_update((row for row, _ in pairs if row.pk in changed), ["topic", *ATTRIBUTES, "updated_at"])
    _publish(asked_anew, now)
    loaded.changed, loaded.unchanged = len(changed), len(pairs) - len(changed)


def _publish(pairs: list[tuple[Item, BankItem]], now: datetime) -> None:
    """Writes a version for each pair (its first, or the next) and makes it the published one."""
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(item=row, number=row.next_number(), created_at=now, **_asked(item)) for row, item in pairs
    )
    for (row, _), version in zip(pairs, versions, strict=True):
        row.current, row.state = version, ItemState.PUBLISHED
    Item.objects.bulk_update((row for row, _ in pairs), ["current", "state"])


def _attributes(item: BankItem, topics: dict[str, Topic]) -> dict[str, Any]:
    return {"topic": topics[item.topic], **{name: getattr(item, name) for name in ATTRIBUTES}}


def _asked(item: BankItem) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in ("explanation", "citation", "facts", "speech")}
    return {**item.content, **values}


def _is_asked_anew(row: Item, item: BankItem) -> bool:
    """Whether the file differs from the version that it last brought here."""
    last, asked = row.last_imported(), _asked(item)
    return row.state != ItemState.RETIRED and (
        last is None or any(getattr(last, name) != asked[name] for name in ASKED)
    )


def _is_sorted_anew(row: Item, item: BankItem, topics: dict[str, Topic]) -> bool:
    """Whether topic, stage or difficulty differ on an item that is just as the files left it."""
    untouched = row.state == ItemState.PUBLISHED and row.current == row.last_imported()
    return untouched and any(getattr(row, name) != value for name, value in _attributes(item, topics).items())
