"""Instants between the database (aware datetimes) and the wire (integer milliseconds, UTC). Pure."""

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# What PostgreSQL and Python both can hold with room to spare: 1970 to 9999.
LATEST = 253_000_000_000_000


@overload
def milliseconds(instant: datetime) -> int: ...
@overload
def milliseconds(instant: None) -> None: ...
@overload
def milliseconds(instant: datetime | None) -> int | None: ...
def milliseconds(instant: datetime | None) -> int | None:
    """Integer milliseconds since the epoch; None stays None."""
    return None if instant is None else (instant - _EPOCH) // _MILLISECOND


def instant(milliseconds_: int) -> datetime:
    """The aware datetime of integer milliseconds."""
    return _EPOCH + timedelta(milliseconds=milliseconds_)


def clamped(milliseconds_: int) -> int:
    """A client's time brought into what can be stored: no clock, however wrong, may cost an answer."""
    return min(max(milliseconds_, 0), LATEST)
