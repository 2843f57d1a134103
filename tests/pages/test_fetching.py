"""The door by which files leave: by the server's own record of the visit, and never by another way."""

import csv
import datetime as dt
import hashlib
import io
from itertools import product

import httpx
import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette

from access.audit import extract
from access.roles import Role, permitted
from access.services import Services, services_of
from access.visit import Visit
from data.errors import UserError
from metrics.as_at import Clocks
from pages.shell import app_setup
from reports.export_request import Asked
from reports.exports import Format, export
from reports.reader import NotAsAsked
from service.view import View, open_source
from tests.access.knocking import finished

CLOCKS = Clocks(dt.date(2024, 1, 11), dt.date(2024, 5, 8))
WHY = "To check the failures of one area with its staff."
TODAY = dt.datetime.now(dt.UTC).date()

FIGURES = Asked(export="figures", figures=("failures",), clocks=CLOCKS, by=("area",))
CASES = Asked(export="cases", figures=("failures",), clocks=CLOCKS, reason=WHY, format=Format.CSV)
RECORD = Asked(export="record", days=(TODAY - dt.timedelta(days=1), TODAY), format=Format.CSV)


@pytest.fixture
def desk(demonstration, monkeypatch) -> Services:
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    return services_of(demonstration.folder)


class Reader:
    """Somebody signed in with one role, with a browser of their own."""

    def __init__(self, desk: Services, *roles: Role) -> None:
        self.desk = desk
        self.token = desk.welcome("reader 7", roles, "test")
        self.visit = desk.visit(self.token)
        self.door = Starlette(routes=app_setup.routes())

    def fetch(self, asked: object):
        return self.get(self.desk.tickets.issue(self.visit.digest, asked))

    def get(self, ticket: str, method: str = "GET") -> httpx.Response:
        async def ask():
            cookies = {self.desk.settings.cookie: self.token}
            door = httpx.ASGITransport(app=self.door)
            async with httpx.AsyncClient(
                transport=door, base_url="http://candour", cookies=cookies
            ) as browser:
                return await browser.request(method, f"/export/{ticket}")

        return finished(ask())

    @property
    def view(self) -> View:
        return open_source(self.visit, self.desk.settings.marking).view(CLOCKS, {})

    def written(self):
        """Entries of the record on files, newest first."""
        entries = extract(self.visit.record, TODAY - dt.timedelta(days=1), TODAY).reverse()
        return [row for row in entries.iter_rows(named=True) if "export" in row["scope"]]


@pytest.fixture
def analyst(desk) -> Reader:
    return Reader(desk, Role.ANALYST)


def table_of(text: str, header: str) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    first = next(number for number, line in enumerate(lines) if line and line[0] == header)
    return [dict(zip(lines[first], line, strict=True)) for line in lines[first + 1 : -1]]


def test_the_figures_in_a_file_are_those_of_the_page(analyst):
    answer = analyst.fetch(FIGURES)
    assert answer.status_code == 200
    rows = list(
        load_workbook(io.BytesIO(answer.content)).worksheets[1].iter_rows(min_row=4, values_only=True)
    )
    shown = analyst.view.result("failures", by=["area"])
    assert rows[0][0] == "Area"
    assert rows[1:] == [(row["area"], row["numerator"]) for row in shown.iter_rows(named=True)]


def test_a_share_leaves_with_its_parts_and_its_definition(analyst):
    asked = Asked(export="figures", figures=("failure_rate",), clocks=CLOCKS, format=Format.CSV)
    text = analyst.fetch(asked).content.decode("utf-8-sig")
    figure = analyst.view.figure("failure_rate")
    (row,) = table_of(text, "Applications with a failure")
    numbers = [float(each) for each in row.values()]
    assert numbers == [figure.numerator, figure.denominator, figure.value, figure.low, figure.high]
    assert figure.metric.definition in text


@pytest.mark.parametrize("then", [True, False])
def test_lines_leave_day_by_day(analyst, then):
    asked = Asked(
        export="figures", figures=("population", "completed"), clocks=CLOCKS, then=then, format=Format.CSV
    )
    rows = table_of(analyst.fetch(asked).content.decode("utf-8-sig"), "Day")
    last = analyst.view.course("completed", [CLOCKS.as_at], then=then).row(0, named=True)
    assert rows[-1]["Day"] == "2024-01-11"
    assert list(rows[-1].values())[2] == str(last["numerator"])


def test_the_rows_in_a_file_are_as_many_as_the_number_says(analyst):
    answer = analyst.fetch(CASES)
    text = answer.content.decode("utf-8-sig")
    assert len(table_of(text, "Failure ref")) == analyst.view.figure("failures").numerator
    assert text.startswith("OFFICIAL-SENSITIVE · DEMONSTRATION DATA\n")
    assert f"Reason: {WHY}" in text
    assert "by reader 7, analyst" in text


def test_a_file_is_for_keeping_nowhere_and_named_without_what_it_holds(analyst):
    answer = analyst.fetch(CASES)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="')
    assert name.endswith('_Rows-behind-Failures-found_OFFICIAL-SENSITIVE-DEMONSTRATION-DATA.csv"')


def test_what_left_is_in_the_record_with_its_reason_rows_and_digest_before_it_is_sent(analyst):
    answer = analyst.fetch(CASES)
    entry = analyst.written()[0]
    assert (entry["kind"], entry["outcome"], entry["reason"]) == ("disclosure", "allowed", WHY)
    assert entry["who"] == "reader 7"
    assert hashlib.sha256(answer.content).hexdigest() in entry["scope"]
    assert (
        f"; {len(table_of(answer.content.decode('utf-8-sig'), 'Failure ref'))} rows; CSV; " in entry["scope"]
    )


def test_nothing_leaves_that_could_not_be_written_down(analyst, monkeypatch):
    def fail(*_, **__):
        raise UserError("The record cannot be written.")

    monkeypatch.setattr(Visit, "_write", fail)
    answer = analyst.fetch(CASES)
    assert answer.status_code == 503
    assert "The record cannot be written." in answer.text
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "role"),
    [
        (asked, role)
        for asked, role in product((FIGURES, CASES, RECORD), Role)
        if not permitted(role, export(asked.export).needs)
    ],
    ids=lambda each: each if isinstance(each, str) else each.export,
)
def test_a_role_that_may_not_have_a_file_gets_none_though_it_has_a_link(desk, asked, role):
    reader = Reader(desk, role)
    answer = reader.fetch(asked)
    assert answer.status_code == 403
    assert "attachment" not in answer.headers.get("content-disposition", "")
    assert reader.written()[0]["outcome"] == "refused"


def test_a_role_that_changed_since_the_link_was_made_is_the_one_that_counts(desk):
    reader = Reader(desk, Role.ANALYST, Role.PRESS_OFFICER)
    ticket = desk.tickets.issue(reader.visit.digest, CASES)
    assert reader.get(ticket).status_code == 200
    reader.visit.assume(Role.PRESS_OFFICER)
    assert reader.get(ticket).status_code == 403


def test_a_visit_that_has_ended_gets_nothing(desk, analyst):
    ticket = desk.tickets.issue(analyst.visit.digest, CASES)
    desk.farewell(analyst.token)
    answer = analyst.get(ticket)
    assert answer.status_code == 403
    assert "sign in again" in answer.text


def test_another_visits_link_and_one_that_never_was_get_the_same_answer(desk, analyst):
    theirs = Reader(desk, Role.ANALYST)
    ticket = desk.tickets.issue(theirs.visit.digest, CASES)
    others, never = analyst.get(ticket), analyst.get("x" * 32)
    assert others.status_code == never.status_code == 410
    assert others.content == never.content
    assert analyst.written()[0]["outcome"] == "refused"


def test_a_file_that_cannot_be_made_says_why_and_is_written_down(analyst, monkeypatch):
    monkeypatch.setattr("reports.table_files.MOST_CELLS", 10)
    answer = analyst.fetch(FIGURES)
    assert answer.status_code == 409
    assert "exceed the 10 cells of a workbook: choose CSV or Parquet" in answer.text
    assert analyst.written()[0]["outcome"] == "failed"


def test_a_file_that_is_not_as_asked_is_not_sent(analyst, monkeypatch):
    def differ(*_):
        raise NotAsAsked("sheet 2, cell A5")

    monkeypatch.setattr(app_setup, "make", differ)
    answer = analyst.fetch(CASES)
    assert answer.status_code == 409
    assert analyst.written()[0]["outcome"] == "failed"


def test_a_mistake_of_the_program_is_written_down_too(analyst, monkeypatch):
    def fail(*_):
        raise TypeError("a column of a kind that no file holds")

    monkeypatch.setattr(app_setup, "make", fail)
    with pytest.raises(TypeError):
        analyst.fetch(CASES)
    assert analyst.written()[0]["outcome"] == "failed"


def test_the_record_leaves_with_an_auditor_and_is_written_down(desk):
    auditor = Reader(desk, Role.AUDITOR)
    rows = table_of(auditor.fetch(RECORD).content.decode("utf-8-sig"), "Number")
    assert {row["Who"] for row in rows} >= {"reader 7"}
    assert auditor.written()[0]["scope"].startswith("export of the record: the record from")


def test_a_link_is_for_fetching_only(analyst):
    ticket = analyst.desk.tickets.issue(analyst.visit.digest, FIGURES)
    for method in ("HEAD", "POST", "PUT", "DELETE"):
        assert analyst.get(ticket, method).status_code == 405


def test_a_file_made_for_one_role_does_not_leave_for_another(desk, monkeypatch):
    reader = Reader(desk, Role.ANALYST, Role.CHIEF_OFFICER)
    making = Asked.content

    def turn(asked, source):
        content = making(asked, source)
        desk.sessions.assume(reader.visit.session, Role.CHIEF_OFFICER)
        return content

    monkeypatch.setattr(Asked, "content", turn)
    answer = reader.fetch(FIGURES)
    assert (answer.status_code, "Your role changed" in answer.text) == (403, True)
    assert reader.written()[0]["outcome"] == "refused"


def test_a_file_does_not_leave_if_the_role_was_taken_away_while_it_was_made(desk, monkeypatch):
    reader = Reader(desk, Role.ANALYST, Role.PRESS_OFFICER)
    making = app_setup.make

    def slow(*asked):
        file = making(*asked)
        reader.visit.assume(Role.PRESS_OFFICER)
        return file

    monkeypatch.setattr(app_setup, "make", slow)
    answer = reader.fetch(CASES)
    assert answer.status_code == 403
    assert b"DV/" not in answer.content
    assert reader.written()[0]["outcome"] == "refused"
