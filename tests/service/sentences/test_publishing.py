import datetime as dt

import pytest

from charts.releases import Publication, Slope
from metrics.clauses import MEANS, NO_REASON, Revision
from metrics.statement.published import Checked, Claim, Mark
from service.sentences.publishing import (
    UNKNOWN,
    badge,
    draft_summary,
    history_title,
    how_good,
    slopes_title,
)

ROSE, FELL, SAME = (Slope("A", "1", "2", "", 1, after) for after in (2, 0, 1))
WITHHELD, NEW = Slope("A", "withheld", "2", ""), Slope("A", "", "2", "")


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ([ROSE, ROSE, SAME], "Two numbers rose, one unchanged"),
        ([ROSE, FELL, SAME, WITHHELD], "One number rose, one fell, one unchanged, one not comparable"),
        ([SAME], "One number unchanged"),
        ([NEW, ROSE, WITHHELD], "One number rose, one not comparable, one new"),
        ([NEW], "Published for the first time"),
        ([ROSE] * 11, "11 numbers rose"),
    ],
)
def test_the_title_counts_how_many_rose_fell_and_did_neither(numbers, title):
    assert slopes_title(numbers) == title


def publication(words, *, current=True):
    day = dt.date(2024, 1, 11)
    return Publication(day, "Release 1", words, 1, current, "final" if current else "withdrawn", day)


def test_the_title_of_a_number_over_time_has_the_first_and_the_last_that_stand():
    assert history_title(
        "Failures", [publication("25"), publication("40", current=False), publication("33")]
    ) == ("Failures: 25 to 33")
    assert history_title("Failures", [publication("25"), publication("25")]) == "Failures: 25"
    assert history_title("Failures", [publication("40", current=False)]) == "Failures: 40"


def revision(kind, why="8 more"):
    means = MEANS[kind].format(earlier="January's figure")
    words = dict.fromkeys(("figure", "title", "before", "after", "scale", "sentence"), "")
    return Revision(kind=kind, why=why, means=means, explained=True, **words)


def test_a_badge_says_what_kind_of_change_it_is_and_makes_up_none():
    assert badge(revision("update")) == "January's figure was right at the time"
    assert badge(revision("revision")) == "Revised after later checks"
    assert badge(revision("correction")) == "Corrected: the earlier figure was wrong"
    assert badge(revision("the same")) == "Both releases give the same figure"
    for why in NO_REASON:
        assert badge(revision("update", why)) == UNKNOWN
    for kind in MEANS.keys() - {"update", "revision", "correction", "the same"}:
        assert badge(revision(kind)) == "May be unchanged"


def checked(*marks: Mark, beside: int = 0) -> Checked:
    claims = tuple(Claim(place, place + 1, "1", mark, "Why.") for place, mark in enumerate(marks))
    return Checked("1" * len(marks), claims, tuple(Claim(0, 1, "1", Mark.SUM, "Why.") for _ in range(beside)))


def test_the_summary_says_how_many_are_wrong_of_those_that_are_figures():
    found = checked(Mark.MATCHES, Mark.DIFFERS, Mark.ANOTHER_DAY, Mark.NO_FIGURE, Mark.UNCLEAR, beside=1)
    assert draft_summary(found) == (
        "2 of 4 numbers are not as published, 1 sum or phrase is wrong and 1 is unclear."
    )


def test_it_is_never_fine_where_something_could_not_be_told():
    assert draft_summary(checked(Mark.MATCHES, Mark.UNCLEAR)) == (
        "Nothing contradicts what was published, but 1 of 2 numbers is unclear."
    )
    assert draft_summary(checked(Mark.MATCHES, Mark.MATCHES)) == "All 2 numbers are as published."
    assert draft_summary(checked(Mark.MATCHES)) == "The one number is as published."


def test_a_draft_without_a_figure_is_not_said_to_be_right():
    said = "No number in this draft can be checked against the review."
    assert draft_summary(checked()) == draft_summary(checked(Mark.NO_FIGURE)) == said
    assert draft_summary(checked(beside=2)) == "2 sums or phrases are wrong."


def test_one_number_that_is_wrong_is_said_as_one():
    assert draft_summary(checked(Mark.SMALL)) == "The one number is not as published."


def test_the_page_prints_what_was_measured_on_text_that_its_makers_had_not_seen():
    words = how_good()
    for figure in (
        "281 numbers",
        "195 unseen sentences",
        "64% of its alarms",
        "4 of 13",
        "74% of wrong numbers",
    ):
        assert figure in words
    assert "It called 4 wrong numbers “as published”." in words
    assert "November 2026, before the latest repairs" in words
