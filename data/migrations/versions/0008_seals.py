"""The record vouches for releases: their triggers go. It grows one by one, and is searched by kind."""

from alembic import op

from data.guards import next_only
from data.publishing.release_tables import TABLES
from data.tables import ledger_tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for table in TABLES:
        on = f' ON "{table}"' if postgresql else ""
        op.execute(f'DROP TRIGGER IF EXISTS "{table}_in_turn"{on}')
        if postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS {table}_out_of_turn()")
    record = ledger_tables(connection.dialect).record
    if postgresql:
        # No column can change its type while a trigger names it.
        named = "FROM pg_trigger WHERE tgrelid = 'record'::regclass AND NOT tgisinternal"
        query = f"SELECT tgname, pg_get_triggerdef(oid) {named} AND tgname <> 'record_next'"
        triggers = connection.exec_driver_sql(query).all()
        for trigger in ("record_next", *(name for name, _ in triggers)):
            op.execute(f'DROP TRIGGER IF EXISTS "{trigger}" ON record')
        op.execute("ALTER TABLE record ALTER COLUMN number TYPE BIGINT")
        for _, statement in triggers:
            connection.exec_driver_sql(statement)
    else:
        op.execute("DROP TRIGGER IF EXISTS record_next")
    for statement in next_only(record, "number")[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for index in record.indexes:
        index.create(connection, checkfirst=True)
