"""The briefing says what the Overview says: the same sentences, the same numbers, the same days."""

import datetime as dt

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from metrics.as_at import Clocks
from reports.briefing_sections import sections
from reports.content import Section
from reports.export_request import Asked
from reports.exports import Format, export, make
from service.view import View, open_source
from tests.pages.reading import answer, captions, cards, tables

DAY = dt.date(2024, 1, 11)


def view_of(review, monkeypatch, day) -> View:
    monkeypatch.setenv("CANDOUR_REVIEW", str(review.folder))
    desk = services_of(review.folder)
    visit = desk.visit(desk.welcome("reader 7", (Role.CHIEF_OFFICER,), "test"))
    return View(open_source(visit, "OFFICIAL-SENSITIVE"), Clocks.then(day), ())


def by_heading(found: tuple[Section, ...]) -> dict[str, Section]:
    return {each.heading: each for each in found}


def test_the_briefing_says_what_the_overview_says(app, demonstration, monkeypatch):
    page = app("", role=Role.CHIEF_OFFICER, as_at=str(DAY), known="then")
    told = by_heading(sections(view_of(demonstration, monkeypatch, DAY)))
    assert told["Where the review stands"].lines[0] == answer(page)
    said = [each.value.replace("**", "") for each in page.markdown]
    assert told["Where the review stands"].lines[1] in said
    drawn = "\n".join([*said, *(each.label.replace("**", "") for each in page.expander)])
    for lead, rest in [*told["What needs a decision"].points, *told["Other promises"].points]:
        assert f"{lead}{rest}" in drawn
    (figures,) = told["The figures"].tables
    assert figures.rows.select("Figure", "On 11 Jan 2024").rows() == cards(page)
    assert [f"{each} · 11 Jan 2024" for each in figures.rows["What it counts"]] == [
        each for each in captions(page) if each.endswith("· 11 Jan 2024")
    ]
    drawn_table = next(each for each in tables(page) if each.columns[0] == "Figure")
    changes = next(each for each in told if each.startswith("What changed since"))
    assert told[changes].tables[0].rows.rows() == drawn_table.rows()


def test_on_11_january_the_briefing_has_what_was_published_then(demonstration, monkeypatch):
    told = by_heading(sections(view_of(demonstration, monkeypatch, DAY)))
    (figures,) = told["The figures"].tables
    numbers = dict(figures.rows.select("Figure", "On 11 Jan 2024").rows())
    assert numbers["Applications in the review"] == "3,582"
    assert numbers["Failures found"] == "25"
    assert numbers["Failures with harm"] == "2"
    (parts,) = told["Failures"].charts
    assert parts.table.rows() == [("harm", 2), ("administrative", 11), ("service", 12)]
    meanings = told["What the figures mean"].tables[0].rows
    assert meanings["Figure"].to_list() == figures.rows["Figure"].to_list()


def test_a_briefing_is_made_of_its_view_and_says_so(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    kept = (("area", ("north",)),)
    asked = Asked(export="briefing", format=Format.PDF, clocks=view.clocks, filters=kept)
    content = asked.content(view.source)
    assert content.days == "As at 11 January 2024, as known on 11 January 2024, narrowed to area north."
    assert content.body.endswith("nothing here is about a real person or a real case.")
    file = make(export("briefing"), content, Format.PDF)
    assert file.content.startswith(b"%PDF-1.7")
    assert (
        "export of briefing: every figure; as at 2024-01-11; known at 2024-01-11; area north"
        in asked.scope(view.source)
    )


def test_a_role_that_may_not_see_figures_gets_no_briefing(demonstration, monkeypatch):
    view = view_of(demonstration, monkeypatch, DAY)
    desk = services_of(demonstration.folder)
    auditor = desk.visit(desk.welcome("reader 8", (Role.AUDITOR,), "test"))
    source = open_source(auditor, view.source.marking)
    with pytest.raises(Refused):
        Asked(export="briefing", clocks=view.clocks).content(source)
