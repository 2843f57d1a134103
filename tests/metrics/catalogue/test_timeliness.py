import pytest

from metrics.as_at import Clocks
from metrics.catalogue.timeliness import requests
from metrics.histories.subjects import HISTORIES
from tests.metrics import oracle
from tests.metrics.test_evaluate import CLOCKS, build, world_of
from tests.metrics.world import BY_HAND, TERMS, THIRD, D, application, frames

LIMITS = (28, 35)


def told(rows, clocks):
    found = requests(rows["disclosures"], clocks, LIMITS)
    return {(row["route"], row["year"]): row for row in found.iter_rows(named=True)}


def loops(world, clocks):
    """Count the same in plain loops, once for every route, year and subtotal that a case belongs to."""
    groups = {}
    for case in oracle.cases(world, clocks.known_at):
        if not (case.in_scope and case.received(clocks.as_at)):
            continue
        route, year = case.row["route"], case.row["received_on"].year
        for key in ((route, year), (route, None), (None, year), (None, None)):
            groups.setdefault(key, []).append(case)
    return {key: _row(each, clocks.as_at) for key, each in groups.items()}


def _row(each, day):
    told = [case for case in each if oracle.disclosed(case, day)]
    decided = [case for case in each if oracle.DISCLOSURE_COUNTS["decided"](case, day)]
    days = [oracle.days_taken(case) for case in told]
    in_time = [case for case in told if oracle.days_taken(case) <= oracle.limit(case)]
    return {
        "received": len(each),
        "undecided": len(each) - len(decided),
        "decided": len(decided),
        "disclosed": len(told),
        "share_disclosed": len(told) / len(decided) if decided else None,
        "judged": len(told),
        "in_time": len(in_time),
        "share_in_time": len(in_time) / len(told) if told else None,
        "after_28": sum(each > 28 for each in days),
        "after_35": sum(each > 35 for each in days),
        "longest": max(days, default=None),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_cell_of_the_table_is_what_plain_loops_count(seed):
    world, built = world_of(seed)
    for clocks in CLOCKS:
        found, expected = told(built, clocks), loops(world, clocks)
        assert found.keys() == expected.keys()
        for key, row in expected.items():
            assert {name: found[key][name] for name in row} == row, (key, clocks)


def test_each_is_judged_by_the_limit_in_force_on_the_day_it_was_received():
    taken = {"A1": (D(2023, 3, 31), 35), "A2": (D(2023, 3, 31), 36), "A3": (D(2023, 4, 1), 28)}
    taken["A4"] = (D(2023, 4, 1), 29)
    rows = build({"applications": [_told(ref, *each) for ref, each in taken.items()]})
    row = told(rows, Clocks.then(THIRD))[None, None]
    assert (row["disclosed"], row["in_time"], row["share_in_time"]) == (4, 2, 0.5)
    assert (row["after_28"], row["after_35"], row["longest"]) == (3, 1, 36)


def _told(ref, received_on, days):
    day = received_on + (D(2023, 1, 2) - D(2023, 1, 1)) * days
    return application(ref, received_on, "north", decision="disclosure", decided_on=day, disclosed_on=day)


def test_what_was_decided_without_a_disclosure_is_not_undecided_and_what_is_pending_is():
    rows = build(
        {
            "applications": [
                application("A1", D(2023, 1, 1), "north", decision="no disclosure", decided_on=D(2023, 1, 9)),
                application("A2", D(2023, 1, 1), "north", decision="pending", decided_on=D(2023, 1, 9)),
                application("A3", D(2023, 1, 1), "north"),
            ]
        }
    )
    row = told(rows, Clocks.then(THIRD))["ask", 2023]
    assert (row["received"], row["decided"], row["undecided"], row["disclosed"]) == (3, 1, 2, 0)
    assert (row["share_disclosed"], row["share_in_time"], row["longest"]) == (0.0, None, None)


def test_subtotals_stand_after_what_they_sum():
    found = requests(world_of(1)[1]["disclosures"], CLOCKS[3], LIMITS)
    assert found["route"].to_list() == ["ask", "ask", "know", "know", None, None]
    assert found["year"].to_list() == [2023, None] * 3


def test_terms_that_know_no_limit_judge_nothing():
    rows = HISTORIES["disclosures"].of(TERMS.model_copy(update={"timescales": ()}))(frames(BY_HAND))
    row = requests(rows, Clocks.then(THIRD), ()).row(-1, named=True)
    assert (row["disclosed"], row["judged"], row["in_time"], row["share_in_time"]) == (2, 0, 0, None)
