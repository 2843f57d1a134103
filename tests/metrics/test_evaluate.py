import datetime as dt
import functools
import random

import numpy as np
import polars as pl
import pytest
from scipy.stats import CensoredData, ecdf
from statsmodels.stats.proportion import proportion_confint

from data.publishing.content import Counted
from metrics.as_at import Clocks, known
from metrics.catalogue import CATALOGUE, metric
from metrics.dimensions import dimension, dimensions_of, having, narrow
from metrics.evaluate import (
    Ages,
    ages,
    behind,
    counted,
    course,
    digest_of_rows,
    evaluate,
    evaluate_all,
)
from metrics.histories.subjects import HISTORIES
from metrics.intervals import median_days, wilson
from metrics.metric import Duration, Metric
from tests.metrics import oracle
from tests.metrics.world import BY_HAND, SECOND, SHAPES, TERMS, THIRD, D, frames, sampled

NAMES = [each.name for each in CATALOGUE]


def build(rows, terms=TERMS, subjects=tuple(HISTORIES)):
    tables = frames(rows)
    return {subject: HISTORIES[subject].of(terms)(tables).collect().lazy() for subject in subjects}


@pytest.fixture(scope="module")
def by_hand():
    return build(BY_HAND)


def full(rows):
    return {table: rows.get(table, []) for table in frames(rows)}


SEEDS = (1, 2, 3)


@functools.cache
def world_of(seed):
    """Rows that were drawn at random, and their histories; None: those that were written by hand."""
    rows = full(BY_HAND) if seed is None else sampled(seed)
    return rows, build(rows)


@functools.cache
def figures(seed, subject, clocks, by=()):
    """All figures of a subject in a world, counted at once: each by itself comes to the same."""
    asked = [each for each in CATALOGUE if each.subject == subject]
    return evaluate_all(asked, world_of(seed)[1][subject], clocks, by=by)


def number(rows, name, clocks):
    return evaluate(metric(name), rows[metric(name).subject], clocks).row(0, named=True)


# Counted on paper from the rows of BY_HAND, in December as known in December.
@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("population", 8, None),
        ("risk_assessed", 7, None),
        ("not_assessed", 1, None),
        ("share_assessed", 7, 8),
        ("sent_on", 4, None),
        ("allocated", 3, None),
        ("completed", 2, None),
        ("share_completed", 2, 4),
        ("backlog", 2, None),
        ("outside_scope", 1, None),
        ("failures", 3, None),
        ("failures_with_harm", 1, None),
        ("share_with_harm", 1, 3),
        ("failure_rate", 2, 7),
        ("failure_rate_reviewed", 2, 2),
        ("failures_outside_scope", 1, None),
        ("harm_outside_scope", 1, None),
        ("referrals", 2, None),
        ("open_referrals", 2, None),
        ("referrals_outside_scope", 1, None),
        ("silent_referrals", 0, None),
        ("referrals_without_failure", 1, None),
        ("failures_referred", 1, None),
        ("failures_not_referred", 2, None),
        ("harm_not_referred", 0, None),
        ("people_investigated", 1, None),
        ("recommendations", 3, None),
        ("recommendations_answered", 1, None),
        ("recommendations_due", 1, None),
        ("recommendations_overdue", 1, None),
        ("recommendations_outside_scope", 1, None),
        ("people_to_contact", 3, None),
        ("people_reached", 1, None),
        ("share_reached", 1, 3),
        ("people_waiting", 1, None),
        ("people_unable", 0, None),
        ("people_not_safe", 1, None),
        ("people_to_look_at_again", 1, None),
        ("people_outside_scope", 2, None),
        ("contact_attempts", 2, None),
        ("share_of_attempts_reaching", 1, 2),
        ("headcount", 0, None),
        ("second_looks", 1, None),
        ("second_looks_under_way", 0, None),
        ("overturned", 1, 1),
        ("not_sent_on", 3, None),
        ("sample_checks", 2, None),
        ("sample_failures", 1, None),
        ("sample_sent_on", 0, None),
        ("enquiries", 4, None),
        ("enquiries_answered", 2, None),
        ("enquiries_open", 2, None),
        ("enquiries_overdue", 1, None),
        ("enquiries_late", 2, None),
        ("answered_in_time", 1, 3),
        ("disclosed", 2, None),
        ("share_disclosed", 2, 3),
        ("undecided", 5, None),
        ("disclosed_late", 1, None),
        ("disclosed_in_time", 1, 2),
        ("closed", 2, None),
        ("open_cases", 6, None),
        ("adverse", 2, None),
        ("share_adverse", 1, 2),
        ("findings_decided", 3, None),
        ("findings_overturned", 1, 2),
    ],
)
def test_a_figure_is_what_was_counted_on_paper(by_hand, name, numerator, denominator):
    found = number(by_hand, name, Clocks.then(THIRD))
    assert (found["numerator"], found["denominator"]) == (numerator, denominator)


def test_a_figure_as_known_then_leaves_out_what_was_recorded_later(by_hand):
    then = number(by_hand, "risk_assessed", Clocks.then(D(2023, 11, 5)))
    now = number(by_hand, "risk_assessed", Clocks(D(2023, 11, 5), THIRD))
    # A8's assessment was made in October and recorded in December; A9 has been removed since.
    assert (then["numerator"], now["numerator"]) == (5, 5)
    assert number(by_hand, "population", Clocks.then(D(2023, 11, 5)))["numerator"] == 9
    assert number(by_hand, "population", Clocks(D(2023, 11, 5), THIRD))["numerator"] == 8


def test_staff_are_those_of_each_teams_latest_week_until_it_is_four_weeks_old(by_hand):
    assert number(by_hand, "headcount", Clocks(D(2023, 11, 5), THIRD))["numerator"] == 36
    # Team one has a new week; team two's of 30 October stands until it is four weeks old.
    assert number(by_hand, "headcount", Clocks(D(2023, 11, 6), THIRD))["numerator"] == 45 + 26
    assert number(by_hand, "headcount", Clocks(D(2023, 11, 26), THIRD))["numerator"] == 45 + 26
    assert number(by_hand, "headcount", Clocks(D(2023, 11, 27), THIRD))["numerator"] == 45
    assert number(by_hand, "headcount", Clocks(D(2023, 12, 4), THIRD))["numerator"] == 0


def test_staff_are_known_between_one_extract_and_the_next(by_hand):
    """On 8 November as known then, the week of the 6th has not been recorded: the one before stands."""
    assert number(by_hand, "headcount", Clocks.then(D(2023, 11, 8)))["numerator"] == 36


def test_a_failure_whose_application_is_gone_is_shown_apart_and_not_lost():
    rows = {
        **BY_HAND,
        "applications": [
            each | {"recorded_to": THIRD} if each["application_ref"] == "A1" else each
            for each in BY_HAND["applications"]
        ],
    }
    built = build(rows)
    assert number(built, "failures", Clocks.then(THIRD))["numerator"] == 1
    assert number(built, "failures_outside_scope", Clocks.then(THIRD))["numerator"] == 3


def test_steps_of_one_day_are_taken_in_the_order_of_their_numbers():
    rows = {
        **BY_HAND,
        "referral_events": [
            {**BY_HAND["referral_events"][0], "event_ref": "E9", "status": "closed"},
            {**BY_HAND["referral_events"][0], "event_ref": "E10", "status": "re-opened"},
        ],
    }
    assert number(build(rows), "open_referrals", Clocks(D(2023, 10, 25), THIRD))["numerator"] == 1


def test_a_referral_that_was_closed_is_open_again_once_it_is_reopened(by_hand):
    assert number(by_hand, "open_referrals", Clocks(D(2023, 10, 25), THIRD))["numerator"] == 0
    assert number(by_hand, "open_referrals", Clocks(D(2023, 11, 12), THIRD))["numerator"] == 1


def test_a_grade_is_the_latest_given_by_the_day(by_hand):
    grades = [dimension("grade")]
    rows = by_hand["cases"]
    before = evaluate(metric("risk_assessed"), rows, Clocks(D(2023, 10, 15), THIRD), by=grades)
    after = evaluate(metric("risk_assessed"), rows, Clocks(D(2023, 10, 25), THIRD), by=grades)
    # A2 was graded standard on the 4th and high on the 20th.
    assert dict(before.select("grade", "numerator").iter_rows()) == {"high": 2, "standard": 3, None: 0}
    assert dict(after.select("grade", "numerator").iter_rows()) == {"high": 3, "standard": 2, None: 0}


def test_the_days_in_a_stage_count_those_still_in_it(by_hand):
    found = number(by_hand, "days_in_review", Clocks.then(THIRD))
    # 20 days and 30 days done, 36 days still going on: two of three are through by day 30.
    assert (found["numerator"], found["denominator"], found["value"]) == (2, 3, 30.0)
    assert number(by_hand, "days_to_allocation", Clocks.then(THIRD))["value"] == 10.0


def test_ages_are_those_of_the_open_cases_alone(by_hand):
    """309, 340, 674, 1039, 1070 and 1436 days: A8, A7, A6, A4, A3 and A1."""
    for name, days in (("open_age", 856.5), ("open_age_90", 1436.0), ("open_age_longest", 1436.0)):
        found = number(by_hand, name, Clocks.then(THIRD))
        assert (found["numerator"], found["denominator"], found["value"]) == (6, 6, days)


def test_the_days_until_closed_count_the_open_cases_as_open(by_hand):
    found = number(by_hand, "days_to_close", Clocks.then(THIRD))
    # A5 after 8 days and A2 after 41; of eight, four would have to be closed.
    assert (found["numerator"], found["denominator"], found["value"]) == (2, 8, None)


def test_a_finding_without_a_day_counts_from_its_first_record_and_no_correction_moves_that_day():
    by_findings = TERMS.model_copy(update={"case": TERMS.case.model_copy(update={"closed_by": "findings"})})
    built = build(BY_HAND, by_findings, ("findings",))
    the_day_before = SECOND - dt.timedelta(days=1)
    before, first, later = (
        number(built, "findings_overturned", clocks)
        for clocks in (Clocks(the_day_before, THIRD), Clocks.then(SECOND), Clocks(SECOND, THIRD))
    )
    assert (before["numerator"], before["denominator"]) == (0, 0)
    assert (first["numerator"], first["denominator"]) == (1, 1)
    # Corrected on 7 December to what had been recommended.
    assert (later["numerator"], later["denominator"]) == (0, 1)


def test_a_finding_without_a_day_counts_from_the_closing_of_its_case_if_that_was_before_its_record(by_hand):
    clocks = Clocks(SECOND - dt.timedelta(days=1), THIRD)
    assert number(by_hand, "findings_overturned", clocks)["denominator"] == 1


def test_a_case_ends_with_its_last_finding_where_the_terms_close_it_so():
    by_findings = TERMS.model_copy(update={"case": TERMS.case.model_copy(update={"closed_by": "findings"})})
    built = build(BY_HAND, by_findings, ("cases",))
    # A1, A2 and A5; A4's only finding is recommended and not decided.
    assert number(built, "closed", Clocks.then(THIRD))["numerator"] == 3
    assert number(built, "share_adverse", Clocks.then(THIRD))["numerator"] == 2


def test_a_median_that_is_not_reached_is_not_known(by_hand):
    assert number(by_hand, "days_in_review", Clocks.then(D(2023, 10, 10)))["value"] is None


def test_a_share_of_nothing_is_null_and_has_no_interval(by_hand):
    found = number(by_hand, "failure_rate_reviewed", Clocks.then(D(2023, 10, 6)))
    assert (found["numerator"], found["denominator"]) == (0, 0)
    assert (found["value"], found["low"], found["high"]) == (None, None, None)


def test_a_period_in_which_nothing_happened_is_a_zero(by_hand):
    monthly = evaluate(metric("failures"), by_hand["failures"], Clocks.then(THIRD), every="1mo")
    assert monthly.select("period", "numerator").rows() == [
        (D(2023, 10, 1), 1),
        (D(2023, 11, 1), 2),
        (D(2023, 12, 1), 0),
    ]


def test_nothing_has_no_periods(by_hand):
    nothing = evaluate(metric("failures"), by_hand["failures"].clear(), Clocks.then(THIRD), every="1mo")
    assert nothing.is_empty()
    assert nothing.columns == ["period", "numerator", "denominator", "value", "low", "high"]
    split = [dimension("area")]
    assert evaluate(
        metric("failures"), by_hand["failures"].clear(), Clocks.then(THIRD), every="1w", by=split
    ).is_empty()


def test_a_median_has_no_periods(by_hand):
    with pytest.raises(ValueError, match="median"):
        evaluate(metric("days_in_review"), by_hand["cases"], Clocks.then(THIRD), every="1w")


WORLDS = [pytest.param(None, id="by hand"), *(pytest.param(n, id=f"sample {n}") for n in SEEDS)]
CLOCKS = [
    Clocks(D(2023, 10, 4), D(2023, 10, 5)),
    Clocks(D(2023, 11, 2), D(2023, 11, 2)),
    Clocks(D(2023, 10, 24), D(2023, 12, 7)),
    Clocks(D(2023, 11, 29), D(2023, 12, 31)),
    Clocks(D(2023, 12, 31), D(2023, 10, 20)),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", WORLDS)
def test_every_figure_is_what_plain_loops_count(seed, name):
    rows, _ = world_of(seed)
    for clocks in CLOCKS:
        found = figures(seed, metric(name).subject, clocks)[name].row(0, named=True)
        expected = oracle.evaluate(name, rows, clocks.as_at, clocks.known_at)[None]
        assert (found["numerator"], found["denominator"]) == expected[:2], clocks
        assert found["value"] == pytest.approx(expected[2]), clocks


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "seed",
    [*WORLDS[:2], *(pytest.param(*each.values, id=each.id, marks=pytest.mark.soak) for each in WORLDS[2:])],
)
def test_every_figure_by_every_dimension_is_what_plain_loops_count(seed, name):
    subject, (rows, _) = metric(name).subject, world_of(seed)
    for each in dimensions_of(subject):
        for clocks in CLOCKS:
            found = figures(seed, subject, clocks, (each,))[name]
            counted = {
                row[each.name]: (row["numerator"], row["denominator"], row["value"])
                for row in found.iter_rows(named=True)
            }
            expected = oracle.evaluate(name, rows, clocks.as_at, clocks.known_at, each.name)
            assert counted.keys() == expected.keys()
            for value, numbers in expected.items():
                assert counted[value] == pytest.approx(numbers), (each.name, value, clocks)


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_behind_a_figure_are_as_many_as_it_counts(name):
    _, built = world_of(1)
    asked = metric(name)
    for clocks in CLOCKS:
        rows = behind(asked, built[asked.subject], clocks).collect()
        found = number(built, name, clocks)
        if isinstance(asked, Duration) and asked.still is None:
            assert rows.height == found["denominator"] - found["numerator"]
        elif name == "headcount":
            assert rows["headcount"].sum() == found["numerator"]
        elif name == "full_time_equivalents":
            assert rows["full_time_equivalent"].sum() == pytest.approx(found["numerator"])
        else:
            assert rows.height == found["numerator"]


OF_SHAPES = [each for each in CATALOGUE if each.subject in ("cases", "findings")]


# Among every ninth shape is each two of the parts together.
@pytest.mark.long
@pytest.mark.parametrize(
    "number_of_shape",
    [pytest.param(n, marks=[pytest.mark.soak] if n % 9 else []) for n in range(len(SHAPES))],
)
def test_a_register_of_any_shape_has_the_figures_splits_courses_and_rows_that_plain_loops_count(
    number_of_shape,
):
    shape = SHAPES[number_of_shape]
    rows = shape.world(number_of_shape)
    built = build(rows, shape.terms, ("cases", "findings"))
    world = full(rows) | {"closed_by": shape.closed_by}
    together = functools.cache(
        lambda subject, clocks, by: evaluate_all(
            [each for each in OF_SHAPES if each.subject == subject], built[subject], clocks, by=by
        )
    )
    for asked in OF_SHAPES:
        found_in = built[asked.subject]
        for clocks in (CLOCKS[1], CLOCKS[3]):
            for by in ((), *((each,) for each in dimensions_of(asked.subject))):
                name = by[0].name if by else None
                counted = {
                    row.get(name): (row["numerator"], row["denominator"], row["value"])
                    for row in together(asked.subject, clocks, by)[asked.name].iter_rows(named=True)
                }
                expected = oracle.evaluate(asked.name, world, clocks.as_at, clocks.known_at, name)
                assert counted.keys() == expected.keys(), (shape, asked.name, name)
                for value, figures in expected.items():
                    assert counted[value] == pytest.approx(figures), (shape, asked.name, name, value, clocks)
            figure = together(asked.subject, clocks, ())[asked.name].row(0, named=True)
            left = figure["numerator"] if isinstance(asked, Duration) and asked.still is None else 0
            whole = figure["denominator"] if isinstance(asked, Duration) else figure["numerator"]
            assert behind(asked, found_in, clocks).collect().height == whole - left
        if isinstance(asked, Metric):
            then = course(asked, found_in, DAYS[::9]).rows(named=True)
            now = course(asked, found_in, DAYS[::9], known_at=THIRD).rows(named=True)
            for seen, known_at in ((then, None), (now, THIRD)):
                for row in seen:
                    expected = oracle.evaluate(asked.name, world, row["day"], known_at or row["day"])[None]
                    assert (row["numerator"], row["denominator"], row["value"]) == pytest.approx(expected)


def test_all_figures_at_once_are_the_same_as_one_by_one():
    _, built = world_of(2)
    for subject, rows in built.items():
        for by in ((), dimensions_of(subject)[:1]):
            asked = [each for each in CATALOGUE if each.subject == subject]
            together = evaluate_all(asked, rows, CLOCKS[3], by=by)
            for each in asked:
                assert together[each.name].equals(evaluate(each, rows, CLOCKS[3], by=by)), each.name


def test_narrowed_figures_are_the_matching_cells_of_the_broken_down_ones():
    _, built = world_of(3)
    clocks = CLOCKS[3]
    cells = evaluate(
        metric("failures"), built["failures"], clocks, by=[dimension("area"), dimension("grade")]
    )
    for row in cells.filter(pl.col("grade").is_not_null()).iter_rows(named=True):
        kept = {"area": (row["area"],), "grade": (row["grade"],)}
        narrowed = narrow(built["failures"], "failures", kept, clocks.as_at)
        assert evaluate(metric("failures"), narrowed, clocks)["numerator"][0] == row["numerator"]


def test_the_parts_of_the_headline_partition_add_up_to_the_whole():
    for seed in SEEDS:
        _, built = world_of(seed)
        for clocks in CLOCKS:
            parts = evaluate(metric("failures"), built["failures"], clocks, by=[dimension("part")])
            assert parts["numerator"].sum() == number(built, "failures", clocks)["numerator"]
            assert None not in parts["part"].to_list()


def test_what_is_done_and_what_remains_add_up():
    for seed in SEEDS:
        for clocks in CLOCKS:
            counts = {name: each["numerator"][0] for name, each in figures(seed, "cases", clocks).items()}
            assert counts["risk_assessed"] + counts["not_assessed"] == counts["population"]
            assert counts["completed"] + counts["backlog"] == counts["sent_on"]
            assert counts["allocated"] + counts["not_allocated"] == counts["sent_on"]


def test_results_are_in_the_same_order_every_time():
    _, built = world_of(1)
    split = [dimension("area"), dimension("year")]
    first = evaluate(metric("failure_rate"), built["cases"], CLOCKS[3], by=split)
    for _ in range(20):
        assert evaluate(metric("failure_rate"), built["cases"], CLOCKS[3], by=split).equals(first)


def test_an_empty_review_has_figures_of_nothing():
    built = build({})
    for each in CATALOGUE:
        found = number(built, each.name, Clocks.then(dt.date(2024, 1, 1)))
        assert found["numerator"] == 0
        assert found["value"] in (None, 0.0)
        assert evaluate(
            each, built[each.subject], Clocks.then(THIRD), by=dimensions_of(each.subject)[:1]
        ).is_empty()


@pytest.mark.parametrize("clocks", [Clocks.then(THIRD), Clocks(D(2023, 11, 20), THIRD)])
def test_the_periods_of_a_figure_add_up_to_it(by_hand, clocks):
    for each in CATALOGUE:
        if isinstance(each, Duration):
            continue
        whole = evaluate(each, by_hand[each.subject], clocks)["numerator"][0]
        by_month = evaluate(each, by_hand[each.subject], clocks, every="1mo")["numerator"].sum()
        assert by_month == whole, each.name


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(0, 1), (1, 1), (33, 3778), (2, 33), (0, 300), (5, 10)]
)
def test_a_wilson_interval_is_the_one_of_the_formula(numerator, denominator):
    low, high = wilson(pl.Series([numerator]), pl.Series([denominator]))
    assert (low[0], high[0]) == pytest.approx(oracle.wilson(numerator, denominator), abs=1e-12)


@pytest.mark.parametrize("denominator", [1, 7, 170, 399, 3778])
def test_an_interval_of_none_begins_at_zero_and_of_all_ends_at_one(denominator):
    low, _ = wilson(pl.Series([0]), pl.Series([denominator]))
    _, high = wilson(pl.Series([denominator]), pl.Series([denominator]))
    assert (low[0], high[0]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(20), id="few"), pytest.param(range(2_000), id="many", marks=pytest.mark.soak)],
)
def test_a_median_is_the_one_of_scipys_censored_distribution(seeds):
    for seed in seeds:
        rows = sampled_spells(seed)
        assert median_days(spent(*rows)) == scipys_median(rows), seed


def sampled_spells(seed):
    chance = random.Random(seed)
    return [
        (chance.randint(0, 12), chance.random() < 0.4, chance.randint(1, 5))
        for _ in range(chance.randint(1, 12))
    ]


def scipys_median(rows):
    ended = [days for days, going_on, times in rows for _ in range(times) if not going_on]
    still = [days for days, going_on, times in rows for _ in range(times) if going_on]
    if not ended:
        return None
    survival = ecdf(CensoredData(uncensored=ended, right=still)).sf
    reached = survival.quantiles[survival.probabilities <= 0.5 + 1e-12]
    return float(reached[0]) if len(reached) else None


def test_the_interval_of_33_in_3778_is_the_published_rate_give_or_take():
    low, high = wilson(pl.Series([33]), pl.Series([3778]))
    assert low[0] == pytest.approx(0.00623, abs=5e-6)
    assert high[0] == pytest.approx(0.01224, abs=5e-6)


def test_an_interval_of_nothing_is_null():
    low, high = wilson(pl.Series([0, 1]), pl.Series([0, 2]))
    assert low[0] is None
    assert high[0] is None
    assert low[1] is not None


def spent(*rows):
    return pl.DataFrame(
        rows, schema={"days": pl.Int32, "going_on": pl.Boolean, "times": pl.UInt32}, orient="row"
    )


def test_a_median_is_of_those_that_ended_where_all_did():
    assert median_days(spent((1, False, 1), (5, False, 1), (9, False, 1))) == 5.0


def test_those_still_going_on_push_the_median_up():
    ended = [(1, False, 2), (10, False, 2)]
    assert median_days(spent(*ended)) == 1.0
    assert median_days(spent(*ended, (4, True, 2))) == 10.0


def test_a_median_is_not_reached_where_most_are_still_going_on():
    assert median_days(spent((1, False, 1), (4, True, 9))) is None
    assert median_days(spent((4, True, 9))) is None
    assert median_days(spent()) is None


@pytest.fixture(scope="module")
def people():
    return HISTORIES["people"].of(TERMS)(frames(BY_HAND)).collect().lazy()


def test_who_waits_has_waited_since_the_day_they_were_identified(people):
    # C2 was identified on 29 November and nothing has been done; C1 was reached, C3 must not be contacted.
    found = ages(metric("people_waiting"), people, Clocks.then(THIRD))
    assert found == Ages(1, D(2023, 11, 29), 8.0, 8, D(2023, 11, 29))


def test_of_several_the_first_day_the_median_the_longest_and_the_last_day_are_told(people):
    found = ages(metric("people_to_contact"), people, Clocks.then(THIRD))
    # C1, C2 and C3: 43, 8 and 56 days.
    assert found == Ages(3, D(2023, 10, 12), 43.0, 56, D(2023, 11, 29))


def test_only_the_rows_that_are_meant_are_told(people):
    clocks = Clocks.then(THIRD)
    north = having([("area", "north")], THIRD)
    assert ages(metric("people_to_contact"), people, clocks, north) == Ages(
        2, D(2023, 10, 25), 25.5, 43, D(2023, 11, 29)
    )


def test_where_nothing_waits_there_is_no_day(people):
    nobody = people.filter(pl.lit(value=False))
    assert ages(metric("people_waiting"), nobody, Clocks.then(THIRD)) == Ages(0, None, None, None)


DAYS = [D(2023, 9, 18) + dt.timedelta(days=each) for each in range(75)]
SOME_DAYS = DAYS[::5]
COUNTED = [each.name for each in CATALOGUE if each.has_course]


@pytest.mark.long
@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize(
    ("seed", "days"), [(1, SOME_DAYS), *(pytest.param(seed, DAYS, marks=pytest.mark.soak) for seed in (1, 2))]
)
def test_a_course_as_known_then_is_the_figure_of_each_day_as_known_on_it(seed, days, name):
    _, built = world_of(seed)
    rows = built[metric(name).subject]
    found = course(metric(name), rows, days).drop("day")
    for number, day in enumerate(days):
        assert found[number].equals(evaluate(metric(name), rows, Clocks.then(day))), day


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("days", [SOME_DAYS, pytest.param(DAYS, marks=pytest.mark.soak)], ids=["some", "all"])
def test_a_course_as_known_on_one_day_is_the_figure_of_each_day_as_known_on_that_day(days, name):
    _, built = world_of(3)
    rows = built[metric(name).subject]
    found = course(metric(name), rows, days, known_at=D(2023, 11, 1)).drop("day")
    for number, day in enumerate(days):
        assert found[number].equals(evaluate(metric(name), rows, Clocks(day, D(2023, 11, 1)))), day


def test_a_course_can_be_split_by_what_does_not_change_from_day_to_day():
    _, built = world_of(1)
    area = dimension("area")
    found = course(metric("share_assessed"), built["cases"], DAYS, by=[area])
    last = found.filter(day=DAYS[-1]).drop("day")
    now = evaluate(metric("share_assessed"), built["cases"], Clocks.then(DAYS[-1]), by=[area])
    assert last.select("area", "numerator").equals(now.select("area", "numerator"))


def test_ages_over_time_are_those_of_each_group_on_each_day():
    _, built = world_of(1)
    for name in ("open_age", "open_age_90", "open_age_longest"):
        figure, area = metric(name), dimension("area")
        over_time = course(figure, built["cases"], DAYS[::20], by=[area])
        for day in DAYS[::20]:
            on_it = evaluate(figure, built["cases"], Clocks.then(day), by=[area]).filter(
                pl.col("numerator") > 0
            )
            shown = over_time.filter(pl.col("day") == day, pl.col("numerator") > 0).drop("day")
            assert shown.equals(on_it), (name, day)


def test_a_median_of_what_has_ended_has_no_course():
    with pytest.raises(ValueError, match="days_to_close"):
        course(metric("days_to_close"), world_of(1)[1]["cases"], DAYS)


def test_a_course_cannot_be_split_by_the_grade():
    with pytest.raises(ValueError, match="grade"):
        course(metric("population"), world_of(1)[1]["cases"], DAYS, by=[dimension("grade")])


def test_a_course_of_nothing_is_zero_on_every_day():
    _, built = world_of(1)
    found = course(metric("population"), built["cases"].clear(), DAYS)
    assert found["numerator"].to_list() == [0] * len(DAYS)


NOW = Clocks.then(THIRD)
THEN = Clocks.then(D(2023, 11, 5))


def frozen(world, name, by=(), clocks=NOW):
    rows = world[metric(name).subject]
    split = [dimension(each) for each in by]
    digest = digest_of_rows(metric(name), rows, clocks, split)
    return counted(metric(name), evaluate(metric(name), rows, clocks, by=split), by, digest)


@pytest.mark.parametrize("name", [each.name for each in CATALOGUE])
def test_every_figure_can_be_frozen_and_read_again_letter_by_letter(by_hand, name):
    made = frozen(by_hand, name)
    assert Counted.read(made.written()) == made
    assert made.definition == metric(name).definition
    found = evaluate(metric(name), by_hand[metric(name).subject], NOW).row(0, named=True)
    (cell,) = made.cells
    assert (cell.numerator, cell.denominator) == (found["numerator"], found["denominator"])


def test_a_split_figure_has_a_cell_for_each_value_and_they_add_up(by_hand):
    made = frozen(by_hand, "failures", ("type", "harm"))
    assert sum(cell.numerator for cell in made.cells) == frozen(by_hand, "failures").cells[0].numerator == 3
    assert {len(cell.where) for cell in made.cells} == {2}


@pytest.mark.parametrize("name", ["harm", "type", "area", "year", "part"])
def test_a_cell_is_named_as_the_rows_behind_it_are_asked_for(by_hand, name):
    rows = behind(metric("failures"), by_hand["failures"], NOW)
    for cell in frozen(by_hand, "failures", (name,)).cells:
        kept = rows.filter(*having([(name, cell.where[0])], NOW.as_at)).select(pl.len()).collect().item()
        assert kept == cell.numerator


def test_the_digest_is_the_same_whatever_the_order_of_the_rows(by_hand):
    rows = by_hand["cases"]
    digest = digest_of_rows(metric("risk_assessed"), rows, NOW)
    assert digest_of_rows(metric("risk_assessed"), rows.reverse(), NOW) == digest
    assert len(digest) == 64


def test_the_digest_differs_where_a_row_comes_goes_or_says_something_else(by_hand):
    rows, figure = by_hand["cases"].collect(), metric("risk_assessed")
    digest = digest_of_rows(figure, rows.lazy(), NOW)
    one = behind(figure, rows.lazy(), NOW).collect()["application_ref"].sort()[0]
    without = rows.filter(pl.col("application_ref") != one)
    earlier = pl.col("assessed_on") - pl.duration(
        days=pl.when(pl.col("application_ref") == one).then(1).otherwise(0)
    )
    later = rows.with_columns(assessed_on=earlier)
    told = {digest, digest_of_rows(figure, without.lazy(), NOW), digest_of_rows(figure, later.lazy(), NOW)}
    assert len(told) == 3
    assert digest_of_rows(figure, rows.lazy(), THEN) != digest


def test_a_share_is_digested_with_all_that_it_is_out_of(by_hand):
    rows, share = by_hand["cases"].collect(), metric("share_completed")
    below = share.denominator.open_on(NOW.as_at) & ~share.numerator.open_on(NOW.as_at)
    one = known(rows.lazy(), NOW.known_at).filter(below).collect()["application_ref"].sort()[0]
    without = rows.filter(pl.col("application_ref") != one)
    assert digest_of_rows(share, without.lazy(), NOW) != digest_of_rows(share, rows.lazy(), NOW)


def test_another_split_of_the_same_rows_has_another_digest(by_hand):
    digests = {frozen(by_hand, "failures", by).rows for by in ((), ("type",), ("harm",))}
    assert len(digests) == 3


def test_a_wilson_interval_has_the_bits_of_the_library():
    wholes = np.random.default_rng(0).integers(1, 100_000, 20_000)
    counts = np.random.default_rng(1).integers(0, wholes + 1)
    expected = proportion_confint(counts, wholes.astype(float), alpha=0.05, method="wilson")
    inside = (counts > 0) & (counts < wholes)
    for ours, theirs in zip(wilson(pl.Series(counts), pl.Series(wholes)), expected, strict=True):
        assert np.array_equal(ours.to_numpy()[inside], theirs[inside])
