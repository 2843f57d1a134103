"""What the law says may not be held goes, with all that refers to it; the record vouches for the rest."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from access.audit import verify
from data.backup import backup, drill
from data.cli_output import tell_status
from data.connection import reading
from data.erase import erase, erase_review, retained_until
from data.errors import Unverified, UserError
from data.record import Kind
from data.review import Review, open_review
from data.schema import SCHEMAS
from tests.data.conftest import DAY, Loader, applications, lines, plan_of
from tests.data.test_load_digests import forge, found

WEEK = dt.timedelta(days=7)
WHY = "order of the court of 3 May"
ROWS = [
    f"CASE-{number},01/02/2020,right to ask,{area},,"
    for number, area in enumerate(("north", "south", "nowhere"))
]
FAILURES = "Failure,Case,Found,Type,Harm\n{}\n"
PLAN = plan_of(
    applications(),
    {
        "table": "failures",
        "columns": {
            "failure_ref": "Failure",
            "application_ref": "Case",
            "found_on": "Found",
            "type": "Type",
            "harm": "Harm",
            "reason": {"value": "disclosed late"},
        },
    },
)


@pytest.fixture
def filled(on_both: Loader) -> Loader:
    """Two loads of three cases, two with a failure; the second changes and removes rows."""
    failures = on_both.file(
        FAILURES.format("F-1,CASE-0,2024-01-05,service,no\nF-2,CASE-1,2024-01-05,service,no"), "f.csv"
    )
    on_both.load(on_both.file(lines(*ROWS)), failures, plan=PLAN)
    changed = on_both.file(lines(ROWS[0].replace("north", "south"), ROWS[1]))
    on_both.load(changed, failures, plan=PLAN, on=DAY + WEEK, confirm_removals=True)
    return on_both


def rows_with(review: Review, text: str) -> list[str]:
    """Return the tables in which any cell is that text."""
    tables = review.ledger.tables
    with reading(review.ledger.engine) as connection:
        return [
            table.name
            for table in tables.metadata.sorted_tables
            for row in connection.execute(table.select()).all()
            if any(text in str(cell) for cell in row)
        ]


def test_a_case_goes_with_every_version_and_all_that_refers_to_it(filled: Loader, tmp_path: Path) -> None:
    review = filled.review
    before = review.snapshot().folder
    erased = erase(review, "applications", "CASE-0", WHY)
    assert (erased.rows, erased.loads) == ({"applications": 2, "failures": 1}, [1, 2])
    assert rows_with(review, "CASE-0") == []
    assert rows_with(review, "F-1") == []
    assert not before.exists()
    after = review.snapshot()
    assert after.folder != before
    assert set(after.scan("applications").collect()["application_ref"]) == {"CASE-1"}
    assert found(review) == []
    assert verify(review.record).whole
    backup(review, tmp_path / "a.backup")
    assert drill(tmp_path / "a.backup", review.record.keys.path).signed
    again = open_review(review.folder)
    assert again.ledger.version() == 2
    again.ledger.engine.dispose()


def test_the_record_says_what_went_and_does_not_name_it(filled: Loader) -> None:
    erase(filled.review, "failures", "F-2", WHY)
    (entry,) = filled.review.record.about(Kind.ERASURE, "load ")
    assert entry.scope.startswith("load 1 erased: 1 opened, 0 closed of failures; load 1 holds sha256 ")
    assert (entry.reason, entry.outcome) == (WHY, "allowed")
    assert "F-2" not in entry.scope
    # Nothing else was touched, and the guards are back.
    assert filled.now("failures")["failure_ref"].to_list() == ["F-1"]
    with pytest.raises(DBAPIError, match="append-only"), filled.review.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM failures")


def test_backups_and_files_that_may_still_hold_it_are_listed(filled: Loader, tmp_path: Path) -> None:
    backup(filled.review, tmp_path / "old.backup")
    erased = erase(filled.review, "applications", "CASE-1", WHY)
    assert [copy.scope for copy in erased.copies] == ["backup to old.backup"]


@pytest.mark.parametrize(
    ("table", "reference", "reason", "said"),
    [
        ("applications", "CASE-9", WHY, "No row has that reference: nothing was erased."),
        ("staffing", "CASE-0", WHY, "Name one of these tables: applications, allegations, reviews"),
        ("applications", "CASE-0", "court", "Say why it is erased, in one line of 10 to 400 characters"),
    ],
)
def test_what_does_not_fit_erases_nothing(
    filled: Loader, table: str, reference: str, reason: str, said: str
) -> None:
    before = rows_with(filled.review, "CASE")
    with pytest.raises(UserError, match=said):
        erase(filled.review, table, reference, reason)
    assert rows_with(filled.review, "CASE") == before
    assert filled.review.record.about(Kind.ERASURE, "") == []


def test_a_ledger_that_was_altered_is_not_vouched_for_by_an_erasure(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    forge(desk.review, "UPDATE applications SET area = 'south' WHERE application_ref = 'CASE-0'")
    with pytest.raises(Unverified, match="Load 1 is not as the record has it"):
        erase(desk.review, "applications", "CASE-1", WHY)


def test_a_review_is_erased_whole_once_its_time_is_over(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    with pytest.raises(UserError, match=r"no retention is set in terms\.toml"):
        erase_review(desk.review, WHY)
    kept = replace(desk.review, terms=desk.review.terms.model_copy(update={"retain_years": 90}))
    assert retained_until(kept) == DAY.replace(year=DAY.year + 90)
    with pytest.raises(UserError, match="it is kept until 11 January 2114"):
        erase_review(kept, WHY)
    over = replace(desk.review, terms=desk.review.terms.model_copy(update={"retain_years": 1}))
    assert erase_review(over, WHY).rows == {"applications": 2}
    assert rows_with(desk.review, "CASE") == []
    assert verify(desk.review.record).whole
    assert all(desk.review.snapshot().scan(table).collect().is_empty() for table in SCHEMAS)


def test_the_status_lists_loads_past_their_retention_day(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    shown = Console(file=io.StringIO(), width=200)
    tell_status(shown, desk.review)
    assert "retention" not in shown.file.getvalue()
    over = replace(desk.review, terms=desk.review.terms.model_copy(update={"retain_years": 1}))
    tell_status(shown, over)
    assert "Past their retention day: 1 load." in shown.file.getvalue()


def test_the_bytes_are_gone_from_the_file_too(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    erase(desk.review, "applications", "CASE-1", WHY)
    desk.review.ledger.engine.dispose()
    for path in desk.review.folder.rglob("*"):
        if path.is_file():
            assert b"CASE-1" not in path.read_bytes(), path


def test_a_server_that_had_the_case_in_memory_writes_it_into_no_snapshot(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    snapshot = desk.review.snapshot()
    assert "CASE-1" in set(snapshot.scan("applications").collect()["application_ref"])
    erase(desk.review, "applications", "CASE-1", WHY)
    derived = snapshot.derived("cases", "1", lambda tables: tables["applications"]).collect()
    assert set(derived["application_ref"]) == {"CASE-0"}
    assert all(b"CASE-1" not in path.read_bytes() for path in snapshot.folder.iterdir())


def test_a_reader_who_keeps_the_file_from_being_emptied_is_told_of(desk: Loader) -> None:
    desk.take(lines(*ROWS))
    other = open_review(desk.review.folder)
    engine = desk.review.ledger.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 0"))
    with reading(other.ledger.engine) as connection:
        connection.execute(other.ledger.tables.loads.select()).all()
        said = str(erase(desk.review, "applications", "CASE-1", WHY))
    assert said.endswith("Stop the dashboard: its readers keep it in the ledger's file.")
    other.ledger.engine.dispose()
    assert "Stop the dashboard" not in str(erase(desk.review, "applications", "CASE-0", WHY))
