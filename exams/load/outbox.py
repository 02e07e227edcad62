"""One invented student's journal: entries that wait for their acknowledgement, in the order of their seqs."""

from typing import NamedTuple

LIMIT = 200


class Entry(NamedTuple):
    """One line of a journal: an answer (slot and response as JSON), or an event."""

    seq: int
    slot: int
    response: bytes
    event: str
    at: int

    def wire(self) -> bytes:
        if self.event:
            return b'{"seq":%d,"event":"%b","at":%d}' % (self.seq, self.event.encode(), self.at)
        return b'{"seq":%d,"slot":%d,"response":%b,"at":%d}' % (self.seq, self.slot, self.response, self.at)

    def line(self, attempt: int, epoch: int, status: int, heard_at: int) -> bytes:
        """The entry in the raw log, as COPY reads it: attempt, epoch, seq, slot, response, event, status, heard at."""
        content = b"\\N\t\\N\t%b" % self.event.encode() if self.event else b"%d\t%b\t" % (self.slot, self.response)
        return b"%d\t%d\t%d\t%b\t%d\t%d\n" % (attempt, epoch, self.seq, content, status, heard_at)


class Outbox:
    """The journal of one epoch."""

    __slots__ = ("acknowledged", "seq", "unsent")

    def __init__(self) -> None:
        self.seq = 0
        self.acknowledged = 0
        self.unsent: list[Entry] = []

    def append(self, slot: int, response: bytes, event: str, at: int) -> None:
        self.seq += 1
        self.unsent.append(Entry(self.seq, slot, response, event, at))

    def batch(self) -> bytes:
        """The body of the next save; empty when all is acknowledged."""
        entries = self.unsent[:LIMIT]
        return b'{"entries":[%b]}' % b",".join([entry.wire() for entry in entries]) if entries else b""

    def accept(self, saved_seq: int) -> list[Entry]:
        """Takes out what the server says it has."""
        accepted = [entry for entry in self.unsent if entry.seq <= saved_seq]
        self.unsent = self.unsent[len(accepted) :]
        self.acknowledged += len(accepted)
        return accepted

    def align(self, next_seq: int) -> None:
        """The server may hold more of this epoch than the device knows."""
        self.seq = max(self.seq, next_seq - 1)
