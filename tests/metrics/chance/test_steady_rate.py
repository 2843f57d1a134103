"""How often a verdict errs on steady series, and how often it finds a change; the whole grid is in the soak test."""

import datetime as dt
import sys

import numpy as np
import polars as pl
import pytest

from metrics.chance.control import between, counts, shares
from metrics.chance.groups import RARE, chance_alone, group_rates, rates_by_chance
from metrics.chance.steady_rate import Evidence, judge


def of_shares(counted, sizes):
    return judge(
        Evidence("share", tuple(map(float, counted)), tuple(map(int, sizes)), tuple(range(len(sizes))))
    )


def of_counts(counted):
    return judge(
        Evidence("count", tuple(map(float, counted)), (1,) * len(counted), tuple(range(len(counted))))
    )


def of_reviews(rng, rate, days, daily):
    span = [dt.date(2020, 1, 1) + dt.timedelta(days=each) for each in range(days)]
    done = rng.poisson(daily, days)
    frames = (pl.DataFrame({"period": span, "numerator": each}) for each in (rng.binomial(done, rate), done))
    return judge(between(*frames).evidence)


def rate_of(times, make):
    return sum(make() for _ in range(times)) / times


def steady_share(rng, size, rate, periods, uneven):
    sizes = np.maximum(rng.poisson(size, periods) if not uneven else rng.geometric(1 / size, periods), 1)
    return of_shares(rng.binomial(sizes, rate), sizes)


TIMES = 40


def test_steady_shares_are_hardly_ever_called_a_change():
    rng = np.random.default_rng(11)
    kinds = [(27, 0.04), (6, 0.04), (6, 0.02)]
    alarms = [
        steady_share(rng, size, rate, 32, uneven=False).change for size, rate in kinds for _ in range(TIMES)
    ]
    assert sum(alarms) / len(alarms) <= 0.05


@pytest.mark.long
def test_steady_counts_are_hardly_ever_called_a_change():
    rng = np.random.default_rng(12)
    alarms = [of_counts(rng.poisson(mean, 32)).change for mean in (0.3, 1, 5, 20) for _ in range(TIMES)]
    assert sum(alarms) / len(alarms) <= 0.05


def test_of_20_worlds_in_which_six_areas_have_one_rate_at_most_one_names_an_area():
    rng = np.random.default_rng(13)
    sizes = [869, 457, 676, 765, 819, 192]

    def named():
        found = rng.binomial(sizes, 0.0087)
        frame = pl.DataFrame({"numerator": found, "denominator": sizes})
        return (
            group_rates(
                frame.with_columns(value=pl.col("numerator") / pl.col("denominator")),
                found.sum() / sum(sizes),
            ).outcome
            == "odd"
        )

    assert rate_of(40, named) <= 0.05


def test_none_and_then_many_is_a_change_of_the_last_month():
    found = of_shares([0] * 12 + [20], [50] * 13)
    assert found.change
    assert (found.stretch.first, found.stretch.last, found.stretch.higher) == (12, 12, True)
    assert (found.stretch.inside, found.stretch.outside) == ((20, 50), (0, 600))


def test_a_doubled_share_is_found_in_four_of_five_series():
    rng = np.random.default_rng(14)
    rates = [0.04] * 26 + [0.08] * 26
    assert rate_of(20, lambda: of_shares(rng.binomial(50, rates), [50] * 52).change) >= 0.8


def stepped(rng, kind, before):
    ahead = np.array([0.0] * before + [2.0] * 8)
    if kind == "counts":
        return of_counts(rng.poisson(20 + ahead * 20**0.5))
    if kind == "counts of less spread":
        return of_counts(np.round(rng.normal(100 + 5 * ahead, 5)))
    return of_shares(rng.binomial(50, 0.1 + ahead * (0.1 * 0.9 / 50) ** 0.5), [50] * len(ahead))


STEPS = ["counts", "counts of less spread", "shares"]


@pytest.mark.parametrize("kind", STEPS)
def test_a_step_of_two_deviations_over_eight_points_is_found_in_four_of_five_series(kind):
    rng = np.random.default_rng(15)
    assert rate_of(20, lambda: stepped(rng, kind, 16).change) >= 0.8


@pytest.mark.soak
@pytest.mark.parametrize("before", [16, 20, 40])
@pytest.mark.parametrize("kind", STEPS)
def test_a_step_of_two_deviations_is_found_however_long_the_series_before_it(kind, before):
    rng = np.random.default_rng(25)
    found = rate_of(300, lambda: stepped(rng, kind, before).change)
    assert printed(f"{kind}, {before} points before", found) >= 0.8


@pytest.mark.parametrize(
    ("values", "first", "last", "higher"),
    [
        ([5, 4, 6, 5, 40, 5, 6, 4, 5, 5], 4, 4, True),
        ([5, 4, 6, 5, 5, 6, 4, 30, 31, 29], 7, 9, True),
        ([30, 31, 29, 5, 4, 6, 5, 5, 6, 4], 0, 2, True),
        ([20, 21, 19, 20, 2, 1, 2, 20, 21, 19, 20, 19], 4, 6, False),
        ([0] * 10 + [9] * 10, 10, 19, True),
    ],
)
def test_the_part_that_differs_is_named_by_its_shorter_side(values, first, last, higher):
    found = of_counts(values).stretch
    assert (found.first, found.last, found.higher) == (first, last, higher)
    assert found.inside == (sum(values[first : last + 1]), last - first + 1)
    assert found.outside == (sum(values) - found.inside[0], len(values) - found.inside[1])


def test_a_trend_is_a_change():
    assert of_counts(range(2, 26)).change


def test_what_never_varies_is_no_change():
    found = of_counts([7] * 20)
    assert (found.outcome, found.chance) == ("chance", 1.0)


@pytest.mark.parametrize("counted", [[0] * 20, [4] + [0] * 19, [1, 0, 0, 1, 0, 2, 0]])
def test_of_fewer_than_five_nothing_is_said(counted):
    assert of_counts(counted).outcome == "too few"
    assert of_shares(counted, [90] * len(counted)).outcome == "too few"
    assert of_shares([90 - each for each in counted], [90] * len(counted)).outcome == "too few"
    assert of_counts([90] * 4).outcome == "too few"


def test_the_same_series_has_the_same_verdict_every_time():
    rng = np.random.default_rng(16)
    counted = rng.poisson(3, 40)
    first = of_counts(counted)
    for each in (counted, counted[::-1][::-1]):
        assert of_counts(each) == first


@pytest.mark.parametrize("total", [3, 40_000_000])
def test_huge_counts_are_judged_too(total):
    counted = [total, total + 1, total, total + 2, total, total * 2]
    assert of_counts(counted).change == (total > 3)


def test_a_chart_has_the_verdict_of_its_points_and_says_how_often_chance_marks_it():
    rng = np.random.default_rng(17)
    marked, shown = 0, []
    for _ in range(20):
        found = counts(pl.DataFrame({"value": rng.poisson(6, 30)}))
        marked += bool(found.causes)
        shown.append(found.marks_by_chance)
        assert found.verdict == of_counts(found.points["value"].to_list())
    assert 0 < min(shown) <= max(shown) < 1
    assert abs(marked - sum(shown)) < 5


GRID = [
    (rate, size, periods)
    for rate in (0.005, 0.02, 0.05, 0.2)
    for size in (2, 6, 27, 200)
    for periods in (8, 20, 60)
]


def printed(what, rate):
    sys.stdout.write(f"{what}: {rate:.1%}\n")
    return rate


@pytest.mark.soak
@pytest.mark.parametrize("uneven", [False, True])
def test_over_the_whole_grid_at_most_1_in_20_steady_shares_is_called_a_change(uneven):
    rng, times, all_of_them = np.random.default_rng(21), 100, []
    for rate, size, periods in GRID:
        words = f"share {rate:.1%}, {size} a period, {periods} periods, uneven {uneven}"
        errs = rate_of(times, lambda: steady_share(rng, size, rate, periods, uneven=uneven).change)
        all_of_them.append(printed(words, errs))
        # Three deviations of what 100 series tell about a rate of 1 in 20.
        assert errs <= 0.05 + 3 * (0.05 * 0.95 / times) ** 0.5, words
    assert sum(all_of_them) / len(all_of_them) <= 0.05


@pytest.mark.soak
def test_over_all_means_at_most_1_in_20_steady_counts_is_called_a_change():
    rng = np.random.default_rng(22)
    for mean in (0.1, 0.3, 1, 5, 20, 50):
        for periods in (8, 20, 60):
            errs = printed(
                f"count {mean}, {periods}", rate_of(200, lambda: of_counts(rng.poisson(mean, periods)).change)
            )
            assert errs <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


@pytest.mark.soak
def test_at_most_1_in_20_steady_reviews_is_called_a_change():
    rng = np.random.default_rng(23)
    for rate in (0.01, 0.04, 0.2):
        for days, daily in ((30, 4), (230, 4), (900, 2)):
            errs = printed(
                f"reviews {rate:.0%}, {days} days",
                rate_of(200, lambda: of_reviews(rng, rate, days, daily).change),
            )
            assert errs <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


@pytest.mark.soak
@pytest.mark.parametrize("sizes", [[600] * 6, [869, 457, 676, 765, 819, 192], [20] * 12, [2_000, 30, 30]])
@pytest.mark.parametrize("rate", [0.0087, 0.04, 0.2])
def test_at_most_1_in_20_sets_of_groups_alike_is_said_to_differ(sizes, rate):
    rng = np.random.default_rng(24)
    named = differ = rates = 0
    for _ in range(200):
        found = rng.binomial(sizes, rate)
        frame = pl.DataFrame({"numerator": found, "denominator": sizes})
        frame = frame.with_columns(value=pl.col("numerator") / pl.col("denominator"))
        drawn = group_rates(frame, found.sum() / sum(sizes))
        named += drawn is not None and drawn.outcome == "odd"
        differ += (chance_alone(frame) or 1) <= RARE
        rates += found.sum() > 0 and rates_by_chance(tuple(found), tuple(map(float, sizes))) <= RARE
    for errs in (named, differ, rates):
        assert printed(f"groups {sizes} {rate:.1%}", errs / 200) <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


def test_shares_have_the_verdict_of_their_periods():
    rows = pl.DataFrame({"numerator": [0] * 12 + [20], "denominator": [50] * 13})
    found = shares(rows.with_columns(value=pl.col("numerator") / pl.col("denominator")))
    assert found.verdict == of_shares(rows["numerator"], rows["denominator"])
