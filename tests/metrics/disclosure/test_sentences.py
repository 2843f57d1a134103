import datetime as dt

from metrics.disclosure.audit import Finding, Target
from metrics.disclosure.counts import Key, Moment
from metrics.disclosure.sentences import sentences
from tests.metrics.disclosure.releases import FIRST, counted, frozen

LATER = FIRST + dt.timedelta(days=9)
HELD = frozen([counted("failures", {(): 3})])


def finding(low, high, quantity="failures", place=(), days=(FIRST,)):
    keys = tuple(Key(quantity, Moment(day, day, "1"), place) for day in days)
    return Finding(Target(keys, {}, change=len(days) > 1), low, high)


def said(*found):
    return sentences(found, HELD, 60)


def test_a_sentence_names_the_figure_the_cell_and_what_could_be_concluded():
    place = (("area", "north"), ("month_found", "2023-10-01"))
    assert said(finding(3, 3, place=place)) == [
        "Failures (area north and month found Oct 2023) on 11 Jan 2024 could be concluded to be exactly 3."
    ]
    assert said(finding(2, 4)) == ["Failures on 11 Jan 2024 could be concluded to be 2 to 4."]


def test_a_change_is_named_with_both_its_days():
    assert said(finding(-2, 0, days=(FIRST, LATER))) == [
        "Failures: the change from 11 Jan 2024 to 20 Jan 2024 could be concluded to be \N{MINUS SIGN}2 to 0."
    ]


def test_what_is_no_figure_of_the_release_goes_by_the_catalogue():
    (first, second, third) = said(
        finding(1, 1, "failure_rate: numerator"), finding(1, 1, "not_assessed"), finding(1, 1, "made_up")
    )
    assert first.startswith("Cases with a failure on")
    assert second.startswith("Cases waiting to be risk assessed on")
    assert third.startswith("Made up on")


def test_of_many_the_first_twenty_are_named():
    many = said(*(finding(1, 1, place=(("area", str(number)),)) for number in range(25)))
    assert (len(many), many[-1]) == (21, "So could 5 more.")
    assert said(*(finding(1, 1, place=(("area", str(n)),)) for n in range(21)))[-1] == "So could one more."
