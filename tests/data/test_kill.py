"""Loads that are killed with signal 9: nothing half, nothing lost, and the next load goes on at once."""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from access.audit import verify
from data.connection import reading
from data.review import Review, new_review, open_review
from tests.data.balance import imbalances
from tests.data.killing import INSIDE, Plan, killed, take

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal 9 and no fork")
READY_SECONDS = 5


@dataclass
class Trial:
    """One review whose loads are killed one after another."""

    folder: Path
    ledger: str
    dice: random.Random
    number: int = 0
    version: int = 0
    where: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def plan(self, moment: int = 0, *, waiting: bool = False) -> Plan:
        """Plan the next load."""
        self.number += 1
        return Plan(self.folder, self.ledger, self.number, moment, waiting)

    def kill(self, moment: int, *, waiting: bool) -> None:
        """Kill a load at a moment, look at what is left, and load again."""
        death = killed(self.plan(moment, waiting=waiting))
        dead_at = time.monotonic()
        open_review(self.folder).ledger.engine.dispose()
        opened_at = time.monotonic()
        after = self.look()
        kept = after - self.version
        assert kept in (0, 1)
        assert kept or death.last != "after", "a load that was committed is not there"
        assert not (kept and waiting and death.last in INSIDE), "a load is there that was never committed"
        self.where["inside" if death.last in INSIDE and not kept else "outside"] += 1
        again_at = time.monotonic()
        take(self.plan())
        self.slowest = max(self.slowest, opened_at - dead_at + time.monotonic() - again_at)
        self.version = self.look()
        assert self.version == after + 1

    def look(self) -> int:
        """Open the review as anyone would, hold it against itself, and return its version."""
        review = open_review(self.folder)
        try:
            return _sound(review)
        finally:
            review.ledger.engine.dispose()

    def run(self, kills: int) -> None:
        """Kill `kills` loads: every second one certainly inside its transaction, the others at any moment."""
        take(self.plan())
        course = killed(self.plan()).seen
        assert course[-1] == "ended"
        self.version = self.look()
        inside = [number for number, where in enumerate(course, start=1) if where in INSIDE]
        assert len(inside) > 10
        for number in range(kills):
            if number % 2 == 0:
                self.kill(self.dice.choice(inside), waiting=True)
            else:
                self.kill(self.dice.randrange(1, len(course)), waiting=False)
        assert self.where["inside"] * 2 >= kills


def _sound(review: Review) -> int:
    version = review.ledger.version()
    with reading(review.ledger.engine) as connection:
        assert imbalances(connection, review.ledger.tables) == []
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert verify(review.record).findings == ()
    with review.record.reading() as rows:
        collected = [
            row.scope.split()[1] for row in rows if (row.kind, row.outcome) == ("collection", "allowed")
        ]
    assert collected == [str(load) for load in range(1, version + 1)]
    return version


@pytest.fixture
def trial(tmp_path: Path, ledger_url: str, terms_file: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    monkeypatch.setenv("CANDOUR_LEDGER", ledger_url)
    new_review(tmp_path / "review", terms_file).ledger.engine.dispose()
    return Trial(tmp_path / "review", ledger_url, random.Random(3778))


@pytest.mark.long
def test_a_load_that_is_killed_leaves_nothing_half_and_loses_nothing(trial: Trial) -> None:
    trial.run(4 if trial.ledger.startswith("sqlite") else 2)


@pytest.mark.soak
def test_loads_killed_again_and_again_leave_nothing_half_and_lose_nothing(trial: Trial) -> None:
    trial.run(200 if trial.ledger.startswith("sqlite") else 30)
    sys.stdout.write(f"\nKilled: {dict(trial.where)}; ready again within {trial.slowest:.2f} s.\n")
    assert trial.slowest < READY_SECONDS
