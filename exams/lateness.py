"""Why an answer came late, as far as anybody saw it: the device's own journal, the server's ear, a rescue file. Pure.

Instants are aware datetimes. `written_at` is the device's estimate of the server's time: evidence, no authority."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """What was seen."""

    OFFLINE = "offline"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Span(NamedTuple):
    """A stretch of time; one that has not ended has no `until_at`."""

    from_at: datetime
    until_at: datetime | None

    def touches(self, from_at: datetime, until_at: datetime) -> bool:
        """Whether it has an instant in common with [from_at, until_at]."""
        return self.from_at <= until_at and (self.until_at is None or self.until_at >= from_at)


class Reason(NamedTuple):
    """What kept an answer, and when that was."""

    cause: Cause
    span: Span | None = None


def offline_spans(events: Iterable[tuple[int, int, str, datetime]]) -> list[Span]:
    """The offline periods of a journal's events (epoch, seq, event, at), in their order. A device that began anew
    (another epoch) ends what the one before had open."""
    spans: list[Span] = []
    since: datetime | None = None
    last_epoch = 0
    for epoch, _seq, event, at in sorted(events):
        if since is not None and (event == "online" or epoch != last_epoch):
            spans.append(Span(since, max(at, since)))
            since = None
        if event == "offline" and since is None:
            since = at
        last_epoch = epoch
    return spans if since is None else [*spans, Span(since, None)]


def reason(written_at: datetime, received_at: datetime, offline: Iterable[Span], silent: Iterable[Span]) -> Reason:
    """The first thing seen between writing and arrival: what the device itself noted goes before what the server
    only did not hear."""
    began = min(written_at, received_at)
    for cause, spans in ((Cause.OFFLINE, offline), (Cause.SILENT, silent)):
        for span in spans:
            if span.touches(began, received_at):
                return Reason(cause, span)
    return Reason(Cause.UNKNOWN)


def lateness(received_at: datetime, deadline_at: datetime | None) -> timedelta | None:
    """How long after the deadline it came; None where it came before (after handing in) or there was none."""
    if deadline_at is None or received_at <= deadline_at:
        return None
    return received_at - deadline_at


def written_in_time(written_at: datetime, deadline_at: datetime | None, submitted_at: datetime | None) -> bool:
    """Whether, by the device's clock, it was written before the end: the deadline, or handing in if that came first."""
    ends = [at for at in (deadline_at, submitted_at) if at is not None]
    return not ends or written_at <= min(ends)
