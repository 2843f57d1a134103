import datetime as dt

import numpy as np
import polars as pl
import pytest

from metrics.unusual_days import FAR, LEAST_DAYS, ONE_IN, distances, unusual_days

FIRST = dt.date(2024, 1, 1)
SCHEMA = {"day": pl.Date, "who": pl.String, "kind": pl.String, "entries": pl.Int64}


def counted(*entries: int, who: str = "amina", kind: str = "views") -> pl.DataFrame:
    rows = [(FIRST + dt.timedelta(days=day), who, kind, count) for day, count in enumerate(entries)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_a_day_far_above_a_readers_usual_is_named_with_what_is_usual():
    found = unusual_days(counted(*[5, 7] * 10, 90))
    assert found.rows() == [(FIRST + dt.timedelta(days=20), "amina", "views", 90, 6.0)]


def test_the_same_number_is_usual_for_a_reader_who_always_has_it():
    busy, quiet = counted(*[90] * 21), counted(*[5] * 20, 90, who="ben")
    assert unusual_days(pl.concat([busy, quiet]))["who"].to_list() == ["ben"]


def test_exports_of_a_reader_who_never_takes_anything_out_are_unusual():
    views, exports = counted(*[5] * 20), counted(*[0] * 19, 15, kind="exports").filter(pl.col("entries") > 0)
    found = unusual_days(pl.concat([views, exports]))
    assert found.select("kind", "entries", "usual").rows() == [("exports", 15, 0.0)]


def test_nothing_is_usual_before_there_are_enough_other_days():
    assert unusual_days(counted(*[5] * (LEAST_DAYS - 1), 500)).is_empty()
    assert unusual_days(counted(*[5] * LEAST_DAYS, 500)).height == 1


def test_no_entry_at_all_has_no_unusual_day():
    assert unusual_days(pl.DataFrame(schema=SCHEMA)).is_empty()


@pytest.mark.long
@pytest.mark.parametrize("number", [2_000, pytest.param(6_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("others", [LEAST_DAYS, 40])
@pytest.mark.parametrize("mean", [0.2, 1, 20, 100])
@pytest.mark.parametrize("scattered", [1, 3])
def test_of_days_by_one_law_no_more_are_called_unusual_than_is_stated(others, mean, scattered, number):
    """scattered: variance over mean; 1 is Poisson."""
    draw, days = np.random.default_rng(2024), others + 1
    shape = (number // days, days)
    size = mean / (scattered - 1) if scattered > 1 else 0
    rows = draw.negative_binomial(size, size / (size + mean), shape) if size else draw.poisson(mean, shape)
    far = np.array([distances(row)[1] for row in rows])
    assert (far > FAR).mean() <= 1 / ONE_IN
