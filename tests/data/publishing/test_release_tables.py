"""What the tables of releases refuse by themselves, whoever asks, on SQLite and on PostgreSQL."""

import datetime as dt

import pytest
from sqlalchemy.exc import DatabaseError

from data.publishing.release_tables import EARLY_READERS, OVERRIDES, RELEASES, STEPS
from data.publishing.states import written_moment
from tests.data.publishing.world import ANN, REASON, draft, opened

AT = written_moment(dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC))


@pytest.fixture
def office(blank_ledger_url, tmp_path):
    releases, _, ledger = opened(blank_ledger_url, tmp_path, dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC))
    releases.drafted(ANN, draft())
    yield ledger
    ledger.engine.dispose()


def takes(ledger, table: str, row: dict) -> bool:
    """Whether the database takes a row; it is undone either way."""
    with ledger.engine.connect() as connection:
        try:
            connection.execute(ledger.tables.publishing[table].insert().values(row))
        except DatabaseError:
            return False
        finally:
            connection.rollback()
    return True


SIGNED = {"release": 1, "at": AT, "who": "ben", "role": "r", "reason": REASON}
STEP = SIGNED | {"step": 2, "kind": "abandoned"}
ENTRY = SIGNED | {"entry": 1, "given": True}
REFUSED = {
    "a step nobody knows": (STEPS, STEP | {"kind": "published"}),
    "a step without a reason": (STEPS, STEP | {"reason": ""}),
    "a step written over": (STEPS, STEP | {"step": 1}),
    "a step of no release": (STEPS, STEP | {"release": 9}),
    "a draft without its text": (STEPS, STEP | {"kind": "edited"}),
    "an approval of nothing": (STEPS, STEP | {"kind": "approved", "published_at": AT}),
    "an approval without a moment": (STEPS, STEP | {"kind": "approved", "frozen": "f" * 64}),
    "a reader without a name": (EARLY_READERS, ENTRY | {"reader": ""}),
    "a decision by nobody": (OVERRIDES, ENTRY | {"cell": "{}", "who": ""}),
    "a version of nought": (RELEASES, {"release": 2, "number": 2, "version": 0, "origin": "candour"}),
    "a number that is there": (RELEASES, {"release": 2, "number": 1, "version": 1, "origin": "candour"}),
    "an origin nobody knows": (RELEASES, {"release": 2, "number": 2, "version": 1, "origin": "me"}),
}
TAKEN = {
    "a step": (STEPS, STEP),
    "a reader": (EARLY_READERS, ENTRY | {"reader": "eve"}),
    "a decision": (OVERRIDES, ENTRY | {"cell": "{}"}),
    "a release": (RELEASES, {"release": 2, "number": 2, "version": 1, "origin": "candour"}),
}


@pytest.mark.parametrize("name", [*REFUSED, *TAKEN])
def test_the_tables_refuse_what_no_release_can_have(office, name):
    table, row = (REFUSED | TAKEN)[name]
    assert takes(office, table, row) is (name in TAKEN)


def test_sqlite_keeps_no_cell_of_another_type(office):
    if office.engine.dialect.name == "sqlite":
        assert not takes(office, EARLY_READERS, ENTRY | {"reader": b"eve"})
