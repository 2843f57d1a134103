"""Several states or attempts of one person on one day: which counts, whatever the order of the rows."""

import itertools
import random

import polars as pl
import pytest

from data.schema import CONTACT_STATES
from metrics.as_at import Clocks
from metrics.catalogue import metrics_of
from metrics.catalogue.people import NOT_SENT_ON, SAMPLE_CHECKS, SAMPLE_SENT_ON, drawn
from metrics.dimensions import dimension, dimensions_of
from metrics.evaluate import evaluate
from metrics.histories.cases import NOT_SAFE
from metrics.histories.subjects import HISTORIES
from tests.bench.sql import over_tables
from tests.metrics import oracle
from tests.metrics.test_evaluate import world_of
from tests.metrics.world import FIRST, SECOND, TERMS, D, application, attempt, frames, person, state

FIGURES = (*metrics_of("people"), *metrics_of("attempts"))
DAYS = [D(2023, 10, 5), D(2023, 10, 6), D(2023, 10, 7)]
CLOCKS = [Clocks(DAYS[1], SECOND), Clocks(DAYS[2], FIRST), Clocks(D(2023, 11, 20), SECOND)]


def crowded(seed):
    """Make up people with several states and attempts on each of few days, in any order."""
    chance = random.Random(seed)
    rows = {table: [] for table in frames({})}
    rows["applications"] = [
        application(f"A{number}", D(2023, 1, 1), chance.choice("xyz"), in_scope=chance.random() < 0.8)
        for number in range(4)
    ]
    for number in range(12):
        ref = f"C{number}"
        rows["people_to_contact"].append(person(ref, f"A{chance.randrange(5)}", chance.choice(DAYS)))
        for _ in range(chance.randrange(7)):
            name = chance.choice(CONTACT_STATES)
            again = chance.choice(DAYS if name == NOT_SAFE else [None, *DAYS])
            clock = {"recorded_from": chance.choice([FIRST, SECOND])}
            rows["contact_states"].append(state(ref, chance.choice(DAYS), name, again, **clock))
        for count in range(chance.randrange(5)):
            came_of_it = chance.choice(["reached", "no answer"])
            rows["contact_attempts"].append(
                attempt(f"T{number}-{count}", ref, chance.choice(DAYS), "telephone", came_of_it)
            )
    return rows


def shuffled(rows, seed):
    chance = random.Random(seed)
    return {table: chance.sample(held, len(held)) for table, held in rows.items()}


def built(rows):
    tables = frames(rows)
    return {name: HISTORIES[name].of(TERMS)(tables).collect().lazy() for name in ("people", "attempts")}


@pytest.fixture(params=range(4))
def rows(request):
    return crowded(request.param)


def test_the_made_up_people_have_several_states_and_attempts_on_one_day(rows):
    for table, day in (("contact_states", "from_on"), ("contact_attempts", "attempted_on")):
        held = [(each["person_ref"], each[day]) for each in rows[table]]
        assert len(set(held)) < len(held)


@pytest.mark.long
def test_contact_figures_agree_with_plain_loops_and_with_sql_in_any_order_of_the_rows(rows, tmp_path):
    histories = built(rows)
    mixed = shuffled(rows, 1)
    again = built(mixed)
    for table, frame in frames(mixed).items():
        frame.collect().write_parquet(tmp_path / f"{table}.parquet")
    in_sql = over_tables(tmp_path)
    for clocks in CLOCKS:
        asked = in_sql.whole_set(clocks)
        for figure in FIGURES:
            ours = evaluate(figure, histories[figure.subject], clocks)
            assert evaluate(figure, again[figure.subject], clocks).equals(ours), (figure.name, clocks)
            row = ours.row(0, named=True)
            counted = (row["numerator"], row["denominator"])
            looped = oracle.evaluate(figure.name, mixed, clocks.as_at, clocks.known_at)[None]
            assert looped[:2] == counted, (figure.name, clocks)
            assert asked[figure.name, ""][:2] == counted, (figure.name, clocks)


def test_every_split_of_contact_figures_agrees_with_plain_loops(rows):
    histories = built(shuffled(rows, 3))
    for subject in ("people", "attempts"):
        for figure in metrics_of(subject):
            for each in dimensions_of(subject):
                for clocks in CLOCKS:
                    found = evaluate(figure, histories[subject], clocks, by=[each])
                    counted = {
                        row[each.name]: (row["numerator"], row["denominator"])
                        for row in found.iter_rows(named=True)
                    }
                    looped = oracle.evaluate(figure.name, rows, clocks.as_at, clocks.known_at, each.name)
                    assert counted == {key: row[:2] for key, row in looped.items()}, (figure.name, each.name)


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_states_from_one_day_the_one_further_on_in_the_list_holds(turn):
    for first, second in itertools.pairwise(CONTACT_STATES):
        rows = {
            "applications": [application("A1", D(2023, 1, 1), "x")],
            "people_to_contact": [person("C1", "A1", DAYS[0])],
            "contact_states": [state("C1", DAYS[1], first), state("C1", DAYS[1], second)][::turn],
        }
        held = built(rows)["people"].filter(pl.col("state").is_not_null()).collect()
        assert held["state"].to_list() == [second]


def test_a_state_overtaken_on_its_own_day_ends_no_wait():
    rows = {
        "applications": [application("A1", D(2023, 1, 1), "x")],
        "people_to_contact": [person("C1", "A1", DAYS[0])],
        "contact_states": [state("C1", DAYS[1], "planned"), state("C1", DAYS[1], "no contact needed")],
    }
    assert built(rows)["people"].collect()["settled_on"].to_list() == [None, None]


def test_each_attempt_of_a_day_counts_once():
    rows = {
        "applications": [application("A1", D(2023, 1, 1), "x")],
        "people_to_contact": [person("C1", "A1", DAYS[0])],
        "contact_attempts": [
            attempt("T1", "C1", DAYS[1], "telephone", "no answer"),
            attempt("T2", "C1", DAYS[1], "telephone", "no answer"),
            attempt("T3", "C1", DAYS[1], "visit", "reached"),
        ],
    }
    found = {
        figure.name: evaluate(figure, built(rows)["attempts"], Clocks(DAYS[1], FIRST)).row(0)[:2]
        for figure in metrics_of("attempts")
    }
    assert found == {"contact_attempts": (3, None), "share_of_attempts_reaching": (1, 3)}


def test_each_contact_figure_says_which_state_of_a_day_holds():
    for figure in FIGURES:
        if figure.subject == "people" and figure.name != "people_outside_scope":
            assert (
                "Of two states given for one day, the later in the list of states holds." in figure.definition
            )
    assert "; ".join(CONTACT_STATES) in FIGURES[0].definition


@pytest.mark.parametrize("split", [None, "area", "grade"])
def test_the_sample_is_part_of_those_that_it_speaks_for(split):
    world, built = world_of(2)
    clocks, by = Clocks(D(2023, 11, 20), D(2023, 12, 1)), [dimension(split)] if split else []
    parts = (SAMPLE_CHECKS, SAMPLE_SENT_ON, NOT_SENT_ON)
    found = drawn(*(evaluate(each, built[each.subject], clocks, by=by) for each in parts))
    counts = {
        each.name: oracle.evaluate(each.name, world, clocks.as_at, clocks.known_at, split) for each in parts
    }
    assert found["numerator"].sum() > 0
    for row in found.iter_rows(named=True):
        value = row[split] if split else None
        checked, since, unsent = (counts[each.name].get(value, (0,))[0] for each in parts)
        assert (row["numerator"], row["denominator"]) == (checked, unsent + since)
        assert row["value"] == checked / (unsent + since) <= 1
