"""A decision on a small number counts only if whoever decided has no part in the release."""

import datetime as dt

import pytest

from data.errors import UserError
from data.publishing.content import Override
from data.publishing.release import Person
from tests.data.publishing.world import ANN, BEN, CHIEF, REASON, approved, draft, frozen, opened, told

NOW = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
CELL = Override(figure="failures", who="", role="", reason=REASON, at="")
OTHER_CHIEF = Person("flo", "chief officer")


@pytest.fixture
def releases(tmp_path):
    found, _, ledger = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, NOW)
    yield found
    ledger.engine.dispose()


def submit(releases, release: int, by: Person):
    found = releases.find(release)
    holds = frozen(releases.held_against(), releases.overrides(release))
    return releases.submitted(release, by, holds, told(found.number), seen=found.seen)


def test_who_decided_and_then_writes_has_decided_nothing(releases):
    release = releases.drafted(ANN, draft()).id
    releases.overridden(release, CHIEF, CELL)
    assert [each.who for each in releases.overrides(release)] == ["cy"]
    releases.edited(release, Person("CY", "analyst"), draft("By Cy"), seen=1)
    assert releases.overrides(release) == ()
    assert [each.who for each in releases.own_decisions(release)] == ["cy"]
    with pytest.raises(
        UserError, match="cy decided that a small number is told exactly, and has written part"
    ):
        submit(releases, release, ANN)
    releases.overridden(release, OTHER_CHIEF, CELL, given=False)
    assert releases.own_decisions(release) == ()
    assert submit(releases, release, ANN).seen == 3


def test_who_decided_does_not_submit_and_another_may_decide_anew(releases):
    release = releases.drafted(ANN, draft()).id
    releases.overridden(release, CHIEF, CELL)
    with pytest.raises(UserError, match="cy decided"):
        submit(releases, release, Person("Cy", "analyst"))
    releases.overridden(release, OTHER_CHIEF, CELL)
    assert [each.who for each in releases.overrides(release)] == ["flo"]
    assert submit(releases, release, Person("Cy", "analyst")).seen == 2


def test_what_was_approved_is_held_against_all_later_ones_though_it_was_recalled(releases):
    release = approved(releases, embargo=NOW + dt.timedelta(days=1))
    before = releases.held_against()
    releases.let_look(release, BEN, "Eve", REASON, given=True)
    releases.recalled(release, BEN, REASON, seen=3)
    assert releases.held_against() == before == (releases.find(release).steps[2].frozen,)
    holds = frozen(before, count=34)
    releases.submitted(release, ANN, holds, told(shown="40"), seen=4)
    releases.approved(release, BEN, seen=5)
    found = releases.ever_approved()
    assert [each.told.figures[0].whole.shown for each in found] == ["35", "40"]
    assert [each.counted.figures[0].cells[0].numerator for each in found] == [33, 34]
    assert len(releases.held_against()) == 2
