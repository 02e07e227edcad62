"""What an account may reach is judged by plain permissions, and nothing is ever widened for it."""

import os
import stat

import pytest

from quizplatform.embedded import account as accounts
from quizplatform.embedded.account import Account

STRANGER = Account("stranger", 64_321, 64_321)


@pytest.fixture
def folder(tmp_path_factory):
    """A folder below one whose permissions a test sets; pytest's own are closed to strangers, these are not."""
    base = tmp_path_factory.getbasetemp()
    opened = [part for part in (base, *base.parents) if not part.stat().st_mode & stat.S_IXOTH]
    before = {part: part.stat().st_mode for part in opened}
    for part in opened:
        part.chmod(part.stat().st_mode | stat.S_IXOTH)
    inner = tmp_path_factory.mktemp("outer") / "inner"
    inner.parent.chmod(0o755)
    inner.mkdir()
    inner.chmod(0o755)
    yield inner
    for part, mode in before.items():
        part.chmod(mode)


def test_a_stranger_passes_through_folders_that_are_open(folder):
    assert accounts.reaches(STRANGER, folder)


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o744])
def test_a_stranger_does_not_pass_a_closed_parent(folder, mode):
    folder.parent.chmod(mode)

    assert not accounts.reaches(STRANGER, folder)


def test_the_owner_passes_where_only_the_owner_may(folder):
    folder.parent.chmod(0o700)

    assert accounts.reaches(Account("me", os.geteuid(), os.getegid()), folder)


def test_an_ordinary_user_needs_nobody_else(folder):
    folder.parent.chmod(0o700)

    assert accounts.reaches(None, folder)


def test_looking_changes_no_permissions(folder):
    folder.parent.chmod(0o700)
    accounts.reaches(STRANGER, folder)

    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account")
def test_root_lends_an_account_that_is_not_root(monkeypatch):
    assert accounts.unprivileged().uid != 0

    monkeypatch.setenv("SERVER_USER", "root")
    with pytest.raises(accounts.NoAccount):
        accounts.unprivileged()
