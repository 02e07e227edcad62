"""Turns picked items into a frozen paper: public content under its hash, keys apart, a file for the door."""

import gzip
import hashlib
import random
import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from exams import sealing
from exams.models import Exam, Paper, PaperSlot
from exams.models.papers import ScoringPolicy
from questionbank import interactions, markup
from questionbank.models import Item, ItemKind, ItemVersion, MediaAsset

SECTION_ORDER = [ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE]
NUMERALS = "一二三四五六七八九十"


class Pick(NamedTuple):
    """One item chosen for a paper, and what it is worth."""

    item: Item
    points: Decimal


class Placed(NamedTuple):
    """One pick with its place on the paper and the paper's own names for its choices."""

    slot: int
    pick: Pick
    version: ItemVersion
    renamed: dict[str, str]


@transaction.atomic
def freeze(exam: Exam, number: int, picks: Sequence[Pick], seed: int, now: datetime) -> Paper:
    """Writes the paper, its slots and (once committed) its file. The same picks and seed give the same hash."""
    placed = _place(picks, random.Random(seed))  # noqa: S311 - reproducible by design
    media = _media(placed)
    content = _content(exam, placed, media)
    paper = Paper.objects.create(
        exam=exam,
        number=number,
        sha256=hashlib.sha256(sealing.file_bytes(content)).hexdigest(),
        content=content,
        keys=_keys(exam, placed, media),
        item_count=len(placed),
        max_score=sum((one.pick.points for one in placed), Decimal()),
        frozen_at=now,
    )
    PaperSlot.objects.bulk_create(
        PaperSlot(paper=paper, slot=one.slot, item_version=one.version, points=one.pick.points, choice_ids=one.renamed)
        for one in placed
    )
    transaction.on_commit(lambda: publish(paper))
    return paper


def folder() -> Path:
    """Where the door finds the papers."""
    return Path(settings.DATA_DIR) / "papers"


def publish(paper: Paper) -> None:
    """Writes the files of a paper that are not there yet, with precompressed twins; safe to repeat. Of a paper whose
    exam is encrypted the plain file lies under a name that only `start` tells."""
    folder().mkdir(parents=True, exist_ok=True)
    plain = sealing.file_bytes(paper.content)
    if not paper.exam.encrypt_paper:
        _write_plain(paper.sha256, plain)
        return
    sealed = sealing.seal(plain, settings.SECRET_KEY)
    _write(folder() / f"{sealed.sha256}.sealed", sealed.data)
    _write_plain(sealed.plain_name, plain)
    if not Paper.objects.filter(sha256=paper.sha256, exam__encrypt_paper=False).exists():
        for name in (f"{paper.sha256}.json", f"{paper.sha256}.json.gz"):
            (folder() / name).unlink(missing_ok=True)


def _write_plain(name: str, plain: bytes) -> None:
    _write(folder() / f"{name}.json", plain)
    _write(folder() / f"{name}.json.gz", gzip.compress(plain, 9, mtime=0))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also when two write at once."""
    if not path.exists():
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        partial.write_bytes(data)
        partial.replace(path)


def address(paper_sha256: str) -> str:
    """The address under which the door serves a paper."""
    return f"/papers/{paper_sha256}.json"


def number(points: Decimal) -> int | float:
    """Points as JSON shows them: 2, 0.5."""
    return int(points) if points == points.to_integral_value() else float(points)


def _place(picks: Sequence[Pick], chance: random.Random) -> list[Placed]:
    """Orders picks by kind, then by topic, in an order drawn once; names the choices anew."""
    shuffled = list(picks)
    chance.shuffle(shuffled)
    shuffled.sort(key=lambda pick: (_rank(pick.item.kind), pick.item.topic.path))
    placed = []
    for slot, pick in enumerate(shuffled, start=1):
        version = pick.item.current
        if version is None:
            raise ValueError(f"item {pick.item.code} has no version")
        own = interactions.of(pick.item.kind).choice_ids(version.content())
        names = [f"c{index}" for index in range(1, len(own) + 1)]
        chance.shuffle(names)
        placed.append(Placed(slot, pick, version, dict(zip(own, names, strict=True))))
    return placed


def _rank(kind: str) -> int:
    order: list[str] = [str(known) for known in SECTION_ORDER]
    return order.index(kind) if kind in order else len(order)


def _media(placed: Sequence[Placed]) -> dict[str, dict[str, Any]]:
    """Every image and sound that the placed items name, by name."""
    names: set[str] = set()
    for one in placed:
        for text in (one.version.stem, one.version.explanation, *(c["content"] for c in one.version.choices)):
            names.update(markup.media_names(text))
    return {asset.name: asset.as_media() for asset in MediaAsset.objects.filter(name__in=names)}


def _content(exam: Exam, placed: Sequence[Placed], media: dict[str, Any]) -> dict[str, Any]:
    """The public paper: what a student may see before the start, and no key."""
    body = {
        "version": 1,
        "title": exam.title,
        "language": "zh-Hans",
        "sections": _sections(exam, placed, media),
        "stimuli": [],
        "media": {
            entry["sha256"]: {name: entry[name] for name in ("url", "type", "bytes", "alt")}
            for entry in _shown_media(placed, media)
        },
    }
    body["paper"] = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return body


def _shown_media(placed: Sequence[Placed], media: dict[str, Any]) -> list[dict[str, Any]]:
    """Media that stems and choices show; what only explanations show stays out until the release."""
    names: list[str] = []
    for one in placed:
        for text in (one.version.stem, *(choice["content"] for choice in one.version.choices)):
            names.extend(markup.media_names(text))
    return [media[name] for name in dict.fromkeys(names) if name in media]


def _sections(exam: Exam, placed: Sequence[Placed], media: dict[str, Any]) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for kind in dict.fromkeys(one.pick.item.kind for one in placed):
        members = [one for one in placed if one.pick.item.kind == kind]
        title = _("%(numeral)s、%(kind)s") % {
            "numeral": NUMERALS[len(sections)],
            "kind": ItemKind(kind).label,
        }
        note = ScoringPolicy(exam.scoring_policy).label if kind == ItemKind.MULTIPLE_CHOICE else ""
        slots = [_slot(one, media) for one in members]
        sections.append({"title": title, "note": str(note), "slots": slots})
    return sections


def _slot(one: Placed, media: dict[str, Any]) -> dict[str, Any]:
    kind = one.pick.item.kind
    public = interactions.of(kind).public(one.version.content(), one.renamed, lambda text: markup.render(text, media))
    if "choices" in public:
        # In the order of the drawn names, so that a paper does not tell in which order the author wrote them.
        public["choices"] = sorted(public["choices"], key=lambda choice: int(choice["id"][1:]))
    names = markup.media_names(one.version.stem)
    return {
        "slot": one.slot,
        "kind": kind,
        "points": number(one.pick.points),
        "speech": one.version.speech or None,
        "blanks": 0,
        "stimulus": None,
        "media": [media[name]["sha256"] for name in names if name in media],
        **public,
    }


def _keys(exam: Exam, placed: Sequence[Placed], media: dict[str, Any]) -> dict[str, Any]:
    """What stays on the server until the release: key, explanation and citation of every slot."""
    return {
        "scoring_policy": exam.scoring_policy,
        "slots": {str(one.slot): _key(one, media) for one in placed},
    }


def _key(one: Placed, media: dict[str, Any]) -> dict[str, Any]:
    topic = one.pick.item.topic
    return {
        "kind": one.pick.item.kind,
        "key": interactions.of(one.pick.item.kind).paper_key(one.version.content(), one.renamed),
        "points": float(one.pick.points),
        "explanation": markup.render(one.version.explanation, media),
        "citation": one.version.citation,
        "topic": topic.slug,
        "topic_title": topic.title,
        "topic_title_en": topic.title_en,
        "item_version": one.version.pk,
    }
