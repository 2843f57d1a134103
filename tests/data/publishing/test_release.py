"""Embargoes to the second, on the days the clocks change: a state follows from the moment, and nobody acts."""

import datetime as dt

import pytest

from data.errors import UserError
from data.publishing.moments import moment_of
from data.publishing.release import reasoned
from data.publishing.states import State, Step, Taken, state_at, written_moment
from tests.data.publishing.world import approved, opened

SECOND = dt.timedelta(seconds=1)
LONDON = "Europe/London"
EMBARGOES = [
    (dt.date(2024, 1, 11), dt.time(9, 30), "", dt.datetime(2024, 1, 11, 9, 30, tzinfo=dt.UTC)),
    (dt.date(2024, 3, 31), dt.time(0, 59, 59), "", dt.datetime(2024, 3, 31, 0, 59, 59, tzinfo=dt.UTC)),
    (dt.date(2024, 3, 31), dt.time(2, 0, 0), "", dt.datetime(2024, 3, 31, 1, 0, 0, tzinfo=dt.UTC)),
    (dt.date(2024, 10, 27), dt.time(1, 30), "first", dt.datetime(2024, 10, 27, 0, 30, tzinfo=dt.UTC)),
    (dt.date(2024, 10, 27), dt.time(1, 30), "second", dt.datetime(2024, 10, 27, 1, 30, tzinfo=dt.UTC)),
]


@pytest.mark.parametrize(("day", "time", "which", "ends"), EMBARGOES)
def test_an_embargo_ends_in_the_second_it_names_and_not_before(tmp_path, day, time, which, ends):
    embargo = moment_of(day, time, LONDON, which)
    assert embargo == ends
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    releases, clock, ledger = opened(url, tmp_path, ends - dt.timedelta(days=1))
    release = releases.find(approved(releases, embargo=embargo))
    ledger.engine.dispose()
    told = {
        moment: (release.state(moment), release.public(moment))
        for moment in (
            clock.moment,
            ends - SECOND,
            ends - dt.timedelta(microseconds=1),
            ends,
            ends + SECOND,
            (ends + SECOND).astimezone(dt.timezone(dt.timedelta(hours=5))),
        )
    }
    before, after = (State.APPROVED, False), (State.PUBLISHED, True)
    assert list(told.values()) == [before, before, before, after, after]
    assert len(told) == 5  # the same moment by another zone's clocks is one
    assert release.published_at == ends


def approval(public: dt.datetime) -> Taken:
    return Taken(3, "", Step.APPROVED, "ben", "release approver", "", "f" * 64, written_moment(public))


def test_between_the_two_half_past_ones_of_october_it_is_public_for_the_first_and_not_for_the_second():
    first, second = (
        moment_of(dt.date(2024, 10, 27), dt.time(1, 30), LONDON, which) for which in ("first", "second")
    )
    assert first < first + dt.timedelta(minutes=30) < second
    steps = [[approval(each)] for each in (first, second)]
    between = first + dt.timedelta(minutes=30)
    assert [state_at(each, between) for each in steps] == [State.PUBLISHED, State.APPROVED]


def test_who_approves_after_the_embargo_makes_it_public_in_that_moment(tmp_path):
    now = dt.datetime(2024, 10, 27, 1, 30, 0, 5, tzinfo=dt.UTC)
    releases, _, ledger = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, now)
    release = releases.find(approved(releases, embargo=now.replace(microsecond=0)))
    ledger.engine.dispose()
    assert release.published_at == now
    assert release.state(now) is State.PUBLISHED


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no moment"):
        written_moment(dt.datetime(2024, 3, 31, 1, 30))  # noqa: DTZ001  # which is the point


@pytest.mark.parametrize("reason", ["", "short", "x" * 401, "with a bell \a in the middle of it"])
def test_a_reason_says_something_in_one_line(reason):
    with pytest.raises(UserError, match="Give the reason in one line of 10 to 400 characters"):
        reasoned(reason)
    assert reasoned("two \n lines become one") == "two lines become one"
