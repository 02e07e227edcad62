"""A hall per test, in committed rows: the lane reads them over connections of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # models cannot be imported yet when pytest loads this file
    from tests.exams.lane.builders import Hall


@pytest.fixture
def hall(transactional_db: None) -> "Iterator[Hall]":
    """The cast, and a running lane."""
    from tests import world
    from tests.exams.lane.builders import Hall, LaneUnderTest

    hall = Hall(world.build(), LaneUnderTest())
    yield hall
    hall.lane.close()
