"""Opening, steps, closing: counted here in plain loops over hand-written and sampled worlds."""

import datetime as dt
import random

import polars as pl
import pytest

from metrics.as_at import Clocks
from metrics.bridge import Why
from metrics.catalogue import CATALOGUE, metric
from metrics.histories.subjects import HISTORIES
from metrics.metric import Metric
from metrics.reasons import RECLASSIFIED, Step, counts
from tests.metrics import oracle
from tests.metrics.world import FIRST, SECOND, TERMS, THIRD, D, application, failure, frames, sampled

NO_NOTES = pl.DataFrame(schema={"recorded_on": pl.Date, "note": pl.String})
BEGIN, END = Clocks.then(FIRST), Clocks.then(THIRD)


def told(rows, name, opening=BEGIN, closing=END, *, part=None, notes=NO_NOTES):
    figure = metric(name)
    history = HISTORIES[figure.subject].of(TERMS)(frames(rows)).collect().lazy()
    return counts(figure, history, opening, closing, part=part or {}, notes=notes)


def cases(count, *, came):
    return [
        application(f"B{came:%m%d}{each}", D(2020, 1, 1), "north", recorded_from=came)
        for each in range(count)
    ]


def noted(*notes):
    days, words = zip(*notes, strict=True)
    return pl.DataFrame({"recorded_on": days, "note": words})


def test_what_was_added_is_told_with_what_the_notes_of_its_loads_say_it_came_of():
    rows = {"applications": cases(2, came=FIRST) + cases(10, came=SECOND)}
    found = told(rows, "population", notes=noted((SECOND, "10 added following additional database checks")))
    assert (found.opening, found.closing) == (2, 12)
    assert found.steps == (Step(Why.ADDED, 10, 10, "additional database checks", 10),)


def test_a_cause_is_told_of_most_with_how_many_and_not_of_half():
    rows = {"applications": cases(3, came=FIRST) + cases(9, came=SECOND) + cases(8, came=THIRD)}
    checks, other = "Extract, following database checks.", "Weekly extract"
    most = told(rows, "population", notes=noted((SECOND, checks), (THIRD, other)))
    assert most.steps == (Step(Why.ADDED, 17, 17, "database checks", 9),)
    rows["applications"] += cases(1, came=D(2023, 12, 6))
    half = told(rows, "population", notes=noted((SECOND, checks), (THIRD, other)))
    assert half.steps == (Step(Why.ADDED, 18, 18),)


@pytest.mark.parametrize(
    "note",
    [
        "3 added following a report by Jane Smith",
        "added following 3 complaints",
        "following",
        "Following checks, 9 were added",
        "nothing of the kind",
    ],
)
def test_no_name_and_no_number_is_taken_over_from_a_note(note):
    rows = {"applications": cases(9, came=SECOND)}
    assert told(rows, "population", notes=noted((SECOND, note))).steps == (Step(Why.ADDED, 9, 9),)


def test_what_was_taken_out_bears_the_note_of_the_load_that_took_it_out():
    gone = [
        application(f"C{each}", D(2020, 1, 1), "north", recorded_from=FIRST, recorded_to=SECOND)
        for each in range(3)
    ]
    found = told(
        {"applications": gone}, "population", notes=noted((SECOND, "removed following a second look"))
    )
    assert found.steps == (Step(Why.REMOVED, -3, 3, "a second look", 3),)


def reclassified():
    return {
        "applications": [application("A1", D(2020, 1, 1), "north")],
        "failures": [
            failure("F1", "A1", D(2023, 10, 1), "service", recorded_to=SECOND),
            failure("F1", "A1", D(2023, 10, 1), "administrative", recorded_from=SECOND),
            failure("F2", "A1", D(2023, 11, 20), "administrative", recorded_from=THIRD),
        ],
    }


def test_what_leaves_one_part_for_another_was_reclassified_and_the_whole_does_not_move_by_it():
    rows = reclassified()
    assert told(rows, "failures").steps == (Step(Why.SINCE, 1, 1),)
    into = told(rows, "failures", part={"part": ("administrative",)})
    assert (into.opening, into.closing) == (0, 2)
    assert into.steps == (Step(Why.SINCE, 1, 1), Step(RECLASSIFIED, 1, 1))
    out = told(rows, "failures", part={"part": ("service",)})
    assert (out.opening, out.steps, out.closing) == (1, (Step(RECLASSIFIED, -1, 1),), 0)


def test_opening_and_steps_make_closing_for_every_count_from_any_clocks_to_later_ones():
    made, chance, moved = sampled(17), random.Random(5), 0
    rows = {table: made.get(table, []) for table in frames(made)}
    days = [D(2023, 9, 25) + dt.timedelta(days=each) for each in range(0, 70, 7)]
    for figure in CATALOGUE:
        if not isinstance(figure, Metric) or figure.share:
            continue
        earlier, later = sorted(chance.choices(days, k=2))
        opening, closing = Clocks.then(earlier), Clocks(later, max(days))
        found = told(rows, figure.name, opening, closing)
        assert found.opening + sum(step.change for step in found.steps) == pytest.approx(found.closing)
        assert all(step.change and step.things for step in found.steps)
        moved += bool(found.steps)
        for end, clocks in ((found.opening, opening), (found.closing, closing)):
            assert end == oracle.evaluate(figure.name, rows, clocks.as_at, clocks.known_at)[None][0], (
                figure.name
            )
    assert moved > 10
