"""Sealed papers: everybody may have the file, only the key opens it; and where each of the files lies."""

import hashlib
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from exams import freezing, sealing
from exams.models import Exam, Paper
from tests import world as cast
from tests.world import World


@given(st.binary(max_size=2000), st.text(min_size=1, max_size=20))
def test_the_key_opens_what_it_sealed_and_the_same_is_sealed_the_same(plain: bytes, secret: str) -> None:
    sealed = sealing.seal(plain, secret)
    assert sealing.open_sealed(sealed.data, b64decode(sealed.key)) == plain
    assert sealing.seal(plain, secret) == sealed
    assert sealed.sha256 == hashlib.sha256(sealed.data).hexdigest()


def test_another_key_and_a_changed_file_open_nothing() -> None:
    sealed = sealing.seal(b"content", "secret")
    with pytest.raises(InvalidTag):
        sealing.open_sealed(sealed.data, b64decode(sealing.seal(b"content", "another").key))
    with pytest.raises(InvalidTag):
        sealing.open_sealed(sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]), b64decode(sealed.key))


def test_no_two_contents_share_a_key_or_a_nonce() -> None:
    one, two = (sealing.seal(content, "secret") for content in (b"one", b"two"))
    assert one.key != two.key
    assert one.data[: sealing.NONCE_BYTES] != two.data[: sealing.NONCE_BYTES]
    assert hashlib.sha256(b"one").hexdigest() not in (one.plain_name, one.sha256)


@pytest.fixture
def papers(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "papers"


def test_of_an_encrypted_exam_nothing_plain_lies_under_a_name_that_can_be_known(
    world: World, papers: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        paper = cast.make_exam(world, encrypt_paper=True).papers.get()
    plain = sealing.file_bytes(paper.content)
    names = {path.name for path in papers.iterdir()}
    sealed = next(path for path in papers.iterdir() if path.suffix == ".sealed")
    assert sealed.stem == hashlib.sha256(sealed.read_bytes()).hexdigest()
    assert plain not in sealed.read_bytes()
    assert f"{paper.sha256}.json" not in names
    (secret,) = (path for path in papers.iterdir() if path.suffix == ".json")
    assert secret.read_bytes() == plain


def test_a_paper_that_is_to_be_encrypted_later_no_longer_lies_there_plain(
    world: World, papers: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        exam = cast.make_exam(world)
    paper = exam.papers.get()
    assert (papers / f"{paper.sha256}.json").exists()
    Exam.objects.filter(pk=exam.pk).update(encrypt_paper=True)
    freezing.publish(Paper.objects.get(pk=paper.pk))
    assert not (papers / f"{paper.sha256}.json").exists()
    assert not (papers / f"{paper.sha256}.json.gz").exists()
