"""Migrations: a ledger of any earlier version becomes today's, and keeps every row."""

import re
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

from data.connection import connect_engine, writing
from data.errors import UserError
from data.ledger import Ledger
from data.migration import MIGRATIONS, NEWEST, REVISIONS, migrate, revision_of
from data.review import migrate_review, new_review, open_review
from data.tables import ledger_tables
from tests.data.conftest import DAY, Loader, lines

OWN = "alembic_version"
# The tables that migrations have added, those first that refer to others.
SINCE = (
    "superseded",
    "record",
    "sessions",
    "release_overrides",
    "release_access",
    "release_frozen",
    "release_steps",
    "releases",
)


@pytest.fixture
def engine(ledger_url: str) -> Iterator[sa.Engine]:
    engine = connect_engine(ledger_url)
    yield engine
    engine.dispose()


def shape(engine: sa.Engine) -> dict[str, Any]:
    """Everything that the database says of its tables, and of what guards them."""
    found = sa.inspect(engine)
    tables = sorted(set(found.get_table_names()) - {OWN})
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in found.get_columns(table)],
            found.get_pk_constraint(table),
            sorted(found.get_foreign_keys(table), key=str),
            sorted(repr(_told(each)) for each in found.get_indexes(table)),
            sorted(found.get_check_constraints(table), key=str),
            sorted(found.get_unique_constraints(table), key=str),
        )
        for table in tables
    } | {"triggers": _triggers(engine)}


def _told(index: Any) -> Any:
    options = {name: str(value) for name, value in index["dialect_options"].items()}
    return {**index, "dialect_options": options}


def _triggers(engine: sa.Engine) -> list[tuple[str, ...]]:
    if engine.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' ORDER BY name"
    else:
        query = (
            "SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal "
            "UNION ALL SELECT proname, prosrc, prosecdef::text FROM pg_proc WHERE proname IN ('refuse_change', 'releases_out_of_turn', 'release_steps_out_of_turn', 'release_frozen_out_of_turn', 'release_access_out_of_turn', 'release_overrides_out_of_turn') "
            "ORDER BY 1"
        )
    with engine.connect() as connection:
        return [tuple(_spaced(cell) for cell in row) for row in connection.exec_driver_sql(query)]


def _spaced(cell: str | None) -> str:
    return re.sub(r"\s+", " ", cell or "")


def test_a_ledger_migrated_from_nothing_has_the_shape_of_todays_definitions(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
    migrated = shape(engine)
    with writing(engine) as connection:
        migrated_tables = sa.MetaData()
        migrated_tables.reflect(connection)
        migrated_tables.drop_all(connection)
    with writing(engine) as connection:
        ledger_tables(engine.dialect).metadata.create_all(connection)
    made = shape(engine)
    assert len(made["triggers"]) > 60
    assert migrated.keys() == made.keys()
    for name, each in made.items():
        assert migrated[name] == each, name


def test_alembic_finds_nothing_left_to_change(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, ledger_tables(engine.dialect).metadata) == []


def test_alembic_sees_the_revisions_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert [each.revision for each in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert scripts.get_heads() == [NEWEST]


def test_every_migration_is_written_for_both_databases() -> None:
    names = {path.stem for path in (MIGRATIONS / "versions").glob("*.py")}
    written = {path.name for path in (MIGRATIONS / "versions").glob("*.sql")}
    assert written == {f"{name}.{dialect}.sql" for name in names for dialect in ("sqlite", "postgresql")}


def older(folder: Path, url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Make the ledger in `folder` what it was before migrations, and return its rows."""
    engine = connect_engine(url)
    before = held(engine)
    with writing(engine) as connection:
        for table in (OWN, *SINCE):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()
    for left in folder.glob("record.*"):
        left.unlink()
    return {table: rows for table, rows in before.items() if table not in SINCE}


def held(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=str)
            for table in ledger_tables(engine.dialect).metadata.sorted_tables
        }


@pytest.fixture
def old(
    ledger_url: str, tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, list[tuple[Any, ...]]]]:
    """Folder of a review with two loads whose ledger is from before migrations, and the ledger's rows."""
    monkeypatch.setenv("CANDOUR_LEDGER", ledger_url)
    desk = Loader(tmp_path, new_review(tmp_path / "review", terms_file))
    desk.take(lines("A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,nowhere,,"))
    desk.take(lines("A-1,01/02/2020,right to ask,south,,"), on=DAY.replace(day=18), confirm_removals=True)
    desk.review.ledger.engine.dispose()
    return desk.review.folder, older(desk.review.folder, ledger_url)


def test_a_ledger_from_before_migrations_keeps_every_row(
    old: tuple[Path, dict[str, list[tuple[Any, ...]]]], ledger_url: str
) -> None:
    folder, rows = old
    assert sum(len(each) for each in rows.values()) > 5
    with pytest.raises(
        UserError, match=rf"bring it up to date with python -m data --review {folder} migrate"
    ):
        open_review(folder)
    assert migrate_review(folder) == ("0001", NEWEST)
    engine = connect_engine(ledger_url)
    now = held(engine)
    assert {table: now[table] for table in rows} == rows
    engine.dispose()
    review = open_review(folder)
    assert review.ledger.version() == 2
    assert review.snapshot().scan("applications").collect()["area"].to_list() == ["north", "south"]
    assert migrate_review(folder) == (NEWEST, NEWEST)
    review.ledger.engine.dispose()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(
    old: tuple[Path, dict[str, list[tuple[Any, ...]]]], ledger_url: str
) -> None:
    folder, rows = old
    engine = connect_engine(ledger_url)
    with writing(engine) as connection:
        # The last of the tables that the migration makes is in its way.
        connection.exec_driver_sql("CREATE TABLE sessions (digest INTEGER)")
    before = shape(engine)
    with pytest.raises(sa.exc.DBAPIError, match="sessions"):
        migrate_review(folder)
    assert shape(engine) == before
    assert OWN not in sa.inspect(engine).get_table_names()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM loads")) == len(rows["loads"])
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
