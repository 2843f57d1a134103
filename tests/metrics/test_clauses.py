import datetime as dt
import itertools
import re
from dataclasses import replace

import pytest

from data.publishing.content import Published, PublishedCell, PublishedFigure
from metrics.bridge import Bridge, Side, Step, Why, fits
from metrics.clauses import (
    FEW,
    NOT_BRIDGED,
    ONE_WITHHELD,
    clause,
    dated,
    definition,
    inside,
    line,
    meaning,
    noun,
    revision,
    rule_words,
    source_words,
    spoken,
)


def told(figure, title, unit, *cells, by=(), kind="count", definition=""):
    return PublishedFigure(
        figure=figure, title=title, definition=definition, counts=unit, unit=unit, kind=kind, by=by,
        titles=tuple("Headline part" for _ in by), cells=cells,
    )  # fmt: skip


def release(figure, origin="candour"):
    return Published(
        number=4, version=1, origin=origin, title="A release", review="A review", body="A force",
        oversight_body="the Office", demonstration=False, as_at=dt.date(2024, 5, 22), known_at=dt.date(2024, 5, 22),
        status="final", nature="update", figures=(figure,), where_from="A statement",
    )  # fmt: skip


def typed(number, qualifier="", where=()):
    return PublishedCell(
        where=where,
        shown=f"{qualifier} {number:,}".strip(),
        number=number,
        qualifier=qualifier,
        treatment="typed",
    )


FAILURES = told("failures", "Failures found", "failures", typed(33), definition="What was found.")


def test_a_line_is_one_sentence_with_number_unit_and_day_and_nothing_else():
    assert line(release(FAILURES), FAILURES) == "33 failures had been found by 22 May 2024."
    population = told("population", "Applications in the review", "applications", typed(3_778))
    assert line(release(population), population) == "The review covers 3,778 applications (22 May 2024)."
    staff = told("headcount", "Staff in the review team", "people", typed(45, qualifier="about"))
    assert line(release(staff), staff) == "About 45 people were in the review team on 22 May 2024."
    assert dated(release(staff), staff, staff.whole, "final", "") == (
        "About 45 people were in the review team on 22 May 2024 (final)"
    )
    assert dated(release(population), population, population.whole, "final") == (
        "The review covers 3,778 applications (22 May 2024; final)"
    )


def test_where_a_line_comes_from_and_what_it_means_stand_apart_from_it():
    assert source_words(release(FAILURES), "22 May 2024") == "Release 4, published on 22 May 2024, final."
    assert definition(release(FAILURES), FAILURES, "") == "What was found."


def test_a_statement_made_elsewhere_says_that_it_was_entered_and_has_the_catalogues_definition():
    bare = FAILURES.model_copy(update={"definition": ""})
    assert line(release(bare, "elsewhere"), bare) == "33 failures had been found by 22 May 2024."
    assert source_words(release(bare, "elsewhere"), "22 May 2024") == (
        "Release 4, published on 22 May 2024, final. Entered from the published statement."
    )
    assert definition(release(bare, "elsewhere"), bare, "Found by the day.") == (
        "Candour's definition, not part of the published statement. Found by the day."
    )
    assert definition(release(FAILURES, "elsewhere"), FAILURES, "Found by the day.") == "What was found."
    assert definition(release(bare, "elsewhere"), bare, "") == ""
    assert definition(release(bare), bare, "") == ""


def test_a_line_of_a_split_figure_has_every_part():
    parts = told(
        "failures",
        "Failures by headline part",
        "failures",
        typed(2, where=("harm",)),
        typed(14, where=("service",)),
        by=("part",),
    )
    assert line(release(parts), parts) == "Failures by headline part, 22 May 2024: harm 2; service 14."
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
    assert spoken(PublishedCell(shown="*", number=None, treatment="suppressed")) == "withheld"


def test_a_figure_without_a_clause_of_its_own_is_said_by_its_title():
    rate = told("failure_rate", "Failure rate", "share", typed(1), kind="share")
    shown = rate.model_copy(
        update={"cells": (PublishedCell(shown="0.87%", number=0.0087, treatment="as counted"),)}
    )
    assert clause(release(shown), shown, shown.whole) == "failure rate: 0.87%"
    median = told("days_in_review", "Days in review", "days", typed(12), kind="median")
    assert clause(release(median), median, median.whole) == "days in review: half within 12 days"


def test_a_part_is_said_as_people_say_it_and_what_is_withheld_comes_last():
    hidden = PublishedCell(where=("service",), shown="*", number=None, treatment="suppressed")
    parts = told("failures", "Failures found", "failures", hidden, typed(2, where=("harm",)), by=("part",))
    said = release(parts).model_copy(update={"rule": "Bridge from 1 to 7 are not shown."})
    assert clause(said, parts, parts.cells[1]) == "2 failures with harm had been found"
    assert line(said, parts) == "Failures found by headline part, 22 May 2024: harm 2; withheld: service."
    assert rule_words(said, parts) == "Bridge from 1 to 7 are not shown."
    coarser = parts.model_copy(update={"rule": "To the nearest 10."})
    assert rule_words(said, coarser) == "To the nearest 10."
    assert rule_words(said, FAILURES) == ""


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0087, 0.0099, ", less than one per cent"),
        (0.0087, 0.01, ", less than two per cent"),
        (0.2, 0.3, ""),
    ],
)
def test_a_small_share_is_told_in_words_too_as_far_as_what_is_told_allows(low, high, words):
    rate = PublishedCell(shown="0.93%", number=low, low=low, high=high, treatment="from rounded numbers")
    figure = told("failure_rate", "Failure rate", "share", rate, kind="share").model_copy(
        update={"out_of": "cases"}
    )
    assert line(release(figure), figure) == f"Failure rate: about 0.93% of cases{words} (22 May 2024)."


def test_the_name_of_a_method_is_not_for_the_public():
    assert meaning("Median days, those still waiting counted as waiting (Kaplan-Meier).") == (
        "Median days, those still waiting counted as waiting."
    )


JANUARY, MAY = dt.date(2024, 1, 11), dt.date(2024, 5, 22)
CHECKS = "additional database checks"


def exact(number):
    return PublishedCell(shown=f"{number:,}", number=number, low=number, high=number, treatment="as counted")


def rounded(number):
    return PublishedCell(
        shown=f"{number:,}", number=number, low=number - 2, high=number + 2, treatment="rounded"
    )


def hidden():
    return PublishedCell(shown="*", number=None, low=1, high=7, treatment="suppressed")


def share(number):
    return PublishedCell(shown=f"{100 * number:.2f}%", number=number, treatment="from rounded numbers")


def side(said, day, *, figure="population", kind="count", nature="update", number=None, where_title=()):
    units = {"population": "applications", "failures": "failures"}
    told = PublishedFigure(
        figure=figure,
        title={"population": "Applications in the review", "failures": "Failures found"}.get(
            figure, "Figure"
        ),
        definition="",
        counts="failures",
        out_of="applications",
        unit=units.get(figure, "share"),
        kind=kind,
        by=("part",) if said.where else (),
        titles=where_title,
        cells=(said,),
    )
    release = Published(
        number=number or (3 if day == JANUARY else 4), version=1, title="A release", review="A review", body="A force",
        oversight_body="The office", demonstration=False, as_at=day, known_at=day, status="final", nature=nature,
        figures=(told,),
    )  # fmt: skip
    return Side(release, told, said, day)


def between(before, after, counts, threshold=7, **how):
    return revision(side(before, JANUARY, **how), side(after, MAY, **how), counts, threshold)


def grew(opening, *steps):
    return Bridge(opening, steps, opening + sum(step.change for step in steps))


def test_one_kind_of_step_between_two_exact_numbers_is_told_with_its_number_and_cause():
    found = between(typed(3_582), typed(3_778), grew(3_582, Step(Why.ADDED, 196, 196, CHECKS, 196)))
    assert found.why == "196 more applications were added following additional database checks"
    assert (found.kind, found.scale, found.explained) == ("revision", "up by 196 (5.5%)", True)
    assert found.sentence == (
        "In January we reported 3,582 applications in the review. 196 more applications were added following "
        "additional database checks; the total is 3,778."
    )
    assert found.means == "Revised after later checks."


def test_what_has_only_happened_since_is_an_update_and_leaves_the_earlier_number_standing():
    found = between(typed(25), typed(33), grew(25, Step(Why.SINCE, 8, 8)), figure="failures")
    assert found.kind == "update"
    assert found.why == "eight more have been found since"
    assert found.sentence == (
        "In January we reported 25 failures. Eight more have been found since; the total is 33."
    )
    assert found.means == "January's figure was right at the time."
    one = between(typed(25), typed(26), grew(25, Step(Why.SINCE, 1, 1)), figure="failures")
    assert one.why == "one more has been found since"
    many = between(typed(25), typed(37), grew(25, Step(Why.SINCE, 12, 12)), figure="failures")
    assert many.why == "12 more have been found since"


def test_a_part_and_another_figure_say_what_more_there_is():
    part = {"where": ("service",)}
    found = between(typed(12, **part), typed(17, **part), grew(12, Step(Why.SINCE, 5, 5)), figure="failures")
    assert found.sentence == (
        "In January we reported 12 service failures. Five more service failures have been found since; the total "
        "is 17."
    )
    matters = between(typed(4), typed(5), grew(4, Step(Why.SINCE, 1, 1)), figure="referrals")
    assert matters.sentence == (
        "In January we reported 4 matters referred to the office. One more matter has been referred since; the "
        "total is 5."
    )


def test_the_day_is_given_where_the_month_alone_does_not_tell_and_is_that_of_publishing():
    before, after = side(typed(25), JANUARY, figure="failures"), side(typed(33), MAY, figure="failures")
    counts = grew(25, Step(Why.SINCE, 8, 8))
    in_december = replace(before, reported_on=dt.date(2023, 12, 20))
    found = revision(in_december, after, counts, 7)
    assert found.sentence.startswith("On 20 December 2023 we reported 25 failures.")
    assert found.means == "The figure of 20 December 2023 was right at the time."
    in_february = replace(before, reported_on=dt.date(2024, 2, 1))
    assert revision(in_february, after, counts, 7).sentence.startswith("In February we reported 25 failures.")


def test_several_kinds_of_steps_are_told_in_words_and_without_their_numbers():
    steps = Step(Why.SINCE, 9, 9), Step(Why.CORRECTED_OUT, -1, 1)
    found = between(typed(25), typed(33), grew(25, *steps), figure="failures")
    assert found.why == "some more have been found since and some were removed by a correction"
    assert found.kind == "correction"
    assert found.means == "Corrected: the earlier figure was wrong."
    assert set(re.findall(r"\d+", found.why)) == set()


def test_a_cause_is_not_told_of_so_few_that_it_could_be_about_one_of_them():
    few = between(typed(10), typed(13), grew(10, Step(Why.ADDED, 3, 3, CHECKS, 3)))
    assert few.why == "three more applications were added"
    most = between(typed(10), typed(30), grew(10, Step(Why.ADDED, 20, 20, CHECKS, 19)))
    assert most.why == "20 more applications were added, most of them following additional database checks"


def test_between_rounded_numbers_only_the_difference_of_what_was_told_is_told_and_said_to_be_about_that():
    found = between(rounded(3_580), rounded(3_780), grew(3_582, Step(Why.ADDED, 196, 196, CHECKS, 196)))
    assert found.why == "some more applications were added following additional database checks"
    assert found.scale == "up by about 200 (5.6%)"
    assert (found.before, found.after) == ("about 3,580", "about 3,780")


def test_what_is_rounded_to_the_same_is_told_to_be_the_same_whatever_moved():
    found = between(
        rounded(3_580), rounded(3_580), grew(3_580, Step(Why.ADDED, 1, 1), Step(Why.REMOVED, -1, 1))
    )
    assert not found.changed
    assert found.scale == ""
    assert found.sentence == (
        "In January we reported about 3,580 applications in the review. The figure for 22 May 2024 is the same."
    )


def test_whether_a_rounded_number_has_changed_from_an_exact_one_within_it_is_not_told():
    for counts in (grew(33), grew(33, Step(Why.SINCE, 2, 2)), grew(33, Step(Why.SINCE, 1, 1))):
        found = between(typed(33), rounded(35), counts, figure="failures")
        assert (found.kind, found.scale, found.changed) == ("uncertain", "", True)
        assert found.sentence == (
            "In January we reported 33 failures. The total is now about 35. One of the two numbers is rounded, so "
            "the total may be unchanged."
        )
    apart = between(typed(25), rounded(35), grew(25, Step(Why.SINCE, 8, 8)), figure="failures")
    assert apart.why == "some more have been found since"


def test_a_number_that_is_only_bounded_has_no_difference_but_its_kinds_of_steps():
    found = between(
        typed(3_500, "more than"),
        typed(3_582),
        grew(3_539, Step(Why.ADDED, 52, 52), Step(Why.REMOVED, -9, 9)),
    )
    assert (found.scale, found.explained) == ("", True)
    assert found.why == "some more applications were added"
    single = between(typed(3_500, "more than"), typed(3_582), grew(3_539, Step(Why.ADDED, 43, 43)))
    assert single.why == "some more applications were added"


def test_what_lies_between_a_number_that_is_not_told_and_another_is_not_told_either():
    found = between(hidden(), exact(12), grew(5, Step(Why.SINCE, 7, 7)), figure="failures")
    assert found.sentence == (
        "Failures found: withheld on 11 January 2024, 12 on 22 May 2024. One of the two numbers is withheld, so "
        "the change is too."
    )
    assert found.scale == ""


STEPS = (
    (),
    (Step(Why.SINCE, 4, 4),),
    (Step(Why.CORRECTED_IN, 2, 2), Step(Why.SINCE, 3, 3)),
    (Step(Why.ADDED, 9, 9, CHECKS, 9), Step(Why.REMOVED, -4, 4)),
    (Step(Why.RECLASSIFIED, 1, 1),),
)


@pytest.mark.parametrize("sides", [(hidden(), exact(40)), (exact(40), hidden())])
def test_of_a_change_to_or_from_a_number_that_is_not_told_the_rows_say_nothing(sides):
    """Whatever the true steps are, and whether or not they fit, a reader is told the same."""
    found = {between(*sides, grew(opening, *steps)) for steps in STEPS for opening in (5, 40)}
    (only,) = found | {between(*sides, None)}
    assert (only.kind, only.scale, only.why, only.explained) == ("withheld", "", ONE_WITHHELD, True)


@pytest.mark.parametrize("small", STEPS[1:])
@pytest.mark.parametrize(
    ("before", "after"), [(rounded(3_580), rounded(3_780)), (typed(3_500, "more than"), exact(3_780))]
)
def test_between_rounded_numbers_a_small_step_or_one_the_other_way_is_never_told(before, after, small):
    main = Step(Why.ADDED, 200, 200)
    back = Step(Why.CORRECTED_OUT, -30, 30)
    alone = between(before, after, Bridge(3_580, (main,), 3_780))
    assert (alone.kind, alone.why) == ("revision", "some more applications were added")
    few = tuple(each for each in small if each.things <= 7)
    assert between(before, after, Bridge(3_580, (main, *few, back), 3_780)) == alone


def test_between_rounded_numbers_with_small_steps_only_no_step_is_told():
    found = between(rounded(30), rounded(35), grew(32, Step(Why.SINCE, 1, 1), Step(Why.RECLASSIFIED, 1, 1)))
    assert (found.kind, found.why, found.explained) == ("update", FEW, True)


def test_what_is_told_together_as_other_is_not_bridged():
    found = between(typed(12, where=("other",)), typed(15, where=("other",)), None, figure="failures")
    assert found.why == NOT_BRIDGED
    assert found.explained


def test_a_share_and_a_median_are_worked_out_anew_and_not_bridged():
    found = between(share(0.0087), share(0.0093), None, figure="failure_rate", kind="share")
    assert found.why == "each share is for its own day"
    assert found.scale == ""
    median = between(exact(12), exact(14), None, figure="days_in_review", kind="median")
    assert median.why == "each median is for its own day"


def test_a_number_that_the_register_does_not_say_is_said_to_be_unexplained_and_only_inside_by_how_much():
    before, after = side(typed(3_582), JANUARY), side(typed(3_778), MAY)
    counts = grew(3_580, Step(Why.ADDED, 198, 198))
    found = revision(before, after, counts, 7)
    assert not found.explained
    assert found.why == "the register alone does not explain the difference"
    assert "3,580" not in found.sentence
    assert not found.reasoned
    assert found.sentence == (
        "In January we reported 3,582 applications in the review. The total is now 3,778, up by 196 (5.5%)."
    )
    assert inside(before, after, counts) == (
        "3,580 + 198 added to the register = 3,778. Release 3 gives 3,582. The register as known on "
        "11 January 2024 gives 3,580; the rows do not explain the difference of 2."
    )


def test_those_who_may_see_figures_are_told_every_step():
    before, after = side(typed(25), JANUARY, figure="failures"), side(typed(33), MAY, figure="failures")
    steps = Step(Why.SINCE, 9, 9), Step(Why.RECLASSIFIED, -1, 1)
    assert inside(before, after, grew(25, *steps)) == "25 + 9 new \N{MINUS SIGN} 1 reclassified = 33."
    assert inside(before, before, grew(25)) == "25 in both."


def test_a_correction_of_the_same_day_is_told_as_one():
    before = side(typed(3_778), MAY)
    after = side(typed(3_780), MAY, nature="correction", number=5)
    found = revision(before, after, grew(3_778, Step(Why.LATE, 2, 2)), 7)
    assert found.kind == "correction"
    assert found.sentence == (
        "On 22 May 2024 we reported 3,778 applications in the review. Two earlier applications were recorded late; "
        "the total is 3,780. We have corrected the earlier figure."
    )
    assert (
        revision(before, side(typed(3_780), MAY, number=5), grew(3_778, Step(Why.LATE, 2, 2)), 7).kind
        == "revision"
    )


def test_without_the_register_only_the_two_numbers_are_told():
    found = between(typed(36), typed(45), None)
    assert found.why == "the register does not show what changed"
    assert (found.scale, found.explained) == ("up by 9 (25%)", True)


@pytest.mark.parametrize(
    ("said", "holds", "fails"),
    [
        (typed(45), 45, 46),
        (typed(3_500, "more than"), 3_501, 3_500),
        (typed(3_500, "at least"), 3_500, 3_499),
        (typed(45, "about"), 49, 50),
        (typed(45, "less than"), 44, 45),
        (typed(45, "at most"), 45, 46),
        (rounded(45), 47, 48),
        (hidden(), 7, 8),
    ],
)
def test_a_count_fits_what_is_said_of_it_or_does_not(said, holds, fails):
    assert fits(said, holds)
    assert not fits(said, fails)


SPELLED = ("none", *["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])


def test_the_public_is_told_no_number_but_those_two_and_their_difference():
    """Whatever the steps are: every number in the words is a told number, their difference or its percentage."""
    sizes = (1, 3, 8, 40)
    for one, two in itertools.product(
        (Why.ADDED, Why.SINCE, Why.LATE), (Why.REMOVED, Why.CORRECTED_OUT, Why.ENDED)
    ):
        for more, less in itertools.product(sizes, sizes):
            counts = grew(100, Step(one, more, more, CHECKS, more), Step(two, -less, less))
            for before, after in (
                (exact(100), exact(100 + more - less)),
                (rounded(100), rounded(5 * round((100 + more - less) / 5))),
                (typed(99, "more than"), exact(100 + more - less)),
            ):
                found = between(before, after, counts)
                told = {before.number, after.number, abs(after.number - before.number)}
                words = f"{found.why} {found.before} {found.after}"
                spelled = {SPELLED.index(word) for word in re.findall(r"[a-z]+", words) if word in SPELLED}
                assert {int(each) for each in re.findall(r"\d+", words)} | spelled <= told


def test_what_has_no_clause_of_its_own_is_said_by_its_title_on_both_days():
    same = between(hidden(), hidden(), None, figure="unreached")
    assert same.sentence == "Figure: withheld on 11 January 2024 and on 22 May 2024."
    median = between(exact(12), exact(14), None, figure="days_in_review", kind="median")
    assert median.sentence == (
        "Figure: half within 12 share on 11 January 2024, half within 14 share on 22 May 2024, up by 2 (16.7%). "
        "Each median is for its own day."
    )
