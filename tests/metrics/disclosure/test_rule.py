import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.terms import SmallNumbers
from metrics.disclosure.rule import (
    behind,
    finest,
    grouped,
    labels_of,
    nearest,
    protect,
    shown,
    smallest_shown,
    split_by,
    together,
)
from tests.metrics.disclosure.releases import counted, frozen, override

RULE = SmallNumbers()
TABLE = counted(
    cells={("n", "ask"): 3, ("n", "know"): 20, ("s", "ask"): 9, (None, "ask"): 1}, by=("area", "route")
)


def told(held):
    return protect(held, RULE)


def test_cells_come_to_stand_together_with_their_sums():
    by_area = split_by(TABLE, ("area",))
    assert [(cell.where, cell.numerator) for cell in by_area.cells] == [
        (("n",), 23), (("s",), 9), ((None,), 1),
    ]  # fmt: skip
    share = counted("share_disclosed", {("n",): (1, 4, 0.25), ("s",): (2, 6, 1 / 3)}, ("area",), "share")
    (whole,) = split_by(share, ()).cells
    assert (whole.numerator, whole.denominator) == (3, 10)


def test_a_median_is_not_made_of_medians():
    median = counted("days_to_decision", {("n",): (9, 9, 3.0)}, ("area",), "median")
    assert split_by(median, ("area",)) is median
    with pytest.raises(ValueError, match="does not add up"):
        split_by(median, ())


def test_each_told_cell_speaks_of_the_counted_cells_behind_it():
    assert labels_of(TABLE)[3] == ("not recorded", "ask")
    plain = grouped(TABLE, told(TABLE))
    assert [len(cells) for _, _, cells in plain] == [1, 1, 1, 1]
    assert plain[0][1].where == ("n", "ask")


def test_what_is_told_together_speaks_of_all_that_it_does_not_name():
    merged = told(
        together(TABLE, TABLE.by, [("n", "ask"), ("n", "know"), ("other", "ask"), ("other", "ask")])
    )
    groups = grouped(TABLE, merged)
    assert [(said.shown, [cell.numerator for cell in cells]) for said, _, cells in groups] == [
        ("*", [3]), ("20", [20]), ("10", [9, 1]),
    ]  # fmt: skip


def test_what_was_told_less_split_is_found_in_what_was_counted():
    held = frozen([TABLE])
    assert behind(held, told(TABLE)) == TABLE
    assert behind(held, told(split_by(TABLE, ("route",)))) == split_by(TABLE, ("route",))
    assert behind(held, told(counted("failures", {(): 3}))) is None


NHS = SmallNumbers()


def printed(count, rule=NHS):
    return protect(counted(cells={(): count}), rule).whole.shown


def test_a_quarter_of_15_applications_and_4_disclosures_is_told_by_the_rule():
    assert printed(15) == "15"
    assert printed(4) == "*"
    share = protect(counted("share_disclosed", {(): (4, 15, 4 / 15)}, kind="share"), NHS).whole
    assert (share.shown, share.number, share.treatment) == ("*", None, "suppressed")


@pytest.mark.parametrize(
    ("count", "text", "low", "high"),
    [
        (0, "0", 0, 0), (1, "*", 1, 7), (7, "*", 1, 7), (8, "10", 8, 12), (12, "10", 8, 12),
        (13, "15", 13, 17), (17, "15", 13, 17), (18, "20", 18, 22), (3582, "3,580", 3578, 3582),
        (3778, "3,780", 3778, 3782),
    ],
)  # fmt: skip
def test_a_count_is_told_by_the_rule_of_the_nhs(count, text, low, high):
    said = protect(counted(cells={(): count}), NHS).whole
    assert (said.shown, said.low, said.high) == (text, low, high)


def test_what_is_told_of_a_count_is_marked_rounded_even_where_it_happens_to_be_right():
    assert protect(counted(cells={(): 15}), NHS).whole.treatment == "rounded"


@pytest.mark.parametrize(
    ("threshold", "base", "first"),
    [(7, 5, 8), (7, 10, 8), (7, 20, 10), (6, 5, 8), (4, 5, 5), (10, 5, 13), (0, 5, 3), (0, 1, 1)],
)
def test_nothing_is_told_that_rounds_to_the_threshold_or_below(threshold, base, first):
    rule = SmallNumbers(threshold=threshold, base=base)
    assert smallest_shown(rule) == first
    assert printed(first, rule) != "*"
    assert first == 1 or printed(first - 1, rule) == "*"


rules = st.builds(SmallNumbers, threshold=st.integers(0, 20), base=st.integers(1, 30))


@given(st.integers(0, 5_000), rules)
def test_what_is_told_holds_the_true_count_and_every_count_it_is_said_to_hold_is_told_alike(count, rule):
    told = shown(count, rule)
    assert told.low <= count <= told.high
    assert shown(int(told.low), rule) == told == shown(int(told.high), rule)
    assert shown(int(told.high) + 1, rule) != told
    assert told.low == 0 or shown(int(told.low) - 1, rule) != told


@given(st.integers(1, 5_000), rules)
def test_a_small_count_is_never_told_and_no_other_is_told_as_small(count, rule):
    told = shown(count, rule).number
    assert told is None or (count > rule.threshold and told > rule.threshold)


@given(st.integers(0, 500), st.integers(0, 500), rules)
def test_a_share_comes_of_what_is_told_of_its_counts_and_holds_the_true_share(part, rest, rule):
    whole = part + rest
    said = protect(
        counted("share_with_harm", {(): (part, whole, part / whole if whole else None)}, kind="share"), rule
    ).whole
    above, below = shown(part, rule), shown(whole, rule)
    if whole == 0:
        assert said.shown == "none yet"
    elif above.number is None or below.number is None:
        assert (said.shown, said.low, said.high) == ("*", None, None)
    else:
        assert said.number == above.number / below.number
        assert said.low <= part / whole <= said.high


def test_a_half_goes_up():
    assert [nearest(n, 5) for n in (2, 3, 7, 8)] == [0, 5, 5, 10]
    assert [nearest(n, 10) for n in (4, 5, 15, 24)] == [0, 10, 20, 20]


@given(st.integers(1, 4_000).map(lambda hundredths: hundredths / 100))
def test_a_weight_of_parts_of_one_is_told_by_the_same_rule(weight):
    told = shown(weight, NHS)
    assert told.low <= weight <= told.high
    assert (told.number is None) == (weight < 7.5)
    assert told.number is None or math.isclose(told.number % 5, 0)


def test_one_small_number_is_told_exactly_where_somebody_answers_for_it():
    harm = counted("failures_with_harm", {(): 2})
    said = protect(harm, NHS, [override("failures_with_harm")]).whole
    assert (said.shown, said.low, said.high) == ("2", 2, 2)
    assert said.treatment == "exact in the public interest"
    assert protect(harm, NHS, [override("failures")]).whole.shown == "*"


def test_an_override_is_for_one_cell_only():
    table = counted(cells={("n",): 2, ("s",): 2}, by=("area",))
    told = protect(table, NHS, [override("disclosed", ("area",), ("s",))])
    assert [cell.shown for cell in told.cells] == ["*", "2"]


def test_the_share_beside_an_exact_number_comes_of_it_and_of_what_is_told_of_the_rest():
    share = counted("share_with_harm", {(): (2, 33, 2 / 33)}, kind="share")
    beside = protect(share, NHS, [override("failures_with_harm")]).whole
    assert (beside.shown, beside.treatment) == ("5.71%", "from rounded numbers")  # 2 of 35
    both = protect(share, NHS, [override("failures_with_harm"), override("failures")]).whole
    assert (both.shown, both.treatment) == ("6.06%", "exact in the public interest")  # 2 of 33


def test_a_share_above_all_is_not_told():
    share = counted("share_with_harm", {(): (12, 12, 1.0)}, kind="share")
    assert protect(share, NHS, [override("failures_with_harm")]).whole.shown == "*"


def test_all_is_said_to_be_about_all_where_rounding_could_hide_that_some_are_missing():
    share = counted("share_assessed", {(): (3779, 3780, 3779 / 3780)}, kind="share")
    said = protect(share, NHS).whole
    assert (said.shown, said.qualifier) == ("100%", "about")
    assert said.low == 3778 / 3782


@pytest.mark.parametrize(
    ("entered", "value", "text"),
    [(0, None, "none yet"), (7, 12.0, "*"), (8, 12.0, "12"), (8, None, "not reached yet"), (7, None, "*")],
)
def test_a_median_is_told_only_of_eight_or_more(entered, value, text):
    median = counted("days_to_decision", {(): (entered, entered, value)}, kind="median")
    assert protect(median, NHS).whole.shown == text


def test_where_a_cell_stands_is_told_in_a_readers_words():
    by_month = counted("failures", {("2023-10-01",): 12, (None,): 3}, ("month_found",))
    assert [cell.where for cell in protect(by_month, NHS).cells] == [("Oct 2023",), ("not recorded",)]
    by_harm = protect(counted("failures", {("True",): 2, ("false",): 31}, ("harm",)), NHS)
    assert [cell.where for cell in by_harm.cells] == [("yes",), ("no",)]
    assert by_harm.titles == ("Harm",)


AREAS = counted(cells={("n",): 30, ("s",): 3, ("e",): 2, ("w",): 6, ("m",): 12}, by=("area",))


def steps(held, overrides=()):
    way, coarser = finest(held, RULE, overrides), []
    while (way := way.coarser()) is not None:
        coarser.append(way)
    return coarser


def words(held, overrides=()):
    return [way.words for way in steps(held, overrides)]


def test_a_table_goes_to_a_wider_base_then_its_smallest_go_together_and_then_it_goes():
    assert words(AREAS) == [
        "Disclosed by area: rounded to the nearest 20.",
        "Disclosed by area: rounded to the nearest 20; e, s and w combined as other.",
        "Disclosed by area: rounded to the nearest 20; e, m, s and w combined as other.",
        "Disclosed by area: rounded to the nearest 20; not split by area.",
    ]


def test_what_would_read_as_before_is_no_step():
    small = counted(cells={(f"a{at}",): 3 for at in range(5)}, by=("area",))
    assert words(small)[0] == "Disclosed by area: a0, a1 and a2 combined as other."
    assert [way.base for way in steps(counted(cells={(): 16}))] == [10]


def test_a_table_says_by_which_rule_it_is_told_where_it_is_not_the_releases():
    assert finest(AREAS, RULE).figure.rule == ""
    told = steps(AREAS)[0].figure
    assert told.rule == "Counts from 1 to 9 are not shown; others are to the nearest 20."


def test_a_table_of_few_cells_is_told_or_it_is_not():
    table = counted(cells={("n",): 13, ("s",): 3, ("e",): 12}, by=("area",))
    assert words(table)[0] == "Disclosed by area: not split by area."


def test_two_categories_are_not_told_where_two_small_ones_could_make_up_the_total():
    for cells in ({("n",): 6, ("s",): 7}, {("n",): 3, ("s",): 12}):
        assert finest(counted(cells=cells, by=("area",)), RULE).by == ()
    cells = {("n",): 6, ("s",): 12}
    assert finest(counted(cells=cells, by=("area",)), RULE).by == ("area",)
    kept = counted(cells={("n",): 6, ("s",): 7}, by=("area",))
    assert finest(kept, RULE, [override("disclosed", ("area",), ("n",))]).by == ("area",)


def test_a_total_that_is_small_is_not_told_at_last():
    small = counted(cells={(): 3})
    assert words(small) == ["Disclosed: withheld, because it would reveal too much."]
    assert steps(small, [override("disclosed")]) == []


def test_what_is_told_together_is_told_as_other():
    told = steps(AREAS)[1].figure
    assert [(cell.where, cell.shown) for cell in told.cells] == [
        (("n",), "40"), (("other",), "20"), (("m",), "20"),
    ]  # fmt: skip


def test_what_is_no_longer_split_is_told_as_a_whole():
    told = steps(AREAS)[-1].figure
    assert (told.by, told.whole.shown) == ((), "60")


def test_a_category_called_other_takes_the_smallest_up():
    cells = {("other",): 5, ("n",): 4, ("s",): 30, ("e",): 30, ("w",): 30}
    table = counted(cells=cells, by=("area",))
    together = next(way for way in steps(table) if way.merged)
    assert together.merged == {"area": frozenset({"n"})}
    assert [cell.numerator for cell in together.cells.cells] == [9, 30, 30, 30]


@pytest.mark.parametrize("sizes", [(7, 2, 6), (6, 7, 2), (3, 7, 7)])
def test_which_of_the_small_ones_go_together_does_not_tell_which_is_smallest(sizes):
    small = {(name,): size for name, size in zip("abc", sizes, strict=True)}
    table = counted(cells={("n",): 30, ("m",): 12, **small}, by=("area",))
    assert next(way.merged for way in steps(table) if way.merged) == {"area": frozenset({"a", "b"})}


def test_a_number_told_exactly_is_never_told_together_nor_left_out():
    exact = [override("disclosed", ("area",), ("e",))]
    ways = steps(AREAS, exact)
    assert all("e" not in way.merged.get("area", ()) and way.by == ("area",) for way in ways)


def test_a_table_of_two_dimensions_loses_the_last():
    table = counted(cells={("n", "ask"): 3, ("s", "know"): 4}, by=("area", "route"))
    assert [way.by for way in steps(table)] == [("area",), ()]


def test_a_total_only_goes_to_ten_and_twenty():
    assert [way.base for way in steps(counted(cells={(): 13}))] == [10, 20]


def test_medians_are_not_told_together_only_left_out():
    median = counted("days_to_decision", {("n",): (9, 9, 3.0)}, ("area",), "median")
    (gone,) = steps(median)
    assert gone.figure is None
    assert gone.words == "Days to decision by area: withheld, because it would reveal too much."
