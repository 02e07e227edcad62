"""Every file once, at an address made of its bytes."""

import hashlib

import pytest

from questionbank import mediastore
from questionbank.models import MediaAsset
from tests.questionbank.banks import SVG
from tests.questionbank.test_metadata import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_an_uploaded_file_lies_under_its_hash(tmp_path):
    asset = mediastore.keep(SVG)
    sha256 = hashlib.sha256(SVG).hexdigest()
    assert asset.file.url == f"/media/bank/{sha256}.svg"
    assert (tmp_path / "bank" / f"{sha256}.svg").read_bytes() == SVG
    assert (asset.name, asset.content_type, asset.size_bytes) == (f"{sha256[:12]}.svg", "image/svg+xml", len(SVG))


def test_the_same_bytes_are_kept_once():
    assert mediastore.keep(SVG) == mediastore.keep(SVG)
    assert MediaAsset.objects.count() == 1


def test_a_file_that_is_lost_from_the_disk_is_written_again(tmp_path):
    asset = mediastore.keep(SVG)
    (tmp_path / asset.file.name).unlink()
    mediastore.keep(SVG)
    assert (tmp_path / asset.file.name).exists()


@pytest.mark.parametrize(
    ("data", "code"), [(b"MZ", "file_type_unknown"), (SVG.replace(b"rect", b"script"), "svg_not_harmless")]
)
def test_an_unfit_file_is_refused_and_leaves_nothing(tmp_path, data, code):
    with pytest.raises(mediastore.UnfitFile) as refused:
        mediastore.keep(data)
    assert refused.value.code == code
    assert MediaAsset.objects.count() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_photograph_is_kept_without_what_its_camera_told(tmp_path):
    asset = mediastore.keep(jpeg())
    assert b"Ada" not in (tmp_path / asset.file.name).read_bytes()
    with pytest.raises(mediastore.UnfitFile, match="file_broken"):
        mediastore.keep(jpeg()[:30])


def test_files_of_a_bank_keep_their_names_and_may_share_their_bytes():
    assert mediastore.keep_all({"a.svg": SVG, "b.svg": SVG}) == 2
    assert mediastore.keep_all({"a.svg": SVG, "b.svg": SVG}) == 0
    other = SVG.replace(b"9", b"8")
    assert mediastore.keep_all({"a.svg": other}) == 1
    assert MediaAsset.objects.get(name="a.svg").sha256 == hashlib.sha256(other).hexdigest()


def test_media_are_found_by_name():
    mediastore.keep_all({"a.svg": SVG})
    found = mediastore.named(["a.svg", "none.svg"])
    assert list(found) == ["a.svg"]
    assert found["a.svg"]["type"] == "image/svg+xml"
    assert mediastore.named([]) == {}
