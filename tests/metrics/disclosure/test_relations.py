import datetime as dt
import itertools
from types import SimpleNamespace

import polars as pl
import pytest

from data.schema import known_on
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.catalogue.review import HARM
from metrics.dimensions import dimension
from metrics.disclosure.inference import Family, Work
from metrics.disclosure.kinds import (
    TODAY,
    alike,
    counted_by,
    counted_out_of,
    kinds_of,
    names,
    never_falls,
    sides,
)
from metrics.disclosure.relations import Counts, Moment, Rule
from metrics.evaluate import evaluate_all
from metrics.histories.subjects import EDITION, HISTORIES
from metrics.metric import Duration
from tests.metrics.disclosure.releases import FIRST
from tests.metrics.world import D


def test_a_share_counts_what_the_counts_of_its_two_sides_count():
    assert (counted_by("share_with_harm"), counted_out_of("share_with_harm")) == (
        "failures_with_harm",
        "failures",
    )
    assert (counted_by("share_assessed"), counted_out_of("share_assessed")) == ("risk_assessed", "population")


def test_a_side_that_no_count_counts_is_named_for_its_share():
    assert counted_by("failure_rate") == "failure_rate: numerator"
    assert counted_out_of("failure_rate") == "risk_assessed"


def test_those_that_entered_a_stage_are_the_count_of_them():
    assert counted_out_of("days_to_allocation") == "sent_on"
    assert counted_out_of("days_to_answer") == "enquiries"
    assert counted_out_of("days_to_assessment") == "days_to_assessment: out of"


def test_what_is_no_figure_of_the_catalogue_is_named_for_itself():
    assert counted_by("disclosed_after_50") == "disclosed_after_50"
    assert "disclosed_after_50" not in names().spells
    assert names().spells["failures_with_harm"] is HARM.numerator


DAYS = (D(2024, 1, 11), D(2024, 3, 15), D(2024, 5, 31))


@pytest.fixture(scope="module")
def rows(demonstration):
    snapshot = demonstration.snapshot()
    return {
        subject: snapshot.derived(subject, EDITION, HISTORIES[subject].of(demonstration.terms))
        .collect()
        .lazy()
        for subject in {each.subject for each in CATALOGUE}
    }


def counted_on(rows, day, by=()):
    """What each quantity came to on a day, as known then; of the first value of a dimension, if one is named."""
    found = {}
    for subject in rows:
        figures = [each for each in CATALOGUE if each.subject == subject]
        split = [dimension(name) for name in by if subject in dimension(name).subjects]
        if len(split) < len(by):
            continue
        for name, result in evaluate_all(
            figures, rows[subject], Clocks(day, D(2024, 5, 31)), by=split
        ).items():
            if result.is_empty():
                continue  # a table that the demonstration lacks
            row = result.row(0, named=True)
            found[counted_by(name)] = row["numerator"]
            if row["denominator"] is not None:
                found[counted_out_of(name)] = row["denominator"]
    return found


@pytest.fixture(scope="module")
def counts(rows):
    return [counted_on(rows, day) for day in DAYS] + [counted_on(rows, DAYS[-1], ("area",))]


def test_what_counts_the_same_has_one_name_and_every_register_agrees(rows):
    for subject, of in rows.items():
        kinds, columns = kinds_of(subject), {}
        for metric in (metric for metric in CATALOGUE if metric.subject == subject):
            columns |= {side: row for side, (_, row) in sides(metric).items() if side in kinds.counts}
        for day in DAYS:
            shift = pl.col(pl.Date) - pl.lit(day - TODAY)
            seen = (
                of.filter(known_on(D(2024, 5, 31))).with_columns(shift).select(**columns).unique().collect()
            )
            made = {
                tuple(bool(kinds.counts[side][at]) for side in columns) for at in range(kinds.usual.shape[1])
            }
            assert set(seen.rows()) <= made, subject


def test_a_share_counts_no_more_than_it_is_out_of(counts):
    shares = [metric.name for metric in CATALOGUE if metric.share or isinstance(metric, Duration)]
    for found in counts:
        for name in shares:
            if {counted_by(name), counted_out_of(name)} <= found.keys():
                assert found[counted_by(name)] <= found[counted_out_of(name)], name


def test_what_is_declared_of_other_rows_is_so(counts):
    for found in counts:
        for part, wholes in names().within:
            if {part, *wholes} <= found.keys():
                assert found[part] <= sum(found[whole] for whole in wholes), part
    assert all({part, *wholes} <= counts[0].keys() for part, wholes in names().within)


def test_what_always_holds_does_so_in_every_row(rows):
    for subject, of in rows.items():
        rules = HISTORIES[subject].always
        held = of.select(rule.all().alias(f"{at}") for at, rule in enumerate(rules)).collect()
        assert all(held.row(0)) if rules else True, subject


def test_counts_to_date_do_not_fall_and_others_do(counts):
    to_date = [name for name in counts[0] if never_falls(name, ())]
    for name, (first, later) in itertools.product(to_date, itertools.pairwise(counts[:3])):
        assert first[name] <= later[name], name
    assert {"failures", "population", "referrals", "people_to_contact"} <= set(to_date)
    assert not {"backlog", "open_referrals", "people_waiting", "headcount"} & set(to_date)


def test_a_cell_can_fall_where_its_rows_move_on():
    assert never_falls("failures", (("area", "north"),))
    assert not never_falls("failures", (("grade", "high"),))
    assert not never_falls("referrals", (("status", "closed"),))
    assert not never_falls("something", ())


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (("failures", (("harm", "true"),)), ("failures_with_harm", ())),
        (("failures_not_referred", (("harm", "true"),)), ("harm_not_referred", ())),
        (("people_to_contact", (("state", "unable to contact"),)), ("people_unable", ())),
        (("share_reached: out of", (("state", "not safe or appropriate"),)), ("people_not_safe", ())),
        (("people_reached", (("state", "contacted"),)), ("people_to_contact", (("state", "contacted"),))),
        (("population", (("grade", None),)), ("not_assessed", ())),
        (("risk_assessed", (("grade", "high"),)), ("population", (("grade", "high"),))),
        (("contact_attempts", (("came_of_it", "reached"),)), ("share_of_attempts_reaching: numerator", ())),
        (("failures", (("area", "north"),)), ("failures", (("area", "north"),))),
    ],
)
def test_a_cell_that_another_figure_counts_goes_by_its_name(cell, name):
    assert alike(*cell, harm_first=False) == name


def test_a_cell_keeps_the_rest_of_its_place():
    place = (("area", "north"), ("harm", "True"))
    assert alike("failures", place, harm_first=False) == ("failures_with_harm", (("area", "north"),))
    assert alike("failures", (("part", "harm"),), harm_first=False) == ("failures", (("part", "harm"),))
    assert alike("failures", (("part", "harm"),), harm_first=True) == ("failures_with_harm", ())


NOW = Moment(FIRST, FIRST, "1")


def known(**numbers):
    counts = Counts()
    for name, number in numbers.items():
        counts.true[counts.place_of(name, NOW, ())] = number
    return counts


def test_a_rule_is_so_or_not_so_or_not_known_to_be():
    rule = Rule({0: 1.0, 1: -1.0}, 0, 2)
    assert rule.holds({0: 3, 1: 2}) is True
    assert rule.holds({0: 3, 1: 4}) is False
    assert rule.holds({0: 3}) is None


def test_what_is_left_of_a_whole_can_be_worked_out():
    counts = known(population=20, risk_assessed=17)
    counts.relate()
    assert counts.true[counts.place_of("not_assessed", NOW, ())] == 3


def test_a_whole_can_be_worked_out_from_all_its_parts():
    counts = known(risk_assessed=17, not_assessed=3)
    counts.relate()
    assert counts.true[counts.place_of("population", NOW, ())] == 20


def most(counts, **weights):
    """The most that a sum can be by the rules alone."""
    of = {key.quantity: number for key, number in counts.keys.items()}
    size = len(counts.keys)
    free = SimpleNamespace(
        low=[0] * size, high=[99] * size, true=dict.fromkeys(range(size), 0), key_of=counts.key_of
    )
    taken = {of[name]: float(times) for name, times in weights.items()}
    return Family(free, range(size), counts.rules, Work()).greatest(taken, whole=True).most


def test_of_some_parts_it_is_known_that_they_are_no_more_than_the_whole():
    counts = known(people_to_contact=9, people_reached=2, people_waiting=4)
    counts.relate()
    assert most(counts, people_reached=1, people_waiting=1, people_to_contact=-1) == 0
    assert most(counts, people_to_contact=1, people_reached=-1, people_waiting=-1) == 99


def test_of_two_figures_and_what_both_count_all_is_known_that_follows():
    counts = known(failures=33, failures_with_harm=10, failures_not_referred=20, harm_not_referred=3)
    counts.relate()
    # Those with harm that were referred are no more than all that were.
    sums = {"failures_with_harm": 1, "harm_not_referred": -1, "failures": -1, "failures_not_referred": 1}
    assert most(counts, **sums) == 0


def test_what_the_truth_belies_is_not_taken_for_known():
    counts = known(population=17, risk_assessed=20)
    counts.relate()
    assert counts.rules == []


def test_what_is_told_twice_lies_in_both():
    counts = known(failures=33)
    counts.limit(0, 33, 37, exact=False)
    counts.limit(0, 25, 34, exact=False)
    assert (counts.low[0], counts.high[0]) == (33, 34)


LATER = FIRST + dt.timedelta(days=9)


def followed(quantity, *told):
    """Rules between counts: each of a moment and, where we know it, what it is in truth."""
    counts = Counts()
    for moment, true in told:
        at = counts.place_of(quantity, Moment(*moment), ())
        if true is not None:
            counts.true[at] = true
    counts.follow()
    days = {at: key.moment.edition for key, at in counts.keys.items()}
    return sorted(
        tuple(days[at] for at, _ in sorted(rule.weights.items(), key=lambda each: each[1]))
        for rule in counts.falls
    )


def test_what_is_counted_on_the_same_days_is_the_same_whatever_was_loaded_since():
    both = [("1", "2"), ("2", "1")]
    assert followed("backlog", ((FIRST, FIRST, "1"), 13), ((FIRST, FIRST, "2"), 13)) == both
    assert followed("backlog", ((FIRST, FIRST, "1"), 13), ((FIRST, FIRST, "typed"), None)) == [
        ("1", "typed"), ("typed", "1"),
    ]  # fmt: skip


def test_only_what_a_load_of_the_very_day_told_apart_is_not():
    of = FIRST, FIRST
    told = ((*of, "1"), 13), ((*of, "2"), 14), ((*of, "3"), 13), ((*of, "typed"), None)
    assert followed("failures", *told) == [("1", "3"), ("3", "1"), ("3", "typed"), ("typed", "3")]


def test_what_was_known_later_of_the_same_day_does_not_fall_either():
    told = ((FIRST, FIRST, "1"), 13), ((FIRST, LATER, "2"), 13)
    assert followed("failures", *told) == [("1", "2")]
    assert followed("backlog", *told) == []
    assert followed("failures", ((FIRST, LATER, "1"), 13), ((LATER, FIRST, "2"), 13)) == []


def test_many_releases_of_one_day_need_few_rules():
    first = [((FIRST, FIRST, f"{number}"), 13) for number in range(4)]
    later = [((LATER, LATER, f"later {number}"), 15) for number in range(4)]
    assert len(followed("failures", *first, *later)) == 2 * 3 + 2 * 3 + 1
