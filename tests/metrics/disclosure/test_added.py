"""A figure added tomorrow is known to the audit from its definition alone."""

import datetime as dt

import polars as pl
import pytest

from data.terms import SmallNumbers
from metrics import catalogue
from metrics.catalogue import CATALOGUE
from metrics.disclosure import kinds
from metrics.disclosure.control import controlled
from metrics.disclosure.kinds import counted_by, counted_out_of, kinds_of, names
from metrics.metric import Duration, Metric, Spell, in_scope
from tests.metrics.disclosure.releases import FIRST, counted, frozen, override, past, shown

RULE = SmallNumbers()
WORDS = {"title": "Added", "definition": "What a test adds.", "why_it_matters": "It is tested."}
LATER = FIRST + dt.timedelta(days=9)


@pytest.fixture
def adds(monkeypatch):
    """Add figures to the catalogue for one test, by their definitions and nothing else."""
    cached = [each for each in vars(kinds).values() if hasattr(each, "cache_clear")]
    cached.append(catalogue.by_name)

    def clear():
        for each in cached:
            each.cache_clear()

    def add(*figures):
        for module in (kinds, catalogue):
            monkeypatch.setattr(module, "CATALOGUE", (*CATALOGUE, *figures))
        clear()

    yield add
    monkeypatch.undo()
    clear()


def late(name="late_failures", **words):
    where = words.pop("where", pl.col("reason") == "late")
    numerator = in_scope("found_on", where=where)
    return Metric(name=name, subject="failures", numerator=numerator, **(WORDS | words))


def release(numbers, day=FIRST, exact=(), **words):
    return frozen(
        [counted(name, {(): number}) for name, number in numbers.items()],
        day,
        overrides=[override(name) for name in exact],
        **words,
    )


BOTH = {"failures": 33, "late_failures": 30}


def test_a_part_and_its_whole_are_not_told_exactly_if_they_are_three_apart(adds):
    adds(late())
    result = controlled(release(BOTH, exact=BOTH), [], RULE)
    assert result.problems == (
        "Failures, compared with late failures, on 11 Jan 2024 could be concluded to be exactly 3.",
    )


def test_nor_is_the_second_of_two_releases_of_one_day(adds):
    adds(late())
    first = release({"failures": 33}, exact=["failures"])
    told = controlled(first, [], RULE)
    assert (told.problems, shown(told, "failures")) == ((), {(): "33"})
    second = release({"late_failures": 30}, exact=["late_failures"], ledger=2)
    assert controlled(second, [past(first, told.figures)], RULE).problems
    exact = release(BOTH, exact=BOTH)
    assert controlled(exact, [past(first, told.figures)], RULE).problems


def test_by_the_rule_both_are_told(adds):
    adds(late())
    result = controlled(release(BOTH), [], RULE)
    assert (result.problems, result.coarsened) == ((), ())
    assert shown(result, "late_failures") == {(): "30"}


def test_what_is_far_apart_or_no_part_is_told_exactly(adds):
    adds(late())
    far = BOTH | {"late_failures": 20}
    assert controlled(release(far, exact=far), [], RULE).problems == ()
    apart = {"failures_outside_scope": 33, "late_failures": 30}
    assert controlled(release(apart, exact=apart), [], RULE).problems == ()


def test_a_part_in_a_table_of_areas_is_held_against_its_whole_in_each(adds):
    adds(late())
    areas = [
        counted("failures", {("n",): 33, ("s",): 40}, ("area",)),
        counted("late_failures", {("n",): 30, ("s",): 20}, ("area",)),
    ]
    exact = [override(figure.figure, ("area",), ("n",)) for figure in areas]
    (problem,) = controlled(frozen(areas, overrides=exact), [], RULE).problems
    assert problem.endswith("(area n) on 11 Jan 2024 could be concluded to be exactly 3.")


@pytest.mark.long
@pytest.mark.parametrize(
    "where",
    [
        pl.col("reason").is_in(["late", "lost", "unread", "unsent", "unsigned"]),
        pl.col("found_on") >= pl.date(2015, 1, 1),
        pl.col("year") > 2012,
        pl.col("type") == "service",
        ~pl.col("harm") & (pl.col("referred_on") <= pl.col("found_on") + pl.duration(days=3)),
    ],
)
def test_whatever_its_definition_asks_of_a_row(adds, where):
    adds(late(where=where))
    assert controlled(release(BOTH, exact=BOTH), [], RULE).problems


def test_a_rest_that_several_figures_share_is_protected(adds):
    adds(late())
    numbers = {"failures": 33, "late_failures": 30, "failures_with_harm": 12}
    exact = controlled(release(numbers, exact=numbers), [], RULE)
    assert any("compared with late failures" in problem for problem in exact.problems)


def test_what_two_figures_count_at_once_is_protected(adds):
    # Of 33, 22 are late, 14 have harm and 8 are neither: 11 are one of both, and 3 both.
    adds(late(), late("plain", where=~pl.col("harm") & pl.col("reason").ne_missing(pl.lit("late"))))
    numbers = {"failures": 33, "late_failures": 22, "failures_with_harm": 14, "plain": 8}
    result = controlled(release(numbers, exact=numbers), [], RULE)
    assert result.problems == (
        "Failures with harm, compared with late failures, on 11 Jan 2024 could be concluded to be exactly 3.",
    )


def test_a_share_and_a_median_that_are_added_count_what_others_do(adds):
    share = late("share_late", denominator=in_scope("found_on"))
    stage = in_scope("found_on", until="referred_on")
    adds(late(), share, Duration(name="days_to_referral", subject="failures", stage=stage, **WORDS))
    assert (counted_by("share_late"), counted_out_of("share_late")) == ("late_failures", "failures")
    assert counted_out_of("days_to_referral") == "failures"
    assert counted_by("days_to_referral") == "failures_referred"
    assert kinds.share("failures_referred", "late_failures")
    assert kinds.share("failures_referred", "failures_with_harm")


def test_what_counts_other_rows_is_declared_in_its_own_definition(adds):
    people = Metric(
        name="harmed_people",
        subject="people",
        numerator=Spell(begins=pl.col("identified_on"), where=pl.col("first")),
        part_of=("failures",),
        **WORDS,
    )
    adds(people)
    numbers = {"failures": 33, "harmed_people": 30}
    result = controlled(release(numbers, exact=numbers), [], RULE)
    assert ("harmed_people", ("failures",)) in names().within
    assert result.problems == ()  # what is left of other rows is a number of nothing


def test_a_figure_that_none_of_the_rows_counts_is_refused_and_not_taken_for_none(adds):
    adds(late(where=pl.col("harm") & ~pl.col("harm")))
    with pytest.raises(ValueError, match="none counts towards late_failures"):
        names()


def test_rows_are_made_on_each_side_of_what_a_definition_compares_with(adds):
    adds(
        late(where=pl.col("reason").is_in(list("abcdefgh"))),
        late("most", where=pl.col("reason").is_in(list("abcefgh"))),
    )
    counts = kinds_of("failures").counts
    assert (counts["late_failures"] & ~counts["most"]).any()
