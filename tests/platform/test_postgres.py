"""The private database server is durable, speaks UTF-8 and listens to nobody else."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def value(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_what_is_committed_is_on_disk(setting):
    assert value(f"show {setting}") == "on"


def test_chinese_letters_are_letters():
    assert value("select '防空警报' ~ '^[[:alpha:]]+$'") is True


def test_chinese_has_trigrams_so_that_it_can_be_searched_by_likeness():
    assert len(value("select show_trgm('防空警报')")) == 5


def test_the_order_of_text_is_that_of_code_points():
    assert value("select datlocprovider::text || datlocale from pg_database where datname = current_database()") == (
        "bC.UTF-8"
    )
