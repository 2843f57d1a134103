"""What the database itself refuses of releases, whoever asks it, on SQLite and on PostgreSQL."""

import datetime as dt

import pytest
from sqlalchemy.exc import DatabaseError

from data.publishing.content import Draft, Override
from data.publishing.release_tables import LOOKERS, OVERRIDES, STEPS
from data.publishing.states import written_moment
from tests.data.publishing.world import (
    ANN,
    BEN,
    CHIEF,
    REASON,
    SPOKEN,
    TYPIST,
    approved,
    draft,
    elsewhere,
    opened,
    submitted,
)

NOW = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
AT = written_moment(NOW)
NO_MOMENTS = (
    "2040-01-01T12:00:00.000000Z",
    "2040-01-01 12:00:00.000000+00:00",
    "2040-01-01t12:00:00.000000+00:00",
    "2040-W01-1T00:00:00.000000+00:00",
    "2040-02-31T12:00:00.000000+00:00",
    "now",
)
NO_NAMES = ("", " ", "ben ", " ben", "ben\t", "b\u0085en")


@pytest.fixture
def office(ledger_url, tmp_path):
    releases, _, ledger = opened(ledger_url, tmp_path, NOW)
    yield releases, ledger
    ledger.engine.dispose()


def takes(ledger, table: str, **row) -> bool:
    """Whether the database takes a row; it is undone either way."""
    with ledger.engine.connect() as connection:
        names = ", ".join(row)
        values = ", ".join(
            f"%({each})s" if ledger.engine.dialect.name == "postgresql" else f":{each}" for each in row
        )
        try:
            connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({values})", row)
        except DatabaseError:
            return False
        finally:
            connection.rollback()
    return True


def step(release: int, kind: str, number, **changes) -> dict:
    row = {
        "release": release,
        "step": number,
        "at": AT,
        "kind": kind,
        "who": "ben",
        "role": "r",
        "reason": REASON,
    }
    return row | changes


def entry(release: int, number, **changes) -> dict:
    row = {
        "release": release,
        "entry": number,
        "at": AT,
        "given": True,
        "who": "ben",
        "role": "r",
        "reason": REASON,
    }
    return row | changes


def test_a_statement_is_confirmed_by_another_person_as_it_was_entered(office):
    releases, ledger = office
    release = releases.entered(TYPIST, elsewhere(), SPOKEN)
    said = {"frozen": release.frozen, "published_at": written_moment(SPOKEN)}
    assert takes(ledger, STEPS, **step(release.id, "confirmed", 2, **said))
    assert takes(ledger, STEPS, **step(release.id, "abandoned", 2))
    for wrong in (
        {"who": "DI"},
        {"frozen": "f" * 64},
        {"published_at": AT},
        {"kind": "approved"},
        {"kind": "submitted", "published_at": None},
        {"kind": "withdrawn", "frozen": None, "published_at": None},
    ):
        assert not takes(ledger, STEPS, **step(release.id, "confirmed", 2, **said) | wrong), wrong


def test_who_is_the_author_of_a_decision_that_stands_submits_nothing(office):
    releases, ledger = office
    cell = Override(figure="failures", by=("type",), where=("a",), who="", role="", reason=REASON, at="")
    release = releases.drafted(ANN, draft()).id
    releases.overridden(release, CHIEF, cell)
    row = step(release, "submitted", 2, frozen="f" * 64, who="ann")
    assert takes(ledger, STEPS, **row)
    assert not takes(ledger, STEPS, **row | {"who": "CY"})
    releases.edited(release, CHIEF, draft("By Cy"), seen=1)
    assert not takes(ledger, STEPS, **row | {"step": 3})
    releases.overridden(release, BEN, cell.model_copy(update={"where": ("b",)}))
    assert not takes(ledger, STEPS, **row | {"step": 3})
    releases.overridden(release, BEN, cell, given=False)
    assert takes(ledger, STEPS, **row | {"step": 3})


def test_a_step_or_an_entry_is_the_next_whole_number(office):
    releases, ledger = office
    public = approved(releases)
    moved = step(public, "withdrawn", 4)
    assert takes(ledger, STEPS, **moved)
    assert takes(ledger, LOOKERS, reader="eve", **entry(public, 1))
    numbers = [3, 5, -1]
    if ledger.engine.dialect.name == "sqlite":
        numbers += [3.5, "4x", b"4"]
    for number in numbers:
        assert not takes(ledger, STEPS, **moved | {"step": number}), number
        assert not takes(ledger, LOOKERS, reader="eve", **entry(public, number)), number


@pytest.mark.parametrize("moment", NO_MOMENTS)
def test_what_is_no_moment_in_utc_to_the_microsecond_is_refused_in_every_table(office, moment):
    releases, ledger = office
    reviewed, drafted = submitted(releases), releases.drafted(ANN, draft()).id
    digest = releases.find(reviewed).frozen
    approval = step(reviewed, "approved", 3, frozen=digest, published_at=AT)
    assert takes(ledger, STEPS, **approval)
    assert not takes(ledger, STEPS, **approval | {"published_at": moment})
    assert not takes(ledger, STEPS, **approval | {"at": moment, "published_at": moment})
    assert not takes(ledger, LOOKERS, reader="eve", **entry(reviewed, 1, at=moment))
    assert not takes(ledger, OVERRIDES, cell="{}", **entry(drafted, 1, at=moment))


@pytest.mark.parametrize("who", NO_NAMES)
def test_a_name_that_looks_like_another_is_refused_in_every_table(office, who):
    releases, ledger = office
    drafted = releases.drafted(ANN, draft()).id
    assert takes(ledger, LOOKERS, reader="eve", **entry(drafted, 1))
    assert not takes(ledger, LOOKERS, reader="eve", **entry(drafted, 1, who=who))
    assert not takes(ledger, LOOKERS, reader=who, **entry(drafted, 1))
    assert not takes(ledger, OVERRIDES, cell="{}", **entry(drafted, 1, who=who))
    assert not takes(ledger, STEPS, **step(drafted, "abandoned", 2, who=who))


def test_a_draft_that_names_its_embargo_twice_is_refused(office):
    releases, ledger = office
    drafted, text = releases.drafted(ANN, draft()).id, draft().written()
    assert takes(ledger, STEPS, **step(drafted, "edited", 2, draft=text))
    twice = text[:-1] + ',"embargo":"2041-01-01T00:00:00Z"}'
    assert Draft.model_validate_json(twice).embargo is not None
    assert not takes(ledger, STEPS, **step(drafted, "edited", 2, draft=twice))
