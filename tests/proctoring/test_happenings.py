"""What happened to one attempt, as its page tells it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exams.models import Attempt, Presence, Silence
from proctoring import happenings
from tests.pages import office_hours as office_hours
from tests.pages import sign_in, soup
from tests.world import NOW, World, attempt_of, make_sitting, set_state

pytestmark = pytest.mark.usefixtures("office_hours")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ben(world: World) -> Attempt:
    return set_state(attempt_of(make_sitting(world), world.ben), "active")


def test_a_silence_that_ended_is_told_with_its_end_and_one_that_goes_on_without(ben: Attempt) -> None:
    Silence.objects.create(attempt=ben, from_at=NOW - 9 * MINUTE, until_at=NOW - 7 * MINUTE)
    Presence.objects.create(attempt=ben, heard_at=NOW - 2 * MINUTE)
    assert happenings.silences(ben, NOW) == [
        (NOW - 2 * MINUTE, None),
        (NOW - 9 * MINUTE, NOW - 7 * MINUTE),
    ]


def test_who_was_heard_just_now_or_has_handed_in_is_not_silent(ben: Attempt) -> None:
    presence = Presence.objects.create(attempt=ben, heard_at=NOW)
    assert happenings.silences(ben, NOW) == []
    presence.heard_at = NOW - 5 * MINUTE
    presence.save()
    assert happenings.silences(set_state(ben, "submitted"), NOW) == []


def test_the_seat_shows_when_nothing_was_heard(world: World, ben: Attempt) -> None:
    Silence.objects.create(attempt=ben, from_at=NOW, until_at=NOW + 3 * MINUTE)
    page = soup(sign_in(world.ada).get(reverse("seat", args=[ben.pk])))
    section = page.find(attrs={"aria-labelledby": "seat-silences"})
    assert section is not None
    assert "09:03:00" in section.get_text()
