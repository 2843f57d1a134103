"""The Audit page: who looked at what, as the record itself has it."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.connection import changing
from data.record import Entry, Kind, Outcome, Record
from data.review import open_review
from pages import audit as part
from service import cache
from tests.pages.conftest import MAIN, open_at, sign_in
from tests.pages.reading import answer, headings, tables

Audit = Callable[..., AppTest]


@pytest.fixture
def record(untouched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    """The record of a copy of the demonstration: who else looks at it is not in it."""
    shutil.copytree(untouched, tmp_path / "copy")
    monkeypatch.setenv("CANDOUR_REVIEW", str(tmp_path / "copy"))
    record = open_review(tmp_path / "copy").record
    for who, kind, outcome in (
        ("amina", Kind.CONSULTATION, Outcome.ALLOWED),
        ("amina", Kind.DISCLOSURE, Outcome.ALLOWED),
        ("ben", Kind.CONSULTATION, Outcome.REFUSED),
    ):
        record.write(Entry(kind, who, "analyst", "failures; as at 2024-01-11", "", outcome))
    return record


@pytest.fixture
def audit(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    assert record.keys.path.exists()

    def visit(role: Role = Role.AUDITOR, **query: str | list[str]) -> AppTest:
        sign_in(tmp_path / "copy", monkeypatch, role)
        test = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        open_at(test, "audit")
        assert not test.exception, test.exception[0].stack_trace
        return test

    return visit


def test_the_auditor_sees_every_entry_refusals_first_and_the_look_itself_among_them(audit, record):
    page = audit()
    listed = tables(page)[-1]
    refused = listed["Outcome"] == "refused"
    assert refused.to_list() == sorted(refused, reverse=True)
    assert listed.filter(~refused)["Number"].is_sorted(descending=True)
    ben, look = listed.row(0, named=True), listed.filter(~refused).row(0, named=True)
    assert (ben["Who"], ben["What"], ben["Outcome"]) == ("ben", "failures; as at 2024-01-11", "refused")
    assert (look["Who"], look["Role"], look["Kind"]) == ("reader", "auditor", "consultation")
    assert look["What"].startswith("the record from ")
    with record.reading() as rows:
        assert listed.height == len(list(rows))
    assert answer(page).startswith("▲ 1 refused request and no unusual days, from ")
    assert headings(page) == sorted(headings(page))


@pytest.mark.long
@pytest.mark.parametrize("key", ["audit_days", "audit_readers"])
def test_the_charts_have_as_many_entries_and_refusals_as_the_list(audit, key):
    page = audit()
    listed = tables(page)[-1]
    page.segmented_control(key=f"form_{key}").set_value("Table").run()
    chart = tables(page)[0]
    assert chart["Entries"].sum() == listed.height
    assert chart["Refused"].sum() == listed.filter(listed["Outcome"] == "refused").height == 1


def test_what_readers_did_adds_up_to_the_list(audit):
    total = tables(audit())[-1].height
    page = audit(audit_list="Who did what")
    assert tables(page)[-1]["Entries"].sum() in (total, total + 3)


@pytest.mark.usefixtures("forgotten")
def test_a_day_far_above_a_readers_usual_is_listed(audit, monkeypatch):
    today = dt.datetime.now(dt.UTC).date()
    days = [today - dt.timedelta(days=back) for back in range(30)]
    rows = [
        {"day": day, "who": "celia", "kind": str(Kind.CONSULTATION), "outcome": "allowed", "entries": 4}
        for day in days
    ]
    rows[0]["entries"] = 400
    real = part.looked_at
    monkeypatch.setattr(
        part,
        "looked_at",
        lambda entries: pl.concat([pl.DataFrame(rows), real(entries).cast({"entries": pl.Int64})]),
    )
    page = audit(audit_list="Unusual days")
    assert "1 unusual day" in answer(page)
    assert tables(page)[-1].row(0)[1:] == ("celia", "views", 400, 4)


def test_the_page_is_narrowed_by_the_address(audit):
    page = audit(audit_who=["amina"], audit_kind=["disclosure"])
    assert tables(page)[-1].select("Who", "Kind").rows() == [("amina", "disclosure")]
    assert answer(page).startswith("No refused requests and no unusual days, from ")
    before = audit(audit_from="2020-01-01", audit_to="2020-01-02")
    assert answer(before) == ("The record has no entry from 1 January 2020 to 2 January 2020 that fits.")


def test_days_the_wrong_way_round_are_told_in_one_sentence(audit):
    page = audit(audit_from="2020-01-02", audit_to="2020-01-01")
    assert page.error[0].value == ("1 January 2020 is before 2 January 2020: choose the earlier day first.")


@pytest.mark.long
def test_a_whole_record_is_said_to_be_and_one_that_was_tampered_with_is_not(audit, record):
    whole = next(each.value for each in audit().caption if each.value.startswith("The record is"))
    assert whole.startswith("The record is whole: ")
    assert "its anchor agrees. Checked at " in whole
    with changing(record.ledger.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER record_fixed")
        connection.exec_driver_sql("UPDATE record SET who = 'nobody' WHERE who = 'ben'")
    cache.clear()
    told = audit().error[0].value
    assert told.startswith("The record is not whole: 1 fault was found in ")
    assert "was altered or put in, or the row before it was." in told


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_no_other_role_is_given_an_entry_and_its_asking_is_written_down(record, tmp_path, monkeypatch, role):
    token = sign_in(tmp_path / "copy", monkeypatch, role)
    source = SimpleNamespace(visit=services_of(tmp_path / "copy").visit(token))
    today = dt.datetime.now(dt.UTC).date()
    with pytest.raises(Refused, match=f"The role of {role} may not see the record in Candour"):
        part.entries_of(source, part.Span(today, today))
    with pytest.raises(Refused):
        part.checked_record(source)
    last = record.between(today - dt.timedelta(days=1), today)[-2:]
    assert [(row.who, row.role, row.outcome) for row in last] == [("reader", role, "refused")] * 2
