"""What the record says of a load: it is kept with the load or not at all, and a refusal is always said."""

import datetime as dt
import os
import re
from dataclasses import replace

import pytest

from data.errors import UserError
from data.loading import Loading
from data.record import Entry, Kind, Outcome, Row, at_the_keyboard
from data.review import Review
from data.schema import SCHEMAS
from tests.data.conftest import DAY, Loader, applications, lines, plan_of

WEEK = dt.timedelta(days=7)
ONE, TWO, THREE = (f"A-{number},01/02/2020,right to ask,north,," for number in (1, 2, 3))
MOVED = "A-1,01/02/2020,right to ask,south,,"


def rows_of(review: Review) -> list[Row]:
    with review.record.reading() as rows:
        return list(rows)


SEAL = r"; load \d+ holds sha256 [0-9a-f]{64}$"


def said(review: Review) -> list[tuple[str, str, str]]:
    """Kind, scope without the digest of a load's rows, and outcome of each entry but that a load began."""
    rows = [row for row in rows_of(review) if " begun by process " not in row.scope]
    return [(row.kind, re.sub(SEAL, "", row.scope), row.outcome) for row in rows]


def test_a_load_and_its_entries_stand_or_fall_together(
    on_both: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Loading) -> None:
        raise ZeroDivisionError

    record = on_both.review.record
    with monkeypatch.context() as patch:
        patch.setattr(Loading, "conclude", fail)
        with pytest.raises(ZeroDivisionError):
            on_both.take(lines(ONE))
    failed = ("collection", "load of 1 file on 2024-01-11", "failed")
    assert (said(on_both.review), len(record.anchor.lines())) == ([failed], 2)
    assert on_both.review.ledger.version() == 0
    on_both.take(lines(ONE, TWO))
    on_both.take(lines(MOVED, THREE), on=DAY + WEEK, confirm_removals=True)
    assert said(on_both.review) == [
        failed,
        ("collection", "load 1 recorded on 2024-01-11: applications 2 new of 2", "allowed"),
        ("collection", "load 2 recorded on 2024-01-18: applications 1 new of 2", "allowed"),
        ("alteration", "load 2 recorded on 2024-01-18: applications 1 changed, 1 removed", "allowed"),
    ]
    names = {(row.who, row.role, row.reason) for row in rows_of(on_both.review)}
    assert names == {(at_the_keyboard(), "data steward", "")}
    assert len(record.anchor.lines()) == 7
    with pytest.raises(UserError, match="what was known on a day is never rewritten"):
        on_both.take(lines(TWO))
    assert said(on_both.review)[4:] == [("collection", "load of 1 file on 2024-01-11", "refused")]


def test_a_load_that_keeps_nothing_says_that_it_came_again(desk: Loader) -> None:
    desk.take(lines(ONE))
    desk.take(lines(ONE), on=DAY + WEEK)
    again = ("collection", "load 1 came again: nothing new of applications", "allowed")
    assert said(desk.review)[1:] == [again]


def test_a_dry_run_is_a_look_at_the_cells_that_it_tells(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    changed = "A-1,01/03/2020,right to ask,south,,"
    assert desk.take(lines(changed, THREE), on=DAY + WEEK, rehearsal=True).changes.height == 3
    # One that finds all as it was guessed has been told as much.
    desk.take(lines(ONE, TWO), on=DAY + WEEK, rehearsal=True)
    assert said(desk.review)[1:] == [
        ("consultation", "dry run against load 1: applications 2 cells, 1 removed", "allowed"),
        ("consultation", "dry run against load 1: applications 0 cells, 0 removed", "allowed"),
    ]
    assert {(row.who, row.role) for row in rows_of(desk.review)} == {(at_the_keyboard(), "data steward")}


def test_a_dry_run_that_cannot_be_written_down_tells_nothing(desk: Loader) -> None:
    desk.take(lines(ONE))
    desk.review.record.anchor.path.unlink()
    with pytest.raises(UserError, match="The anchor of the record"):
        desk.take(lines(MOVED), on=DAY + WEEK, rehearsal=True)


def test_a_load_that_wants_confirming_tells_counts_only_and_is_written_down(desk: Loader) -> None:
    desk.take(lines(ONE))
    with pytest.raises(UserError, match="changes 1 and removes 0 of the applications") as caught:
        desk.take(lines(MOVED))
    assert "south" not in str(caught.value)
    assert "A-1" not in str(caught.value)
    assert said(desk.review)[1:] == [("collection", "load of 1 file on 2024-01-11", "refused")]


COUNTED = {"week_on": "On", "team": "Team", "headcount": "People", "full_time_equivalent": "Full"}


def test_a_load_of_several_files_says_that_it_combined_them_and_names_none(desk: Loader) -> None:
    plan = plan_of(
        {**applications(), "file": "applications.csv"},
        {"table": "staffing", "file": "s.csv", "columns": COUNTED},
    )
    files = [desk.file(lines(ONE)), desk.file("On,Team,People,Full\n2024-01-01,team 1,3,2.5\n", "s.csv")]
    desk.load(*files, plan=plan)
    desk.load(*files, plan=plan, on=DAY + WEEK)
    assert said(desk.review) == [
        (
            "collection",
            "load 1 recorded on 2024-01-11: applications 1 new of 1; staffing 1 new of 1",
            "allowed",
        ),
        ("combination", "load 1 recorded on 2024-01-11: 2 sources into applications, staffing", "allowed"),
        ("collection", "load 1 came again: nothing new of applications, staffing", "allowed"),
    ]


def test_a_load_that_confirms_the_register_says_that_it_collected_it(desk: Loader) -> None:
    desk.take(lines(ONE, TWO))
    desk.take(lines(TWO, ONE), on=DAY + WEEK)
    assert said(desk.review)[1:] == [
        ("collection", "load 2 recorded on 2024-01-18: applications 0 new of 2", "allowed")
    ]


def test_a_rehearsal_that_is_refused_says_nothing(desk: Loader) -> None:
    with pytest.raises(UserError, match="a header and no rows below it"):
        desk.take(lines(), rehearsal=True)
    assert said(desk.review) == []


def test_without_its_record_a_load_is_not_kept(desk: Loader) -> None:
    desk.review.record.anchor.path.unlink()
    with pytest.raises(UserError, match="The anchor of the record"):
        desk.take(lines(ONE))
    assert desk.review.ledger.version() == 0


def test_a_demonstration_is_loaded_by_nobody_in_particular(demonstration: Review) -> None:
    rows = rows_of(demonstration)
    assert {row.who for row in rows if row.kind == "collection"} == {"demonstration"}
    assert len([row for row in rows if row.kind == "collection"]) == demonstration.ledger.version()


def test_the_largest_load_has_room_for_what_it_says() -> None:
    most = "; ".join(f"{table} 9999999 changed, 9999999 removed" for table in SCHEMAS)
    assert len(f"load 99999 recorded on 2024-01-11: {most}") < 1_000
    most = "; ".join(f"{table} 9999999 new of 9999999" for table in SCHEMAS)
    seal = f"load 99999 holds sha256 {'f' * 64}"
    assert len(f"load 99999 recorded on 2024-01-11: {most}; {seal}") < 1_000
    most = "; ".join(f"{table} 99999999 cells, 9999999 removed" for table in SCHEMAS)
    assert len(f"dry run against load 99999: {most}") < 1_000


def test_a_load_that_was_killed_is_marked_by_the_next_one(desk: Loader) -> None:
    desk.take(lines(ONE))
    gone = Entry(Kind.ADMINISTRATION, "sam", "data steward", "", "", Outcome.ALLOWED)
    desk.review.record.write(replace(gone, scope="load of 2 files on 2024-01-18 begun by process 999999999"))
    desk.take(lines(ONE, TWO), on=DAY + WEEK)
    assert said(desk.review)[1:] == [
        ("collection", "load of 2 files on 2024-01-18 did not finish", "failed"),
        ("collection", "load 2 recorded on 2024-01-18: applications 1 new of 2", "allowed"),
    ]


def test_a_load_that_is_still_at_work_is_not_marked(desk: Loader) -> None:
    other = Entry(
        Kind.ADMINISTRATION,
        "sam",
        "data steward",
        f"load of 2 files on 2024-01-18 begun by process {os.getppid()}",
        "",
        Outcome.ALLOWED,
    )
    desk.review.record.write(other)
    desk.take(lines(ONE))
    assert [scope for _, scope, _ in said(desk.review)] == [
        "load 1 recorded on 2024-01-11: applications 1 new of 1"
    ]
