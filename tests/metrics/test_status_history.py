import pytest

from metrics.as_at import known
from metrics.histories.referrals import referrals
from metrics.status_history import standing_of, stretches_of
from tests.metrics.world import BY_HAND, THIRD, D, frames

TABLES = frames(BY_HAND)


@pytest.fixture(scope="module")
def spells():
    return known(referrals(TABLES), THIRD).collect()


def lives(spells, day):
    links, chains = TABLES["referral_failures"].collect(), TABLES["referral_chains"].collect()
    return standing_of(spells, links, chains, day)


def test_each_status_lasts_until_the_next_and_none_after_the_end(spells):
    found = stretches_of(spells, THIRD).filter(referral_ref="Q1").rows()
    # Referred on 2 October, closed on the 20th, open again on 10 November.
    assert found == [
        ("Q1", "referred", D(2023, 10, 2), D(2023, 10, 20)),
        ("Q1", "re-opened", D(2023, 11, 10), THIRD),
    ]


def test_a_life_is_told_until_the_day_and_no_further(spells):
    found = stretches_of(spells, D(2023, 10, 12)).rows()
    assert ("Q1", "referred", D(2023, 10, 2), D(2023, 10, 12)) in found
    assert not [row for row in found if row[0] == "Q2"]


def test_how_each_stands_has_its_days_its_failures_and_its_order(spells):
    found = lives(spells, THIRD)
    assert found["referral_ref"].to_list() == ["Q0", "Q1", "Q2"]
    assert found.select("status", "days", "silent").rows() == [
        ("referred", (THIRD - D(2019, 5, 1)).days, (THIRD - D(2019, 5, 1)).days),
        ("re-opened", 66, 27),
        ("referred", 22, 22),
    ]
    assert found["failure_refs"].to_list() == [["F9"], ["F1"], []]


def test_one_that_has_ended_is_as_old_as_it_was_when_it_did(spells):
    closed = lives(spells, D(2023, 11, 1)).filter(referral_ref="Q1")
    assert closed.select("status", "days", "silent").row(0) == ("closed", 18, None)
