"""The lane's settings come from the environment alone."""

from exams.lane.config import DEFAULT_DATABASE, LaneConfig


def test_an_empty_environment_gives_the_defaults() -> None:
    config = LaneConfig.from_environ({})
    assert config == LaneConfig()
    assert (config.database_url, config.time_zone) == (DEFAULT_DATABASE, "Asia/Shanghai")
    assert (config.grace_ms, config.device_silence_ms) == (30_000, 60_000)


def test_the_environment_is_read() -> None:
    environ = {
        "DATABASE_URL": "postgres://db/x",
        "SECRET_KEY": "s",
        "TIME_ZONE": "UTC",
        "LANE_GRACE_SECONDS": "12.5",
        "LANE_DEVICE_SILENCE_SECONDS": "90",
        "LANE_QUEUE_LIMIT": "10",
        "LANE_GATHER_MS": "0",
        "LANE_REQUESTS_PER_SECOND": "7",
    }
    config = LaneConfig.from_environ(environ)
    assert (config.database_url, config.secret_key, config.time_zone) == ("postgres://db/x", "s", "UTC")
    assert (config.grace_ms, config.device_silence_ms, config.queue_limit) == (12_500, 90_000, 10)
    assert (config.requests_per_second, config.gather_ms) == (7, 0)
