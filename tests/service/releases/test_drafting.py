"""No number is typed into a release but in its title and note, and those are held against the rest."""

import datetime as dt

import pytest

from data.publishing.content import Bound, Draft

DAY = dt.date(2024, 5, 30)
FIGURES = (Bound(figure="population"), Bound(figure="risk_assessed"))


def made_of(press, note, title="The review has concluded"):
    draft = Draft(
        title=title, as_at=DAY, known_at=DAY, status="final", nature="update", note=note, figures=FIGURES
    )
    release = press.draft(draft)
    return release, press.counted_draft(release.id)


def test_a_note_that_says_what_was_published_is_in_nobodys_way(press):
    _, made = made_of(press, "In January we said that 3,582 applications had been risk assessed.")
    assert made.errors == ()
    assert not any("title or note" in each for each in made.warnings)


def test_a_note_that_restates_january_is_an_alarm_that_the_release_keeps_for_its_approver(press):
    release, made = made_of(press, "In January we said that 3,778 applications had been risk assessed.")
    assert made.errors == ()
    (alarm,) = made.alarms
    assert alarm.startswith("The title or note says “3,778”. ")
    assert "Release 3 of 11 January 2024 said that 3,582 applications" in alarm
    press.submit(release.id, seen=1)
    assert press.alarms(release.id) == made.alarms


def test_a_title_is_held_against_what_was_published_as_well(press):
    _, made = made_of(press, "Later figures of the review.", title="40 failures were found in the review")
    assert [alarm[:32] for alarm in made.alarms] == ["The title or note says “40”. Rel"]


def test_what_could_not_be_told_is_for_a_person_and_not_in_the_way(press):
    _, made = made_of(press, "All 3,141 were looked at.")
    assert made.errors == ()
    assert [each[:34] for each in made.warnings if "says" in each] == ["The title or note says “3,141”. Th"]


@pytest.mark.parametrize(
    "words", ["One person was harmed.", "Four failures led to harm.", "3 people were harmed."]
)
def test_a_small_number_in_words_that_is_told_exactly_nowhere_is_an_alarm(press, words):
    _, made = made_of(press, f"More was found since the last release. {words}")
    first = words.split()[0]
    assert [alarm for alarm in made.alarms if alarm.startswith(f"The title or note says “{first}”. ")]


@pytest.mark.parametrize(
    ("words", "few"),
    [
        ("Both people were told.", "Both people"),
        ("A couple of the victims moved.", "A couple of the victims"),
        ("The only case of a child.", "The only case"),
    ],
)
def test_a_few_without_a_number_are_for_a_person_to_look_at(press, words, few):
    _, made = made_of(press, f"More was found since the last release. {words}")
    stands = [*made.errors, *made.alarms, *made.warnings]
    assert any(
        each.startswith(f"The title or note says “{few}”, a small number that can identify people.")
        for each in stands
    )
