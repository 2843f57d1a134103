"""Bad files 78 to 82: good files that come twice, late, corrected, together, or from elsewhere."""

import datetime as dt
import threading

import pytest

from data.intake import load as loading_module
from data.intake.load import load
from data.review import open_review
from tests.data.conftest import DAY, Loader, lines, plan_of
from tests.data.intake.outcomes import accepted, refused, taken, tallied

ONE = "A-1,01/02/2020,right to ask,north,,"
TWO = "A-2,01/02/2020,right to ask,north,,"
SOUTH = TWO.replace("north", "south")
WEEK = dt.timedelta(days=7)


def test_78_the_same_file_again_changes_nothing_and_gives_the_first_receipt(desk: Loader) -> None:
    first = accepted(desk, lines(ONE, TWO), 2)
    again = tallied(desk, desk.load(desk.file(lines(ONE, TWO)), on=DAY + WEEK))
    assert (again.kept, again.version, again.first) == (False, 1, 1)
    assert again.taken == (first,)
    assert desk.review.ledger.receipts().height == 1


def test_79_a_corrected_file_for_the_same_day_is_taken_once_its_difference_was_seen(desk: Loader) -> None:
    accepted(desk, lines(ONE, TWO), 2)
    corrected = lines(ONE, SOUTH)
    refused(desk, corrected, "changes 1 and removes 0 of the applications", "11 January 2024",
            "see which with --dry-run", "--confirm-corrections")  # fmt: skip
    seen = tallied(desk, desk.load(desk.file(corrected), rehearsal=True))
    assert seen.changes.rows() == [("applications", "A-2", "changed", "area", "north", "south")]
    assert desk.review.ledger.version() == 1
    receipt = accepted(desk, corrected, 2, confirm_corrections=True)
    assert (receipt.load, receipt.changed) == (2, 1)


def test_80_an_older_day_than_the_last_is_refused_whatever_is_confirmed(desk: Loader) -> None:
    accepted(desk, lines(ONE))
    for sure in (False, True):
        refused(desk, lines(ONE, TWO), "The last load was recorded on 11 January 2024, and this one says 4 January",
                "what was known on a day is never rewritten", "record this one on a later day",
                on=DAY - WEEK, confirm_removals=sure, confirm_corrections=sure)  # fmt: skip


def test_80_an_older_file_on_a_later_day_is_refused(desk: Loader) -> None:
    accepted(desk, lines(ONE))
    taken(desk, lines(ONE, TWO), on=DAY + WEEK)
    said = "was taken by load 1, and newer applications came since, with load 2"
    refused(desk, lines(ONE), said, "load the newest file", on=DAY + 2 * WEEK)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fish,Chips\n1,2\n", "has none of the columns of the mapping (Ref, Received, Route"),
        ("Ref,Received,Chips\n1,2,3\n", "has no column 'Route', which the mapping names"),
        ("Ref,Received,Route,Area,Decision,Decided\n1,5,fish,chips,,\n2,6,fish,chips,,\n", "not one of its 2 rows fits"),
    ],
)  # fmt: skip
def test_81_a_file_of_another_template_is_refused(desk: Loader, text: str, said: str) -> None:
    refused(desk, text, said)


def test_81_a_file_that_the_mapping_has_no_name_for_is_refused(desk: Loader) -> None:
    plan = plan_of(desk.plan.tables[0].model_dump(exclude_none=True) | {"file": "register*.csv"})
    refused(desk, lines(ONE), "takes a file called applications.csv; it takes register*.csv", plan=plan)


def test_82_of_two_loads_at_once_one_waits_and_both_receipts_are_right(
    desk: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes are in test_load.py; here are two connections, the second of which meets the first's lock."""
    stored, gone = threading.Event(), threading.Event()
    storing = loading_module._store

    def then_wait(*arguments, **settings):
        held = storing(*arguments, **settings)
        if not stored.is_set():
            stored.set()
            assert gone.wait(30)
        return held

    monkeypatch.setattr(loading_module, "_store", then_wait)
    first, second = desk.file(lines(ONE), "first.csv"), desk.file(lines(ONE, TWO), "second.csv")
    other = open_review(desk.review.folder)
    loaded = []
    one = threading.Thread(target=lambda: loaded.append(load(other, [first], desk.plan, recorded_on=DAY)))
    two = threading.Thread(target=lambda: loaded.append(desk.load(second)))
    one.start()
    assert stored.wait(30)
    two.start()
    # The second can store nothing before the first has gone.
    two.join(0.2)
    assert two.is_alive()
    assert loaded == []
    gone.set()
    one.join(30)
    two.join(30)
    other.ledger.engine.dispose()
    assert [(each.version, each.receipts[0].new, each.receipts[0].unchanged) for each in loaded] == [
        (1, 1, 0),
        (2, 1, 1),
    ]
    for each in loaded:
        tallied(desk, each)
