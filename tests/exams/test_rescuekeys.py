"""Rescue files: sealed by the client's own module under node, opened here."""

import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from nacl.public import Box, PublicKey

from exams import client_modules, rescuekeys

RESCUE = client_modules.CLIENT / "rescue.js"


def test_the_same_secret_gives_the_same_pair_and_another_secret_another() -> None:
    assert rescuekeys.public_key("one") == rescuekeys.public_key("one")
    assert rescuekeys.public_key("one") != rescuekeys.public_key("two")


def test_the_public_half_says_nothing_of_the_private_one() -> None:
    assert b64decode(rescuekeys.public_key("one")) != bytes(rescuekeys.private_key("one"))


def test_the_page_that_imports_the_module_fetches_the_library_side_by_side() -> None:
    assert client_modules.needed_by("rescue.js") == (
        "exams/client/rescue.js",
        "exams/client/vendor/tweetnacl.js",
    )


@pytest.mark.skipif(
    shutil.which("node") is None, reason="no node here; the journey of the rescue file seals it in the browser"
)
def test_what_the_client_seals_the_server_opens(tmp_path: Path) -> None:
    journals = [{"token": "t", "epoch": 1, "saved_seq": 0, "entries": [{"seq": 1, "event": "人防", "at": 5}] * 4000}]
    (tmp_path / "seal.mjs").write_text(
        f'import {{ sealed }} from "{RESCUE.as_uri()}";'
        f'process.stdout.write(sealed({json.dumps(journals)}, "{rescuekeys.public_key("secret")}", 77));'
    )
    (tmp_path / "package.json").write_text('{"type": "module"}')
    told = subprocess.run(["node", str(tmp_path / "seal.mjs")], capture_output=True, check=True, text=True, timeout=60)
    file = json.loads(told.stdout)
    assert (file["format"], file["version"]) == ("quizplatform-rescue", 1)
    box = Box(rescuekeys.private_key("secret"), PublicKey(b64decode(file["public"])))
    assert json.loads(box.decrypt(b64decode(file["box"]), b64decode(file["nonce"]))) == {
        "made_at": 77,
        "journals": journals,
    }
