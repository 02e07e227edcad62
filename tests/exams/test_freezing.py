"""Frozen papers: no key in the public part, a file under its own hash, never changed."""

import gzip
import hashlib
from pathlib import Path

import orjson
import pytest
from django.db import ProgrammingError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from exams import sealing
from exams.models import Paper
from questionbank.models import ItemVersion
from tests import world as cast
from tests.world import World


def test_the_public_paper_holds_no_key_no_explanation_and_no_item_code(world: World) -> None:
    item = cast.make_item(world.city, "multiple_choice", explanation="只有解析里才有的话")
    paper = cast.make_exam(world, [item]).papers.get()
    public = sealing.file_bytes(paper.content).decode()
    assert "key" not in public
    assert "只有解析里才有的话" not in public
    assert item.code not in public
    assert set(paper.keys["slots"]["1"]["key"]) <= {"c1", "c2", "c3", "c4"}


def test_the_paper_has_the_published_shape(world: World) -> None:
    content = cast.make_exam(world).papers.get().content
    assert {"paper", "version", "title", "language", "sections", "stimuli", "media"} == set(content)
    slot = content["sections"][0]["slots"][0]
    assert {"slot", "kind", "points", "stem", "speech", "choices", "blanks", "stimulus", "media"} <= set(slot)
    assert [choice["id"] for choice in slot["choices"]] == ["c1", "c2", "c3", "c4"]
    notes = {section["slots"][0]["kind"]: section["note"] for section in content["sections"]}
    assert "漏选得一半" in notes["multiple_choice"]


def test_the_file_is_written_once_committed_under_the_hash_of_its_bytes(
    world: World, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        paper = cast.make_exam(world).papers.get()
    plain = (tmp_path / "papers" / f"{paper.sha256}.json").read_bytes()
    assert hashlib.sha256(plain).hexdigest() == paper.sha256
    assert gzip.decompress((tmp_path / "papers" / f"{paper.sha256}.json.gz").read_bytes()) == plain
    assert orjson.loads(plain) == Paper.objects.get(pk=paper.pk).content


def test_a_paper_read_back_from_the_database_gives_the_same_bytes(world: World) -> None:
    paper = cast.make_exam(world).papers.get()
    again = sealing.file_bytes(Paper.objects.get(pk=paper.pk).content)
    assert hashlib.sha256(again).hexdigest() == paper.sha256


def test_a_frozen_paper_cannot_be_changed(world: World) -> None:
    paper = cast.make_exam(world).papers.get()
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(item_count=1)


def test_a_new_version_of_an_item_changes_no_paper(world: World) -> None:
    item = cast.make_item(world.city)
    paper = cast.make_exam(world, [item]).papers.get()
    item.current = ItemVersion.objects.create(
        item=item, number=2, stem="改过的题", choices=[], key=[], created_at=cast.NOW
    )
    item.save()
    assert "改过的题" not in str(Paper.objects.get(pk=paper.pk).content)
    assert paper.slots.get().item_version.number == 1
