"""`.env.example` names every variable that is read, and none that is not; every dependency has its line."""

import re

from tests.architecture.tree import ROOT, modules

READ = re.compile(
    r"""(?:env\.\w+\(\s*|environ(?:\.get)?[\(\[]|_truth\(environ,\s*|_number\(environ,\s*|_milliseconds\(environ,\s*)"([A-Z_]+)\""""
)
NAMED = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
# Set by ourselves or by the system, never by whoever installs it.
OF_THE_HOUSE = {"DJANGO_SETTINGS_MODULE", "PGPASSWORD", "PATH", "HOME", "UV_CACHE_DIR", "UV_INDEX_STRATEGY"}
OF_THE_TESTS = {"BROWSER_PATH", "REQUIRE_BROWSER"}


def test_the_example_names_what_is_read_and_nothing_else():
    read = {name for path in modules() for name in READ.findall(path.read_text())} - OF_THE_HOUSE

    assert set(NAMED.findall((ROOT / ".env.example").read_text())) == read | OF_THE_TESTS


def test_every_dependency_has_its_reason():
    told = (ROOT / "docs" / "decisions" / "dependencies.md").read_text()
    wanted = [
        re.split(r"[\[<>=~ ]", line)[0]
        for name in ("requirements.in", "requirements-dev.in")
        for line in (ROOT / name).read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    ]

    assert [name for name in wanted if not re.search(rf"[|,] {re.escape(name)}\b", told)] == []


def test_every_dependency_is_pinned_by_its_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = re.findall(r"^(\S+)==\S+(.*)$", (ROOT / name).read_text(), re.MULTILINE)

        assert len(pins) > 30
        assert [pin for pin, rest in pins if not rest.endswith("\\")] == []
