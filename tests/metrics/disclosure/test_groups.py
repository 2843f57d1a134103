import pytest

from data.terms import SmallNumbers
from metrics.disclosure.groups import behind, grouped, labels_of, split_by, together
from metrics.disclosure.rule import protect
from tests.metrics.disclosure.releases import counted, frozen

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
