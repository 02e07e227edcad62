"""What holds for every kind there is, and for the finding of them."""

import subprocess
import sys

import pytest

from questionbank import interactions
from questionbank.models import ItemKind


def test_every_kind_that_the_database_knows_has_a_module():
    assert interactions.kinds() == sorted(ItemKind.values)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(interactions.UnknownKind, match="essay"):
        interactions.of("essay")


@pytest.mark.parametrize("kind", interactions.kinds())
def test_every_kind_offers_the_whole_protocol(kind):
    module = interactions.of(kind)
    wanted = [name for name in vars(interactions.Interaction) if not name.startswith("_")]
    assert kind == module.KIND
    assert [name for name in wanted if not callable(getattr(module, name))] == []


@pytest.mark.parametrize("kind", interactions.kinds())
@pytest.mark.parametrize("response", [None, "c1", 3, {"c1": 1}, [["c1"]], [None], [1], [{}], ["c1", "c1"], ["c9"]])
def test_what_is_no_response_is_refused_by_every_kind(kind, response):
    slot = {"slot": 1, "kind": kind, "stem": "x", "choices": [{"id": "c1"}, {"id": "c2"}]}
    assert not interactions.of(kind).well_formed(response, slot)


@pytest.mark.parametrize("kind", interactions.kinds())
def test_the_empty_response_is_well_formed_and_says_nothing(kind):
    module = interactions.of(kind)
    assert module.well_formed([], {"choices": [{"id": "c1"}, {"id": "c2"}]})
    assert not module.is_answered([])


def test_the_kinds_import_no_django():
    code = (
        "import sys; from questionbank import interactions; interactions.kinds();"
        "sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
