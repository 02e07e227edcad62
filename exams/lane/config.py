"""What the lane is told from outside; read from the environment without Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

DEFAULT_DATABASE = "postgres://postgres@127.0.0.1:5432/quizplatform"
DEFAULT_TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class LaneConfig:
    """Settings of one lane process; every duration in milliseconds."""

    database_url: str = DEFAULT_DATABASE
    secret_key: str = ""
    time_zone: str = DEFAULT_TIME_ZONE
    grace_ms: int = 30_000
    device_silence_ms: int = 60_000
    queue_limit: int = 8_000
    batch_limit: int = 1_000
    patience_ms: int = 10_000
    gather_ms: float = 20
    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 5_000
    connect_patience_ms: int = 30_000
    requests_per_second: float = 5.0
    request_burst: float = 60.0
    wrong_cards_per_second: float = 20.0

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Reads DATABASE_URL, SECRET_KEY, TIME_ZONE and LANE_*; the names are explained in `.env.example`."""
        return cls(
            database_url=environ.get("DATABASE_URL") or DEFAULT_DATABASE,
            secret_key=environ.get("SECRET_KEY", ""),
            time_zone=environ.get("TIME_ZONE") or DEFAULT_TIME_ZONE,
            grace_ms=_milliseconds(environ, "LANE_GRACE_SECONDS", 30),
            device_silence_ms=_milliseconds(environ, "LANE_DEVICE_SILENCE_SECONDS", 60),
            queue_limit=int(environ.get("LANE_QUEUE_LIMIT") or 8_000),
            batch_limit=int(environ.get("LANE_BATCH_LIMIT") or 1_000),
            gather_ms=float(environ.get("LANE_GATHER_MS") or 20),
            requests_per_second=float(environ.get("LANE_REQUESTS_PER_SECOND") or 5),
            connect_patience_ms=_milliseconds(environ, "LANE_CONNECT_SECONDS", 30),
            wrong_cards_per_second=float(environ.get("LANE_WRONG_CARDS_PER_SECOND") or 20),
        )


def _milliseconds(environ: Mapping[str, str], name: str, default: int) -> int:
    return round(float(environ.get(name) or default) * 1000)
