"""Migrations: a ledger is made with the newest revision, and a later revision keeps every row."""

import shutil
import sqlite3
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from data import tables
from data.connection import connect_engine, reading, writing
from data.errors import UserError
from data.grants import grant
from data.intake import privacy, row_checks
from data.ledger import Ledger
from data.load_digests import digests, unsealed
from data.loading import Receipt
from data.migration import MIGRATIONS, NEWEST, REVISIONS, create, migrate, revision_of
from data.review import migrate_review, new_review, open_review
from data.schema import SCHEMAS, day, flag, listed, ref
from data.tables import LATER_COUNTS, ledger_tables
from tests.data.conftest import DAY, Loader, lines, plan_of
from tests.data.test_tables import WRITTEN, described

NEXT = f"{int(NEWEST) + 1:04}"
# A revision of a later version of Candour, in a folder of revisions that begins like today's.
LATER = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{NEWEST}"


def upgrade():
    op.create_table("rota", sa.Column("day", sa.Date, primary_key=True))
    op.create_table("shifts", sa.Column("day", sa.Date, primary_key=True))
"""


SINCE_THE_FIRST = ("saved_views", "notes")
SINCE_0008 = ("decision_steps",)
"""Tables that a later revision makes, besides those of the register."""


class Applications0008(dy.Schema):
    """As they were in that revision; its rules are of rows, and no table has them."""

    application_ref = ref("the register's own reference of the application")
    received_on = day("day the application was received")
    opened_on = day("day the review took the application up", nullable=True)
    route = listed("routes", "how the application came to be made")
    area = listed("areas", "area whose staff handled it")
    category = listed("categories", "what kind of application it is", nullable=True)
    decision = dy.Enum(["disclosure", "no disclosure"], nullable=True)
    decided_on = day("day of that decision", nullable=True)
    disclosed_on = day("day a disclosure was made", nullable=True)
    in_scope = flag("inside the review's terms of reference", default=True)


def counts_of_then(receipt: Receipt) -> dict[str, Any]:
    return {name: value for name, value in vars(receipt).items() if name not in LATER_COUNTS}


@contextmanager
def revision_0008(patch: pytest.MonkeyPatch) -> Generator[None]:
    """Run with the tables as they were before a case could be closed, or lack its route or area."""
    todays, caches = dict(SCHEMAS), (tables._tables_of, row_checks._numbered, privacy._no_names)
    new = ("allegations", "findings")
    older = {name: schema for name, schema in todays.items() if name not in new}
    older |= {"applications": Applications0008}

    def run_with(schemas: dict[str, type[dy.Schema]]) -> None:
        SCHEMAS.clear()
        SCHEMAS.update(schemas)
        for cached in caches:
            cached.cache_clear()

    with patch.context() as then:
        for module in ("data.migration", "data.review"):
            then.setattr(f"{module}.NEWEST", "0008")
        then.setattr("data.tables.LATER_COUNTS", ())
        then.setattr("data.loading.vars", counts_of_then, raising=False)
        run_with(older)
        try:
            yield
        finally:
            run_with(todays)


def todays(dialect: str) -> list[str]:
    """What the written file has of a ledger that nobody was granted anything in."""
    return [
        line
        for line in WRITTEN.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"{dialect}\t") and line.split("\t")[1] not in ("grant", "closing")
    ]


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
    return load_twice(tmp_path, terms_file)


@pytest.fixture
def older(ledger_url: str, tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same of revision 0008."""
    monkeypatch.setenv("CANDOUR_LEDGER", ledger_url)
    with revision_0008(monkeypatch):
        folder = load_twice(tmp_path, terms_file)
    forget_later_tables(ledger_url)
    return folder


def forget_later_tables(ledger_url: str) -> None:
    engine = connect_engine(ledger_url)
    with writing(engine) as connection:
        for table in SINCE_0008:
            connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()


def load_twice(tmp_path: Path, terms_file: Path) -> Path:
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
    there = set(sa.inspect(engine).get_table_names())
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=str)
            for table in ledger_tables(engine.dialect).metadata.sorted_tables
            if table.name in there
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


@pytest.mark.long
def test_a_ledger_of_the_first_revision_is_brought_to_todays_tables(older: Path, ledger_url: str) -> None:
    engine = connect_engine(ledger_url)
    with writing(engine) as connection:
        for table in SINCE_THE_FIRST:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")
    assert migrate_review(older) == ("0005", NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == todays(engine.dialect.name)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, ledger_tables(engine.dialect).metadata) == []
    engine.dispose()


def test_a_ledger_from_before_cases_could_be_closed_keeps_every_row_and_is_guarded_as_a_new_one(
    older: Path, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect_engine(ledger_url)
    with revision_0008(monkeypatch):
        rows = rows_of(engine)
        with reading(engine) as connection:
            # What the version of then, which knew no added column, sealed its loads with.
            sealed = digests(connection, ledger_tables(engine.dialect))
    assert len(rows["applications"]) == 2
    assert migrate_review(older) == ("0008", NEWEST)
    now = rows_of(engine)
    added = [now.pop(name) for name in (*SINCE_0008, "allegations", "allegations_keys", "findings")]
    assert added == [[], [], [], []]
    places = [*ledger_tables(engine.dialect).receipts.columns.keys()]
    later = [places.index(name) for name in LATER_COUNTS]
    assert {row[place] for row in now["receipts"] for place in later} == {None}
    now["receipts"] = [
        tuple(cell for place, cell in enumerate(row) if place not in later) for row in now["receipts"]
    ]
    names = ledger_tables(engine.dialect).versions["applications"].columns.keys()
    new = [names.index(name) for name in ("closed_on", "status")]
    assert {row[place] for row in now["applications"] for place in new} == {None}
    now["applications"] = [
        tuple(cell for place, cell in enumerate(row) if place not in new) for row in now["applications"]
    ]
    assert now == rows
    with reading(engine) as connection:
        assert digests(connection, ledger_tables(engine.dialect)) == sealed
        assert described(connection, {}) == todays(engine.dialect.name)
    engine.dispose()


def test_a_ledger_of_older_loads_is_verified_loaded_and_sealed_after_its_migration(older: Path) -> None:
    migrate_review(older)
    review = open_review(older)
    assert review.snapshot().scan("applications").collect()["closed_on"].to_list() == [None, None]
    desk = Loader(older.parent, review)
    text = "Ref,Received,Closed\nA-1,01/02/2020,09/01/2024\nA-3,01/02/2020,\n"
    columns = {"application_ref": "Ref", "received_on": "Received", "closed_on": "Closed"}
    plan = plan_of({"table": "applications", "columns": columns})
    desk.load(desk.file(text), plan=plan, on=DAY.replace(day=25))
    with reading(review.ledger.engine) as connection:
        assert unsealed(connection, review.ledger.tables, review.record.signed(connection)) == []
    rows = review.snapshot().scan("applications").filter(pl.col("closed_by").is_null()).collect()
    assert dict(rows.select("application_ref", "closed_on").sort("application_ref").iter_rows()) == {
        "A-1": DAY.replace(day=9),
        "A-3": None,
    }
    review.ledger.engine.dispose()


@pytest.mark.postgres
def test_the_roles_of_a_ledger_are_granted_the_tables_that_a_migration_made_anew(
    postgres_url: str, tmp_path: Path, terms_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOUR_LEDGER", postgres_url)
    name = uuid.uuid4().hex[:12]
    roles = {f"reader_{name}": "reader", f"loader_{name}": "loader"}
    engine = connect_engine(postgres_url)
    with writing(engine) as connection:
        for role in roles:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")

    def grant_to_both() -> None:
        ledger = Ledger(postgres_url)
        grant(ledger, *roles)
        ledger.engine.dispose()

    with revision_0008(monkeypatch):
        folder = load_twice(tmp_path, terms_file)
        grant_to_both()
    forget_later_tables(postgres_url)
    migrate_review(folder)
    grant_to_both()
    with engine.connect() as connection:
        assert described(connection, roles) == [
            line for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line.startswith("postgresql")
        ]
    with writing(engine) as connection:
        for role in roles:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")
    engine.dispose()


def test_a_ledger_from_before_the_notes_is_given_their_table_with_its_guards(
    older: Path, ledger_url: str
) -> None:
    engine = connect_engine(ledger_url)
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE notes")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    assert migrate_review(older) == ("0006", NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == todays(engine.dialect.name)
    engine.dispose()


def test_a_ledger_from_before_decisions_had_owners_is_given_their_table_with_its_guards(
    loaded: Path, ledger_url: str
) -> None:
    engine = connect_engine(ledger_url)
    with engine.connect() as connection:
        before = described(connection, {})
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE decision_steps")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")
    assert migrate_review(loaded) == ("0009", NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == before
    engine.dispose()


def test_a_ledger_whose_database_kept_releases_in_turn_leaves_that_to_the_record(
    older: Path, ledger_url: str
) -> None:
    engine = connect_engine(ledger_url)
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
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
    assert migrate_review(older) == ("0007", NEWEST)
    with engine.connect() as connection:
        assert described(connection, {}) == todays(engine.dialect.name)
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
    tmp_path: Path, blank_review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    folder = tmp_path / "review"
    shutil.copytree(blank_review, folder)
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
