import datetime as dt

import pytest

from data.publishing.content import Published, PublishedCell, PublishedFigure
from metrics.clauses import clause, line, meaning, noun, spoken


def told(figure, title, unit, *cells, by=(), kind="count", definition=""):
    return PublishedFigure(
        figure=figure, title=title, definition=definition, counts=unit, unit=unit, kind=kind, by=by,
        titles=tuple("Headline part" for _ in by), cells=cells,
    )  # fmt: skip


def typed(number, where=(), qualifier=""):
    return PublishedCell(
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
        "not counted by Candour). Candour's definition, not published with it: Found by the day."
    )
    assert line(release(bare), bare, "22 May 2024", "").endswith("final).")


def test_a_line_of_a_split_figure_has_every_part():
    parts = told(
        "failures",
        "Failures by headline part",
        "failures",
        typed(2, ("harm",)),
        typed(14, ("service",)),
        by=("part",),
    )
    assert line(release(parts), parts, "22 May 2024", "").startswith(
        "Failures by headline part: harm 2; service 14, as at 22 May 2024 (Release 4,"
    )
    assert clause(release(parts), parts, parts.cells[1]) == "14 service failures had been found"


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
    assert spoken(PublishedCell(shown="3,580", number=3_580, treatment="rounded")) == "about 3,580"
    assert (
        spoken(PublishedCell(shown="100%", number=1, qualifier="about", treatment="as counted"))
        == "about 100%"
    )
    assert spoken(PublishedCell(shown="*", number=None, treatment="suppressed")) == "not told"


def test_a_figure_without_a_clause_of_its_own_is_said_by_its_title():
    rate = told("failure_rate", "Failure rate", "share", typed(1), kind="share")
    shown = rate.model_copy(
        update={"cells": (PublishedCell(shown="0.87%", number=0.0087, treatment="as counted"),)}
    )
    assert clause(release(shown), shown, shown.whole) == "failure rate: 0.87%"
    median = told("days_in_review", "Days in review", "days", typed(12), kind="median")
    assert clause(release(median), median, median.whole) == "days in review: half of them within 12 days"


def test_a_part_is_said_as_people_say_it_and_what_is_not_told_comes_last():
    hidden = PublishedCell(where=("service",), shown="*", number=None, treatment="suppressed")
    parts = told("failures", "Failures found", "failures", hidden, typed(2, ("harm",)), by=("part",))
    said = release(parts).model_copy(update={"rule": "Counts from 1 to 7 are not shown."})
    assert clause(said, parts, parts.cells[1]) == "2 failures with harm had been found"
    assert line(said, parts, "22 May 2024", "") == (
        "Failures found by headline part: harm 2; not told: service, as at 22 May 2024 (Release 4, published on 22 May "
        "2024, final). Counts from 1 to 7 are not shown."
    )
    coarser = parts.model_copy(update={"rule": "To the nearest 10."})
    assert line(said, coarser, "22 May 2024", "").endswith("final). To the nearest 10.")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0087, 0.0099, ", less than one per cent,"),
        (0.0087, 0.01, ", less than two per cent,"),
        (0.2, 0.3, ""),
    ],
)
def test_a_small_share_is_told_in_words_too_as_far_as_what_is_told_allows(low, high, words):
    rate = PublishedCell(shown="0.93%", number=low, low=low, high=high, treatment="from rounded numbers")
    figure = told("failure_rate", "Failure rate", "share", rate, kind="share").model_copy(
        update={"out_of": "cases"}
    )
    assert line(release(figure), figure, "22 May 2024", "").startswith(
        f"Failure rate: about 0.93% of cases{words} as at 22 May 2024"
    )


def test_the_name_of_a_method_is_not_for_the_public():
    assert meaning("Median days, those still waiting counted as waiting (Kaplan-Meier).") == (
        "Median days, those still waiting counted as waiting."
    )
