"""A statement made elsewhere is entered by one person and confirmed by another, and stands nowhere before."""

import datetime as dt

import pytest

from data.errors import UserError
from data.publishing.release import Person
from data.publishing.states import State
from tests.data.publishing.world import BEN, REASON, SPOKEN, TYPIST, draft, elsewhere, opened, stated

NOW = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def releases(tmp_path):
    found, _, ledger = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, NOW)
    yield found
    ledger.engine.dispose()


def test_what_one_person_entered_is_not_public_and_nothing_is_held_against_it(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    assert entered.state(NOW) is State.IN_REVIEW
    assert not entered.public(NOW)
    assert (entered.published_at, entered.approved) == (None, None)
    assert (releases.held_against(), releases.ever_approved()) == ((), [])


def test_another_person_confirms_the_very_same_and_it_is_public_since_it_was_said(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    for same in ("di", "DI", "\N{FULLWIDTH LATIN CAPITAL LETTER D}i"):
        with pytest.raises(UserError, match="Whoever entered a statement cannot confirm it"):
            releases.confirmed(entered.id, Person(same, "release approver"), seen=1)
    found = releases.confirmed(entered.id, BEN, seen=1)
    assert found.public(NOW)
    assert (found.published_at, found.approved) == (SPOKEN, entered.frozen)
    assert releases.held_against() == (entered.frozen,)


def test_what_is_rejected_never_stands_and_a_correction_takes_its_place_again(releases):
    first = stated(releases)
    wrong = releases.entered(TYPIST, elsewhere("34"), SPOKEN, amends=first)
    assert releases.find(first).state(NOW) is State.PUBLISHED
    rejected = releases.abandoned(wrong.id, BEN, REASON, seen=1)
    assert rejected.state(NOW) is State.ABANDONED
    with pytest.raises(UserError, match="cannot be edited"):
        releases.edited(wrong.id, TYPIST, draft(), seen=2)
    again = releases.entered(TYPIST, elsewhere("34"), SPOKEN, amends=first)
    assert (again.id, again.version, again.seen) == (wrong.id, 2, 3)
    releases.confirmed(again.id, BEN, seen=3)
    assert releases.find(first).state(NOW) is State.AMENDED
    assert [each.told.figures[0].whole.shown for each in releases.ever_approved()] == ["33", "34"]


def test_a_statement_speaks_of_no_day_after_the_one_on_which_it_was_published(releases):
    late = elsewhere(as_at=dt.date(2024, 6, 1), known_at=dt.date(2024, 6, 1))
    with pytest.raises(
        UserError, match="published, 31 May 2024, or of one before: it cannot be as at 1 June 2024"
    ):
        releases.entered(TYPIST, late, SPOKEN)
    # By the clocks of the review, it is the first of June already.
    assert releases.entered(TYPIST, late, dt.datetime(2024, 5, 31, 23, 30, tzinfo=dt.UTC)).seen == 1


def test_the_very_same_statement_may_be_entered_again_once_it_was_rejected(releases):
    entered = releases.entered(TYPIST, elsewhere(), SPOKEN)
    with pytest.raises(UserError, match="entered already"):
        releases.entered(BEN, elsewhere(), SPOKEN)
    releases.abandoned(entered.id, BEN, REASON, seen=1)
    assert releases.entered(TYPIST, elsewhere(), SPOKEN).number == 2
