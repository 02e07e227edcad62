"""What `deploy/` says is what the launcher does."""

import importlib.util
import re
import shlex

import pytest
import yaml

from quizplatform.embedded import parts
from quizplatform.embedded.installation import BASE_DIR, Installation

UNITS = sorted((BASE_DIR / "deploy" / "systemd").glob("*.service"))
# What depends on the machine: where it listens and how much of it there is.
OF_THE_PLACE = {"--uds", "--host", "--port", "--workers", "--blocking-threads", "--backpressure"}


def install():
    """deploy/install.py as a module; it belongs to no package."""
    found = importlib.util.spec_from_file_location("install", BASE_DIR / "deploy" / "install.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def options(command: list[str]) -> set[str]:
    return {word for word in command if word.startswith("--")} - OF_THE_PLACE


@pytest.mark.parametrize("name", ["lane", "live", "pages", "jobs", "sweep", "follow"])
def test_a_unit_starts_its_part_as_the_launcher_does(name):
    ours = {part.name.split("-")[0]: part for part in parts.all_of(Installation.from_environ({}), None)}
    (unit,) = (path for path in UNITS if path.stem.removesuffix("@") == f"quizplatform-{name}")
    line = re.search(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE).group(1)

    assert options(shlex.split(line)) >= options(ours[name].command) - {"--workers-kill-timeout", "--respawn-interval"}


def test_the_containers_are_the_parts():
    services = yaml.safe_load((BASE_DIR / "deploy" / "compose.yaml").read_text())["services"]

    assert {name.split("-")[0] for name in services} == {
        "database", "cache", "prepare", "lane", "pages", "live", "jobs", "sweep", "follow", "door"
    }  # fmt: skip


def test_the_installer_finds_the_pin_of_uv_with_all_its_hashes():
    block = install().block_of("uv", str(BASE_DIR / "requirements.txt"))

    assert re.match(r"uv==\S+ \\\n", block)
    assert block.count("--hash=sha256:") > 3
    assert "==" not in block.split("\n", 1)[1]


def test_an_environment_is_stale_when_a_pin_changes(tmp_path, monkeypatch):
    installer = install()
    (tmp_path / "requirements.txt").write_text("a==1\n")
    monkeypatch.setattr(installer, "HERE", str(tmp_path))
    before = installer.fingerprint(False)
    (tmp_path / "requirements.txt").write_text("a==2\n")

    assert installer.fingerprint(False) != before
    assert not installer.is_fresh(False)
