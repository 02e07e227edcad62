"""Backups: the database, media and frozen papers in one file, and the way back.

The installation's secret is not in it (DATA_DIR/secret_key, or SECRET_KEY): whoever finds a backup must not be able to
make cards and tokens."""

import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from quizplatform.embedded.postgres import PACKAGE

BIN = PACKAGE / "pginstall" / "bin"
DUMP = "database.dump"
ABOUT = "about.json"
FOLDERS = ("media", "papers")
LAYOUT = 1


class NotEmpty(Exception):
    """The database holds data already; the message is how many tables do."""


class NoBackup(Exception):
    """The file is no backup of this product, or it is damaged."""


class ToolFailed(Exception):
    """pg_dump or pg_restore failed; the message is what it said."""


def backup(target: Path, now: datetime) -> int:
    """Writes the archive and returns its size in bytes. It appears under its name only when it is whole."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", "--dbname", _address())
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, dump, now)
    unfinished.rename(target)
    return target.stat().st_size


def _write(file: Any, dump: Path, now: datetime) -> None:
    about = json.dumps({"layout": LAYOUT, "at": now.isoformat()}).encode()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo(ABOUT)
        entry.size = len(about)
        archive.addfile(entry, io.BytesIO(about))
        archive.add(dump, DUMP)
        for name, path in _files():
            archive.add(path, name)


def _files() -> Iterator[tuple[str, Path]]:
    """Media and papers, after the dump: they are named by their hash and never change, so none of the dump's lacks."""
    for folder in FOLDERS:
        for path in sorted(_place(folder).rglob("*")):
            if path.is_file():
                yield str(PurePosixPath(folder, *path.relative_to(_place(folder)).parts)), path


def _place(folder: str) -> Path:
    return Path(settings.MEDIA_ROOT) if folder == "media" else Path(settings.DATA_DIR) / folder


def restore(source: Path, *, replace: bool = False) -> None:
    """Puts an archive back and brings it to this release; `replace` discards what the database holds, in the same
    transaction. Raises NoBackup, NotEmpty, ToolFailed."""
    if not replace and (filled := _filled_tables()):
        raise NotEmpty(str(filled))
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        dump = Path(folder) / DUMP
        try:
            with tarfile.open(source) as archive:
                _unpack(archive, dump)
        except (tarfile.TarError, OSError) as fault:
            raise NoBackup(str(fault)) from fault
        connection.close()
        _restore_database(dump)
    call_command("migrate", interactive=False, verbosity=0)


def _unpack(archive: tarfile.TarFile, dump: Path) -> None:
    first = archive.next()
    if first is None or first.name != ABOUT:
        raise NoBackup("it does not begin as a backup does")
    for entry in archive:
        content = archive.extractfile(entry)
        if content is None or entry.name == ABOUT:
            continue
        target = dump if entry.name == DUMP else _target(entry.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            while block := content.read(1 << 20):
                file.write(block)


def _target(name: str) -> Path:
    """Where a file of the archive goes; never outside media and papers."""
    folder, *rest = PurePosixPath(name).parts
    if folder not in FOLDERS or not rest or ".." in rest:
        raise NoBackup(f"it holds {name}")
    return _place(folder).joinpath(*rest)


def _restore_database(dump: Path) -> None:
    """All or nothing: what was there is gone only when the backup is in."""
    script = subprocess.Popen(
        [str(BIN / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)], stdout=subprocess.PIPE
    )
    begin = "set client_min_messages = warning; drop schema public cascade; create schema public"
    psql = ("psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-c", begin, "-f", "-", "-d", _address())
    try:
        _run(*psql, stdin=script.stdout)
    finally:
        if script.stdout:
            script.stdout.close()
        failed = script.wait()
    if failed:
        raise ToolFailed("pg_restore could not read the dump")


def _filled_tables() -> int:
    """How many tables of ours hold rows."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name in _tables_of_people()]
        queries = " union all ".join(f"(select 1 from {connection.ops.quote_name(name)} limit 1)" for name in names)  # noqa: S608
        if not queries:
            return 0
        cursor.execute(f"select count(*) from ({queries}) filled")  # noqa: S608 - names of our own tables
        return int(cursor.fetchone()[0])


def _tables_of_people() -> set[str]:
    """Tables that only use fills: a freshly migrated database has rows of its own elsewhere."""
    return {"schools_organization", "schools_user", "questionbank_item", "exams_exam"}


def _address() -> str:
    """libpq's address without the password, which travels in the environment."""
    given = connection.get_connection_params()
    wanted = {
        name: given[name] for name in ("host", "port", "user", "dbname", "sslmode", "sslrootcert") if name in given
    }
    return make_conninfo("", **wanted)


def _run(tool: str, *arguments: str, stdin: Any = None) -> None:
    password = connection.settings_dict.get("PASSWORD")
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [str(BIN / tool), *arguments]
    done = subprocess.run(command, stdin=stdin, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)
    if done.returncode:
        raise ToolFailed(" ".join(done.stderr.decode(errors="replace").split()))
