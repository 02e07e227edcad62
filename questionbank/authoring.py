"""An item's way from the first word to the papers: write, save, hand in, approve or send back, retire.

Every wording is a new version; every step leaves a review row; nobody approves what they have written."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from questionbank import interactions, lifecycle, markup
from questionbank.models import Item, ItemVersion, MediaAsset, Review, Topic
from schools import audit
from schools.models import Organization, User

ATTRIBUTES = ("topic", "kind", "stage", "difficulty", "cognition")
WORDING = ("stem", "choices", "key", "explanation", "citation", "facts", "speech")

# What a draft may still lack; everything else contradicts itself and is mended before it is kept.
UNFINISHED = frozenset(
    {"no_key", "one_key", "all_keys", "too_few_choices", "no_explanation", "no_citation", "media_missing"}
)


@dataclass(frozen=True)
class Draft:
    """What an author has typed: where the item belongs, and its wording."""

    topic: Topic
    kind: str
    stage: str
    difficulty: str
    cognition: str
    stem: str
    choices: list[dict[str, str]] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    explanation: str = ""
    citation: str = ""
    facts: list[str] = field(default_factory=list)
    speech: str = ""

    def texts(self) -> list[str]:
        """All that is restricted Markdown."""
        return [self.stem, *(choice["content"] for choice in self.choices), self.explanation]


class Unsound(Exception):
    """The item is not fit to be kept or handed in; `codes` says what has to be mended."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class Outdated(Exception):
    """Somebody has saved a newer version than the one this was about; `version` is that."""

    def __init__(self, version: ItemVersion) -> None:
        super().__init__(str(version))
        self.version = version


class KindIsFixed(Exception):
    """An item that has been published once keeps its kind: papers that ask it are scored by it."""


class OwnWork(Exception):
    """Somebody wanted to approve what they have written."""


def problems(draft: Draft) -> list[tuple[str, str]]:
    """Everything that keeps a draft from being handed in, as (code, detail)."""
    content = {"stem": draft.stem, "choices": draft.choices, "key": draft.key}
    found = [(code, "") for code in interactions.of(draft.kind).problems(content)]
    if not draft.explanation.strip():
        found.append(("no_explanation", ""))
    if not draft.citation.strip():
        found.append(("no_citation", ""))
    return found + _media_problems(draft.texts())


def contradictions(draft: Draft) -> list[tuple[str, str]]:
    """Those of the problems with which not even a draft is kept."""
    return [(code, detail) for code, detail in problems(draft) if code not in UNFINISHED]


@transaction.atomic
def write(organization: Organization, draft: Draft, *, by: User, now: datetime, hand_in: bool = False) -> Item:
    """A new item with its first version. Raises Unsound."""
    _check(draft, hand_in)
    item = Item.objects.create(organization=organization, code=uuid4().hex, author=by, updated_at=now, **_row(draft))
    item.code = f"q-{item.pk:05d}"
    _add_version(item, draft, by, now)
    return submit(item, by=by, now=now) if hand_in else item


@transaction.atomic
def save(item: Item, draft: Draft, *, based_on: int, by: User, now: datetime, hand_in: bool = False) -> Item:
    """A new version of the item, which becomes a draft; without a change nothing happens. `based_on` is the number of
    the version that the author had before them. Raises Unsound, Outdated, KindIsFixed."""
    _check(draft, hand_in)
    item = Item.objects.select_for_update(of=("self",)).with_current().get(pk=item.pk)
    _read(item, based_on)
    if draft.kind != item.kind and item.was_published():
        raise KindIsFixed
    if _differs(item, draft):
        for name, value in _row(draft).items():
            setattr(item, name, value)
        item.state = lifecycle.target("edit", item.state)
        _add_version(item, draft, by, now)
    return submit(item, by=by, now=now) if hand_in else item


@transaction.atomic
def submit(item: Item, *, by: User, now: datetime) -> Item:
    """Hands the item in for review. Raises Unsound, IllegalTransition."""
    _check(as_draft(item), complete=True)
    return _step(item, "submit", Review.Verdict.SUBMITTED, "", by, now)


@transaction.atomic
def approve(item: Item, *, version: int, comment: str, by: User, now: datetime) -> Item:
    """Publishes the item as its version number `version` states it. Raises OwnWork, Outdated, IllegalTransition."""
    if by.pk in item.writers_since_approval():
        raise OwnWork
    _read(item, version)
    item = _step(item, "approve", Review.Verdict.APPROVED, comment, by, now)
    _audit(item, "item:review", by, now)
    return item


@transaction.atomic
def send_back(item: Item, *, version: int, comment: str, by: User, now: datetime) -> Item:
    """Gives the item back to its author with a comment. Raises Outdated, IllegalTransition."""
    _read(item, version)
    return _step(item, "send_back", Review.Verdict.SENT_BACK, comment, by, now)


@transaction.atomic
def retire(item: Item, *, comment: str, by: User, now: datetime) -> Item:
    """Takes the item out of the bank; papers that ask it stay. Raises IllegalTransition."""
    item = _step(item, "retire", Review.Verdict.RETIRED, comment, by, now)
    _audit(item, "item:publish", by, now)
    return item


def as_draft(item: Item) -> Draft:
    """The item as its current version states it, to be changed and saved."""
    wording = {name: getattr(_current(item), name) for name in WORDING}
    return Draft(**{name: getattr(item, name) for name in ATTRIBUTES}, **wording)


def _check(draft: Draft, complete: bool) -> None:
    found = problems(draft) if complete else contradictions(draft)
    if found:
        raise Unsound([code for code, _ in found])


def _media_problems(texts: list[str]) -> list[tuple[str, str]]:
    names = {name for text in texts for name in markup.media_names(text)}
    known = set(MediaAsset.objects.filter(name__in=names).values_list("name", flat=True)) if names else set()
    found = [("media_missing", name) for name in sorted(names - known)]
    found += [("media_outside", source) for text in texts for source in markup.outside_sources(text)]
    wordless = any(not words for text in texts for words in markup.alternatives(text))
    return found + ([("media_without_words", "")] if wordless else [])


def _row(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in ATTRIBUTES}


def _differs(item: Item, draft: Draft) -> bool:
    before = as_draft(item)
    return any(getattr(before, one.name) != getattr(draft, one.name) for one in fields(Draft))


def _add_version(item: Item, draft: Draft, by: User, now: datetime) -> None:
    wording = {name: getattr(draft, name) for name in WORDING}
    number = item.next_number()
    item.current = ItemVersion.objects.create(item=item, number=number, created_by=by, created_at=now, **wording)
    item.updated_at = now
    item.save()


def _read(item: Item, version: int) -> None:
    """Whether the version that was read is still the newest."""
    if _current(item).number != version:
        raise Outdated(_current(item))


def _current(item: Item) -> ItemVersion:
    """The newest version; `write` leaves no item without one."""
    if item.current is None:
        raise ItemVersion.DoesNotExist(item.code)
    return item.current


def _step(item: Item, event: str, verdict: str, comment: str, by: User, now: datetime) -> Item:
    """Moves the item by the table and leaves a review row. Raises IllegalTransition when it stands elsewhere."""
    sources, target = lifecycle.TRANSITIONS[event]
    version = _current(item)
    moved = Item.objects.filter(pk=item.pk, state__in=sources, current=version)
    if not moved.update(state=target, updated_at=now):
        raise lifecycle.IllegalTransition(f"{event} from {item.state}")
    item.state, item.updated_at = target, now
    Review.objects.create(item=item, version=version, verdict=verdict, comment=comment, by=by, at=now)
    return item


def _audit(item: Item, action: str, by: User, now: datetime) -> None:
    audit.record(action, by=by, now=now, organization=item.organization, kind="item", ids=[item.pk])
