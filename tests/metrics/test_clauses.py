import datetime as dt

from data.publishing.content import Published, Said, Told
from metrics.clauses import clause, line, noun, spoken


def told(figure, title, unit, *cells, by=(), kind="count", definition=""):
    return Told(
        figure=figure, title=title, definition=definition, counts=unit, unit=unit, kind=kind, by=by,
        titles=tuple("Headline part" for _ in by), cells=cells,
    )  # fmt: skip


def typed(number, where=(), qualifier=""):
    return Said(
        where=where,
        shown=f"{qualifier} {number:,}".strip(),
        number=number,
        qualifier=qualifier,
        treatment="typed",
    )


def release(figure, origin="candour"):
    return Published(
        number=4, version=1, origin=origin, title="A release", review="A review", body="A force",
        oversight_body="the Office", demonstration=False, as_at=dt.date(2024, 5, 22), known_at=dt.date(2024, 5, 22),
        status="final", nature="update", figures=(figure,), where_from="A statement",
    )  # fmt: skip


FAILURES = told("failures", "Failures found", "failures", typed(33), definition="What was found.")


def test_a_line_has_number_unit_day_release_status_and_definition():
    assert line(release(FAILURES), FAILURES, "22 May 2024", "") == (
        "33 failures had been found as at 22 May 2024 (Release 4, published on 22 May 2024, final). "
        "Definition: What was found."
    )


def test_a_line_of_a_statement_made_elsewhere_says_that_it_was_typed_and_has_the_catalogues_definition():
    bare = FAILURES.model_copy(update={"definition": ""})
    assert line(release(bare, "elsewhere"), bare, "22 May 2024", "Found by the day.") == (
        "33 failures had been found as at 22 May 2024 (Release 4, published elsewhere on 22 May 2024, final; typed, "
        "not counted by Candour). Definition: Found by the day."
    )
    assert line(release(bare), bare, "22 May 2024", "").endswith("final).")


def test_a_line_of_a_split_figure_has_every_part():
    parts = told(
        "failures", "Failures by part", "failures", typed(2, ("harm",)), typed(14, ("service",)), by=("part",)
    )
    assert line(release(parts), parts, "22 May 2024", "").startswith(
        "Failures by part: harm 2, service 14, as at 22 May 2024 (Release 4,"
    )
    assert clause(release(parts), parts, parts.cells[1]) == "14 failures (service) had been found"


def test_one_is_spoken_of_as_one_and_a_qualified_one_as_many():
    matters = told("referrals", "Referrals", "referrals", typed(1))
    assert clause(release(matters), matters, matters.whole) == "1 matter had been referred to the Office"
    staff = told("headcount", "Staff", "people", typed(1))
    assert clause(release(staff), staff, staff.whole) == "1 person was in the review team"
    about = told("headcount", "Staff", "people", typed(1, qualifier="about"))
    assert clause(release(about), about, about.whole).startswith("about 1 ")
    assert noun(told("enquiries", "Enquiries", "enquiries", typed(1)), 1) == "enquiry"
    assert noun(FAILURES, 1) == "failure"


def test_a_number_is_spoken_with_what_qualifies_it():
    assert spoken(typed(3_500, qualifier="more than")) == "more than 3,500"
    assert spoken(Said(shown="3,580", number=3_580, treatment="rounded")) == "about 3,580"
    assert spoken(Said(shown="100%", number=1, qualifier="about", treatment="as counted")) == "about 100%"
    assert spoken(Said(shown="*", number=None, treatment="suppressed")) == "not told"


def test_a_figure_without_a_clause_of_its_own_is_said_by_its_title():
    rate = told("failure_rate", "Failure rate", "share", typed(1), kind="share")
    shown = rate.model_copy(update={"cells": (Said(shown="0.87%", number=0.0087, treatment="as counted"),)})
    assert clause(release(shown), shown, shown.whole) == "failure rate: 0.87%"
    median = told("days_in_review", "Days in review", "days", typed(12), kind="median")
    assert clause(release(median), median, median.whole) == "days in review: 12 days"
