"""Migrations: a ledger is made with the newest revision, and a later revision keeps every row."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from data.connection import connect_engine, writing
from data.errors import UserError
from data.ledger import Ledger
from data.migration import MIGRATIONS, NEWEST, REVISIONS, create, migrate, revision_of
from data.review import migrate_review, new_review, open_review
from data.tables import ledger_tables
from tests.data.conftest import DAY, Loader, lines
from tests.data.test_tables import described

# A revision of a later version of Candour, in a folder of revisions that begins like today's.
NEXT = f"{int(NEWEST) + 1:04}"
LATER = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{NEWEST}"


def upgrade():
    op.create_table("rota", sa.Column("day", sa.Date, primary_key=True))
    op.create_table("shifts", sa.Column("day", sa.Date, primary_key=True))
"""


# Tables by the revision that made them, those first that refer to others.
MADE_BY = {
    "0010": ("decision_steps",),
    "0009": ("findings", "allegations", "allegations_keys"),
    "0007": ("notes",),
    "0006": ("saved_views",),
}


def go_back(connection: sa.Connection, revision: str) -> None:
    """Take away the tables that revisions after this one have made."""
    for table in (table for made_by, tables in MADE_BY.items() if made_by > revision for table in tables):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


@pytest.fixture
def engine(ledger_url: str) -> Iterator[sa.Engine]:
    engine = connect_engine(ledger_url)
    yield engine
    engine.dispose()


@pytest.fixture
def made(engine: sa.Engine) -> sa.Engine:
    """A database with an empty ledger."""
    with writing(engine) as connection:
        create(connection, ledger_tables(engine.dialect).metadata)
    return engine


@pytest.fixture
def loaded(ledger_url: str, tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of a review with two loads."""
    monkeypatch.setenv("CANDOUR_LEDGER", ledger_url)
    desk = Loader(tmp_path, new_review(tmp_path / "review", terms_file))
    desk.take(lines("A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,nowhere,,"))
    desk.take(lines("A-1,01/02/2020,right to ask,south,,"), on=DAY.replace(day=18), confirm_removals=True)
    desk.review.ledger.engine.dispose()
    return desk.review.folder


def use_later_version(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Run as a later version of Candour, whose tables have one more revision, written in `folder`."""
    shutil.copytree(MIGRATIONS, folder)
    (folder / f"versions/{NEXT}_rota.py").write_text(LATER)
    patch.setattr("data.migration.MIGRATIONS", folder)
    for module in ("data.migration", "data.review"):
        patch.setattr(f"{module}.NEWEST", NEXT)
        patch.setattr(f"{module}.REVISIONS", (*REVISIONS, NEXT))


def rows_of(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=str)
            for table in ledger_tables(engine.dialect).metadata.sorted_tables
        }


def test_alembic_finds_nothing_left_to_change(made: sa.Engine) -> None:
    with writing(made) as connection:
        migrate(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, ledger_tables(made.dialect).metadata) == []


def test_alembic_sees_the_revisions_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert scripts.get_heads() == [NEWEST]


def test_a_new_ledger_is_stamped_with_the_newest_revision(made: sa.Engine) -> None:
    with made.connect() as connection:
        assert revision_of(connection) == NEWEST


def test_the_next_revision_is_run_by_alembic_and_keeps_every_row(
    loaded: Path, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect_engine(ledger_url)
    rows = rows_of(engine)
    assert sum(map(len, rows.values())) > 5
    use_later_version(monkeypatch, tmp_path / "migrations")
    with pytest.raises(
        UserError, match=rf"bring it up to date with python -m data --review {loaded} migrate"
    ):
        open_review(loaded)
    assert migrate_review(loaded) == (NEWEST, NEXT)
    assert rows_of(engine) == rows
    assert {"rota", "shifts"} < set(sa.inspect(engine).get_table_names())
    engine.dispose()
    review = open_review(loaded)
    assert review.ledger.version() == 2
    assert review.snapshot().scan("applications").collect()["area"].to_list() == ["north", "south"]
    assert migrate_review(loaded) == (NEXT, NEXT)
    review.ledger.engine.dispose()


def test_a_ledger_of_the_first_revision_is_brought_to_todays_tables(made: sa.Engine) -> None:
    with writing(made) as connection:
        go_back(connection, "0005")
        migrate(connection)
        assert revision_of(connection) == NEWEST
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, ledger_tables(made.dialect).metadata) == []


@pytest.mark.parametrize("revision", ["0006", "0009"])
def test_a_ledger_from_before_the_notes_or_decisions_is_given_their_tables_with_their_guards(
    loaded: Path, ledger_url: str, revision: str
) -> None:
    engine = connect_engine(ledger_url)
    with engine.connect() as connection:
        before = described(connection, {})
    with writing(engine) as connection:
        go_back(connection, revision)
    assert migrate_review(loaded) == (revision, NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == before
    engine.dispose()


def test_a_ledger_whose_database_kept_releases_in_turn_leaves_that_to_the_record(
    loaded: Path, ledger_url: str
) -> None:
    engine = connect_engine(ledger_url)
    with engine.connect() as connection:
        before = described(connection, {})
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "CREATE FUNCTION release_steps_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN NEW; END $$"
            )
            how = "FOR EACH ROW EXECUTE FUNCTION release_steps_out_of_turn()"
        else:
            how = "BEGIN SELECT 1; END"
        connection.exec_driver_sql(
            f"CREATE TRIGGER release_steps_in_turn BEFORE INSERT ON release_steps {how}"
        )
        connection.exec_driver_sql("DROP INDEX record_by_kind")
        go_back(connection, "0007")
    assert migrate_review(loaded) == ("0007", NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == before
    engine.dispose()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(
    loaded: Path, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect_engine(ledger_url)
    with writing(engine) as connection:
        # The last of the tables that the revision makes is in its way.
        connection.exec_driver_sql("CREATE TABLE shifts (day INTEGER)")
    rows, tables = rows_of(engine), set(sa.inspect(engine).get_table_names())
    use_later_version(monkeypatch, tmp_path / "migrations")
    with pytest.raises(DBAPIError, match="shifts"):
        migrate_review(loaded)
    assert set(sa.inspect(engine).get_table_names()) == tables
    assert rows_of(engine) == rows
    with engine.connect() as connection:
        assert revision_of(connection) == NEWEST
    engine.dispose()


def test_a_ledger_from_before_the_first_revision_is_refused(loaded: Path, ledger_url: str) -> None:
    engine = connect_engine(ledger_url)
    for change in ("UPDATE alembic_version SET version_num = '0004'", "DROP TABLE alembic_version"):
        with writing(engine) as connection:
            connection.exec_driver_sql(change)
        for attempt in (open_review, migrate_review):
            with pytest.raises(UserError, match=r"by an earlier version of Candour: make the review anew"):
                attempt(loaded)
    engine.dispose()


def test_a_ledger_of_a_later_version_is_left_alone(
    tmp_path: Path, empty_review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    folder = tmp_path / "review"
    shutil.copytree(empty_review, folder)
    with sqlite3.connect(folder / "ledger.sqlite") as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    for attempt in (open_review, migrate_review):
        with pytest.raises(
            UserError, match=rf"a later version .* revision 9999, and this version knows {NEWEST}"
        ):
            attempt(folder)


def test_an_empty_database_has_no_revision(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert revision_of(connection) is None


def test_making_a_ledger_twice_leaves_the_first(ledger_url: str) -> None:
    ledger = Ledger(ledger_url)
    ledger.create("A review", demonstration=False)
    first = ledger.id(), ledger.name()
    ledger.create("Another", demonstration=True)
    assert (ledger.id(), ledger.name()) == first
    assert ledger.loads().equals(pl.DataFrame(schema=ledger.loads().schema))
    ledger.engine.dispose()
