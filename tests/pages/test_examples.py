"""Every page and file of a review of another kind speaks of that review, and of nothing that it has not."""

import io
import re
import shutil

import polars as pl
import pytest
from openpyxl import load_workbook

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.demo import EXAMPLES, Register, _states, loads_of
from data.intake.load import load
from data.intake.mapping import read_mapping
from data.publishing.content import Bound, Draft
from data.review import Review, new_review
from metrics.as_at import Clocks
from pages.registry import REGISTRY, open_to
from reports.export_request import Asked, issue_of
from reports.exports import Format, export, make
from reports.press.notice import notice_of
from service.releases.drafting import countable
from service.releases.publishing import Press
from service.view import Source, View, open_source
from tests.pages.reading import cards, days, headlines, tables, texts
from tests.pages.test_main import opened

OF_THE_FIRST = re.compile(
    r"\b(?:disclos\w*|polic(?:e|ing)|fail\w*|applications?|referr\w*|risk assess\w*|triage\w*|staff\w*|"
    r"recommendations?|detailed reviews?|domestic|scheme)\b",
    re.IGNORECASE,
)
"""Words of the founding review that a review of complaints has no use for."""
ALLOWED = ("Member of staff", "Stands for a member of staff")
TABS = {"Overview": "below", "Progress": "below", "Data": "load_part", "Audit": "audit_list"}
BOUND = ("closed", "open_cases", "share_adverse")
WHY = "To see what leaves."


def of_another_kind(text: str) -> list[str]:
    return [] if text in ALLOWED else [f"“{word}”: {text[:200]}" for word in OF_THE_FIRST.findall(text)]


def source_of(folder, role: Role) -> Source:
    services = services_of(folder)
    return open_source(services.visit(services.welcome("reader", (role,), "test")), "M")


@pytest.fixture
def source(housing, monkeypatch) -> Source:
    monkeypatch.setenv("CANDOUR_REVIEW", str(housing.folder))
    return source_of(housing.folder, Role.ANALYST)


@pytest.fixture
def view(source) -> View:
    return source.view(Clocks(source.last_day, source.last_day), {})


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_no_page_of_a_review_of_complaints_speaks_of_what_it_has_not(housing, monkeypatch, role):
    monkeypatch.setenv("CANDOUR_REVIEW", str(housing.folder))
    wrong = dict[str, list[str]]()
    for entry in open_to(role, source_of(housing.folder, role)):
        tabs = [""]
        for tab in tabs:
            query = {TABS.get(entry.title, "tab"): tab} if tab else {}
            page = opened(housing.folder, monkeypatch, role, entry.path, **query)
            assert [title.value for title in page.title] == [entry.title]
            words = list(texts(page))
            wrong[f"{entry.title} {tab}"] = [one for text in words for one in of_another_kind(text)]
            assert not [text for text in words if "No extract of" in text]
            tabs += [] if tab else [one.label for one in page.tabs][1:]
    assert {place: words for place, words in wrong.items() if words} == {}


def test_a_review_without_triage_failures_referrals_staffing_and_people_has_no_page_of_them(source):
    there = {entry.title for entry in open_to(Role.ANALYST, source)}
    assert {entry.title for entry in REGISTRY} - there == {
        "Failures", "Referrals", "Staffing", "Contact", "Enquiries", "Assurance", "Audit", "Start",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["open_cases", "adverse", "findings_decided"])
def test_a_table_of_cases_names_its_columns_with_the_noun_of_the_review(source, view, name):
    asked = Asked(export="cases", format=Format.CSV, reason=WHY, figures=(name,), clocks=view.clocks)
    file = make(export("cases"), asked.content(source), Format.CSV).content.decode("utf-8-sig")
    assert of_another_kind(file.replace("\n", " ")) == []
    assert "Complaint ref" in file


def test_a_table_on_a_page_names_its_columns_with_the_noun_of_the_review(housing, monkeypatch):
    page = opened(housing.folder, monkeypatch, Role.ANALYST, "progress", below="Rows")
    assert any("Complaint ref" in rows.columns for rows in tables(page))


def test_ages_are_drawn_by_month_and_explored_by_area_with_the_rows_behind_them(housing, monkeypatch):
    page = opened(housing.folder, monkeypatch, Role.ANALYST, "progress", below="How long")
    assert "Days open so far, by month" in headlines(page)
    explored = opened(
        housing.folder, monkeypatch, Role.ANALYST, "explore",
        figure="Days open so far, nine in ten", by="Area", form="Line", behind_explored="Dene",
    )  # fmt: skip
    assert explored.get("plotly_chart")
    assert any("behind “Dene”" in text for text in texts(explored))


@pytest.mark.parametrize("role", [Role.CHIEF_OFFICER, Role.ANALYST])
def test_findings_are_split_and_narrowed_by_investigator_for_those_who_may_see_names(
    housing, monkeypatch, role
):
    named = role is Role.CHIEF_OFFICER
    page = opened(housing.folder, monkeypatch, role, "explore", figure="Findings decided", by="Investigator")
    words = list(texts(page))
    assert any("IN-7" in text for text in words) == named
    assert any(widget.key == "investigator" for widget in page.multiselect) == named
    source = source_of(housing.folder, role)
    view = source.view(Clocks(source.last_day, source.last_day), {"investigator": ("IN-7",)})
    if named:
        mine = view.figure("findings_decided").numerator
        split = view.without("investigator").result("findings_decided", by=["investigator"])
        assert dict(split.select("investigator", "numerator").iter_rows())["IN-7"] == mine > 0
    else:
        with pytest.raises(Refused):
            view.figure("findings_decided")


def test_no_release_may_split_by_who_investigated(source):
    assert countable(source, [Bound(figure="findings_decided", by=("investigator",))]) == []
    assert countable(source, [Bound(figure="findings_decided", by=("area",))]) != []


def test_the_workbook_speaks_of_complaints(source, view):
    asked = Asked(export="workbook", clocks=view.clocks)
    book = load_workbook(io.BytesIO(make(export("workbook"), asked.content(source), Format.XLSX).content))
    cells = [str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None]
    assert [one for text in [*book.sheetnames, *cells] for one in of_another_kind(text)] == []
    assert "complaint_ref" in cells


def test_the_briefing_speaks_of_complaints_their_ages_and_their_findings(source, view):
    content = Asked(export="briefing", clocks=view.clocks).content(source)
    words = str(content)
    assert of_another_kind(words) == []
    figures = next(part for part in content.sections if part.heading == "The figures").tables[0].rows
    assert {"Complaints closed", "Complaints open", "Days open so far"} <= set(figures["Figure"])
    assert make(export("briefing"), content, Format.PDF).content


def test_the_notice_of_a_release_of_complaints_speaks_of_them(housing, tmp_path, monkeypatch):
    folder = shutil.copytree(housing.folder, tmp_path / "review")
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    press = Press(source_of(folder, Role.ANALYST))
    day = press.source.last_day
    drafted = press.draft(
        Draft(
            title="Complaints closed",
            as_at=day,
            known_at=day,
            status="provisional",
            nature="first release",
            figures=[*(Bound(figure=name) for name in BOUND), Bound(figure="closed", by=("area",))],
        )
    )
    counted = press.counted_draft(drafted.id)
    assert counted.errors == ()
    assert [one for text in (*counted.warnings, *counted.alarms) for one in of_another_kind(text)] == []
    press.submit(drafted.id, seen=drafted.seen)
    approver = Press(source_of(folder, Role.RELEASE_APPROVER))
    approver.approve(drafted.id, seen=approver.release(drafted.id).seen)
    issue = issue_of(approver, drafted.id)
    assert of_another_kind(str(notice_of(issue)).replace(issue.public.scheme, "")) == []
    for kind in ("notice", "web_page", "release_workbook", "social_image"):
        chosen = export(kind)
        asked = issue if kind != "social_image" else issue_of(approver, drafted.id, "closed")
        assert make(chosen, asked, chosen.formats[0]).content


def test_figures_leave_with_the_words_of_the_review(source, view):
    for name in (metric.name for metric in source.catalogue() if source.loaded([metric.name])):
        asked = Asked(export="figures", figures=(name,), clocks=view.clocks)
        assert of_another_kind(str(asked.content(source).tables)) == []
        assert isinstance(view.metric(name).title, str)


def loaded_once(folder, spoil=lambda rows: rows) -> Review:
    """Load the last extract of the register alone. spoil: what is done to its complaints before that."""
    example = EXAMPLES / "housing"
    review, plan = (
        new_review(folder / "review", example / "terms.toml"),
        read_mapping(example / "mapping.toml"),
    )
    loads = loads_of(example)
    register = Register({table.table: _states(example, table.table) for table in plan.tables}, loads)
    last = loads["extracts"][-1]
    files = list(register.extracts(plan, folder, last, set()))
    spoil(pl.read_csv(files[0], infer_schema=False)).write_csv(files[0])
    load(review, [str(path) for path in files], plan, recorded_on=last, demonstration=True)
    review.snapshot()
    review.ledger.engine.dispose()
    return review


@pytest.mark.long
@pytest.mark.parametrize("page", ["", "progress", "findings"])
def test_a_register_loaded_once_is_drawn_as_known_now_on_any_day(housing, tmp_path, monkeypatch, page):
    once = loaded_once(tmp_path)
    for day in ("2025-06-30", "2024-11-30", "2023-06-30"):
        shown = opened(once.folder, monkeypatch, Role.ANALYST, page, as_at=day)
        many = opened(housing.folder, monkeypatch, Role.ANALYST, page, as_at=day)
        assert cards(shown) == cards(many)
        assert shown.header[0].value == many.header[0].value
        assert "known" not in days(shown)
        assert not [text for text in texts(shown) if "at the time" in text or "Known each day" in text]


def rejected(page) -> list[str]:
    return [link.proto.label for link in page.get("page_link") if "rejected" in link.proto.label]


@pytest.mark.long
@pytest.mark.parametrize("page", ["", "progress"])
def test_how_many_cases_were_rejected_stands_beside_the_headline(housing, tmp_path, monkeypatch, page):
    def spoil(rows: pl.DataFrame) -> pl.DataFrame:
        closed = pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("01/01/1999")).otherwise("Closed")
        return rows.with_columns(closed.alias("Closed"))

    spoiled = loaded_once(tmp_path, spoil)
    shown = opened(spoiled.folder, monkeypatch, Role.CHIEF_OFFICER, page)
    assert rejected(shown) == ["3 rejected"]
    assert rejected(opened(housing.folder, monkeypatch, Role.CHIEF_OFFICER, page)) == []
