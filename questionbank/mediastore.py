"""Keeps images and sounds: each file once, under the hash of its bytes, at an address that never changes meaning."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from questionbank import mediafiles, metadata
from questionbank.markup import Media
from questionbank.models import MediaAsset

FOLDER = "bank"


class UnfitFile(Exception):
    """The file cannot be shown to students; `code` says why (`mediafiles.problems`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def keep(data: bytes) -> MediaAsset:
    """Keeps an uploaded file without its metadata and names it by its bytes; the same bytes again are the same asset.
    Raises UnfitFile."""
    for code in mediafiles.problems(data):
        raise UnfitFile(code)
    try:
        data = metadata.without(data, mediafiles.content_type(data) or "")
    except metadata.Broken:
        raise UnfitFile("file_broken") from None
    values = _values(data)
    known = MediaAsset.objects.filter(sha256=values["sha256"]).first()
    if known is not None:
        return known
    return MediaAsset.objects.create(name=f"{values['sha256'][:12]}.{_extension(data)}", **values)


def keep_all(files: Mapping[str, bytes]) -> int:
    """Keeps the files of a bank under their own names; returns how many were new or had changed."""
    known = dict(MediaAsset.objects.filter(name__in=files).values_list("name", "sha256"))
    changed = 0
    for name, data in files.items():
        values = _values(data)
        if known.get(name) != values["sha256"]:
            MediaAsset.objects.update_or_create(name=name, defaults=values)
            changed += 1
    return changed


def named(names: list[str]) -> dict[str, Media]:
    """The media of these names, as `markup.render` wants them; names that are not there are left out."""
    if not names:
        return {}
    return {asset.name: cast("Media", asset.as_media()) for asset in MediaAsset.objects.filter(name__in=names)}


def _values(data: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"{FOLDER}/{sha256}.{_extension(data)}"
    _write(path, data)
    found = mediafiles.content_type(data)
    return {"sha256": sha256, "file": path, "content_type": found or "", "size_bytes": len(data)}


def _extension(data: bytes) -> str:
    return mediafiles.EXTENSIONS[mediafiles.content_type(data) or ""]


def _write(path: str, data: bytes) -> None:
    """Writes the file unless it is there; its name says what is in it."""
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(data))
