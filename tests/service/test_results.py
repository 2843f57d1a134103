"""Groups that are made only by rows that never count."""

import polars as pl

from service.results import occurring

GRADED = pl.DataFrame(
    {"grade": ["low", "high", None], "numerator": [0, 3, 0], "denominator": [4, 3, 0]},
    schema={"grade": pl.String, "numerator": pl.Int64, "denominator": pl.Int64},
)


def test_a_group_with_nothing_above_or_below_the_line_is_left_out():
    assert occurring(GRADED, ["grade"])["grade"].to_list() == ["low", "high"]
    counts = GRADED.with_columns(denominator=pl.lit(None, pl.Int64))
    assert occurring(counts, ["grade"])["grade"].to_list() == ["high"]


def test_a_period_in_which_nothing_happened_stays_in_a_group_that_there_is():
    periods = pl.DataFrame(
        {
            "period": [1, 1, 2, 2],
            "grade": ["low", None, "low", None],
            "numerator": [0, 0, 2, 0],
            "denominator": pl.Series([None] * 4, dtype=pl.Int64),
        }
    )
    assert occurring(periods, ["grade"]).select("period", "grade").rows() == [(1, "low"), (2, "low")]
    assert occurring(periods, []).height == periods.height


def test_a_headline_part_of_which_there_is_none_is_told():
    parts = GRADED.rename({"grade": "part"}).with_columns(denominator=pl.lit(None, pl.Int64))
    assert occurring(parts, ["part"]).equals(parts)
