"""What the record says of a load: it is kept with the load or not at all, and a refusal is always said."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.faults import Fault
from data.intake.load import load
from data.keyboard import at_the_keyboard
from data.loading import Loading
from data.record import Row
from data.review import Review, new_review
from data.schema import SCHEMAS
from tests.conftest import TERMS
from tests.data.conftest import DAY, applications, lines, plan_of

WEEK = dt.timedelta(days=7)
ONE, TWO, THREE = (f"A-{number},01/02/2020,right to ask,north,," for number in (1, 2, 3))
MOVED = "A-1,01/02/2020,right to ask,south,,"


class Told:
    """A review on one kind of database, and what its record says."""

    def __init__(self, folder: Path, review: Review) -> None:
        self.file = folder / "applications.csv"
        self.review = review

    def load(self, *rows: str, week: int = 0, rehearsal: bool = False) -> None:
        self.file.write_text(lines(*rows))
        day = DAY + week * WEEK
        load(self.review, [str(self.file)], plan_of(applications()), recorded_on=day, rehearsal=rehearsal)

    def rows(self) -> list[Row]:
        with self.review.record.reading() as rows:
            return list(rows)

    def said(self) -> list[tuple[str, str, str]]:
        return [(row.kind, row.scope, row.outcome) for row in self.rows()]


@pytest.fixture
def told(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setenv("CANDOUR_LEDGER", ledger_url)
    (tmp_path / "terms.toml").write_text(TERMS)
    review = new_review(tmp_path / "review", tmp_path / "terms.toml")
    yield Told(tmp_path, review)
    review.ledger.engine.dispose()


def test_a_load_says_what_it_brought_and_what_it_altered(told: Told) -> None:
    told.load(ONE, TWO)
    told.load(MOVED, THREE, week=1)
    assert told.said() == [
        ("collection", "load 1 recorded on 2024-01-11: applications 2 new of 2", "allowed"),
        ("collection", "load 2 recorded on 2024-01-18: applications 1 new of 2", "allowed"),
        ("alteration", "load 2 recorded on 2024-01-18: applications 1 changed, 1 removed", "allowed"),
    ]
    assert {(row.who, row.role, row.reason) for row in told.rows()} == {
        (at_the_keyboard(), "data steward", "")
    }
    assert len(told.review.record.anchor.lines()) == 3


def test_a_load_that_keeps_nothing_says_nothing(told: Told) -> None:
    told.load(ONE, rehearsal=True)
    assert told.said() == []
    told.load(ONE)
    told.load(ONE, week=1)
    assert len(told.said()) == 1


def test_a_load_that_confirms_the_register_says_that_it_collected_it(told: Told) -> None:
    told.load(ONE, TWO)
    told.load(TWO, ONE, week=1)
    assert told.said()[1:] == [
        ("collection", "load 2 recorded on 2024-01-18: applications 0 new of 2", "allowed")
    ]


def test_a_load_that_is_refused_says_so_and_a_rehearsal_does_not(told: Told) -> None:
    told.load(ONE, week=1)
    for rehearsal in (True, False):
        with pytest.raises(Fault, match="what was known on a day is never rewritten"):
            told.load(TWO, rehearsal=rehearsal)
    assert told.said()[1:] == [("collection", "load of 1 file on 2024-01-11", "refused")]
    assert told.review.ledger.version() == 1


def test_a_load_that_fails_at_its_very_end_leaves_neither_itself_nor_its_entry(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Loading) -> None:
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(Loading, "conclude", fail)
        told.load(ONE)
    assert told.said() == []
    assert told.review.record.anchor.lines() == []
    assert told.review.ledger.version() == 0


def test_without_its_record_a_load_is_not_kept(told: Told) -> None:
    told.review.record.anchor.path.unlink()
    with pytest.raises(Fault, match="The anchor of the record"):
        told.load(ONE)
    assert told.review.ledger.version() == 0


def test_the_largest_load_has_room_for_what_it_says() -> None:
    most = "; ".join(f"{table} 9999999 changed, 9999999 removed" for table in SCHEMAS)
    assert len(f"load 99999 recorded on 2024-01-11: {most}") < 1_000
