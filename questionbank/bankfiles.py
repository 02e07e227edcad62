"""Reads a bank's folder (topics/*.yaml, facts/*.yaml, media/*) into plain values. It knows the shape of the files,
not what makes an item good (`bankrules`), and no database."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

TEXTS = ("code", "kind", "stage", "difficulty", "cognition", "citation", "stem", "explanation")
OPTIONAL = ("choices", "speech")
WANTED = {*TEXTS, "facts", "key"}
TOPIC_TEXTS = ("topic", "title", "title_en")
FACT_TEXTS = ("id", "statement", "source", "status")


class Problem(NamedTuple):
    """Something to mend: in which file, at which item (or fact), a code, and what the code is about."""

    file: str
    item: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class BankTopic:
    """The head of one topic file."""

    file: str
    slug: str
    title: str
    title_en: str


@dataclass(frozen=True)
class BankItem:
    """One item as a file states it; `content` is what an interaction module reads."""

    file: str
    topic: str
    code: str
    kind: str
    stage: str
    difficulty: str
    cognition: str
    facts: list[str]
    citation: str
    explanation: str
    content: dict[str, Any]
    speech: str = ""

    @property
    def stem(self) -> str:
        """The text that asks."""
        return str(self.content["stem"])

    @property
    def choices(self) -> list[str]:
        """The texts of the choices."""
        return [choice["content"] for choice in self.content["choices"]]

    @property
    def texts(self) -> list[str]:
        """Everything in it that a student reads before answering, then the explanation."""
        return [self.stem, *self.choices, self.explanation]


class Fact(NamedTuple):
    """One statement that items rest on; status is read, general or contested."""

    file: str
    id: str
    statement: str
    source: str
    status: str


@dataclass
class Bank:
    """Everything that a bank's folder holds."""

    topics: list[BankTopic] = field(default_factory=list)
    items: list[BankItem] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(folder: Path) -> Bank:
    """The bank in `folder`. What has not the shape of an item is left out and named in `problems`."""
    bank = Bank()
    for path in sorted((folder / "topics").glob("*.yaml")):
        _read_topic(path, bank)
    for path in sorted((folder / "facts").glob("*.yaml")):
        _read_facts(path, bank)
    if (folder / "media").is_dir():
        bank.media = {path.name: path.read_bytes() for path in sorted((folder / "media").iterdir()) if path.is_file()}
    if not bank.topics and not bank.problems:
        bank.problems.append(Problem(str(folder), "", "no_topics"))
    return bank


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a key given twice; the plain loader keeps the last one and says nothing."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _load(path: Path, bank: Bank) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        bank.problems.append(Problem(path.name, "", "not_yaml", " ".join(str(fault).split())))
        return None


def _read_topic(path: Path, bank: Bank) -> None:
    data = _load(path, bank)
    if data is None:
        return
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        bank.problems.append(Problem(path.name, "", "no_items"))
        return
    missing = [name for name in TOPIC_TEXTS if not isinstance(data.get(name), str)]
    bank.problems += [Problem(path.name, "", "field_missing", name) for name in missing]
    if missing:
        return
    bank.topics.append(BankTopic(path.name, data["topic"], data["title"], data["title_en"]))
    for place, entry in enumerate(data["items"], start=1):
        _read_item(path.name, data["topic"], place, entry, bank)


def _read_item(file: str, topic: str, place: int, entry: Any, bank: Bank) -> None:
    name = str(entry["code"]) if isinstance(entry, dict) and entry.get("code") else f"#{place}"
    faults = [Problem(file, name, code, detail) for code, detail in _faults(entry)]
    bank.problems += faults
    if faults:
        return
    choices = [{"id": str(letter), "content": text} for letter, text in (entry.get("choices") or {}).items()]
    key = entry["key"]
    content = {
        "stem": entry["stem"].strip(),
        "choices": choices,
        "key": [str(key).lower()] if isinstance(key, bool) else sorted(key),
    }
    texts = {text: entry[text].strip() for text in TEXTS if text != "stem"}
    bank.items.append(
        BankItem(file, topic, **texts, facts=list(entry["facts"]), content=content, speech=entry.get("speech", ""))
    )


def _faults(entry: Any) -> Iterator[tuple[str, str]]:
    """Where an entry has not the shape of an item, as (code, detail)."""
    if not isinstance(entry, dict):
        yield "not_an_item", str(entry)[:40]
        return
    yield from (("field_missing", name) for name in sorted(WANTED - entry.keys()))
    yield from (("field_unknown", str(name)) for name in entry.keys() - WANTED - {*OPTIONAL})
    texts = [*TEXTS, "speech"]
    yield from (("field_not_text", name) for name in texts if name in entry and not isinstance(entry[name], str))
    choices = entry.get("choices", {})
    if not isinstance(choices, dict) or not all(isinstance(text, str) for text in choices.values()):
        yield "field_not_text", "choices"
    if not _are_words(entry.get("facts", [])):
        yield "field_not_list", "facts"
    if not isinstance(entry.get("key", []), bool) and not _are_words(entry.get("key", [])):
        yield "field_not_list", "key"


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _read_facts(path: Path, bank: Bank) -> None:
    data = _load(path, bank)
    for place, entry in enumerate(data if isinstance(data, list) else [], start=1):
        if isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in FACT_TEXTS):
            bank.facts.append(Fact(path.name, *(entry[name] for name in FACT_TEXTS)))
        else:
            bank.problems.append(Problem(path.name, f"#{place}", "fact_incomplete"))
    if data is not None and not isinstance(data, list):
        bank.problems.append(Problem(path.name, "", "no_facts"))
