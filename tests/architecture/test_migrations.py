"""Migrations are named, linear, and never mix schema and data."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.architecture.tree import APPS

LOADER = MigrationLoader(None)
OURS = {key: migration for key, migration in LOADER.disk_migrations.items() if key[0] in APPS}


@pytest.mark.parametrize("app", sorted({key[0] for key in OURS}))
def test_the_migrations_of_an_app_are_one_line(app):
    assert len(LOADER.graph.leaf_nodes(app)) == 1
    for key, migration in OURS.items():
        if key[0] == app:
            assert len([parent for parent in migration.dependencies if parent[0] == app]) <= 1


@pytest.mark.parametrize("key", sorted(OURS), ids="/".join)
def test_a_migration_is_named_for_what_it_does(key):
    assert "auto" not in key[1]
    assert key[1][5:]


@pytest.mark.parametrize("key", sorted(OURS), ids="/".join)
def test_a_migration_changes_tables_or_data_never_both(key):
    kinds = {
        isinstance(operation, RunPython) for operation in OURS[key].operations if not isinstance(operation, RunSQL)
    }

    assert len(kinds) <= 1


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_app_with_models_has_migrations():
    with_models = {model._meta.app_label for model in apps.get_models()} & set(APPS)

    assert with_models <= {key[0] for key in OURS}
