"""A bank is loaded whole or not at all; loading it again changes only what its files have changed."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from questionbank import bankfiles, importing
from questionbank.importing import Loaded
from questionbank.models import Item, ItemVersion, MediaAsset, Topic
from schools.models import Organization
from tests.questionbank import banks
from tests.world import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def city(db):
    return Organization.objects.add_root({"kind": "city", "name": "江海市（示例）", "code": "990000"})


def load(folder, city, now=NOW, **parts):
    return importing.load(bankfiles.read(banks.write(folder, **parts)), city, now=now)


def test_a_bank_becomes_published_items_with_their_first_versions(tmp_path, city):
    loaded = load(tmp_path, city)
    assert loaded == Loaded(topics=1, media=1, created=3)
    item = Item.objects.with_current().get(code="law-001")
    assert (item.state, item.kind, item.stage, item.topic.slug) == ("published", "single_choice", "junior", "law")
    assert (item.organization, item.author, item.updated_at) == (city, None, NOW)
    assert item.current.number == 1
    assert item.current.content()["key"] == ["A"]
    assert item.current.facts == ["L04"]


def test_loading_again_touches_nothing(tmp_path, city):
    load(tmp_path, city)
    before = list(Item.objects.order_by("pk").values()), list(ItemVersion.objects.order_by("pk").values())
    assert load(tmp_path, city, now=LATER) == Loaded(unchanged=3)
    assert (list(Item.objects.order_by("pk").values()), list(ItemVersion.objects.order_by("pk").values())) == before


def test_a_changed_item_gets_a_new_version_and_keeps_the_old(tmp_path, city):
    load(tmp_path, city)
    stem = "人民防空属于下列哪一项？"
    changed = [banks.changed(banks.SINGLE, stem=stem), banks.TRUE_FALSE, banks.MULTIPLE]
    assert load(tmp_path, city, now=LATER, items=changed) == Loaded(changed=1, unchanged=2)
    item = Item.objects.with_current().get(code="law-001")
    assert (item.current.number, item.current.stem, item.updated_at) == (2, stem, LATER)
    assert item.versions.get(number=1).stem == banks.SINGLE["stem"]


def test_changing_back_is_a_change_too(tmp_path, city):
    load(tmp_path, city)
    load(tmp_path, city, items=[banks.changed(banks.SINGLE, stem="人民防空属于下列哪一项？")])
    load(tmp_path, city)
    item = Item.objects.with_current().get(code="law-001")
    assert (item.current.number, item.current.stem) == (3, banks.SINGLE["stem"])


def test_another_difficulty_needs_no_new_version(tmp_path, city):
    load(tmp_path, city)
    assert load(tmp_path, city, items=[banks.changed(banks.SINGLE, difficulty="hard")]).changed == 1
    item = Item.objects.with_current().get(code="law-001")
    assert (item.difficulty, item.current.number) == ("hard", 1)


def edited(city, author):
    """law-001 as an author has changed it here."""
    item = Item.objects.with_current().get(code="law-001")
    item.current = ItemVersion.objects.create(
        item=item, number=2, stem="作者改过的题", created_by=author, created_at=NOW, choices=[], key=[]
    )
    item.state, item.difficulty = "draft", "hard"
    item.save()
    return item


def test_what_an_author_has_edited_here_stays_until_its_file_changes(tmp_path, city, django_user_model):
    load(tmp_path, city)
    item = edited(city, django_user_model.objects.create(username="author"))
    assert load(tmp_path, city).unchanged == 3
    item.refresh_from_db()
    assert (item.current.stem, item.state, item.difficulty) == ("作者改过的题", "draft", "hard")
    assert load(tmp_path, city, items=[banks.changed(banks.SINGLE, stem="人民防空属于下列哪一项？")]).changed == 1
    item.refresh_from_db()
    assert (item.current.number, item.state, item.difficulty) == (3, "published", "easy")


def test_a_retired_item_stays_retired(tmp_path, city):
    load(tmp_path, city)
    Item.objects.filter(code="law-001").update(state="retired")
    load(tmp_path, city, items=[banks.changed(banks.SINGLE, stem="人民防空属于下列哪一项？")])
    assert Item.objects.get(code="law-001").state == "retired"


def test_an_unfit_bank_is_refused_whole_with_every_fault(tmp_path, city):
    items = [
        banks.changed(banks.SINGLE, key=["A", "B"]),
        banks.changed(banks.MULTIPLE, facts=["L99"]),
        banks.TRUE_FALSE,
    ]
    with pytest.raises(importing.UnfitBank) as refused:
        load(tmp_path, city, items=items)
    assert [(p.file, p.item, p.code) for p in refused.value.problems] == [
        ("law.yaml", "law-001", "two_keys"),
        ("law.yaml", "law-003", "fact_unknown"),
    ]
    assert (Item.objects.count(), Topic.objects.count(), MediaAsset.objects.count()) == (0, 0, 0)


def test_a_kind_never_changes(tmp_path, city):
    load(tmp_path, city)
    with pytest.raises(importing.UnfitBank) as refused:
        load(tmp_path, city, items=[banks.changed(banks.MULTIPLE, code="law-001")])
    assert [(p.code, p.detail) for p in refused.value.problems] == [("kind_changed", "single_choice")]


def test_a_code_that_an_author_uses_here_is_not_taken_over(tmp_path, city, django_user_model):
    load(tmp_path, city)
    Item.objects.filter(code="law-001").update(author=django_user_model.objects.create(username="author"))
    with pytest.raises(importing.UnfitBank) as refused:
        load(tmp_path, city)
    assert [p.code for p in refused.value.problems] == ["code_taken"]


def test_a_renamed_topic_is_renamed_here(tmp_path, city):
    load(tmp_path, city)
    assert load(tmp_path, city, title="法律").topics == 1
    assert Topic.objects.get().title == "法律"


def test_the_number_of_queries_does_not_grow_with_the_bank(tmp_path, city, django_assert_max_num_queries):
    many = [banks.changed(banks.SINGLE, code=f"law-{n:03d}", stem=f"第{n}个问题是什么？") for n in range(100)]
    with django_assert_max_num_queries(30):
        load(tmp_path, city, items=many)


def test_the_starter_bank_is_loaded_whole(city):
    loaded = importing.load(bankfiles.read(banks.STARTER), city, now=NOW)
    assert loaded.created >= 320


def command(*arguments, language="zh-hans"):
    said = StringIO()
    with translation.override(language):
        call_command("import_bank", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_says_what_it_did(tmp_path, city):
    said = command(str(banks.write(tmp_path)))
    assert "江海市（示例）" in said
    assert "3" in said


def test_the_command_lists_every_fault_with_file_and_code(tmp_path, city):
    folder = banks.write(tmp_path, [banks.changed(banks.SINGLE, key=["A", "B"], citation="")])
    with pytest.raises(CommandError) as refused:
        command(str(folder))
    assert str(refused.value).count("law.yaml law-001: ") == 2


def test_the_command_can_judge_a_bank_and_load_nothing(tmp_path, city):
    with pytest.raises(CommandError, match="primary"):
        command(str(banks.write(tmp_path)), "--check")
    assert str(len(bankfiles.read(banks.STARTER).items)) in command("--check")
    assert Item.objects.count() == 0


def test_the_command_needs_a_folder(city, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        command(str(tmp_path / "nowhere"))


def test_the_command_needs_to_know_which_city(db, tmp_path):
    folder = banks.write(tmp_path)
    with pytest.raises(CommandError, match="--organization"):
        command(str(folder))
    Organization.objects.add_root({"kind": "city", "name": "甲市", "code": "1"})
    second = Organization.objects.add_root({"kind": "city", "name": "乙市", "code": "2"})
    with pytest.raises(CommandError, match="--organization"):
        command(str(folder))
    command(str(folder), "--organization", "2")
    assert set(Item.objects.values_list("organization", flat=True)) == {second.pk}
