"""Sums of partitions come to the figures of all rows together, however the rows are spread."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import catalogue
from metrics.as_at import Clocks, known
from metrics.dimensions import dimensions_of
from metrics.evaluate import course, evaluate_all
from metrics.histories.subjects import HISTORIES
from metrics.metric import Duration, Metric
from metrics.sums import CoursePlan, FigurePlan, merge
from tests.metrics.world import BY_HAND, TERMS, frames, sampled

WORLDS = {
    name: {subject: history.of(TERMS)(frames(rows)).collect() for subject, history in HISTORIES.items()}
    for name, rows in {"by hand": BY_HAND, "sampled": sampled(4)}.items()
}
PARTITIONS = st.tuples(st.lists(st.integers(0, 7), min_size=1, max_size=40), st.integers(1, 5))
DAYS = st.dates(dt.date(2023, 9, 1), dt.date(2024, 3, 1))


def spread(rows, places, count):
    """Rows on one of so many partitions each; some may have none."""
    where = pl.Series([places[number % len(places)] % count for number in range(rows.height)], dtype=pl.Int64)
    return [rows.filter(where == number).lazy() for number in range(count)]


def of_partitions(plan, partitions):
    return plan.finish(merge([plan.sums(rows) for rows in partitions]))


@given(
    world=st.sampled_from(sorted(WORLDS)),
    subject=st.sampled_from(sorted(HISTORIES)),
    clocks=st.builds(Clocks, DAYS, DAYS),
    partitions=PARTITIONS,
    data=st.data(),
)
def test_every_figure_and_split_is_the_same_over_any_partitions(world, subject, clocks, partitions, data):
    places, count = partitions
    rows, metrics = WORLDS[world][subject], catalogue.metrics_of(subject)
    by = data.draw(st.lists(st.sampled_from(dimensions_of(subject)), max_size=2, unique=True))
    every = data.draw(st.sampled_from([None, "1w", "1mo"]))
    asked = [metric for metric in metrics if every is None or isinstance(metric, Metric)]
    if not asked:
        return
    parts = of_partitions(FigurePlan(asked, clocks, by, every), spread(rows, places, count))
    whole = evaluate_all(asked, rows.lazy(), clocks, by=by, every=every)
    assert parts.keys() == whole.keys()
    for name in whole:
        assert parts[name].equals(whole[name]), name


@given(
    world=st.sampled_from(sorted(WORLDS)),
    metric=st.sampled_from([one for one in catalogue.CATALOGUE if one.has_course]),
    known_at=st.none() | DAYS,
    partitions=PARTITIONS,
    data=st.data(),
)
def test_every_course_is_the_same_over_any_partitions(world, metric, known_at, partitions, data):
    places, count = partitions
    rows = WORLDS[world][metric.subject]
    steady = [split for split in dimensions_of(metric.subject) if split.steady]
    by = data.draw(st.lists(st.sampled_from(steady), max_size=1))
    days = pl.date_range(dt.date(2023, 9, 1), dt.date(2024, 3, 1), "9d", eager=True).to_list()
    if isinstance(metric, Duration) and by and rows.is_empty():
        return
    parts = of_partitions(CoursePlan(metric, days, known_at, by), spread(rows, places, count))
    assert parts[metric.name].equals(course(metric, rows.lazy(), days, known_at=known_at, by=by))


def test_a_period_that_one_partition_lacks_is_filled_after_the_sums_are_merged():
    metric, clocks = catalogue.metric("population"), Clocks(dt.date(2024, 3, 1), dt.date(2024, 3, 1))
    rows = known(WORLDS["sampled"]["cases"].lazy(), clocks.known_at).filter("in_scope").collect()
    rows = rows.sort("received_on")
    first, last = rows.head(1), rows.tail(1)
    plan = FigurePlan([metric], clocks, (), "1mo")
    periods = of_partitions(plan, [first.lazy(), last.lazy()])["population"]
    months = pl.date_range(
        first["received_on"][0].replace(day=1), last["received_on"][0].replace(day=1), "1mo", eager=True
    )
    assert periods["period"].to_list() == months.to_list()


def test_a_median_has_no_periods_and_no_course_of_what_has_ended():
    stage = next(one for one in catalogue.CATALOGUE if isinstance(one, Duration) and not one.has_course)
    clocks = Clocks(dt.date(2024, 3, 1), dt.date(2024, 3, 1))
    with pytest.raises(ValueError, match="which has no periods"):
        FigurePlan([stage], clocks, (), "1mo").sums(WORLDS["by hand"][stage.subject].lazy())
    with pytest.raises(ValueError, match="which has no course"):
        CoursePlan(stage, [clocks.as_at])
