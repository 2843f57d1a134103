"""The Audit page: who looked at what, as the record itself has it."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.connection import changing
from data.kinds import Kind, Outcome
from data.record import Entry, Record
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
    cache.clear()
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


def test_the_auditor_sees_every_entry_newest_first_and_the_look_itself_among_them(audit, record):
    page = audit()
    listed = tables(page)[-1]
    assert listed["Number"].is_sorted(descending=True)
    assert listed.row(0)[2:6] == ("reader", "auditor", "consultation", listed["What"][0])
    assert listed["What"][0].startswith("the record from ")
    ben = listed.filter(listed["Who"] == "ben").row(0, named=True)
    assert (ben["What"], ben["Outcome"]) == ("failures; as at 2024-01-11", "refused")
    with record.reading() as rows:
        assert listed.height == len(list(rows))
    counted = tables(page)[-2]
    assert counted["Entries"].sum() == listed.height
    assert f"made {listed.height} entries" in answer(page)
    assert answer(page).endswith("1 request was refused.")
    assert headings(page) == sorted(headings(page))


def test_the_chart_and_its_table_have_as_many_entries_as_the_list(audit):
    page = audit()
    chart_table = next(each for each in tables(page) if "consultation" in each.columns)
    assert chart_table.drop("Day").sum_horizontal().sum() == tables(page)[-1].height


def test_the_page_is_narrowed_by_the_address(audit):
    page = audit(audit_who=["amina"], audit_kind=["disclosure"])
    assert tables(page)[-1].select("Who", "Kind").rows() == [("amina", "disclosure")]
    assert answer(page).startswith("1 reader or account made 1 entry from ")
    before = audit(audit_from="2020-01-01", audit_to="2020-01-02")
    assert answer(before) == ("The record has no entry from 1 January 2020 to 2 January 2020 that fits.")


def test_days_the_wrong_way_round_are_told_in_one_sentence(audit):
    page = audit(audit_from="2020-01-02", audit_to="2020-01-01")
    assert page.error[0].value == ("1 January 2020 is before 2 January 2020: choose the earlier day first.")


def test_a_whole_record_is_said_to_be_and_one_that_was_tampered_with_is_not(audit, record):
    whole = next(each.value for each in audit().markdown if each.value.startswith("The record is"))
    assert whole.startswith("The record is whole: ")
    assert "its anchor agrees. Checked at " in whole
    with changing(record._ledger.engine) as connection:
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
        part.verify(source)
    last = record.between(today - dt.timedelta(days=1), today)[-2:]
    assert [(row.who, row.role, row.outcome) for row in last] == [("reader", role, "refused")] * 2
