import datetime as dt
import random

import polars as pl
import pytest

from metrics.as_at import Clocks
from metrics.bridge import Bridge, Step, Why, added_and_removed, bridge, bridge_with_causes, moves
from metrics.catalogue import CATALOGUE, metric
from metrics.dimensions import narrow
from metrics.evaluate import evaluate
from metrics.histories.subjects import HISTORIES, identity_of
from metrics.metric import Metric
from tests.metrics import oracle
from tests.metrics.world import BY_HAND, FIRST, SECOND, TERMS, THIRD, D, application, failure, frames, sampled

COUNTED = [each for each in CATALOGUE if isinstance(each, Metric)]


def histories(rows):
    tables = frames(rows)
    return {subject: history.of(TERMS)(tables).collect().lazy() for subject, history in HISTORIES.items()}


@pytest.fixture(scope="module")
def by_hand():
    return histories(BY_HAND)


def moved(world, name, opening, closing):
    metric = next(each for each in COUNTED if each.name == name)
    return moves(metric, world[metric.subject], opening, closing).collect()


def test_every_history_names_what_it_counts(by_hand):
    for subject in HISTORIES:
        assert identity_of(subject) in by_hand[subject].collect_schema()


def differences(world, metric, pairs):
    """Return how many pairs of clocks the figure differs on; the moves make up each difference."""
    rows, found = world[metric.subject], 0
    for opening, closing in pairs:
        for narrowing in ({}, {"area": ("north",), "grade": ("high", "medium")}):
            moving = moves(metric, rows, opening, closing, narrowing).collect()
            one, other = (
                evaluate(metric, narrow(rows, metric.subject, narrowing, each.as_at), each)["numerator"][0]
                for each in (opening, closing)
            )
            assert one + moving["change"].sum() == other, metric.name
            assert moving[identity_of(metric.subject)].is_unique().all()
            changes = moving["change"]
            sums = changes.filter(changes > 0).sum(), changes.filter(changes < 0).sum()
            assert added_and_removed([metric], rows, opening, closing, narrowing)[metric.name] == sums
            found += one != other
    return found


@pytest.mark.long
@pytest.mark.parametrize("seeds", [(11,), pytest.param((11, 12), marks=pytest.mark.soak)])
def test_opening_and_moves_make_closing_for_every_figure_from_any_clocks_to_later_ones(seeds):
    worlds = [histories(sampled(seed)) for seed in seeds]
    chance = random.Random(3)
    days = [*(D(2023, 9, 20 + number) for number in range(10)), FIRST, SECOND, THIRD, D(2024, 2, 1)]
    pairs = [(Clocks.then(SECOND), Clocks.then(D(2024, 2, 1)))]
    for _ in range(2):
        as_at, known_at = (sorted(chance.choices(days, k=2)) for _ in range(2))
        pairs.append((Clocks(as_at[0], known_at[0]), Clocks(as_at[1], known_at[1])))
    differing = {each.name: sum(differences(world, each, pairs) for world in worlds) for each in COUNTED}
    assert sum(1 for met in differing.values() if met) > len(COUNTED) / 2


def test_a_case_received_before_and_recorded_after_was_added_to_the_register(by_hand):
    found = moved(by_hand, "population", Clocks.then(FIRST), Clocks.then(SECOND))
    assert found.select("application_ref", "change", "why", "recorded_on").rows() == [
        ("A8", 1, Why.ADDED, SECOND)
    ]


def test_a_case_that_the_register_no_longer_has_was_taken_out(by_hand):
    found = moved(by_hand, "population", Clocks.then(SECOND), Clocks.then(THIRD))
    assert found.select("application_ref", "change", "why", "recorded_on").rows() == [
        ("A9", -1, Why.REMOVED, THIRD)
    ]


def test_a_review_that_was_completed_has_left_the_backlog_for_having_ended(by_hand):
    found = moved(by_hand, "backlog", Clocks(D(2023, 10, 23), THIRD), Clocks(D(2023, 10, 24), THIRD))
    assert ("A1", -1, Why.ENDED) in found.select("application_ref", "change", "why").rows()


def test_what_was_done_before_and_recorded_since_is_told_apart_from_what_was_done_since(by_hand):
    opening, closing = Clocks.then(D(2023, 10, 25)), Clocks.then(SECOND)
    completed = moved(by_hand, "completed", opening, closing)
    assert ("A1", 1, Why.LATE, SECOND) in completed.rows()
    assert ("A1", -1, Why.LATE, SECOND) in moved(by_hand, "backlog", opening, closing).rows()
    since = moved(by_hand, "completed", Clocks.then(D(2023, 10, 23)), closing)
    assert ("A1", 1, Why.SINCE, SECOND) in since.rows()


def test_the_bridge_of_two_figures_is_refused_where_its_steps_do_not_lead_from_one_to_the_other(by_hand):
    found = moved(by_hand, "population", Clocks.then(FIRST), Clocks.then(SECOND))
    assert bridge(8, found, 9) == Bridge(8, (Step(Why.ADDED, 1, 1),), 9)
    with pytest.raises(ValueError, match="do not lead to 10"):
        bridge(8, found, 10)


def test_a_case_corrected_out_of_an_area_left_by_a_correction_and_not_the_register(by_hand):
    metric = next(each for each in COUNTED if each.name == "population")
    found = moves(
        metric, by_hand["cases"], Clocks.then(FIRST), Clocks(FIRST, SECOND), {"area": ("north",)}
    ).collect()
    assert ("A6", -1, Why.CORRECTED_OUT) in found.select("application_ref", "change", "why").rows()
    into = moves(
        metric, by_hand["cases"], Clocks.then(FIRST), Clocks(FIRST, SECOND), {"area": ("south",)}
    ).collect()
    assert ("A6", 1, Why.CORRECTED_IN) in into.select("application_ref", "change", "why").rows()


@pytest.mark.parametrize("closing", [Clocks(FIRST, THIRD), Clocks(THIRD, FIRST), Clocks.then(FIRST)])
def test_a_bridge_to_an_earlier_day_is_refused_for_it_would_tell_what_came_since_as_corrected(
    by_hand, closing
):
    with pytest.raises(ValueError, match="leads forward in time"):
        moved(by_hand, "population", Clocks.then(SECOND), closing)


def test_one_that_counts_on_both_sides_has_not_moved(by_hand):
    clocks = Clocks.then(SECOND)
    for figure in COUNTED:
        found = moves(figure, by_hand[figure.subject], clocks, clocks).collect()
        assert found.height == 0
        assert found.schema["why"] == pl.Enum(Why)


def test_what_has_one_status_after_another_moves_by_what_it_was_on_the_opening_day(by_hand):
    # C1 was planned for and attempted in October and reached on 4 November: it waited until then.
    waited = moved(by_hand, "people_waiting", Clocks.then(SECOND), Clocks.then(THIRD))
    assert ("C1", -1, Why.ENDED) in waited.select("contact_ref", "change", "why").rows()
    # Identified on the 25th and recorded later, it was added, whatever has been tried since.
    added = moved(by_hand, "people_to_contact", Clocks(D(2023, 10, 26), FIRST), Clocks.then(SECOND))
    assert ("C1", 1, Why.ADDED) in added.select("contact_ref", "change", "why").rows()


NO_NOTES = pl.DataFrame(schema={"recorded_on": pl.Date, "note": pl.String})
BEGIN, END = Clocks.then(FIRST), Clocks.then(THIRD)


def told(rows, name, opening=BEGIN, closing=END, *, part=None, notes=NO_NOTES):
    figure = metric(name)
    history = HISTORIES[figure.subject].of(TERMS)(frames(rows)).collect().lazy()
    return bridge_with_causes(figure, history, opening, closing, part=part or {}, notes=notes)


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
    assert into.steps == (Step(Why.SINCE, 1, 1), Step(Why.RECLASSIFIED, 1, 1))
    out = told(rows, "failures", part={"part": ("service",)})
    assert (out.opening, out.steps, out.closing) == (1, (Step(Why.RECLASSIFIED, -1, 1),), 0)


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
