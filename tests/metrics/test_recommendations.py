import polars as pl
import pytest

from metrics.as_at import known
from metrics.histories.recommendations import recommendations
from metrics.recommendations import standing_on
from tests.metrics.world import BY_HAND, TERMS, THIRD, D, frames


@pytest.fixture(scope="module")
def rows():
    return known(recommendations(frames(BY_HAND), TERMS), THIRD).collect()


def test_an_answer_is_due_on_the_56th_day_the_day_it_was_made_being_the_first(rows):
    due = dict(rows.select("recommendation_ref", "due_on").rows())
    assert due["L1"] == D(2023, 11, 26)
    assert due["L2"] == D(2023, 12, 20)


def test_one_is_out_of_scope_only_if_its_referral_is(rows):
    assert dict(rows.select("recommendation_ref", "in_scope").rows()) == {
        "L1": True, "L2": True, "L3": True, "L4": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (D(2023, 11, 11), {"L1": ("not due yet", 15), "L2": ("not due yet", 39), "L3": ("not due yet", 15)}),
        (D(2023, 11, 26), {"L1": ("due within 14 days", 0), "L3": ("answered in time", None)}),
        (
            D(2023, 11, 27),
            {"L1": ("overdue", -1), "L2": ("not due yet", 23), "L3": ("answered in time", None)},
        ),
    ],
)
def test_each_stands_as_it_did_on_the_day(rows, day, standing):
    found = {ref: (said, left) for ref, said, left in _told(rows, day)}
    assert {ref: found[ref] for ref in standing} == standing


def test_an_answer_after_its_day_is_late(rows):
    late = rows.filter(recommendation_ref="L3").with_columns(responded_on=pl.lit(D(2023, 11, 27)))
    assert _told(late, THIRD) == [("L3", "answered late", None)]


def test_none_is_told_before_it_was_made_and_those_due_first_come_first(rows):
    assert standing_on(rows, D(2023, 10, 1)).is_empty()
    assert [ref for ref, *_ in _told(rows, THIRD)] == ["L1", "L4", "L2", "L3"]


def _told(rows, day):
    return standing_on(rows, day).select("recommendation_ref", "standing", "days").rows()
