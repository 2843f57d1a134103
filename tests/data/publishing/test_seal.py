"""Every row of a release is signed in the record; one that was altered, put in or taken out is named."""

import datetime as dt
import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from data.connection import reading
from data.errors import UserError
from data.publishing.content import Override
from data.publishing.release import Person, missteps
from data.publishing.release_tables import TABLES
from data.publishing.seal import ROW, alarm_scope
from data.publishing.states import Step
from data.record import signature
from tests.data.publishing.world import (
    ANN,
    BEN,
    CHIEF,
    REASON,
    Clock,
    approved,
    draft,
    opened,
    stated,
    submitted,
)

NOW = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
CELL = Override(figure="failures", who="", role="", reason=REASON, at="")
MANY_EDITS = 6_000
# The text of a submission is read only by the digest of its step: a row that no step names is never shown.
COLUMNS = {
    "releases": ("release", "number", "version", "origin"),
    "release_steps": ("step", "at", "kind", "who", "role", "reason", "draft", "frozen", "published_at"),
    "release_frozen": ("digest", "counted", "told"),
    "release_access": ("reader", "given", "who", "at", "reason", "role"),
    "release_overrides": ("cell", "given", "who", "at", "reason", "role"),
}
DELETED = "deleted"
EDITS = [(table, column) for table in TABLES for column in (*COLUMNS[table], DELETED)]
"""Every kind of edit: another cell in each column, and a row that goes from each table."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder with the ledger, keys and anchor of releases that came by every table."""
    folder = tmp_path_factory.mktemp("filled")
    releases, _, ledger = opened(f"sqlite:///{folder / 'ledger.sqlite'}", folder, NOW)
    approved(releases)
    waiting = approved(releases, embargo=NOW + dt.timedelta(hours=1))
    releases.allow_early(waiting, BEN, "Eve Ö", REASON, given=True)
    drafted = releases.drafted(ANN, draft()).id
    releases.overridden(drafted, CHIEF, CELL)
    stated(releases)
    submitted(releases)
    ledger.engine.dispose()
    return folder


@pytest.fixture
def office(filled, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(filled, folder)
    releases, clock, ledger = opened(f"sqlite:///{folder / 'ledger.sqlite'}", folder, NOW)
    yield releases, ledger, clock
    ledger.engine.dispose()


def forge(ledger, *statements: str) -> None:
    """Write into the file past every trigger and every key that refers to another table."""
    with closing(sqlite3.connect(ledger.engine.url.database)) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)


def warnings(releases) -> list[str]:
    return [release.warning for release in releases.every() if release.warning]


def read_all(releases) -> dict[int, str]:
    """Return what each release tells, in every table, or the sentence that stands in its place."""
    shown = {0: " ".join(warnings(releases))}
    for release in range(1, 6):
        try:
            release_ = releases.find(release)
            parts = [str(release_), str(releases.early_readers(release)), str(releases.overrides(release))]
            if release_.frozen:
                parts += [releases.published(release).written(), str(releases.counted(release))]
            shown[release] = " ".join(parts)
        except UserError as error:
            shown[release] = f"refused: {error}"
    return shown


def faults(releases, ledger) -> list[str]:
    with reading(ledger.engine) as connection:
        signed = releases._record.signed(connection)
        return missteps(connection, ledger.tables.publishing, signed)


def test_releases_that_nobody_altered_are_vouched_for(office):
    releases, ledger, _ = office
    assert warnings(releases) == []
    assert faults(releases, ledger) == []
    assert len(releases.all()) == 5


def altered(cell: object, chance: random.Random) -> object:
    """Return another value of the same type, one character or one unit away."""
    if isinstance(cell, bool) or cell is None:
        return "x" if cell is None else not cell
    if isinstance(cell, int):
        return cell + chance.choice([1, 7])
    if not cell:
        return "x"
    place = chance.randrange(len(cell))
    return (
        cell[:place]
        + chance.choice([one for one in "0123456789abcx" if one != cell[place]])
        + cell[place + 1 :]
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("more", "seed"), [(0, 14), pytest.param(MANY_EDITS, 2026, marks=pytest.mark.soak)], ids=["each", "many"]
)
def test_of_many_random_edits_each_is_found_and_no_altered_number_is_shown(office, more, seed):
    chance = random.Random(seed)
    assert edited(office, [*EDITS, *(chance.choice(EDITS) for _ in range(more))], chance)


def edited(office, edits: list[tuple[str, str]], chance: random.Random) -> bool:
    releases, ledger, _ = office
    before = read_all(releases)
    path = ledger.engine.url.database
    forge(ledger)
    bare = path + ".bare"
    ledger.engine.dispose()
    shutil.copy(path, bare)
    for table, column in edits:
        name = COLUMNS[table][0] if column == DELETED else column
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("PRAGMA ignore_check_constraints = ON")
            rowid, cell = chance.choice(file.execute(f"SELECT rowid, {name} FROM {table}").fetchall())
            if column == DELETED:
                file.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
            else:
                value = altered(bool(cell) if column == "given" else cell, chance)
                file.execute(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
        found, shown = faults(releases, ledger), read_all(releases)
        assert found, (table, column, cell)
        wrong = {
            release: text
            for release, text in shown.items()
            if release and text != before[release] and not text.startswith("refused: ")
        }
        assert not wrong, (table, column, cell)
        ledger.engine.dispose()
        shutil.copy(bare, path)
    return True


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DELETE FROM release_steps WHERE release = 1", "DELETE FROM releases WHERE release = 1"], "is gone"),
        (["UPDATE record SET scope = replace(scope, 'approved', 'returned') WHERE number = 3"], "row 3 of the record was altered"),
        (["DELETE FROM record WHERE number = 2"], "entries of the record are missing"),
        (
            ["DELETE FROM record WHERE number = (SELECT max(number) FROM record)", "DELETE FROM release_frozen WHERE release = 5",
             "DELETE FROM release_steps WHERE release = 5 AND step = 2"],
            "the record does not end as its anchor does",
        ),
    ],
)  # fmt: skip
def test_what_takes_the_record_along_hides_every_release(office, statements, said):
    releases, ledger, _ = office
    forge(ledger, *statements)
    assert len(warnings(releases)) > 3
    assert all(said in warning for warning in warnings(releases))
    assert releases.all() == []
    with pytest.raises(UserError, match=said):
        releases.approved_digests()


def test_a_release_that_cannot_be_verified_stops_no_other(office):
    releases, ledger, _ = office
    forge(ledger, "UPDATE release_steps SET reason = 'x' WHERE release = 1 AND step = 2")
    (warning,) = warnings(releases)
    assert warning.startswith("Release 1 cannot be verified, so nothing of it is shown: step 2 of it is not")
    assert [release.id for release in releases.all()] == [2, 3, 4, 5]
    assert releases.published(4).figures
    # Nothing is compared with what may have been published, so nothing new is published either.
    with pytest.raises(UserError, match="Release 1 cannot be verified"):
        releases.approved_digests()
    assert releases.drafted(ANN, draft()).number == 6


def test_an_entry_of_an_earlier_version_vouches_for_what_it_says(office):
    releases, ledger, _ = office
    record = releases._record
    with record.reading() as rows:
        entries = list(rows)
    (key,) = record.keys.read().values()
    previous = ledger.id()
    statements = []
    for row in entries:
        older = row._replace(scope=row.scope.partition(ROW)[0])
        digest = signature(key, previous, older)
        statements.append(
            f"UPDATE record SET scope = '{older.scope}', digest = '{digest}' WHERE number = {row.number}"
        )
        previous = digest
    record.anchor.path.write_text("")
    forge(ledger, *statements)
    assert warnings(releases) == []
    forge(ledger, "UPDATE release_steps SET frozen = 'f' WHERE release = 1 AND step = 3")
    assert "step 3 of it is not as the record has it" in warnings(releases)[0]


def test_a_signed_entry_of_one_row_vouches_for_no_other(office):
    releases, ledger, clock = office
    releases.step(1, Step.WITHDRAWN, BEN, reason=REASON, seen=3)
    forge(ledger, "UPDATE release_steps SET release = 2, step = 4 WHERE release = 1 AND step = 4")
    assert len(warnings(releases)) == 2
    assert isinstance(clock, Clock)


def test_an_alarm_that_was_overruled_is_no_row_of_its_own(office):
    releases, _, _ = office
    with releases._moving(Person("ben", "release approver")) as move:
        move.note(alarm_scope(1, "a" * 2_000), REASON)
    assert warnings(releases) == []


HIDDEN = "UPDATE record SET {} WHERE scope LIKE 'release 1 withdrawn%'"


@pytest.mark.parametrize("change", ["kind = 'consultation'", "scope = 'page Home'"])
@pytest.mark.parametrize("seen", [True, False], ids=["while it was read", "before anybody read it"])
def test_an_entry_that_no_longer_says_that_it_is_of_a_release_is_missed(office, monkeypatch, change, seen):
    releases, ledger, _ = office
    releases.step(1, Step.WITHDRAWN, BEN, reason=REASON, seen=3)
    releases.drafted(ANN, draft())
    if not seen:
        monkeypatch.setattr("data.record._followed", {})
    forge(ledger, HIDDEN.format(change), "DELETE FROM release_steps WHERE release = 1 AND step = 4")
    assert "of the record was altered" in warnings(releases)[0]
    assert releases.all() == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_releases_that_is_gone_is_missed(office, table):
    releases, ledger, _ = office
    forge(ledger, "PRAGMA foreign_keys = OFF", f"DROP TABLE {table}")
    assert faults(releases, ledger) == [f"The table {table} is gone."]
