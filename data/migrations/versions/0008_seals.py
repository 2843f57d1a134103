"""The record vouches for releases: their triggers go, and entries are found by their kind."""

from alembic import op

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
    for index in ledger_tables(connection.dialect).record.indexes:
        index.create(connection, checkfirst=True)
