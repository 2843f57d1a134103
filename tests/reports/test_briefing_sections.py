"""The briefing says what the Overview says: the same sentences, the same numbers, the same days."""

import datetime as dt

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.formatting import signed, written_count
from data.terms import USUAL_WORDS
from metrics.as_at import Clocks
from pages import overview
from reports.briefing_sections import FIGURES, sections
from reports.content import Section
from reports.export_request import Asked
from reports.exports import Format, export, make
from service.sentences.figure import overview_notes
from service.view import View, open_source
from tests.pages.reading import answer, cards, changes, meanings

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
    assert told["Where the review stands"].lines[0] == answer(page).removeprefix("▲ ")
    drawn = "\n".join(
        text.replace("**", "")
        for text in [*(each.value for each in page.markdown), *(each.label for each in page.expander)]
    )
    for lead, rest in [*told["What needs a decision"].points, *told["Other promises"].points]:
        assert f"{lead}{rest}" in drawn


def test_the_briefing_has_the_numbers_of_the_overview(app, demonstration, monkeypatch):
    page = app("", role=Role.CHIEF_OFFICER, as_at=str(DAY), known="then")
    view = view_of(demonstration, monkeypatch, DAY)
    told = by_heading(sections(view))
    (figures,) = told["The figures"].tables
    rows = {row["Figure"]: row for row in figures.rows.rows(named=True)}
    numbers, counted, notes = dict(cards(page)), meanings(page), overview_notes(view)
    assert {*overview.FIGURES} <= {*FIGURES}
    for name, short in overview.FIGURES.items():
        row = rows[view.metric(name).title]
        assert row["On 11 Jan 2024"] == numbers[USUAL_WORDS(short)]
        assert counted[USUAL_WORDS(short)].endswith(
            f" {row['What it counts'].removesuffix(notes.get(name, ''))}."
        )
    heading = next(each for each in told if each.startswith("What changed since"))
    lines = changes(page)
    assert len(lines) == told[heading].tables[0].rows.height
    for title, before, *steps, now in told[heading].tables[0].rows.rows():
        added, removed = (sum(step for step in steps if (step > 0) is up) for up in (True, False))
        moved = [signed(step) if step else "-" for step in (added, removed)]
        assert lines[title] == [written_count(before), *moved, written_count(now)]


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
