"""From the first word to the papers, and who may do what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from questionbank import authoring, lifecycle, mediastore
from questionbank.authoring import Draft
from questionbank.models import Item, ItemVersion, Review
from schools.models import AuditEntry
from schools.roles import Role
from tests.questionbank.banks import SVG
from tests.world import NOW, make_item, make_topic, make_user

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def draft(db):
    return Draft(
        topic=make_topic(),
        kind="single_choice",
        stage="junior",
        difficulty="easy",
        cognition="remember",
        stem="人民防空是下列哪一项的组成部分？",
        choices=[{"id": "A", "content": "国防"}, {"id": "B", "content": "交通"}, {"id": "C", "content": "保险"}],
        key=["A"],
        explanation="人民防空法第二条这样规定。",
        citation="《中华人民共和国人民防空法》第二条",
    )


@pytest.fixture
def item(world, draft):
    return authoring.write(world.city, draft, by=world.author, now=NOW)


@pytest.fixture
def handed_in(world, item):
    return authoring.submit(item, by=world.author, now=NOW)


def stored(item):
    return Item.objects.with_current().get(pk=item.pk)


def test_a_new_item_is_a_draft_with_one_version_and_a_code(world, item):
    row = stored(item)
    assert (row.state, row.author, row.organization, row.updated_at) == ("draft", world.author, world.city, NOW)
    assert row.code == f"q-{row.pk:05d}"
    assert (row.current.number, row.current.created_by, row.current.created_at) == (1, world.author, NOW)


def test_saving_writes_a_new_version_and_keeps_the_old(world, item, draft):
    changed = replace(draft, stem="人民防空属于哪一项？", difficulty="hard")
    authoring.save(item, changed, based_on=1, by=world.author, now=LATER)
    row = stored(item)
    assert (row.current.number, row.current.stem, row.difficulty) == (2, "人民防空属于哪一项？", "hard")
    assert row.updated_at == LATER
    assert row.versions.get(number=1).stem == draft.stem


def test_saving_without_a_change_does_nothing(world, item, draft):
    authoring.save(item, draft, based_on=1, by=world.author, now=LATER)
    assert stored(item).current.number == 1
    assert stored(item).updated_at == NOW


@pytest.mark.parametrize(
    "change",
    [
        {"key": []},
        {"choices": [{"id": "A", "content": "国防"}], "key": []},
        {"explanation": ""},
        {"citation": ""},
        {"kind": "multiple_choice", "key": ["A"]},
        {"stem": "![一个标志](media:none.svg)"},
    ],
)
def test_an_unfinished_item_may_be_kept_but_not_handed_in(world, draft, change):
    unfinished = replace(draft, **change)
    item = authoring.write(world.city, unfinished, by=world.author, now=NOW)
    with pytest.raises(authoring.Unsound):
        authoring.submit(item, by=world.author, now=NOW)
    with pytest.raises(authoring.Unsound):
        authoring.write(world.city, unfinished, by=world.author, now=NOW, hand_in=True)
    assert stored(item).state == "draft"
    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": ["A", "B"]}, "two_keys"),
        ({"stem": " "}, "no_stem"),
        ({"choices": [{"id": "A", "content": "国防"}, {"id": "B", "content": "国防"}]}, "same_choice_twice"),
        ({"stem": "![x](https://example.com/a.png)"}, "media_outside"),
        ({"stem": "![](media:none.svg)"}, "media_without_words"),
    ],
)
def test_what_contradicts_itself_is_not_even_kept(world, draft, change, code):
    with pytest.raises(authoring.Unsound) as refused:
        authoring.write(world.city, replace(draft, **change), by=world.author, now=NOW)
    assert code in refused.value.codes
    assert Item.objects.count() == 0


def test_media_that_are_there_are_found(world, draft, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    asset = mediastore.keep(SVG)
    assert authoring.problems(replace(draft, stem=f"这是什么？![方块](media:{asset.name})")) == []


def test_an_edit_based_on_an_old_version_is_refused(world, item, draft):
    authoring.save(item, replace(draft, stem="先来的改动"), based_on=1, by=world.author, now=NOW)
    with pytest.raises(authoring.Outdated) as refused:
        authoring.save(item, replace(draft, stem="后来的改动"), based_on=1, by=world.author, now=LATER)
    assert refused.value.version.number == 2
    assert stored(item).current.stem == "先来的改动"


def test_handing_in_leaves_a_review_row(world, handed_in):
    assert stored(handed_in).state == "in_review"
    (review,) = Review.objects.all()
    assert (review.verdict, review.by, review.at, review.version.number) == ("submitted", world.author, NOW, 1)


def test_handing_in_twice_is_refused(world, handed_in):
    with pytest.raises(lifecycle.IllegalTransition):
        authoring.submit(handed_in, by=world.author, now=NOW)


def test_saving_and_handing_in_is_one_step(world, item, draft):
    authoring.save(item, replace(draft, stem="改过的题干？"), based_on=1, by=world.author, now=NOW, hand_in=True)
    assert (stored(item).state, stored(item).current.number) == ("in_review", 2)


def test_a_reviewer_publishes(world, handed_in):
    authoring.approve(handed_in, version=1, comment="很好", by=world.reviewer, now=LATER)
    row = stored(handed_in)
    assert (row.state, row.current.number, row.updated_at) == ("published", 1, LATER)
    assert Review.objects.get(verdict="approved").comment == "很好"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_id, entry.object_ids) == ("item:review", world.reviewer.pk, [row.pk])


def test_nobody_approves_their_own_item(world, handed_in):
    with pytest.raises(authoring.OwnWork):
        authoring.approve(handed_in, version=1, comment="", by=world.author, now=NOW)
    assert stored(handed_in).state == "in_review"


def test_a_reviewer_who_has_changed_a_word_cannot_approve_it(world, item, draft):
    authoring.save(item, replace(draft, stem="改过的题干？"), based_on=1, by=world.reviewer, now=NOW, hand_in=True)
    with pytest.raises(authoring.OwnWork):
        authoring.approve(stored(item), version=2, comment="", by=world.reviewer, now=NOW)
    with pytest.raises(authoring.OwnWork):
        authoring.approve(stored(item), version=2, comment="", by=world.author, now=NOW)
    third = make_user("third", Role.REVIEWER, world.city)
    authoring.approve(stored(item), version=2, comment="", by=third, now=NOW)


def test_who_wrote_only_what_is_long_approved_may_approve_what_others_changed(world, handed_in, draft):
    authoring.approve(handed_in, version=1, comment="", by=world.reviewer, now=NOW)
    other = make_user("other", Role.AUTHOR, world.city)
    changed = replace(draft, stem="改过的题干？")
    item = authoring.save(handed_in, changed, based_on=1, by=other, now=NOW, hand_in=True)
    authoring.approve(item, version=2, comment="", by=world.author, now=NOW)
    assert stored(item).state == "published"


def test_a_reviewer_approves_only_the_version_that_was_read(world, handed_in, draft):
    changed = replace(draft, stem="换掉的题干？")
    item = authoring.save(handed_in, changed, based_on=1, by=world.author, now=NOW, hand_in=True)
    with pytest.raises(authoring.Outdated):
        authoring.approve(item, version=1, comment="", by=world.reviewer, now=NOW)


def test_a_change_that_comes_between_reading_and_approving_wins(world, handed_in, draft):
    """`handed_in` is the reviewer's copy, read before the author changed the item."""
    mine = Item.objects.get(pk=handed_in.pk)
    authoring.save(mine, replace(draft, stem="换掉的题干？"), based_on=1, by=world.author, now=NOW, hand_in=True)
    with pytest.raises(lifecycle.IllegalTransition):
        authoring.approve(handed_in, version=1, comment="", by=world.reviewer, now=NOW)
    assert stored(handed_in).state == "in_review"


def test_sending_back_gives_the_item_to_its_author_with_a_comment(world, handed_in):
    authoring.send_back(handed_in, version=1, comment="第二个选项太短", by=world.reviewer, now=LATER)
    assert stored(handed_in).state == "draft"
    assert Review.objects.get(verdict="sent_back").comment == "第二个选项太短"


def test_editing_a_published_item_takes_it_back_to_draft(world, handed_in, draft):
    item = authoring.approve(handed_in, version=1, comment="", by=world.reviewer, now=NOW)
    authoring.save(item, replace(draft, stem="改过的题干？"), based_on=1, by=world.author, now=LATER)
    assert stored(item).state == "draft"
    assert not Item.objects.published().exists()


def test_a_published_item_keeps_its_kind(world, handed_in, draft):
    item = authoring.approve(handed_in, version=1, comment="", by=world.reviewer, now=NOW)
    multiple = replace(draft, kind="multiple_choice", key=["A", "B"])
    with pytest.raises(authoring.KindIsFixed):
        authoring.save(item, multiple, based_on=1, by=world.author, now=NOW)


def test_an_item_from_a_bank_keeps_its_kind_even_as_a_draft(world, draft):
    item = make_item(world.city, state="draft")
    with pytest.raises(authoring.KindIsFixed):
        authoring.save(
            item, replace(draft, kind="multiple_choice", key=["A", "B"]), based_on=1, by=world.author, now=NOW
        )


def test_a_draft_may_change_its_kind(world, item, draft):
    multiple = replace(draft, kind="multiple_choice", key=["A", "B"])
    authoring.save(item, multiple, based_on=1, by=world.author, now=NOW)
    assert stored(item).kind == "multiple_choice"


def test_retiring_takes_an_item_out_and_an_edit_brings_it_back(world, draft):
    item = make_item(world.city)
    authoring.retire(item, comment="法律已修订", by=world.city_admin, now=NOW)
    assert stored(item).state == "retired"
    assert AuditEntry.objects.get().action == "item:publish"
    with pytest.raises(lifecycle.IllegalTransition):
        authoring.retire(item, comment="", by=world.city_admin, now=NOW)
    authoring.save(stored(item), replace(draft, stem="按新法怎样？"), based_on=1, by=world.author, now=NOW)
    assert stored(item).state == "draft"


def test_a_version_is_frozen_by_the_database(item):
    with pytest.raises(Exception, match="Cannot update"):
        ItemVersion.objects.filter(item=item).update(facts=["L99"])
