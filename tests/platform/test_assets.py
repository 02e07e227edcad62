"""Static files have names that never lie, and twins that are small."""

import gzip
import os

from quizplatform import assets


def test_what_is_worth_it_has_a_gzipped_twin_of_the_same_name(tmp_path):
    source, packed = tmp_path / "static", tmp_path / "packed"
    (source / "css").mkdir(parents=True)
    (source / "css" / "base.css").write_text("a { color: blue }\n" * 200)
    (source / "small.js").write_text("1")
    (source / "mark.png").write_bytes(b"p" * 5000)

    assert assets.pack(source, packed) == 1
    twin = packed / "css" / "base.css"
    assert gzip.decompress(twin.read_bytes()) == (source / "css" / "base.css").read_bytes()
    assert twin.stat().st_size < 500


def test_a_twin_is_made_anew_when_its_file_changed(tmp_path):
    source, packed = tmp_path / "static", tmp_path / "packed"
    source.mkdir()
    path = source / "base.css"
    path.write_text("a" * 2000)

    assert assets.pack(source, packed) == 1
    assert assets.pack(source, packed) == 0
    path.write_text("b" * 2000)
    os.utime(path, (path.stat().st_mtime + 10,) * 2)
    assert assets.pack(source, packed) == 1


def test_modules_import_each_other_by_their_hashed_names(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "clock.js").write_text("export const now = 1;\n")
    (tmp_path / "client" / "main.js").write_text('import { now } from "./clock.js";\nnow;\n')
    storage = assets.HashedAssets(location=str(tmp_path))

    paths = {name: (storage, name) for name in ("client/clock.js", "client/main.js")}
    hashed = {old: new for old, new, _done in storage.post_process(paths)}

    clock = hashed["client/clock.js"].split("/")[-1]
    assert clock != "clock.js"
    assert f'"./{clock}"' in (tmp_path / hashed["client/main.js"]).read_text()
