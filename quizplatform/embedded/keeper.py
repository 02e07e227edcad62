"""supervisord with quicker eyes, and one that outlives a full disk.

It looks after its processes ten times a second instead of once: with the usual second, a part that is killed waits up
to a second before anybody notices. And a line of a log that cannot be written is lost; the usual supervisor complains
about it on a stream that lies on the same full disk, falls over that, and takes every part with it."""

import contextlib
from typing import Any

from supervisor import loggers, poller, supervisord

GLANCE = 0.1  # seconds

Usual: Any = poller.Poller


class Poller(Usual):
    """The system's own way of waiting, cut short."""

    def poll(self, timeout: float) -> Any:
        return super().poll(min(timeout, GLANCE))


UsualLog: Any = loggers.RotatingFileHandler


class Log(UsualLog):
    """A log with room for what fits."""

    def handleError(self) -> None:  # noqa: N802 - the supervisor's name
        """There is nobody to complain to."""

    def doRollover(self) -> None:  # noqa: N802 - the supervisor's name
        try:
            super().doRollover()
        except (OSError, ValueError):  # the disk is full, and then the file is closed
            with contextlib.suppress(OSError):
                self.stream = open(self.baseFilename, self.mode)  # noqa: SIM115 - it stays open


if __name__ == "__main__":
    poller.Poller = Poller
    loggers.RotatingFileHandler = Log
    supervisord.main()
