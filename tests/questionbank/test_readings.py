"""What planning asks of the bank."""

from questionbank import readings
from tests.world import make_item, make_topic


def test_published_items_are_counted_by_topic_kind_and_difficulty(world):
    alarm = make_topic("alarm", "防空警报")
    make_item(world.city)
    make_item(world.city)
    make_item(world.city, "multiple_choice", difficulty="hard", topic=alarm)
    make_item(world.city, state="draft")
    make_item(world.city, stage="senior")
    assert readings.published_counts("junior") == {
        ("law", "single_choice", "easy"): 2,
        ("alarm", "multiple_choice", "hard"): 1,
    }
