"""What is backed up comes back the same, row by row and file by file."""

import hashlib
import os
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from tests.world import build

MANAGE = Path(settings.BASE_DIR) / "manage.py"


def address(name: str) -> str:
    given = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo("", host=given["host"], user=given["user"], dbname=name)


def fingerprint(database: str) -> dict[str, tuple[int, str]]:
    """Rows and a checksum over all of them, table by table."""
    with psycopg.connect(address(database)) as found:
        tables = found.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
        query = "select count(*), md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from {} t"
        return {name: found.execute(sql.SQL(query).format(sql.Identifier(name))).fetchone() for (name,) in tables}


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("media", "papers")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


def manage(data: Path, database: str, *words: str) -> subprocess.CompletedProcess[str]:
    url = f"postgresql://{connection.settings_dict['USER']}@/{database}?host={connection.settings_dict['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(data)}
    return subprocess.run([sys.executable, str(MANAGE), *words], env=environment, capture_output=True, text=True)


@pytest.fixture
def city(transactional_db):
    """The cast, a picture and a paper."""
    build()
    for name in ("media/bank/sign.svg", "papers/0123.json", "papers/0123.json.gz"):
        path = Path(settings.DATA_DIR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


@pytest.fixture
def fresh(transactional_db):
    """A new, empty database on the same server."""
    name = f"restored_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield name
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_a_backup_restored_into_a_fresh_database_is_the_same_city(city, fresh, tmp_path):
    archive, data = tmp_path / "city.tar", tmp_path / "data"
    data.mkdir()
    call_command("backup", str(archive))

    done = manage(data, fresh, "restore", str(archive))

    assert done.returncode == 0, done.stderr
    assert fingerprint(fresh) == fingerprint(connection.settings_dict["NAME"])
    assert files(data) == files(Path(settings.DATA_DIR))
    assert fingerprint(fresh)["schools_student"][0] > 0


def test_a_restored_city_still_refuses_to_rewrite_what_is_frozen(city, fresh, tmp_path):
    call_command("backup", str(tmp_path / "city.tar"))
    manage(tmp_path, fresh, "restore", str(tmp_path / "city.tar"))

    query = "select count(*) from pg_trigger where not tgisinternal"
    with psycopg.connect(address(fresh)) as there, psycopg.connect(address(connection.settings_dict["NAME"])) as here:
        assert there.execute(query).fetchone() == here.execute(query).fetchone()
        assert there.execute(query).fetchone()[0] > 0


def test_nobody_but_the_owner_reads_a_backup_and_the_secret_is_not_in_it(city, tmp_path):
    call_command("backup", str(tmp_path / "city.tar"))

    assert (tmp_path / "city.tar").stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "city.tar") as archive:
        assert {name.split("/")[0] for name in archive.getnames()} == {"about.json", "database.dump", "media", "papers"}


def test_a_database_in_use_is_not_overwritten_by_accident(city, tmp_path):
    call_command("backup", str(tmp_path / "city.tar"))

    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(tmp_path / "city.tar"))


def test_a_broken_file_changes_nothing(city, fresh, tmp_path):
    (tmp_path / "city.tar").write_bytes(b"no archive at all")

    done = manage(tmp_path, fresh, "restore", str(tmp_path / "city.tar"))

    assert done.returncode == 1
    assert "is no backup" in done.stderr
    assert fingerprint(fresh) == {}


def test_replacing_discards_what_was_there(city, fresh, tmp_path):
    archive = tmp_path / "city.tar"
    call_command("backup", str(archive))
    for _again in range(2):
        done = manage(tmp_path, fresh, "restore", "--replace", str(archive))
        assert done.returncode == 0, done.stderr

    assert fingerprint(fresh) == fingerprint(connection.settings_dict["NAME"])
