"""Who the servers run as. PostgreSQL refuses to run as root, so root lends it an unprivileged account.

Permissions of folders that were not made here are looked at and never changed."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple

# The first that exists. Root on a machine with other services makes `quizplatform` or names one in SERVER_USER.
CANDIDATES = ("quizplatform", "postgres", "nobody")


class NoAccount(Exception):
    """We are root and there is no unprivileged account to run PostgreSQL as."""


class Account(NamedTuple):
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account root lends to PostgreSQL; None for an ordinary user, who runs everything alone. Raises NoAccount."""
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get("SERVER_USER")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, found.pw_uid, found.pw_gid)
    raise NoAccount(wanted or ", ".join(CANDIDATES))


def owner(path: Path) -> Account | None:
    """The account that owns `path`; None where that is ourselves."""
    entry = path.stat()
    if entry.st_uid == os.geteuid():
        return None
    return Account(pwd.getpwuid(entry.st_uid).pw_name, entry.st_uid, entry.st_gid)


def reaches(account: Account | None, folder: Path) -> bool:
    """Whether `account` may pass through every folder down to and including `folder`, by plain permissions."""
    if account is None:
        return True
    return all(_may_enter(account, part.stat()) for part in (folder, *folder.parents))


def _may_enter(account: Account, entry: os.stat_result) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def give(account: Account | None, folder: Path) -> None:
    """Hands a folder that was made here to `account`."""
    if account is not None:
        os.chown(folder, account.uid, account.gid)
