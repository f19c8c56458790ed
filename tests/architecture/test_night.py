"""งานประจำคืน: what runs once a day runs while Thailand sleeps; procrastinate reads its times in UTC."""

import pytest
from procrastinate.contrib.django import app

NIGHT_UTC = range(17, 23)  # 00:00-05:59 in Thailand


def hour_of_daily(cron: str) -> int | None:
    """Return the hour of what runs once a day; None for what runs more often."""
    _minute, hour, *_days = cron.split()
    return int(hour) if hour.isdigit() else None


def daily_jobs() -> list[tuple[str, str]]:
    tasks = app.periodic_registry.periodic_tasks.values()
    found = [(each.task.name, each.cron) for each in tasks]
    return [(name, cron) for name, cron in found if hour_of_daily(cron) is not None]


def test_there_are_nightly_jobs():
    assert {"maintenance.recount_stock_in_all_towns", "administration.retention_of_all_towns"} <= dict(
        daily_jobs()
    ).keys()


@pytest.mark.parametrize(("name", "cron"), daily_jobs())
def test_what_runs_once_a_day_runs_at_night_in_thailand(name, cron):
    assert hour_of_daily(cron) in NIGHT_UTC


@pytest.mark.parametrize(("cron", "hour"), [("20 2 * * *", 2), ("10 20 * * *", 20), ("*/10 * * * *", None)])
def test_how_a_time_is_read(cron, hour):
    assert hour_of_daily(cron) == hour
