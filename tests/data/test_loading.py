import datetime as dt

import polars as pl
import pytest

from data.errors import UserError
from data.intake import load as intake
from data.loading import Quarantined, changes, quarantined_tables
from tests.data.conftest import DAY, Loader, lines

ROW = "A-{},01/02/2020,right to ask,{},disclosure,02/02/2020"
WEEK = dt.timedelta(days=7)


def test_a_load_changed_what_it_brought_took_and_made_different(desk: Loader) -> None:
    desk.take(lines(ROW.format(1, "north"), ROW.format(2, "north"), ROW.format(3, "north")))
    desk.take(
        lines(ROW.format(1, "south"), ROW.format(3, "north"), ROW.format(4, "north")),
        on=DAY + WEEK,
        confirm_removals=True,
    )
    versions = desk.review.snapshot().scan("applications")
    assert changes(versions, "applications", 2).rows() == [
        ("A-1", "changed", "area", "north", "south"),
        ("A-2", "removed", None, None, None),
        ("A-4", "new", None, None, None),
    ]
    assert changes(versions, "applications", 1)["change"].to_list() == ["new", "new", "new"]


def test_a_cell_that_was_emptied_is_a_change(desk: Loader) -> None:
    desk.take(lines(ROW.format(1, "north")))
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"), on=DAY + WEEK)
    found = changes(desk.review.snapshot().scan("applications"), "applications", 2)
    assert set(found.select("column", "before", "after").rows()) == {
        ("decision", "disclosure", None),
        ("decided_on", "2020-02-02", None),
    }


GOOD, BAD = "A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,nowhere,,"


def receipts(*rows: tuple[int, str, bool, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["load", "table_name", "whole", "quarantined"], orient="row")


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([], []),
        ([(1, "reviews", True, 2)], [Quarantined("reviews", 2, 1)]),
        ([(1, "reviews", True, 2), (2, "failures", True, 0)], [Quarantined("reviews", 2, 1)]),
        ([(1, "reviews", True, 2), (2, "reviews", True, 0)], []),
        # A partial extract does not bring again what a full one held back.
        ([(1, "reviews", True, 2), (2, "reviews", False, 0)], [Quarantined("reviews", 2, 1)]),
        ([(1, "reviews", True, 1), (2, "reviews", False, 1)], [Quarantined("reviews", 2, 2)]),
        ([(1, "reviews", False, 2), (2, "reviews", False, 0)], []),
    ],
)
def test_rows_stay_open_until_an_extract_that_would_bring_them_again(rows, held):
    assert quarantined_tables(receipts(*rows)) == held


def test_rows_of_a_real_load_are_open_until_they_are_mended(desk: Loader):
    desk.take(lines(GOOD, BAD))
    assert quarantined_tables(desk.review.ledger.receipts()) == [Quarantined("applications", 1, 1)]
    desk.take(lines(GOOD, BAD.replace("nowhere", "south")), on=DAY.replace(day=18))
    assert quarantined_tables(desk.review.ledger.receipts()) == []


def test_a_load_that_was_refused_or_failed_leaves_its_trace_until_one_is_kept(desk: Loader, monkeypatch):
    assert desk.review.record.failed_load() is None
    desk.take(lines(GOOD))
    assert desk.review.record.failed_load() is None
    with pytest.raises(UserError):
        desk.load("nothing.csv")
    found = desk.review.record.failed_load()
    assert (found.scope, found.outcome) == (f"load of 1 file on {DAY}", "refused")
    desk.take(lines(GOOD.replace("north", "south")), on=DAY.replace(day=18))
    assert desk.review.record.failed_load() is None

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(intake, "_checked", broken)
    with pytest.raises(MemoryError):
        desk.take(lines(GOOD))
    found = desk.review.record.failed_load()
    assert (found.scope, found.outcome) == (f"load of 1 file on {DAY}", "failed")


def test_a_rehearsal_that_fails_is_no_failed_load(desk: Loader):
    with pytest.raises(UserError):
        desk.load("nothing.csv", rehearsal=True)
    assert desk.review.record.failed_load() is None


def test_the_last_files_loaded_again_say_that_nothing_is_left_out(desk: Loader):
    desk.take(lines(GOOD))
    with pytest.raises(UserError):
        desk.load("nothing.csv")
    assert desk.review.record.failed_load() is not None
    assert not desk.take(lines(GOOD)).kept
    assert desk.review.record.failed_load() is None
    assert desk.review.record.last("collection").scope == "load 1 came again: nothing new of applications"
