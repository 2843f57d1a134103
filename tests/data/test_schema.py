import datetime as dt

import polars as pl

from data.schema import STILL, known_now, known_on

DAY = dt.date(2024, 1, 11)
NEXT = DAY + dt.timedelta(days=1)
VERSIONS = pl.DataFrame(
    {"recorded_from": [DAY, DAY, NEXT, DAY], "recorded_to": [NEXT, STILL, STILL, DAY]},
    schema_overrides={"recorded_from": pl.Date, "recorded_to": pl.Date},
)


def test_a_version_is_known_from_the_day_it_came_until_before_the_day_it_went() -> None:
    assert VERSIONS.select(known_on(DAY)).to_series().to_list() == [True, True, False, False]
    assert VERSIONS.select(known_on(NEXT)).to_series().to_list() == [False, True, True, False]


def test_a_version_that_still_stands_is_known_now() -> None:
    assert VERSIONS.select(known_now()).to_series().to_list() == [False, True, True, False]
