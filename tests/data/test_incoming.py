import datetime as dt

from data.incoming import changes
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
