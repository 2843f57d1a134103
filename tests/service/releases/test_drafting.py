"""A draft is held against what was really loaded, recorded and published, its title and note too."""

import datetime as dt

import pytest

from data.errors import UserError
from data.loading import Quarantined
from data.notes import Notes
from data.publishing.content import Bound, DatedNote, Draft
from data.publishing.release import Person
from data.record import Entry, Kind, Outcome
from service import cache, results
from service.releases import drafting

DAY = dt.date(2024, 5, 30)
FIGURES = (Bound(figure="population"), Bound(figure="risk_assessed"))
NOTE = "Later figures: every application has been assessed."


def draft(*figures: Bound, **changes) -> Draft:
    given = {"title": "t", "as_at": DAY, "known_at": DAY, "status": "final", "nature": "update", "note": NOTE}
    return Draft(figures=figures or (Bound(figure="population"),), **(given | changes))


def test_a_draft_in_order_has_nothing_in_its_way_and_says_what_it_leaves_out(press):
    made = press.counted_draft(press.draft(draft()).id)
    assert made.errors == ()
    assert made.warnings[0].endswith("are in Release 4 but not in this one. Readers will ask why.")
    assert made.warnings[0].startswith("Risk assessed, Failures found, Failures with harm,")


def test_what_stands_in_the_way_is_all_told_at_once_and_refuses_the_submission(press):
    late = draft(
        Bound(figure="population"),
        as_at=DAY + dt.timedelta(days=7),
        known_at=DAY + dt.timedelta(days=7),
        note="",
    )
    release = press.draft(late)
    assert [each[:40] for each in press.counted_draft(release.id).errors] == [
        "The release is for 6 June 2024, but the ",
        "The release is as known on 6 June 2024, ",
        "The note is missing. For an update it sa",
    ]
    with pytest.raises(UserError, match="The release is for 6 June 2024"):
        press.submit(release.id, seen=1)


def test_a_load_that_failed_since_the_last_that_was_kept_is_in_the_way(press):
    release = press.draft(draft()).id
    record = results.review_at(press.source.place).record
    scope = "load of 1 file on 2024-06-06"
    record.write(Entry(Kind.COLLECTION, "steward", "data steward", scope, "", Outcome.FAILED))
    (said,) = press.counted_draft(release).errors
    assert said.startswith(
        "The last load of 1 file on 2024-06-06 failed, so none of it is loaded. Correct and load"
    )
    record.write(Entry(Kind.COLLECTION, "steward", "data steward", "load 35 came again", "", Outcome.ALLOWED))
    assert press.counted_draft(release).errors == ()


@pytest.mark.usefixtures("forgotten")
def test_rows_held_back_count_for_the_figures_that_are_computed_from_their_table(press, monkeypatch):
    both = press.draft(draft(Bound(figure="failures"), Bound(figure="population"))).id
    one = press.draft(draft(Bound(figure="population"))).id
    monkeypatch.setattr(drafting, "quarantined_tables", lambda receipts: [Quarantined("failures", 2, 35)])
    (said,) = press.counted_draft(both).errors
    assert said.startswith(
        "2 rows of failures were rejected by load 35 and never loaded again. Correct and load"
    )
    assert press.counted_draft(one).errors == ()


@pytest.mark.usefixtures("forgotten")
def test_a_figure_whose_table_is_not_there_is_named_and_the_rest_is_counted(press, monkeypatch):
    release = press.draft(draft(Bound(figure="referrals"), Bound(figure="population"))).id
    tables = press.source.tables - {"referrals"}
    monkeypatch.setattr(type(press.source), "tables", property(lambda source: tables))
    figures = results.countable(press.source.place) - {"referrals"}
    monkeypatch.setattr(results, "countable", lambda place: figures)
    cache.clear()
    made = press.counted_draft(release)
    assert [each.figure for each in made.published.figures] == ["population"]
    assert made.errors[0].startswith("Referrals to the oversight body needs referrals, which has no extract")


@pytest.mark.usefixtures("forgotten")
def test_parts_that_do_not_add_up_are_in_the_way(press, monkeypatch):
    release = press.draft(draft(Bound(figure="failures"))).id
    real = drafting._whole
    monkeypatch.setattr(
        drafting, "_whole", lambda view, name: real(view, name).model_copy(update={"numerator": 34})
    )
    (said,) = press.counted_draft(release).errors
    assert said.startswith(
        "Failures found by part: the parts add up to 33 failures in scope, and the whole is 34."
    )


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (Bound(figure="gossip"), "There is no figure 'gossip'. Choose figures from the list."),
        (Bound(figure="failures", by=("shoe size",)), "There is no figure 'failures' by shoe size"),
        (Bound(figure="headcount", by=("area",)), "There is no figure 'headcount' by area"),
        (Bound(figure="failures", by=("area", "area")), "There is no figure 'failures' by area and area"),
    ],
)
def test_what_is_no_figure_is_not_drafted(press, bound, said):
    before = len(press.releases())
    with pytest.raises(UserError, match=said):
        press.draft(draft(bound))
    assert len(press.releases()) == before


def noted(press, day, words):
    review = results.review_at(press.source.place)
    note = Notes(review).add(Person("ann", "analyst"), day, words)
    press.source.run.clear()
    return Notes(review), note, DatedNote(day=day, words=words)


def test_a_note_that_was_chosen_is_in_what_is_drafted_and_published(press):
    _, _, chosen = noted(press, dt.date(2024, 2, 6), "A new system began")
    made = press.counted_draft(press.draft(draft(dated_notes=(chosen,))).id)
    assert made.errors == ()
    assert made.published.dated_notes == (chosen,)


def test_a_note_that_was_superseded_since_or_is_later_than_the_figures_is_in_the_way(press):
    store, note, chosen = noted(press, dt.date(2024, 2, 7), "A new system began")
    early = draft(dated_notes=(chosen,), as_at=dt.date(2024, 2, 6))
    assert press.counted_draft(press.draft(early).id).errors == (
        "The note of 7 February 2024 is later than the figures: take it out.",
    )
    release = press.draft(draft(dated_notes=(chosen,))).id
    store.add(Person("ann", "analyst"), chosen.day, "A new system was tried", seen=note)
    press.source.run.clear()
    assert press.counted_draft(release).errors == (
        "The note of 7 February 2024 has been superseded: choose the notes again.",
    )


def test_what_a_note_says_is_held_against_the_figures_as_the_title_is(press):
    _, _, chosen = noted(press, dt.date(2024, 2, 8), "40 failures were found in the review")
    made = press.counted_draft(press.draft(draft(dated_notes=(chosen,))).id)
    assert [alarm[:32] for alarm in made.alarms] == ["The title or note says “40”. Rel"]


def test_a_small_number_in_a_note_is_to_be_looked_at(press):
    _, _, chosen = noted(press, dt.date(2024, 2, 9), "Both people were told")
    made = press.counted_draft(press.draft(draft(dated_notes=(chosen,))).id)
    assert any("“Both people”" in warning for warning in made.warnings)


def made_of(press, note, title="The review has concluded"):
    release = press.draft(draft(*FIGURES, title=title, note=note))
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
