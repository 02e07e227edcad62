"""What the bank can give a blueprint, in numbers and in words."""

from decimal import Decimal

from django.utils import translation

from exams import supply
from exams.models import BlueprintCell
from questionbank.models import Topic
from tests import world as cast
from tests.world import World


def cell(count: int = 1, points: str = "2", **changes: object) -> BlueprintCell:
    values = {"kind": "single_choice", "count": count, "points": Decimal(points)} | changes
    return BlueprintCell(**values)


def test_a_cell_draws_on_published_items_of_its_stage_kind_difficulty_and_topics_below(world: World) -> None:
    alarms = cast.make_topic("alarms", "防空警报")
    below = Topic.objects.add_child(alarms, {"slug": "raid", "title": "空袭警报"})
    for changes in ({"topic": alarms}, {"topic": below}, {"topic": below, "difficulty": "hard"}):
        cast.make_item(world.city, **changes)
    cast.make_item(world.city, topic=alarms, state="draft")
    cast.make_item(world.city, topic=alarms, stage="senior")
    cast.make_item(world.city, "true_false", topic=alarms)
    cells = [cell(topic=alarms), cell(topic=below), cell(topic=alarms, difficulty="hard"), cell()]
    assert [line.found for line in supply.account("junior", cells).lines] == [3, 2, 1, 3]


def test_totals_are_items_and_points(world: World) -> None:
    account = supply.account("junior", [cell(3, "2"), cell(4, "2.5")])
    assert (account.item_count, account.points) == (7, Decimal("16.0"))


def test_a_shortage_says_which_cell_lacks_how_many_and_how_many_there_are(world: World) -> None:
    alarms = cast.make_topic("alarms", "防空警报")
    for _ in range(2):
        cast.make_item(world.city, "multiple_choice", topic=alarms, difficulty="hard")
    account = supply.account("junior", [cell(5, kind="multiple_choice", topic=alarms, difficulty="hard")])
    assert account.sentences == ["缺 3 题：防空警报·多选·难，题库只有 2 题"]
    assert account.lines[0].short == 3


def test_a_wide_cell_that_narrow_ones_draw_from_says_so(world: World) -> None:
    law = cast.make_topic()
    for _ in range(3):
        cast.make_item(world.city)
    account = supply.account("junior", [cell(2), cell(2, topic=law)])
    assert account.sentences == ["缺 1 题：全部主题·单选，其他行先取后只剩 1 题"]
    assert [line.short for line in account.lines] == [1, 0]


def test_an_empty_bank_is_said_to_be_empty(world: World) -> None:
    assert supply.account("junior", [cell(kind="true_false")]).sentences == ["缺 1 题：全部主题·判断，题库只有 0 题"]


def test_topics_are_named_in_the_readers_language(world: World) -> None:
    topic = cast.make_topic()
    with translation.override("en"):
        assert supply.topic_name(topic) == "Law"
    assert supply.topic_name(topic) == "人防法律"
