"""Servers, settings and browser of the test run.

Without DATABASE_URL the run starts a PostgreSQL and a Valkey of its own, shared by the workers of pytest-xdist, and
stops them at the end. Nothing here touches a running installation."""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as properties
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from tests.world import World

from quizplatform.embedded import trial

# Both watch the wall clock, on a machine whose two cores are shared with other tests and their servers.
properties.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("untimed")

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
WORKER_NUMBER = int(WORKER.removeprefix("gw")) + 1 if IS_WORKER else 0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
BROWSER_REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"


def _start_servers() -> None:
    servers = trial.TrialServers()
    atexit.register(servers.stop)
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    servers.start()
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["TEST_VALKEY"] = str(servers.redis_path)


def _set_environment() -> None:
    """The variables settings.py reads; every worker gets a data folder and a Valkey database of its own."""
    if not IS_WORKER:
        os.environ["TEST_FOLDER"] = tempfile.mkdtemp(prefix="qp-data-")
        atexit.register(shutil.rmtree, os.environ["TEST_FOLDER"], ignore_errors=True)
    data = Path(os.environ["TEST_FOLDER"]) / WORKER
    (data / "media").mkdir(parents=True)
    if "TEST_VALKEY" in os.environ:
        os.environ["REDIS_URL"] = f"unix://{os.environ['TEST_VALKEY']}?db={WORKER_NUMBER}"
    os.environ.update(
        DATA_DIR=str(data),
        ENV_FILE=os.devnull,
        SECRET_KEY="a key for tests that nobody guards, fifty letters long",
        CHANNEL_PREFIX=f"test-{os.getpid()}",
        HTTPS="0",
        DEMO="0",
        LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="quizplatform.settings",
    )


def _load_settings() -> None:
    """Loads the settings and changes what only a production server needs. The name of the module leaves the
    environment again: a worker inherits it, and pytest-django would load the settings before this file runs."""
    from django.conf import settings

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if "TEST_VALKEY" in os.environ:
        # Emptying the tables may meet a statement of the product that runs beside a test: then that one gives way,
        # which is used to it, and not the emptying. Only on servers of our own: it takes a superuser.
        settings.DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c deadlock_timeout=30s"
    del os.environ["DJANGO_SETTINGS_MODULE"]


if "DATABASE_URL" not in os.environ:
    _start_servers()
_set_environment()
_load_settings()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Compiles the English catalogs, which a fresh checkout does not have yet; once, before the workers begin."""
    if not IS_WORKER:
        from quizplatform import catalogs

        for app in catalogs.apps():
            catalogs.compile_one(app)


class OneProduct(LoadScopeScheduling):
    """Tests that run the whole product run one after the other, in one worker, and begin first: a product takes
    seconds to start, and they look at the clock. All others go wherever there is room."""

    WHOLE = ("tests/journeys/", "tests/faults/", "tests/platform/test_run.py")

    def _split_scope(self, nodeid: str) -> str:
        return "product" if nodeid.startswith(self.WHOLE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneProduct(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys are left out where there is no browser, unless one is required."""
    if BROWSER or BROWSER_REQUIRED:
        return
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.skip(reason="journeys need a Chromium: make browser"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that journeys were left out, and how to have them."""
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if "journey" in report.keywords]
    if left_out:
        terminalreporter.write_line(
            f"{len(left_out)} browser journeys were left out: no Chromium was found. Install one with: make browser",
            yellow=True,
        )


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The Chromium to drive. Fails when journeys are required and there is none."""
    if BROWSER is None:
        pytest.fail("REQUIRE_BROWSER=1 and no Chromium was found; install one with: make browser", pytrace=False)
    return BROWSER


@pytest.fixture
def world(db: None) -> "World":
    """The cast of tests/world.py, in the test's database."""
    from tests.world import build

    return build()
