"""Releases: their states on the days the clocks change, whose decisions count, and how they come back from a backup."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.backup import backup, restore
from data.errors import UserError
from data.ledger import Ledger
from data.publishing.content import Override, digest_of
from data.publishing.release import Person, Release, reasoned
from data.publishing.states import State, Step, Taken, moment_of, state_at, written_moment
from data.releases import Releases
from data.review import open_review
from tests.data.conftest import DAY, Loader, lines
from tests.data.publishing.world import (
    ANN,
    BEN,
    CHIEF,
    REASON,
    Clock,
    approved,
    draft,
    elsewhere,
    frozen,
    opened,
    stated,
    submitted,
    told,
)

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
    holds = frozen(releases.approved_digests(), releases.overrides(release))
    return releases.submitted(release, by, holds, told(found.number), seen=found.seen)


def test_who_decided_and_then_writes_has_decided_nothing(releases):
    release = releases.drafted(ANN, draft()).id
    releases.overridden(release, CHIEF, CELL)
    assert [each.who for each in releases.overrides(release)] == ["cy"]
    releases.step(release, Step.EDITED, Person("CY", "analyst"), draft=draft("By Cy"), seen=1)
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
    before = releases.approved_digests()
    releases.allow_early(release, BEN, "Eve", REASON, given=True)
    releases.step(release, Step.RECALLED, BEN, reason=REASON, seen=3)
    assert releases.approved_digests() == before == (releases.find(release).steps[2].frozen,)
    holds = frozen(before, count=34)
    releases.submitted(release, ANN, holds, told(shown="40"), seen=4)
    releases.approved(release, BEN, seen=5)
    found = releases.ever_approved()
    assert [each.published.figures[0].whole.shown for each in found] == ["35", "40"]
    assert [each.counted.figures[0].cells[0].numerator for each in found] == [33, 34]
    assert len(releases.approved_digests()) == 2


BEGINS = dt.datetime(2040, 5, 22, 9, tzinfo=dt.UTC)
LATER = dt.timedelta(hours=1)
READS = 1_000


@pytest.fixture
def office(desk: Loader) -> Iterator[tuple[Loader, Releases, Clock]]:
    clock = Clock(BEGINS)
    return desk, Releases(desk.review.ledger, desk.review.record, clock), clock


def lived(releases: Releases, clock: Clock) -> list[Release]:
    """Releases that have come by every kind of step."""
    first = approved(releases)
    waiting = approved(releases, embargo=BEGINS + LATER)
    releases.allow_early(waiting, BEN, "Eve", REASON, given=True)
    releases.step(waiting, Step.RECALLED, BEN, reason=REASON, seen=3)
    releases.overridden(waiting, CHIEF, Override(figure="failures", who="", role="", reason=REASON, at=""))
    releases.step(waiting, Step.EDITED, ANN, draft=draft(), seen=4)
    stated(releases)
    rejected = releases.entered(CHIEF, elsewhere("34"), BEGINS).id
    releases.step(rejected, Step.ABANDONED, BEN, reason=REASON, seen=1)
    returned = submitted(releases)
    releases.step(returned, Step.RETURNED, BEN, reason=REASON, seen=2)
    releases.step(returned, Step.ABANDONED, ANN, reason=REASON, seen=3)
    clock.moment += LATER
    releases.step(first, Step.WITHDRAWN, BEN, reason=REASON, seen=3)
    submitted(releases, amends=first)
    return releases.all()


def bytes_of(releases: Releases, release: int) -> bytes:
    counted = releases.counted(release)
    told = releases.published(release).written()
    return digest_of("" if counted is None else counted.written(), told).encode() + told.encode()


def test_every_release_comes_back_as_it_was_and_goes_on(office, tmp_path):
    desk, releases, clock = office
    before = lived(releases, clock)
    backup(desk.review, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "back")
    for name in ("record.keys", "record.anchor"):
        shutil.copy(desk.review.folder / name, tmp_path / "back" / name)
    back = open_review(tmp_path / "back")
    restored = Releases(back.ledger, back.record, clock)
    assert restored.all() == before
    assert [restored.overrides(each.id) for each in before] == [
        releases.overrides(each.id) for each in before
    ]
    assert restored.reads_early(2, "eve")
    assert triggers(back.ledger) == triggers(desk.review.ledger)
    with pytest.raises(UserError, match="cannot approve it"):
        restored.approved(6, ANN, seen=2)
    back.ledger.engine.dispose()


def triggers(ledger: Ledger) -> list[tuple[str, str]]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with ledger.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ("UPDATE release_steps SET who = 'Ann' WHERE kind = 'approved'", "step 3 of it is not as the record"),
        (
            'UPDATE release_steps SET overruled = \'[{"alarm": "a", "reason": "b"}]\' WHERE kind = \'approved\'',
            "step 3 of it is not as the record",
        ),
        ("UPDATE release_steps SET at = '2039' || substr(at, 5) WHERE step = 3", "step 3 of it is not as"),
        ("UPDATE release_steps SET frozen = 'f' WHERE step = 3", "step 3 of it is not as the record"),
        (
            "UPDATE release_steps SET draft = draft || ' ' WHERE step = 1",
            "step 1 of it is not as the record",
        ),
        ("UPDATE releases SET number = 7", "step 1 of it is not as the record has it"),
        ("DELETE FROM release_steps WHERE step = 3", "it lacks what row 3 of the record says"),
        ("DELETE FROM release_frozen", "what it froze is not there"),
        ("UPDATE release_frozen SET told = replace(told, '35', '36')", "not those that were submitted"),
    ],
)
def test_a_release_that_the_record_does_not_vouch_for_is_neither_shown_nor_put_back(
    office, tmp_path, forged, said
):
    desk, releases, _ = office
    release = approved(releases)
    with desk.review.ledger.engine.begin() as connection:
        for name, _ in triggers(desk.review.ledger):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(forged)
    with pytest.raises(UserError, match=said):
        releases.published(release)
    backup(desk.review, tmp_path / "a.backup")
    with pytest.raises(UserError, match=said):
        restore(tmp_path / "a.backup", tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("reads", [100, pytest.param(READS, marks=pytest.mark.soak)])
def test_many_readings_are_the_same_bytes_whatever_happens_around_them(office, tmp_path, reads):
    desk, releases, clock = office
    release = approved(releases)
    digest = releases.find(release).frozen
    first = bytes_of(releases, release)
    seen = {hashlib.sha256(bytes_of(releases, release)).digest() for _ in range(reads)}
    assert seen == {hashlib.sha256(first).digest()}
    assert first.startswith(digest.encode())

    def again(folder: Path) -> bytes:
        opened = open_review(folder)
        found = bytes_of(Releases(opened.ledger, opened.record, clock), release)
        opened.ledger.engine.dispose()
        return found

    folder = desk.review.folder
    assert again(folder) == first  # opened anew, as after a restart
    desk.take(lines("A-1,01/02/2020,right to ask,north,,"), on=DAY)
    assert again(folder) == first  # after another load
    terms = folder / "terms.toml"
    terms.write_text(terms.read_text().replace("A review to test with", "Another name"))
    assert again(folder) == first  # under other terms of reference
    backup(desk.review, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "back")
    for name in ("record.keys", "record.anchor"):
        shutil.copy(folder / name, tmp_path / "back" / name)
    assert again(tmp_path / "back") == first  # from a backup
