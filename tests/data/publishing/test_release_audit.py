"""Releases come back from a backup as they were, byte for byte, and one that was tampered with does not."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.backup import backup
from data.errors import UserError
from data.ledger import Ledger
from data.publishing.content import Override, digest_of
from data.publishing.release import Release
from data.releases import Releases
from data.restore import restore
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
    stated,
    submitted,
)

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
    releases.let_look(waiting, BEN, "Eve", REASON, given=True)
    releases.recalled(waiting, BEN, REASON, seen=3)
    releases.overridden(waiting, CHIEF, Override(figure="failures", who="", role="", reason=REASON, at=""))
    releases.edited(waiting, ANN, draft(), seen=4)
    stated(releases)
    rejected = releases.entered(CHIEF, elsewhere("34"), BEGINS).id
    releases.abandoned(rejected, BEN, REASON, seen=1)
    returned = submitted(releases)
    releases.returned(returned, BEN, REASON, seen=2)
    releases.abandoned(returned, ANN, REASON, seen=3)
    clock.moment += LATER
    releases.withdrawn(first, BEN, REASON, seen=3)
    submitted(releases, amends=first)
    return releases.all()


def bytes_of(releases: Releases, release: int) -> bytes:
    counted = releases.counted(release)
    told = releases.told(release).written()
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
    assert restored.may_look(2, "eve")
    assert triggers(back.ledger) == triggers(desk.review.ledger)
    with pytest.raises(UserError, match="cannot approve it"):
        restored.approved(6, ANN, seen=2)
    back.ledger.engine.dispose()


def triggers(ledger: Ledger) -> list[tuple[str, str]]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    with ledger.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ("UPDATE release_steps SET who = 'Ann' WHERE kind = 'approved'", "step 3: its author approved it"),
        (
            'UPDATE release_steps SET overruled = \'[{"alarm": "a", "reason": "b"}]\' WHERE kind = \'approved\'',
            "it overruled other alarms than there were",
        ),
        (
            "UPDATE release_steps SET at = '2039' || substr(at, 5) WHERE step = 3",
            "dated before the one before it",
        ),
        ("UPDATE release_steps SET frozen = 'f' WHERE step = 3", "step 3: something else was approved"),
        ("UPDATE release_steps SET kind = 'submitted', published_at = NULL WHERE step = 3", "out of turn"),
        ("DELETE FROM release_frozen", "step 2: what it froze is not there"),
    ],
)
def test_a_release_that_cannot_have_come_by_its_steps_is_not_put_back(office, tmp_path, forged, said):
    desk, releases, _ = office
    approved(releases)
    with desk.review.ledger.engine.begin() as connection:
        for name, _ in triggers(desk.review.ledger):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(forged)
    backup(desk.review, tmp_path / "a.backup")
    with pytest.raises(UserError, match=said):
        restore(tmp_path / "a.backup", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_thousand_readings_are_the_same_bytes_whatever_happens_around_them(office, tmp_path):
    desk, releases, clock = office
    release = approved(releases)
    digest = releases.find(release).frozen
    first = bytes_of(releases, release)
    seen = {hashlib.sha256(bytes_of(releases, release)).digest() for _ in range(READS)}
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
