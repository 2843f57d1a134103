"""Every figure, on many days, comes out as it was written out before the code was moved.

What is compared with is replaced by `python -m tests.figures --write`, and only on purpose: when a figure
is to change, or another is added. To see which values changed, write them out with both versions of the
code (`python -m tests.figures DIR`) and compare the two.
"""

import dataclasses
import datetime as dt
import math

import polars as pl
import pytest

from tests.figures import reference, written_out
from tests.figures.reference import ALL, CASES, DEMONSTRATION, PHILADELPHIA, Clocks

SHOWN = 20


@pytest.fixture(scope="module")
def demonstration_rows(demonstration):
    return written_out.histories(demonstration)


@pytest.fixture(scope="module")
def philadelphia_rows(tmp_path_factory):
    review = PHILADELPHIA.make(tmp_path_factory.mktemp("real") / "review")
    yield written_out.histories(review)
    review.ledger.engine.dispose()


def assert_unchanged(case, rows, clocks, narrowings):
    written = reference.read(case)
    wanted = {
        key: line for key, line in written.items() if key.clocks in clocks and key.narrowing in narrowings
    }
    assert wanted
    now = reference.lines(reference.computed(rows, case, clocks, narrowings))
    unlike = reference.differences(case, wanted, now)
    if unlike:
        more = [f"and {len(unlike) - SHOWN} more"] if len(unlike) > SHOWN else []
        pytest.fail("\n".join([*unlike[:SHOWN], *more]), pytrace=False)


@pytest.mark.long
def test_the_figures_of_the_demonstration_are_as_written_out_on_a_few_days(demonstration_rows):
    assert_unchanged(DEMONSTRATION, demonstration_rows, *DEMONSTRATION.few)


@pytest.mark.long
@pytest.mark.real
def test_the_figures_of_the_real_register_are_as_written_out_on_a_few_days(philadelphia_rows):
    assert_unchanged(PHILADELPHIA, philadelphia_rows, *PHILADELPHIA.few)


@pytest.mark.soak
def test_the_figures_of_the_demonstration_are_as_written_out_on_every_day(demonstration_rows):
    assert_unchanged(DEMONSTRATION, demonstration_rows, DEMONSTRATION.clocks, DEMONSTRATION.narrowings)


@pytest.mark.real
@pytest.mark.soak
def test_the_figures_of_the_real_register_are_as_written_out_on_every_day(philadelphia_rows):
    assert_unchanged(PHILADELPHIA, philadelphia_rows, PHILADELPHIA.clocks, PHILADELPHIA.narrowings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_figure_is_written_out_on_forty_pairs_of_clocks_whole_and_narrowed_three_ways(case):
    assert len(set(case.clocks)) == 40
    assert len(case.narrowings) == 4
    written = reference.read(case)
    names = {key.figure for key in written}
    assert set(written) == {
        reference.Key(name, narrowing, clocks)
        for name in names
        for narrowing in case.narrowings
        for clocks in case.clocks
    }


def test_the_days_of_every_load_and_statement_of_the_demonstration_are_among_the_clocks(demonstration):
    days = written_out.load_days(demonstration)
    assert set(days) <= {clocks.as_at for clocks in DEMONSTRATION.clocks}
    for day in written_out.STATEMENTS:
        assert {Clocks(day, day), Clocks(day, days[-1])} <= set(DEMONSTRATION.clocks)


def test_each_narrowing_leaves_some_rows_of_the_demonstration_and_not_all():
    written = reference.read(DEMONSTRATION)
    clocks = Clocks(dt.date(2024, 5, 22), dt.date(2024, 5, 30))
    for narrowing in DEMONSTRATION.narrowings.keys() - {ALL}:
        few, all_ = (
            float(written[reference.Key("population", name, clocks)].numerator) for name in (narrowing, ALL)
        )
        assert 0 < few < all_


def test_a_figure_that_is_defined_otherwise_is_named_with_its_review_clocks_and_narrowing(demonstration_rows):
    population = next(metric for metric in written_out.CATALOGUE if metric.name == "population")
    without_north = dataclasses.replace(
        population,
        numerator=dataclasses.replace(
            population.numerator, where=population.numerator.where & (pl.col("area") != "north")
        ),
    )
    clocks = Clocks(dt.date(2024, 5, 22), dt.date(2024, 5, 22))
    key = "population, as at 2024-05-22 as known on 2024-05-22, narrowed to nothing"
    assert changed(demonstration_rows, without_north, clocks, ALL) == [
        f"demonstration: {key}: [3778.0, None, 3778.0] is now [2909.0, None, 2909.0]"
    ]
    assert changed(demonstration_rows, population, clocks, ALL) == []


def test_a_breakdown_alone_that_comes_out_otherwise_is_named_too(demonstration_rows):
    completed = next(metric for metric in written_out.CATALOGUE if metric.name == "completed")
    otherwise_dated = dataclasses.replace(completed, dated_by="received_on")
    clocks = Clocks(dt.date(2024, 1, 11), dt.date(2024, 5, 30))
    key = "completed, as at 2024-01-11 as known on 2024-05-30, narrowed to area"
    assert changed(demonstration_rows, otherwise_dated, clocks, "area") == [
        f"demonstration: {key}: a breakdown of it has changed"
    ]


def changed(rows, metric, clocks, narrowing):
    now = reference.lines(reference.computed(rows, DEMONSTRATION, [clocks], [narrowing], metrics=[metric]))
    written = reference.read(DEMONSTRATION)
    return reference.differences(DEMONSTRATION, {key: written[key] for key in now}, now)


def test_a_figure_that_is_no_longer_there_is_named():
    clocks = Clocks(dt.date(2024, 5, 22), dt.date(2024, 5, 22))
    key = reference.Key("population", ALL, clocks)
    assert reference.differences(DEMONSTRATION, {key: reference.read(DEMONSTRATION)[key]}, {}) == [
        "demonstration: population, as at 2024-05-22 as known on 2024-05-22, narrowed to nothing: there is none"
    ]


def test_a_digest_tells_nothing_from_no_number_and_from_zero_and_does_not_mind_the_order():
    values = [None, math.nan, 0.0, -0.0, 1 / 3, 0.3333333333333333148]
    digests = [reference.digest({"": pl.DataFrame({"value": [value]})}) for value in values]
    assert len(set(digests)) == len(values) - 1
    assert digests[-1] == digests[-2]
    assert reference.digest({"": pl.DataFrame({"value": [0]})}) not in digests
    rows = pl.DataFrame({"group": ["a", None], "value": [1, 2]})
    turned = rows.reverse().select("value", "group")
    assert reference.digest({"area": rows}) == reference.digest({"area": turned})
    assert reference.digest({"area": rows}) != reference.digest({"route": rows})


def test_every_value_is_written_out_to_be_compared_by_a_person(demonstration_rows, tmp_path):
    clocks = Clocks(dt.date(2024, 5, 22), dt.date(2024, 5, 22))
    results = reference.computed(demonstration_rows, DEMONSTRATION, [clocks], [ALL])
    reference.write_values(results, tmp_path / "values" / "demonstration.parquet")
    values = pl.read_parquet(tmp_path / "values" / "demonstration.parquet")
    assert set(values["figure"]) == {metric.name for metric in written_out.CATALOGUE}
    areas = values.filter(figure="population", by="area")
    assert areas["numerator"].sum() == values.filter(figure="population", by="")["value"].item()
    assert values.filter(figure="failures", by="month")["group"][0] == "2023-10-01"
