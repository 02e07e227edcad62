"""Small banks in a folder, for tests: `write(folder, items=[...])`, each item a change of a sound one."""

from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
STARTER = REPOSITORY / "questionbank" / "bank"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'

SINGLE = {
    "code": "law-001",
    "kind": "single_choice",
    "stage": "junior",
    "difficulty": "easy",
    "cognition": "remember",
    "facts": ["L04"],
    "citation": "《中华人民共和国人民防空法》第二条",
    "stem": "人民防空是下列哪一项的组成部分？",
    "choices": {"A": "国防", "B": "城市规划", "C": "社会保险", "D": "公共交通"},
    "key": ["A"],
    "explanation": "人民防空法第二条说，人民防空是国防的组成部分；它虽要配合城市规划，却不属于规划。",
}
TRUE_FALSE = {
    **SINGLE,
    "code": "law-002",
    "kind": "true_false",
    "stem": "人民防空是国防的组成部分。",
    "key": True,
    "choices": None,
}
MULTIPLE = {**SINGLE, "code": "law-003", "kind": "multiple_choice", "stem": "哪些是方针的内容？", "key": ["A", "C"]}
FACTS = [
    {"id": "L04", "statement": "人民防空是国防的组成部分。", "source": "人民防空法第二条", "status": "read"},
    {"id": "X01", "statement": "各书不一。", "source": "两本书", "status": "contested"},
]


def changed(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The item with other fields; a field that is None is left out."""
    return {name: value for name, value in {**item, **changes}.items() if value is not None}


def write(
    folder: Path,
    items: list[dict[str, Any]] | None = None,
    facts: list[dict[str, Any]] | None = None,
    media: dict[str, bytes] | None = None,
    **topic: Any,
) -> Path:
    """Writes one topic file, one fact file and the media; returns the folder."""
    for name in ("topics", "facts", "media"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    asked = [changed(item) for item in (items if items is not None else [SINGLE, TRUE_FALSE, MULTIPLE])]
    head = {"topic": "law", "title": "人防法律", "title_en": "Law", **topic}
    (folder / "topics" / "law.yaml").write_text(yaml.safe_dump({**head, "items": asked}, allow_unicode=True), "utf-8")
    (folder / "facts" / "law.yaml").write_text(yaml.safe_dump(facts or FACTS, allow_unicode=True), "utf-8")
    for name, data in (media or {"sign.svg": SVG}).items():
        (folder / "media" / name).write_bytes(data)
    return folder
