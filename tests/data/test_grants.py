"""The two roles of PostgreSQL do their work, and are refused everything else by name."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from access.roles import Role
from access.sessions import Sessions
from access.settings import Limits
from data.connection import changing, reading
from data.errors import UserError
from data.grants import grant
from data.ledger import Ledger
from data.notes import Notes
from data.publishing.release import Person
from data.record import Entry
from data.review import Review, new_review, open_review
from data.snapshot import take
from data.supersede import supersede
from tests.conftest import TERMS
from tests.data.conftest import DAY, Loader, lines

pytestmark = pytest.mark.postgres
LOOKED = Entry("consultation", "reader", "analyst", "overview", "", "allowed")


@dataclass(frozen=True)
class Database:
    """A ledger with one load, and the two roles that it was granted to."""

    owner: sa.Engine
    address: sa.URL
    folder: Path
    reader: str
    loader: str

    def as_role(self, role: str) -> str:
        return self.address.set(username=role).render_as_string(hide_password=False)

    def review(self, role: str, patch: pytest.MonkeyPatch) -> Review:
        patch.setenv("CANDOUR_LEDGER", self.as_role(role))
        return open_review(self.folder)


@pytest.fixture(scope="module")
def database(postgres_server: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    name = uuid.uuid4().hex[:12]
    root = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    roles = [f"reader_{name}", f"loader-{name}"]
    with root.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "roles_{name}"')
        for role in roles:
            connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN')
    address = postgres_server.set(database=f"roles_{name}", drivername="postgresql")
    folder = tmp_path_factory.mktemp("roles")
    (folder / "terms.toml").write_text(TERMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDOUR_LEDGER", address.render_as_string(hide_password=False))
        desk = Loader(folder, new_review(folder / "review", folder / "terms.toml"))
        desk.take(lines("A-1,01/02/2020,right to ask,north,,", "A-2,01/02/2020,right to ask,north,,"))
        # Twice: it may be run again at any time.
        grant(desk.review.ledger, *roles)
        grant(desk.review.ledger, *roles)
    yield Database(desk.review.ledger.engine, address, desk.review.folder, *roles)
    desk.review.ledger.engine.dispose()
    with root.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "roles_{name}" WITH (FORCE)')
        for role in roles:
            connection.exec_driver_sql(f'DROP ROLE "{role}"')


def test_the_reader_opens_a_review_takes_a_snapshot_writes_the_record_and_keeps_visits(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = database.review(database.reader, monkeypatch)
    snapshot = take(review.ledger, review.record, review.terms, tmp_path, review.ledger.version())
    assert snapshot.scan("applications").select(pl.len()).collect().item() >= 2
    before = len(list(_record(review)))
    review.record.write(LOOKED)
    assert [row.who for row in _record(review)[before:]] == ["reader"]
    sessions = Sessions(review.ledger, Limits())
    found = sessions.find(sessions.begin("reader", [Role.ANALYST]))
    assert found is not None
    sessions.end(found)
    with changing(review.ledger.engine) as connection:
        assert connection.execute(review.ledger.tables.sessions.delete()).rowcount == 1
    review.ledger.engine.dispose()


def test_the_reader_writes_a_note(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    review = database.review(database.reader, monkeypatch)
    note = Notes(review).add(Person("reader", "analyst"), DAY, "A team was trained")
    assert Notes(review).all()[-1] == note
    review.ledger.engine.dispose()


def _record(review: Review) -> list[object]:
    with review.record.reading() as rows:
        return list(rows)


def test_the_loader_loads_changes_and_removes(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = database.review(database.loader, monkeypatch)
    desk = Loader(tmp_path, review)
    version = review.ledger.version()
    text = lines("A-1,01/02/2020,right to ask,south,,", "A-3,01/02/2020,right to ask,x,,")
    changed = desk.take(text, on=DAY.replace(day=18), confirm_removals=True)
    (receipt,) = changed.receipts
    assert (receipt.changed, receipt.removed, receipt.quarantined) == (1, 1, 1)
    assert review.ledger.version() == version + 1
    supersede(review, version + 1, "recorded on a wrong day")
    assert review.ledger.loads()["load"].to_list() == [version]
    review.ledger.engine.dispose()


@pytest.mark.parametrize("rehearsal", [False, True])
def test_the_reader_is_told_which_role_loads(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: bool
) -> None:
    review = database.review(database.reader, monkeypatch)
    version = review.ledger.version()
    with pytest.raises(UserError) as caught:
        Loader(tmp_path, review).take(lines("A-9,01/02/2020,right to ask,south,,"), rehearsal=rehearsal)
    assert str(caught.value) == (
        f"The role '{database.reader}' may only read this ledger: load as '{database.loader}'."
    )
    assert review.ledger.version() == version
    review.ledger.engine.dispose()


def test_the_reader_is_told_where_no_role_loads_yet(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_loads(statement: str) -> None:
        with database.owner.begin() as connection:
            connection.exec_driver_sql(f'{statement} "{database.loader}"')

    review = database.review(database.reader, monkeypatch)
    on_loads("REVOKE INSERT ON loads FROM")
    with pytest.raises(UserError, match="none may load yet: make one, and grant it that"):
        Loader(tmp_path, review).take(lines("A-9,01/02/2020,right to ask,south,,"))
    on_loads("GRANT INSERT ON loads TO")
    review.ledger.engine.dispose()


COMMON = (
    "DELETE FROM applications",
    "TRUNCATE applications",
    "TRUNCATE record",
    "UPDATE applications SET area = 'south'",
    "UPDATE loads SET note = ''",
    "UPDATE receipts SET removed = 0",
    "UPDATE record SET who = 'nobody'",
    "DELETE FROM record",
    "DELETE FROM quarantine",
    "UPDATE notes SET words = 'another'",
    "DELETE FROM notes",
    "UPDATE decision_steps SET note = 'another'",
    "DELETE FROM decision_steps",
    "UPDATE review SET demonstration = true",
    "INSERT INTO review SELECT 2, id, name, demonstration FROM review",
    "UPDATE alembic_version SET version_num = '0000'",
    "DELETE FROM alembic_version",
    "ALTER TABLE applications DISABLE TRIGGER ALL",
    "ALTER TABLE record DISABLE TRIGGER record_kept",
    "DROP TRIGGER record_kept ON record",
    "DROP TRIGGER applications_fixed ON applications",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "DROP FUNCTION refuse_change() CASCADE",
    "CREATE TRIGGER more BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "DROP TABLE record",
    "ALTER TABLE record ADD COLUMN more text",
    "ALTER TABLE record RENAME TO other",
    "CREATE TABLE more (one integer)",
    "CREATE TEMPORARY TABLE more (one integer)",
    "CREATE VIEW more AS SELECT 1",
    "CREATE SCHEMA more",
    "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE INDEX more ON applications (area)",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "CREATE ROLE more",
    "COPY applications TO PROGRAM 'cat'",
    "COPY applications TO '/tmp/never'",
)
READERS = (
    "INSERT INTO loads (load, recorded_on, loaded_at, note) VALUES (9, '2030-01-01', '2030-01-01', '')",
    "INSERT INTO applications_keys VALUES ('Z')",
    "INSERT INTO applications SELECT * FROM applications",
    "INSERT INTO receipts SELECT * FROM receipts",
    "INSERT INTO quarantine SELECT * FROM quarantine",
    "UPDATE applications SET recorded_to = '2030-01-01', closed_by = 1",
    "TRUNCATE sessions",
)
LOADERS = (
    "SELECT * FROM sessions",
    "INSERT INTO sessions VALUES ('d', 'w', 'r', 'r', 0, 0, NULL)",
    "INSERT INTO notes VALUES (1, 1, '2030-01-01', 'w', '', 'r', '2030-01-01')",
    "INSERT INTO decision_steps SELECT 1, 'due', '', 'taken', '', 'n', 'w', 'r', 'a', '2030-01-01', 1, NULL",
    "UPDATE sessions SET role = 'auditor'",
    "DELETE FROM sessions",
    "UPDATE saved_views SET shared_with = 'auditor'",
    "UPDATE applications SET recorded_from = '2030-01-01'",
    "UPDATE applications_keys SET application_ref = 'Z'",
)


@pytest.mark.parametrize(("role", "own"), [("reader", READERS), ("loader", LOADERS)])
def test_a_role_is_refused_whatever_is_not_its_work(
    database: Database, role: str, own: tuple[str, ...]
) -> None:
    engine = sa.create_engine(
        sa.make_url(database.as_role(getattr(database, role))).set(drivername="postgresql+psycopg")
    )
    for statement in (*COMMON, *own):
        with engine.connect() as connection, connection.begin():
            with pytest.raises(sa.exc.DBAPIError) as refused:
                connection.exec_driver_sql(statement)
            assert "InsufficientPrivilege" in type(refused.value.orig).__name__, statement
    engine.dispose()


def test_no_role_owns_anything(database: Database) -> None:
    query = sa.text("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) IN (:reader, :loader)")
    with reading(database.owner) as connection:
        roles = {"reader": database.reader, "loader": database.loader}
        assert connection.scalar(query, roles) == 0


def test_a_role_that_may_do_more_than_it_should_is_refused_and_granted_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"more_{uuid.uuid4().hex[:8]}"
    review = database.review(str(database.owner.url.username), monkeypatch)

    def as_owner(*statements: str) -> None:
        with database.owner.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    with pytest.raises(UserError, match=f"There is no role '{name}' in the database: make it first"):
        grant(review.ledger, name)
    as_owner(f"CREATE ROLE {name} SUPERUSER")
    with pytest.raises(UserError, match=f"The role '{name}' has powers over the whole server"):
        grant(review.ledger, name)
    as_owner(f"ALTER ROLE {name} NOSUPERUSER", f"GRANT pg_write_all_data TO {name}")
    with pytest.raises(UserError, match=r"may still do more than it should \(DELETE on alembic_version, "):
        grant(review.ledger, name)
    as_owner(f"REVOKE pg_write_all_data FROM {name}")
    with reading(database.owner) as connection:
        query = sa.text(f"SELECT has_table_privilege('{name}', 'record', 'SELECT')")
        assert connection.scalar(query) is False
    with pytest.raises(UserError, match="The reader and the loader are one role"):
        grant(review.ledger, name, name)
    as_owner(f"DROP ROLE {name}")
    review.ledger.engine.dispose()


def test_a_role_that_owns_a_table_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"owner_{uuid.uuid4().hex[:8]}"
    review = database.review(str(database.owner.url.username), monkeypatch)
    with database.owner.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name}")
        connection.exec_driver_sql("CREATE TABLE more (one integer)")
        connection.exec_driver_sql(f"ALTER TABLE more OWNER TO {name}")
    with pytest.raises(UserError, match=f"The role '{name}' owns tables of the ledger"):
        grant(review.ledger, name)
    with database.owner.begin() as connection:
        connection.exec_driver_sql("DROP TABLE more")
        connection.exec_driver_sql(f"DROP ROLE {name}")
    review.ledger.engine.dispose()


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="The ledger is in SQLite, which has no roles"):
        grant(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), "reader")
