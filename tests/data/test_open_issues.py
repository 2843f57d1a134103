"""What is still open of what was sent: rows held back, and a load of which nothing is in."""

import polars as pl
import pytest

from data.errors import UserError
from data.intake import load as intake
from data.open_issues import Held, failed_load, held_back
from tests.data.conftest import DAY, Loader, lines

GOOD, BAD = "A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,nowhere,,"


def receipts(*rows: tuple[int, str, bool, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["load", "table_name", "whole", "quarantined"], orient="row")


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([], []),
        ([(1, "reviews", True, 2)], [Held("reviews", 2, 1)]),
        ([(1, "reviews", True, 2), (2, "failures", True, 0)], [Held("reviews", 2, 1)]),
        ([(1, "reviews", True, 2), (2, "reviews", True, 0)], []),
        # A partial extract does not bring again what a full one held back.
        ([(1, "reviews", True, 2), (2, "reviews", False, 0)], [Held("reviews", 2, 1)]),
        ([(1, "reviews", True, 1), (2, "reviews", False, 1)], [Held("reviews", 2, 2)]),
        ([(1, "reviews", False, 2), (2, "reviews", False, 0)], []),
    ],
)
def test_rows_stay_open_until_an_extract_that_would_bring_them_again(rows, held):
    assert held_back(receipts(*rows)) == held


def test_rows_of_a_real_load_are_open_until_they_are_mended(desk: Loader):
    desk.take(lines(GOOD, BAD))
    assert held_back(desk.review.ledger.receipts()) == [Held("applications", 1, 1)]
    desk.take(lines(GOOD, BAD.replace("nowhere", "south")), on=DAY.replace(day=18))
    assert held_back(desk.review.ledger.receipts()) == []


def test_a_load_that_was_refused_or_failed_leaves_its_trace_until_one_is_kept(desk: Loader, monkeypatch):
    assert failed_load(desk.review.record) is None
    desk.take(lines(GOOD))
    assert failed_load(desk.review.record) is None
    with pytest.raises(UserError):
        desk.load("nothing.csv")
    found = failed_load(desk.review.record)
    assert (found.scope, found.outcome) == (f"load of 1 file on {DAY}", "refused")
    desk.take(lines(GOOD.replace("north", "south")), on=DAY.replace(day=18))
    assert failed_load(desk.review.record) is None

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(intake, "_checked", broken)
    with pytest.raises(MemoryError):
        desk.take(lines(GOOD))
    found = failed_load(desk.review.record)
    assert (found.scope, found.outcome) == (f"load of 1 file on {DAY}", "failed")


def test_a_rehearsal_that_fails_is_no_failed_load(desk: Loader):
    with pytest.raises(UserError):
        desk.load("nothing.csv", rehearsal=True)
    assert failed_load(desk.review.record) is None


def test_the_last_files_loaded_again_say_that_nothing_is_left_out(desk: Loader):
    desk.take(lines(GOOD))
    with pytest.raises(UserError):
        desk.load("nothing.csv")
    assert failed_load(desk.review.record) is not None
    assert not desk.take(lines(GOOD)).kept
    assert failed_load(desk.review.record) is None
    assert desk.review.record.last("collection").scope == "load 1 came again: nothing new of applications"
